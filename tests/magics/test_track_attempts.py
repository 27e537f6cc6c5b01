"""Runs of one cell belong together, and are compared."""

import pytest

import shelduck


@pytest.fixture
def store(own_store):
    return own_store


def _attempts(runs):
    return [shelduck.get_run(run.info.run_id).attempt for run in runs]


def test_the_next_attempt_is_compared_with_the_one_before(shell, run, runs):
    cell = "%%track lasso\nfrom math import sqrt\nalpha = 0.5\nrmse = sqrt({}) * alpha"
    first, second = run(shell, cell.format(16)), run(shell, cell.format(9))
    assert "attempt 1" in first.shown[0]["text/plain"]
    text = second.shown[0]["text/plain"]
    assert "attempt 2" in text and "1.500  −0.5000 (−25.0 %)" in text
    assert _attempts(runs()) == [1, 2]


def test_a_cell_without_a_name_is_known_by_its_source(shell, run, runs):
    for cell in ("%%track\nx = 1", "%%track\nx = 1", "%%track\nx = 2"):
        run(shell, cell)
    assert _attempts(runs()) == [1, 2, 1]


def test_a_cell_with_an_id_is_the_same_when_it_is_edited(shell, run, runs):
    for cell in ("%%track\nx = 1", "%%track\nx = 2"):
        run(shell, cell, cell_id="5f1e")
    assert _attempts(runs()) == [1, 2]
    assert {r.cell.cell_id for r in runs()} == {"5f1e"}
    assert shelduck.get_run(runs()[1].info.run_id).cell.source == "%%track\nx = 2"


def test_attempts_are_counted_in_each_store(shell, run, tmp_path):
    first = [run(shell, "%%track same\nx = 1").shown[0]["text/plain"] for _ in range(2)]
    run(shell, "%shelduck use other/shelduck.duckdb")
    first.append(run(shell, "%%track same\nx = 1").shown[0]["text/plain"])
    assert [text.splitlines()[0].rpartition(" ")[2] for text in first] == ["1", "2", "1"]
