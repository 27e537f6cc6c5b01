"""What a card sees of a run while it lives."""

import math
import os
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelduck.tracking.watch import PARTS, TRACED, Trace, Watch, across

VALUES = st.lists(st.one_of(st.none(), st.floats()), max_size=1500)


def _traced(values):
    trace = Trace()
    for step, value in enumerate(values):
        trace.note(step, value)
    return trace


@given(VALUES)
def test_a_trace_is_bounded_and_keeps_the_extremes_and_the_newest(values):
    trace = _traced(values)
    kept = trace.points()
    finite = [(n, v) for n, v in enumerate(values, 1) if v is not None and math.isfinite(v)]
    assert len(kept) <= 2 * PARTS + 1
    assert (trace.count, trace.odd) == (len(values), len(values) - len(finite))
    assert [p.nth for p in kept] == sorted({p.nth for p in kept})
    assert {(p.nth, p.value) for p in kept} <= set(finite)
    if finite:
        assert (kept[-1].nth, kept[-1].value) == finite[-1]
        assert min(p.value for p in kept) == min(v for _, v in finite)
        assert max(p.value for p in kept) == max(v for _, v in finite)


@given(VALUES)
def test_the_extreme_is_the_first_of_several(values):
    trace = _traced(values)
    finite = [v for v in values if v is not None and math.isfinite(v)]
    if not finite:
        assert trace.extreme(least=True) is None and trace.points() == []
        return
    assert trace.extreme(least=True).step == values.index(min(finite))
    assert trace.extreme(least=False).step == values.index(max(finite))


def test_few_points_are_kept_whole_and_many_as_densely_everywhere():
    assert [p.value for p in _traced(map(float, range(PARTS))).points()] == list(range(PARTS))
    steps = [p.step for p in _traced(math.sin(i) for i in range(100_000)).points()]
    gaps = [b - a for a, b in pairwise(steps)]
    assert len(steps) > PARTS and max(gaps) < 4 * 100_000 / PARTS


def test_where_points_lie_is_their_step_if_steps_go_up():
    assert across(_traced([1.0, 2.0, 3.0]).points()) == [0, 1, 2]
    restarted, still = Trace(), Trace()
    for step in (0, 1, 2, 0, 1):
        restarted.note(step, 1.0 * step)
        still.note(0, 1.0)
    assert across(restarted.points()) == across(still.points())[:5] == [1, 2, 3, 4, 5]


@pytest.fixture
def watched(shelduck):
    with shelduck.start_run() as run:
        run.watch = Watch()
        yield run


def test_everything_that_is_logged_is_seen(shelduck, watched):
    shelduck.log_metric("loss", 3.0, step=1)
    shelduck.log_metrics({"loss": 2.0, "acc": math.nan}, step=2)
    shelduck.log_history({"loss": [1.0, 0.5], "step": [3, 4]})
    assert [p.value for p in watched.watch.traces["loss"].points()] == [3.0, 2.0, 1.0, 0.5]
    assert watched.metrics["loss"] == (4, 0.5)
    assert watched.watch.traces["acc"].odd == 1
    assert list(watched.watch.curves()) == ["loss"]


def test_metrics_without_end_are_not_traced_without_end(shelduck, watched):
    shelduck.log_metrics({f"m{i}": i for i in range(2 * TRACED)})
    assert len(watched.watch.traces) == TRACED and len(watched.metrics) == 2 * TRACED


def test_the_best_of_the_runs_inside(shelduck, watched):
    for i, (rmse, r2) in enumerate([(9.0, 0.1), (7.0, 0.5), (8.0, 0.4)]):
        with shelduck.start_run(run_name=f"trial-{i}", nested=True):
            shelduck.log_metrics({"rmse": rmse, "r2": r2, "alpha_max": 3.0})
    with pytest.raises(ZeroDivisionError), shelduck.start_run(nested=True):
        shelduck.log_metric("rmse", math.nan)
        1 / 0
    still_open = shelduck.start_run(nested=True)
    watched.watch.look_inside()
    seen = watched.watch
    assert (seen.ended, seen.broken, seen.open) == (4, 1, [still_open])
    assert {k: (b.value, b.run) for k, b in seen.best.items()} == {
        "rmse": (7.0, "trial-1"),
        "r2": (0.5, "trial-1"),
    }
    assert [p.value for p in seen.best["rmse"].trace.points()] == [9.0, 7.0, 7.0]
    still_open.end()


def test_a_thousand_runs_inside_are_not_all_remembered(shelduck, watched):
    for _ in range(1000):
        shelduck.start_run(nested=True).end()
    assert len(watched.watch.open) < 500
    watched.watch.look_inside()
    assert (watched.watch.ended, watched.watch.open) == (1000, [])


def test_a_forked_child_does_not_wait_for_a_lock_of_the_parents_thread(shelduck, watched):
    with watched.watch.lock:
        child = os.fork()
        if child == 0:
            shelduck.log_metric("loss", 1.0)
            os._exit(0 if watched.watch is None else 1)
        assert os.waitpid(child, 0)[1] == 0
