"""The card of a cell under way, as its view and a saved notebook get it."""

import json
import math
from types import SimpleNamespace

import golden
import pytest
from hostile import HOSTILE
from markup_reading import Page

from shelduck.panels.card import Card
from shelduck.panels.live_card import LivePanel
from shelduck.records import FAILED, RUNNING, Cell
from shelduck.tracking.current import current
from shelduck.tracking.watch import Watch

CELL = Cell("d" * 64, None, None, "#live", "x = 1")


@pytest.fixture
def run(shelduck):
    """The run of a tracked cell, with somebody looking on."""
    current.set_experiment("nyc-taxi")
    run = current.start(name="deep", cell=CELL)
    run.watch = Watch()
    yield run
    run.end()


@pytest.fixture
def panel(run):
    return LivePanel(run, CELL)


def _train(shelduck, run):
    run.log_params({"alpha": 0.01, "tree": {"depth": 3}, "kind": "hist"})
    bar = shelduck.progress(total=1000)
    bar.update(312)
    for step in range(40):
        run.log_metrics({"valid.rmse": 9 - step / 8 + step**2 / 400, "alpha_max": step % 3}, step)
    run.log_metric("loss", 3.0, step=1)
    run.log_metric("loss", math.nan, step=2)
    run.log_metric("rows", 120_345)
    for i, score in enumerate([0.5, 0.25, 0.75]):
        with shelduck.start_run(run_name=f"trial-{i}", nested=True):
            shelduck.log_metric("score", score)
    return bar


def _still(state):
    """A state without what is another one each time."""
    for bar in state["bars"]:
        bar["left"] = 12.5
    return state | {"panel": "p", "store": "s", "elapsed": 83.0}


def test_the_view_is_tested_on_what_python_says(shelduck, run, panel):
    bar = _train(shelduck, run)
    panel.refresh()
    golden.check("live_card", _still(panel.state()))
    bar.close()


def test_it_is_never_large(shelduck, run, panel):
    run.log_params({f"p{i}": "x" * 10_000 for i in range(1000)})
    for step in range(2000):
        run.log_metrics({f"m{i}": math.sin(step * i) for i in range(30)}, step)
    panel.refresh()
    state = panel.state()
    assert len(json.dumps(state)) < 40_000 and len(panel._repr_html_()) < 100_000
    assert (state["moreParams"], state["moreMetrics"]) == (988, 18)


def test_a_curve_lies_in_its_box(run, panel):
    for step, value in enumerate([1e308, -1e308, 0.0, math.inf, 5.0]):
        run.log_metric("wide", value, step=step)
    run.log_metrics({"flat": 2.0}, step=1)
    run.log_metrics({"flat": 2.0}, step=2)
    wide, flat = (m["curve"] for m in panel.state()["metrics"])
    assert wide["line"] == "0,0 250,1000 500,500 1000,500"
    assert flat["line"] == "0,500 1000,500"


@pytest.mark.parametrize(
    ("least", "line"),
    [(5e-324, "0,500 500,500 1000,500"), (1e-323, "0,1000 500,0 1000,1000")],
)
def test_a_curve_of_the_least_numbers_there_are_lies_in_its_box(run, panel, least, line):
    for step, value in enumerate([0.0, least, 0.0]):
        run.log_metric("tiny", value, step=step)
    (metric,) = panel.state()["metrics"]
    assert metric["curve"]["line"] == line


def test_what_a_notebook_keeps_says_when(shelduck, run, panel):
    _train(shelduck, run).close()
    shelduck.progress(total=10).update(3)
    assert repr(panel).startswith("○ deep  RUNNING  when last seen  ·  ")
    page = Page(panel._repr_html_())
    for word in ("RUNNING", "when last seen", "at 3 of 10", "nyc-taxi", "alpha 0.01"):
        assert word in page.text
    assert "3 runs" in page.text and "best score 0.7500 (trial-2)" in page.text
    assert panel._repr_html_().count("<svg") == 3  # two metrics, and the best of the runs inside


def test_the_end_says_where_it_stopped(shelduck, run):
    shelduck.progress(range(10))
    bar = shelduck.progress(total=1000)
    run.bars = [bar]
    bar.update(312)
    run.end(FAILED, "ZeroDivisionError: division by zero")
    assert "stopped at 312 of 1,000" in Card.of(run, CELL)._repr_html_()


def test_an_end_that_is_well_says_nothing_of_loops(shelduck, run):
    shelduck.progress(total=10).update(3)
    run.end()
    assert "3 of 10" not in repr(Card.of(run, CELL))


def test_a_loop_of_tqdm_that_is_gone_with_the_error(run):
    gone = SimpleNamespace(desc="epoch", n=4, total=9, start_t=0.0)
    run.end(FAILED, "KeyError: 'k'")
    assert "stopped at 4 of 9" in repr(Card.of(run, CELL, seen=[gone]))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_is_text(shelduck, run, panel, text):
    run.name = text
    for step in range(3):
        run.log_params({text[:900] or "p": text[:900]})
        run.log_metric(text[:900] or "m", 1.0 * step, step=step)
    with shelduck.start_run(run_name=text, nested=True):
        shelduck.log_metric("rmse " + text[:900], 1.0)
    panel.refresh()
    state = panel.state()
    assert state["status"] == RUNNING and len(json.dumps(state)) < 10_000
    Page(panel._repr_html_())
    run.end()
    Page(Card.of(run, CELL)._repr_html_())
