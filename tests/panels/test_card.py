"""The card of a tracked cell."""

import math

import pytest
from markup_reading import Page

import shelduck
from shelduck.panels.card import Card
from shelduck.panels.markup import COLOURS
from shelduck.records import FAILED, FINISHED, KILLED, Cell
from shelduck.tracking.current import current


@pytest.fixture
def run_cell(tmp_path, monkeypatch):
    """Make the run of a cell, as `%%track` does, and return its card."""
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    before = current.path
    shelduck.set_tracking_uri(tmp_path / "shelduck.duckdb")
    current.set_experiment("nyc-taxi")

    def run_cell(key="#lasso", status=FINISHED, error=None, params=(), metrics=()):
        cell = Cell("d" * 64, None, None, key, "x = 1")
        run = current.start(name="lasso", cell=cell)
        run.log_params(dict(params))
        run.log_metrics(dict(metrics))
        run.end(status, error)
        return Card.of(run, cell, [])

    yield run_cell
    current.store.close()
    shelduck.set_tracking_uri(before)
    current.set_experiment("Default")


def _shown(card):
    return Page(card._repr_html_()).text


def test_what_it_says(run_cell):
    card = run_cell(params={"alpha": 0.01, "tree": {"depth": 3}}, metrics={"rmse": 6.283185})
    first, *lines = repr(card).splitlines()
    assert first.startswith("● lasso  FINISHED  ")
    assert first.endswith("  ·  nyc-taxi  ·  attempt 1")
    assert lines == ["  params   alpha=0.01  tree.depth=3", "  metrics  rmse  6.283"]
    for word in ("lasso", "● FINISHED", "nyc-taxi", "attempt 1", "alpha 0.01", "rmse 6.283"):
        assert word in _shown(card)


@pytest.mark.parametrize("status", [FAILED, KILLED])
def test_how_it_ended(run_cell, status):
    card = run_cell(status=status, error="KeyError: 'k'")
    assert repr(card).splitlines()[1] == "  KeyError: 'k'"
    assert "KeyError: 'k'" in _shown(card) and status in _shown(card)
    assert COLOURS[status] in card._repr_html_()


CHANGES = {
    "less of an error": ("rmse", 8.0, 6.0, "−2 (−25.0 %)", True),
    "more of an error": ("rmse", 6.0, 9.0, "+3 (+50.0 %)", False),
    "more accuracy": ("accuracy", 0.5, 0.75, "+0.2500 (+50.0 %)", True),
    "nobody knows": ("alpha_max", 1.0, 2.0, "+1 (+100.0 %)", None),
    "from nothing": ("rmse", 0.0, 2.0, "+2", False),
    "from a debt": ("profit", -2.0, -1.0, "+1 (+50.0 %)", None),
}


@pytest.mark.parametrize(("key", "old", "new", "text", "better"), CHANGES.values(), ids=CHANGES)
def test_the_change_against_the_attempt_before(run_cell, key, old, new, text, better):
    run_cell(metrics={key: old})
    card = run_cell(metrics={key: new})
    assert card.attempt == 2
    assert (card.changes[key].text, card.changes[key].better) == (text, better)
    assert f"{key}  {new:.4g}"[:8] in repr(card) and repr(card).endswith(text)
    assert text in _shown(card)


@pytest.mark.parametrize(("old", "new"), [(1.0, 1.0), (math.nan, 1.0), (1.0, math.inf), (None, 1)])
def test_where_there_is_no_change_to_speak_of(run_cell, old, new):
    run_cell(metrics={"rmse": old})
    assert run_cell(metrics={"rmse": new}).changes == {}
    assert run_cell(metrics={}).changes == {}


def test_cells_are_told_apart(run_cell):
    assert [run_cell(key).attempt for key in ("#a", "#b", "#a", "#a", "#b")] == [1, 1, 2, 3, 2]


def test_the_attempt_before_may_be_of_another_process(run_cell, monkeypatch):
    run_cell(metrics={"rmse": 8.0})
    run_cell(metrics={"rmse": 7.0})
    shelduck.fold()
    monkeypatch.setattr("shelduck.panels.card._attempts", {})  # as a new kernel has it
    card = run_cell(metrics={"rmse": 6.0})
    assert card.attempt == 3 and card.changes["rmse"].text.startswith("−1")


def test_a_store_that_is_held_is_not_waited_for(run_cell, monkeypatch):
    run_cell(metrics={"rmse": 8.0})
    shelduck.fold()
    monkeypatch.setattr("shelduck.panels.card._attempts", {})

    def busy(self, wait=10.0):
        assert wait <= 1.0
        raise shelduck.StoreBusy("held by somebody")

    monkeypatch.setattr("shelduck.store.Store.reading", busy)
    card = run_cell(metrics={"rmse": 6.0})
    assert card.attempt == 1 and card.changes == {}


def test_a_cell_that_logged_nothing(run_cell):
    card = run_cell()
    assert len(repr(card).splitlines()) == 1
    assert "<table" not in card._repr_html_()
