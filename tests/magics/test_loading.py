"""``%load_ext``, ``%unload_ext``, ``%reload_ext``."""

import os
import threading

import pytest

import shelduck


@pytest.fixture
def store(own_store):
    return own_store


def _state(shell):
    """Everything an extension may have put into a shell or a process."""
    magics = shell.magics_manager.magics
    return {
        "magics": {kind: set(found) for kind, found in magics.items()},
        "cleanup": list(shell.input_transformers_cleanup),
        "post": list(shell.input_transformers_post),
        "transformers": list(shell.input_transformer_manager.line_transforms),
        "ast": list(shell.ast_transformers),
        "events": {name: list(found) for name, found in shell.events.callbacks.items()},
        "matchers": list(shell.Completer.custom_matchers),
        "hooks": {name: str(hook) for name, hook in shell.hooks.items()},
        "environment": dict(os.environ),
        "names": {name for name in shell.user_ns if not name.startswith("_")},
    }


def _run(shell, cell):
    return shell.run_cell(cell, store_history=False)


def test_unloading_leaves_nothing_behind(bare, store):
    before, threads = _state(bare), threading.active_count()
    bare.run_line_magic("load_ext", "shelduck")
    assert _state(bare) != before and threading.active_count() == threads
    _run(bare, "%%track -t a=1\nrate = 0.5\nrate / 3")
    _run(bare, "%%track\n1 / 0")
    _run(bare, "%track -n line 1 + 1")
    _run(bare, "%runs")
    bare.run_line_magic("unload_ext", "shelduck")
    after = _state(bare)
    after["names"] -= {"rate"}
    assert after == before
    assert {t.name for t in threading.enumerate() if t.name.startswith("shelduck")} <= {
        "shelduck-fold",
        "shelduck-provenance",
    }


def test_loading_twice_is_loading_once(shell, run, runs):
    before = _state(shell)
    shell.run_line_magic("load_ext", "shelduck")
    shelduck.load_ipython_extension(shell)
    assert _state(shell) == before
    ran = run(shell, "%%track\nx = 1")
    assert len(ran.shown) == 1 and len(runs()) == 1


def test_reloading(shell, run, runs):
    shell.run_line_magic("reload_ext", "shelduck")
    ran = run(shell, "%%track\nx = 1")
    assert ran.result.success and len(ran.shown) == 1 and len(runs()) == 1


def test_unloading_twice_and_unloading_what_is_not_loaded(bare, store):
    before = _state(bare)
    shelduck.unload_ipython_extension(bare)
    bare.run_line_magic("load_ext", "shelduck")
    bare.run_line_magic("unload_ext", "shelduck")
    shelduck.unload_ipython_extension(bare)
    assert _state(bare) == before


def test_after_unloading_the_magic_is_unknown(shell, run, runs):
    shell.run_line_magic("unload_ext", "shelduck")
    ran = run(shell, "%%track\nx = 1")
    assert not ran.result.success and "`%%track` not found" in ran.err
    assert runs() == []


def test_loading_alone_writes_nothing(bare, alone, tmp_path):
    bare.run_line_magic("load_ext", "shelduck")
    bare.run_cell("x = 1")
    assert list(tmp_path.iterdir()) == []
    bare.run_line_magic("unload_ext", "shelduck")
