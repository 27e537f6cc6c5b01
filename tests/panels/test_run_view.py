"""The panel of one run: its state, its commands, what a saved notebook shows of it."""

import json
import math

import golden
import numpy as np
import pytest
from hostile import HOSTILE
from markup_reading import Page

import shelduck as package
from shelduck.errors import BadValue, NotFound
from shelduck.panels.page import page_html
from shelduck.panels.run_json import Known, content
from shelduck.panels.run_view import RunPanel
from shelduck.panels.source import tokens
from shelduck.records import COMMIT, DIRTY, NOTE, PARENT, Cell, FileInfo, MetricSummary
from shelduck.store.surroundings import Surroundings
from shelduck.tracking.artifacts import log_text
from shelduck.tracking.current import current

SOURCE = "%%track lasso\nalpha = 0.01\nrmse = 6.28"


@pytest.fixture
def run(shelduck):
    """A run of a cell, with something of everything."""
    cell = Cell("d" * 64, "taxi.ipynb", None, "taxi.ipynb#lasso", SOURCE)
    run = current.start(
        name="lasso", cell=cell, tags={"team": "mobility"}, description="# a *note*"
    )
    run.log_params({"alpha": 0.01, "model": {"depth": 3}, "text": "two\nlines", "x": "y" * 500})
    run.log_history({"step": [0, 1, 2, 3], "rmse": [8.0, math.nan, None, 6.5]})
    run.log_metric("r2", 0.7)
    log_text(run, "a,b\n1,2\n", "data/trips.csv")
    run.end()
    current._provenance.finish()  # else the environment would be news
    return run


@pytest.fixture
def panel(run):
    return RunPanel(run.store, run.run_id)


def _floats(buffers):
    return [np.frombuffer(buffer, "<f8").tolist() for buffer in buffers]


def test_what_is_shown(panel):
    state = panel.state()
    json.dumps(state, allow_nan=False)
    about = state["run"]
    assert (about["name"], about["status"], about["attempt"]) == ("lasso", "FINISHED", 1)
    assert (about["notebook"], about["experiment"]) == ("taxi.ipynb", "Default")
    assert state["elapsed"] is None and state["trouble"] is None
    params = {key: rest for key, *rest in state["params"]["rows"]}
    assert params["alpha"] == ["0.01", "float", False]
    assert params["model.depth"] == ["3", "int", False]
    assert params["text"] == ["two⏎lines", "str", True]
    assert len(params["x"][0]) == 300 and params["x"][2]
    rmse = next(row for row in state["metrics"]["rows"] if row[0] == "rmse")
    assert rmse == ["rmse", 4, 6.5, 3, 6.5, 3, 8.0, 0, True]
    assert state["tags"]["rows"] == [["team", "mobility", "str", False]]
    assert state["note"] == {"text": "# a *note*", "cut": False}
    assert state["files"] == {"rows": [["data/trips.csv", 8]], "total": 1}


def test_what_is_asked_for(panel):
    ask = panel.apply
    assert ask("whole", {"section": "params", "key": "x"}).result == "y" * 500
    assert eval(ask("params", {}).result)["model"] == {"depth": 3}
    assert ask("note", {}).result == "# a *note*"
    assert "".join(text for _, text in ask("source", {}).result["tokens"]) == SOURCE
    assert ask("rows", {"section": "metrics"}).result == panel.state()["metrics"]["rows"]
    assert ask("artifact", {"path": "data/trips.csv"}).result["kind"] == "table"
    assert ask("download", {"path": "data/trips.csv"}).buffers == [b"a,b\n1,2\n"]
    for name, args in (
        ("whole", {"section": "params", "key": "alhpa"}),
        ("artifact", {"path": "x"}),
    ):
        with pytest.raises(NotFound):
            ask(name, args)


@pytest.mark.parametrize(
    ("command", "args"), [("sparks", {"keys": ["rmse"]}), ("curve", {"key": "rmse"})]
)
def test_curves_tell_none_from_nan(panel, command, args):
    answer = panel.apply(command, args)
    assert answer.result == [{"key": "rmse", "points": 4, "none": [2]}]
    steps, values = _floats(answer.buffers)
    assert steps == [0, 1, 2, 3]
    assert [values[0], values[3]] == [8.0, 6.5] and math.isnan(values[1]) and math.isnan(values[2])


