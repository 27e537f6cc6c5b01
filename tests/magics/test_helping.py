"""Completion and help."""

import pytest
from IPython.core.completer import provisionalcompleter

from shelduck.capture import RULE


@pytest.fixture
def store(own_store):
    return own_store


@pytest.fixture
def complete(shell):
    def complete(line):
        with provisionalcompleter():
            return [found.text for found in shell.Completer.completions(line, len(line))]

    return complete


@pytest.fixture
def taxi(shell, run):
    run(shell, "%experiment nyc-taxi")
    run(shell, "%%track lasso -t model=linear\nalpha = 0.5\nrmse = alpha / 3")
    run(shell, "%experiment 'other one'")


OPTIONS = {
    "%%track ": {"-e", "-m", "-p", "-t"},
    "%%track --": {"--description", "--experiment", "--metrics", "--params", "--tags"},
    "%%track lasso --d": {"--description"},
    "%track --": {"--experiment", "--name", "--tag"},
    "%runs --": {"--all", "--deleted", "--limit", "--sort"},
    "%runs --sort metrics.rmse --li": {"--limit"},
    "%compare --": {"--all"},
    "%shelduck ": {"use"},
}


@pytest.mark.parametrize(("line", "options"), OPTIONS.items())
def test_options(complete, line, options):
    assert options <= set(complete(line))
    if line.endswith(("--", "--d", "--li")):
        assert options == set(complete(line))


def test_experiments(complete, taxi):
    for line in ("%experiment ", "%%track lasso -e ", "%track --experiment ", "%runs -e "):
        assert {"nyc-taxi", "other one"} <= set(complete(line)), line
        assert complete(f"{line}nyc") == ["nyc-taxi"]


def test_columns(complete, taxi):
    assert complete("%runs metrics.r") == ["metrics.rmse"]
    assert complete("%runs --sort metrics.") == ["metrics.rmse"]
    assert complete("%runs metrics.rmse < 6 and par") == ["params.alpha"]
    assert "tags.model" in complete("%runs tags.")


def test_runs(complete, taxi):
    assert complete("%run_info la") == ["lasso"]
    assert complete("%compare la") == ["lasso"]
    assert complete("%compare metrics.r") == ["metrics.rmse"]


@pytest.mark.parametrize(
    "line", ["x = 1", "%", "%time ", "track ", "import os", "%%trac", "x.metr"]
)
def test_elsewhere_nothing_is_offered(complete, line):
    ours = {"--description", "--experiment", "nyc-taxi", "metrics.rmse", "use"}
    assert ours.isdisjoint(complete(line))


def test_a_store_somebody_holds_costs_a_keystroke_no_wait(complete, taxi, monkeypatch):
    from shelduck.errors import StoreBusy
    from shelduck.store import Store

    waits = []

    def held(self, wait=10.0):
        waits.append(wait)
        raise StoreBusy("held by somebody")

    monkeypatch.setattr(Store, "reading", held)
    assert complete("%experiment nyc") == []
    assert "--sort" in complete("%runs --s")
    assert waits and max(waits) <= 0.5


HELP = {
    "%%track": [
        *("--experiment", "--params", "--metrics", "--tags", "--description", "KEY=VALUE"),
        *RULE.splitlines(),
    ],
    "%track": ["--name", "--experiment", "--tag", "%track -n lasso"],
    "%runs": ["--sort", "--limit", "--all", "--deleted", "-e EXPERIMENT", "FILTER"],
    "%compare": ["%compare [FILTER | RUN ...]", "--all", "-e EXPERIMENT"],
    "%run_info": ["%run_info RUN", "beginning"],
    "%experiment": ["%experiment NAME"],
    "%shelduck": ["%shelduck use PATH"],
}


@pytest.mark.parametrize(("magic", "words"), HELP.items())
def test_a_question_mark_explains(shell, capsys, magic, words):
    shell.run_cell(f"{magic}?")
    shown = capsys.readouterr().out
    for word in words:
        assert word in shown
    assert "%%%" not in shown


def test_help_starts_no_run(shell, run, runs):
    run(shell, "%%track?")
    assert runs() == []


def test_the_magics_are_listed(shell):
    magics = shell.magics_manager.lsmagic()
    assert {"track", "experiment", "runs", "run_info", "shelduck"} <= set(magics["line"])
    assert "track" in magics["cell"]
