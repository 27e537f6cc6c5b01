import atexit
from collections import namedtuple
from contextlib import contextmanager

import pytest
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import shelduck
from shelduck.tracking.current import current

Ran = namedtuple("Ran", "result out err shown")
"""What a cell came to: IPython's result, what it printed, and the bundles it displayed."""


def _config():
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.xmode = "Context"
    return config


@pytest.fixture
def alone(tmp_path, monkeypatch):
    """A folder of this test's own to be in; nobody tells a notebook."""
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.chdir(tmp_path)


@contextmanager
def _using(path, experiment):
    """Have the verbs use a store and an experiment, and leave no run active in it."""
    before = current.path
    shelduck.set_tracking_uri(path)
    current.set_experiment(experiment)
    yield path
    while shelduck.active_run() is not None:
        shelduck.active_run().end()
    shelduck.set_tracking_uri(before)
    current.set_experiment("Default")


@pytest.fixture(scope="session")
def _shared(tmp_path_factory):
    return tmp_path_factory.mktemp("shared") / "shelduck.duckdb"


@pytest.fixture
def store(alone, _shared, request):
    """The path of the store the verbs use: all tests', with an experiment of this one's own."""
    with _using(_shared, request.node.nodeid) as path:
        yield path


@pytest.fixture
def own_store(alone, tmp_path):
    """The path of a store of this test's own, which the verbs use."""
    with _using(tmp_path / "shelduck.duckdb", "Default") as path:
        yield path
        current.store.close()


def _new_shell():
    """A new IPython, the one that `get_ipython()` and `display()` know from now on."""
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance(config=_config())
    shell.display_pub = CapturingDisplayPublisher()
    atexit.unregister(shell.atexit_operations)  # hundreds of shells would each collect garbage
    return shell


@pytest.fixture
def bare():
    """IPython without Shelduck."""
    yield _new_shell()
    InteractiveShell.clear_instance()


@pytest.fixture
def shell(bare, store):
    """IPython with Shelduck loaded."""
    bare.run_line_magic("load_ext", "shelduck")
    yield bare
    if "shelduck" in bare.extension_manager.loaded:
        bare.run_line_magic("unload_ext", "shelduck")


@pytest.fixture
def run(capsys):
    """Run a cell as a notebook does, and return what it came to."""

    def run(shell, cell, **how):
        shell.display_pub.outputs.clear()
        result = shell.run_cell(cell, store_history=True, **how)
        printed = capsys.readouterr()
        return Ran(result, printed.out, printed.err, [o["data"] for o in shell.display_pub.outputs])

    return run


@pytest.fixture
def untracked(run):
    """Run a cell in a new IPython that has never heard of Shelduck; return it and that."""

    def untracked(cell):
        known = InteractiveShell._instance
        shell = _new_shell()
        ran = run(shell, cell)
        InteractiveShell._instance = known
        return ran, shell

    return untracked


@pytest.fixture
def runs():
    """The runs of the current experiment, the first one first."""

    def runs():
        return shelduck.search_runs(output_format="list")[::-1]

    return runs