def test_what_is_changed_on_screen_is_in_the_store(run, panel):
    before = panel.revision
    panel.apply("rename", {"name": " the best "})
    panel.apply("write_note", {"text": "no"})
    panel.apply("tag", {"key": "kind", "value": "<b>"})
    panel.apply("untag", {"key": "team"})
    assert panel.revision > before
    found = package.get_run(run.run_id)
    assert found.info.run_name == "the best" == panel.state()["run"]["name"]
    assert found.data.tags[NOTE] == "no" and found.data.tags["kind"] == "<b>"
    assert "team" not in found.data.tags
    assert found.info.status == "FINISHED"
    panel.apply("write_note", {"text": " "})
    assert NOTE not in package.get_run(run.run_id).data.tags


@pytest.mark.parametrize(
    ("command", "args"),
    [
        ("rename", {"name": "  "}),
        ("tag", {"key": " ", "value": "x"}),
        ("tag", {"key": "mlflow.user", "value": "x"}),
        ("untag", {"key": "shelduck.host"}),
        ("fold", {"section": "parmas", "folded": True}),
        ("rename", {}),
    ],
)
def test_what_is_refused(panel, command, args):
    before = panel.state()
    with pytest.raises(BadValue):
        panel.apply(command, args)
    assert panel.state() == before


def test_how_it_is_looked_at_is_remembered(panel):
    panel.apply("fold", {"section": "params", "folded": True})
    panel.apply("fold", {"section": "environment", "folded": False})
    panel.apply("enlarge", {"key": "rmse"})
    panel.apply("look", {"path": "data/trips.csv"})
    state = panel.state()
    assert (state["folded"], state["metric"], state["path"]) == (
        ["params"],
        "rmse",
        "data/trips.csv",
    )


def test_the_runs_of_the_cell_are_walked_through(run, panel):
    cell = Cell("d" * 64, "taxi.ipynb", None, "taxi.ipynb#lasso", SOURCE)
    second = current.start(name="second", cell=cell)
    second.log_metrics({"rmse": 7.0})
    second.end()
    assert panel.apply("poll", {"revision": panel.revision}).result
    panel.apply("enlarge", {"key": "rmse"})
    panel.apply("look", {"path": "data/trips.csv"})
    panel.apply("go", {"run_id": panel.state()["run"]["next"]})
    state = panel.state()
    assert (state["run"]["name"], state["run"]["attempts"]) == ("second", 2)
    assert (state["metric"], state["path"]) == ("rmse", None)  # it has that metric, not the file
    panel.apply("go", {"run_id": state["run"]["previous"]})
    assert panel.run.info.run_id == run.run_id


def test_a_running_run_is_followed(shelduck):
    with shelduck.start_run() as run:
        panel = RunPanel(current.store, run.run_id)
        assert panel.state()["elapsed"] >= 0 and panel.state()["run"]["status"] == "RUNNING"
        seen = panel.revision
        assert not panel.apply("poll", {"revision": seen}).result
        shelduck.log_metric("rmse", 1.0)
        assert panel.apply("poll", {"revision": seen}).result
        assert panel.state()["metrics"]["rows"][0][:3] == ["rmse", 1, 1]
    assert panel.refresh() and panel.state()["run"]["status"] == "FINISHED"


def test_what_others_log_is_no_news(run, panel):
    with package.start_run():
        package.log_metric("rmse", 1.0)
    assert not panel.apply("poll", {"revision": panel.revision}).result


def test_a_run_in_the_trash_comes_back(run, panel):
    package.delete_run(run.run_id)
    assert panel.refresh() and panel.state()["run"]["deleted"]
    assert "in the trash" in repr(panel)
    panel.apply("restore", {})
    assert not panel.state()["run"]["deleted"]
    assert package.get_run(run.run_id).info.lifecycle_stage == "active"


def test_a_store_that_is_gone_is_said_and_what_was_read_stays(run, panel, tmp_path):
    current.store.path.rename(tmp_path / "elsewhere.duckdb")
    assert panel.refresh()
    state = panel.state()
    assert "is gone" in state["trouble"] and state["run"]["name"] == "lasso"
    assert "lasso" in repr(panel) and "lasso" in panel._repr_html_()
    (tmp_path / "elsewhere.duckdb").rename(current.store.path)
    assert panel.refresh() and panel.state()["trouble"] is None


def test_a_run_that_is_not_there(run):
    with pytest.raises(NotFound):
        RunPanel(run.store, "f" * 32)


