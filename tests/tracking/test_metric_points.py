"""Metrics: points one by one and in bulk, their order, and what they come to."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from shelduck.errors import BadValue, NotFound


def history(shelduck, run, key):
    return [(p.step, p.value) for p in shelduck.get_metric_history(run.run_id, key)]


def test_points_come_by_step_then_in_the_order_of_logging(shelduck):
    with shelduck.start_run() as run:
        for step, value in [(2, 0.2), (0, 0.0), (1, 0.1), (1, 0.11), (-1, 9.0)]:
            shelduck.log_metric("loss", value, step=step)
        shelduck.log_metric("loss", 0.01)  # without a step it is 0
    assert history(shelduck, run, "loss") == [
        (-1, 9.0), (0, 0.0), (0, 0.01), (1, 0.1), (1, 0.11), (2, 0.2),
    ]  # fmt: skip
    assert shelduck.get_run(run.run_id).data.metrics == {"loss": 0.2}


def test_the_summary_is_kept(shelduck):
    with shelduck.start_run() as run:
        for step, value in enumerate([3.0, 1.0, math.nan, 5.0, None, 2.0]):
            shelduck.log_metric("loss", value, step=step)
            if step == 2:
                shelduck.fold()
    summary = shelduck.get_run(run.run_id).data.summaries["loss"]
    assert (summary.count, summary.last, summary.last_step) == (6, 2.0, 5)
    assert (summary.min, summary.min_step, summary.max, summary.max_step) == (1.0, 1, 5.0, 3)


def test_times_may_be_given(shelduck):
    with shelduck.start_run() as run:
        shelduck.log_metric("loss", 1.0, step=1, timestamp=1_700_000_000_000)
        shelduck.log_metrics({"loss": 2.0}, step=2, timestamp=1_700_000_000_001)
    times = [p.timestamp for p in shelduck.get_metric_history(run.run_id, "loss")]
    assert times == [1_700_000_000_000, 1_700_000_000_001]


@pytest.mark.parametrize("step", ["one", 1.5, math.nan, 1 << 63, [1]])
def test_a_step_is_a_whole_number(shelduck, step):
    with shelduck.start_run(), pytest.raises(BadValue, match="`loss`: steps and timestamps"):
        shelduck.log_metric("loss", 1.0, step=step)


def test_steps_of_other_kinds(shelduck):
    with shelduck.start_run() as run:
        for step in (np.int64(1), 2.0, True):
            shelduck.log_metric("loss", float(step), step=step)
    assert history(shelduck, run, "loss") == [(1, 1.0), (1, 1.0), (2, 2.0)]


COLUMNS = {
    "step": [0, 2, 1, 2],
    "timestamp": [10, 20, 15, 21],
    "loss": [1.0, 0.5, math.nan, 0.25],
    "acc": [math.inf, None, 0.5, -math.inf],
}


@pytest.mark.parametrize(
    "data",
    [
        COLUMNS,
        {k: tuple(v) for k, v in COLUMNS.items()},
        pd.DataFrame(COLUMNS, dtype=object),
        {k: np.array(v, dtype=object) for k, v in COLUMNS.items()},
    ],
    ids=["lists", "tuples", "frame", "arrays"],
)
def test_in_bulk_is_as_one_by_one(shelduck, data):
    with shelduck.start_run() as bulk:
        shelduck.log_history(data)
    with shelduck.start_run() as single:
        for step, at, loss, acc in zip(*COLUMNS.values(), strict=True):
            shelduck.log_metrics({"loss": loss, "acc": acc}, step=step, timestamp=at)
    for key in ("loss", "acc"):
        points = [
            [repr(tuple(p)) for p in shelduck.get_metric_history(run.run_id, key)]
            for run in (bulk, single)
        ]
        assert points[0] == points[1]
    assert bulk.metrics == single.metrics == {"loss": (2, 0.25), "acc": (2, -math.inf)}
    results = [shelduck.get_run(run.run_id).data for run in (bulk, single)]
    assert results[0].summaries == results[1].summaries


def test_a_bulk_without_steps_is_numbered(shelduck):
    with shelduck.start_run() as run:
        shelduck.log_history({"loss": np.linspace(1, 0, 5)})
        shelduck.log_history({"none": []})
        shelduck.log_history(pd.DataFrame({1: [0.5]}))
    assert [step for step, _ in history(shelduck, run, "loss")] == list(range(5))
    assert shelduck.get_run(run.run_id).data.metrics == {"loss": 0.0, "1": 0.5}


def test_a_hundred_thousand_points(shelduck):
    steps = np.arange(100_000)
    with shelduck.start_run() as run:
        shelduck.log_history({"step": steps, "loss": steps / 7})
    points = shelduck.get_metric_history(run.run_id, "loss")
    assert len(points) == 100_000
    assert points[12_345].value == 12_345 / 7


def test_a_bad_column_costs_no_other(shelduck):
    with shelduck.start_run() as run:
        with pytest.raises(BadValue, match="`word`"):
            shelduck.log_history({"word": ["a", "b"], "loss": [1.0, 2.0]})
        with pytest.raises(BadValue, match="differ in length"):
            shelduck.log_history({"a": [1.0], "b": [1.0, 2.0]})
        with pytest.raises(BadValue, match="`step`"):
            shelduck.log_history({"step": ["x"], "a": [1.0]})
    assert shelduck.get_run(run.run_id).data.metrics == {"loss": 2.0}


def test_a_metric_that_is_not_there(shelduck):
    with shelduck.start_run() as run:
        shelduck.log_metric("test_rmse", 1.0)
    with pytest.raises(NotFound, match=r"no metric `test_rsme` .*did you mean `test_rmse`"):
        shelduck.get_metric_history(run.run_id, "test_rsme")
    with pytest.raises(NotFound, match="no run"):
        shelduck.get_metric_history("nobody", "test_rmse")