def test_a_saved_notebook_shows_the_last_state(panel):
    panel.apply("rename", {"name": "renamed"})
    panel.apply("write_note", {"text": "noted"})
    html = panel._repr_html_()
    page = Page(html)
    for word in ("renamed", "noted", "attempt 1 of 1", "rmse", "data/trips.csv", SOURCE):
        assert word in page.text
        assert word.splitlines()[0] in repr(panel)
    assert html.count("<svg") == 1


def test_a_saved_page_has_the_answers_it_will_ask_for(panel):
    html = page_html(panel)
    for asked in ('sparks{\\"keys\\":[\\"rmse\\"]}', 'curve{\\"key\\":\\"rmse\\"}', "source{}"):
        assert asked in html
    assert 'artifact{\\"path\\":\\"data/trips.csv\\"}' in html


@pytest.fixture
def crowd(shelduck):
    """A run with more of everything than anybody reads, and hostile."""
    with shelduck.start_run(
        run_name=HOSTILE["long hostile"], description=HOSTILE["long hostile"]
    ) as run:
        for key, text in HOSTILE.items():
            key = text[:3000] or key
            run.log_params({key: text})
            run.set_tags({key: text})
            run.log_history({"step": [0, 1], key: [1.0, 2.0]})
        run.log_params({f"p{i}": "x" * 400 for i in range(2000)})
        run.log_history({"step": range(50)} | {f"m{i}": [float(i)] * 50 for i in range(500)})
    return run


def test_of_a_crowd_the_first_are_shown_and_the_others_are_there(crowd):
    panel = RunPanel(crowd.store, crowd.run_id)
    state = panel.state()
    assert state["params"]["total"] == 2000 + len(HOSTILE)
    assert 100 < len(state["params"]["rows"]) <= 200
    assert len(panel.apply("rows", {"section": "params"}).result) == state["params"]["total"]
    assert len(json.dumps(state)) < 300_000
    assert ("rows", {"section": "params"}) in panel.recorded()
    assert len(panel._repr_html_()) < 190_000
    Page(panel._repr_html_())


def test_a_run_within_a_cells_run_shows_that_cell(run, shelduck):
    child = current.start(name="trial", tags={PARENT: run.run_id})
    child.end()
    panel = RunPanel(run.store, child.run_id)
    state = panel.state()
    assert (state["source"], state["source_of"]) == (True, "lasso")
    assert state["run"]["notebook"] == "taxi.ipynb"
    assert "".join(text for _, text in panel.apply("source", {}).result["tokens"]).strip() == SOURCE
    assert "alpha = 0.01" in panel._repr_html_()
    assert RunPanel(run.store, run.run_id).state()["source_of"] is None


def test_golden_state(make_run, environment):
    """What the view's own tests read."""
    run = make_run(
        params={
            "alpha": 0.01,
            "depth": 3,
            "model": {"kind": "gbtree"},
            "none": None,
            "long": "x" * 301,
        }
        | {f"p{i}": str(i) for i in range(10)},
        metrics={"rmse": 6.283187, "r2": 0.7, "loss": math.nan},
        summaries={
            "rmse": MetricSummary(300, 6.283187, 299, 6.1, 280, 15.25, 0),
            "r2": MetricSummary(1, 0.7, 0, 0.7, 0, 0.7, 0),
            "loss": MetricSummary(2, math.nan, 1, None, None, None, None),
        },
        tags={
            "team": "mobility",
            COMMIT: "0123456789abcdef",
            DIRTY: True,
            NOTE: "## Tried\n\n*deeper*",
        },
        source=SOURCE,
        attempt=2,
        environment=environment,
    )
    files = [FileInfo("data/trips.csv", False, 8), FileInfo("model/MLmodel", False, 300)]
    files += [FileInfo("model/net.bin", False, 5000), FileInfo("log.txt", False, 12)]
    around = Surroundings("nyc-taxi", 2, 3, "a" * 32, "b" * 32, "c" * 32, "search")
    known = Known(run, files, around, run.cell)
    state = {"panel": "p", "store": "s", "revision": 1} | content(known)
    state |= {"elapsed": None, "folded": ["environment"], "metric": None, "path": None}
    answers = {"source": {"tokens": tokens(SOURCE), "digest": "d" * 64}}
    golden.check("run_view", {"state": state | {"trouble": None}, "answers": answers})
