"""Histories cut to what a plot can show: no extreme is lost, and nothing is made up."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from looking import AT, OTHER, RUN, start

from shelduck.errors import BadValue
from shelduck.store import Store, facts
from shelduck.store.curves import Curve, curves, sparks

NAN, INF = math.nan, math.inf
POINT = st.tuples(
    st.integers(-5, 60), st.none() | st.floats() | st.sampled_from([NAN, INF, -INF, 0.0])
)


def log(store: Store, points: list[tuple[int, float | None]], run_id: str = RUN, key: str = "loss"):
    steps, values = [s for s, _ in points], [v for _, v in points]
    times = [AT + 10 * i for i in range(len(points))]
    store.append(start(run_id), facts.history(run_id, key, values, steps, times))


def drawn(store: Store, *asked: object) -> list[Curve]:
    with store.reading() as con:
        return curves(con, [RUN, OTHER], "loss", *asked)  # type: ignore[arg-type]


def told_apart(x: float, y: float | None, is_none: bool = False) -> tuple[float, str]:
    """A point, with NaN and None as texts so that they equal themselves."""
    return x, "None" if is_none or y is None else repr(y + 0.0)


def points_of(curve: Curve) -> list[tuple[float, str]]:
    columns = (curve.x.tolist(), curve.y.tolist(), curve.is_none.tolist())
    return [told_apart(*point) for point in zip(*columns, strict=True)]


def kind(y: str) -> str:
    return y if y in ("None", "nan", "inf", "-inf") else "finite"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(POINT, min_size=1, max_size=120), st.integers(1, 12))
@example([(0, 1.0)] * 5, 2)
@example([(0, NAN)] * 5 + [(9, None)] * 5, 2)
@example([(0, None), (1, 1e308), (2, -1e308), (3, INF), (4, -INF)], 1)
def test_extremes_ends_and_odd_values_are_kept(logged, points):
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "shelduck.duckdb")
        store._background.stop()
        log(store, logged)
        (curve,) = drawn(store, "step", points)
        store.journal.close()
    by_step = sorted(logged, key=lambda p: p[0])  # stable, as the order of logging is
    all_points = [told_apart(float(x), y) for x, y in by_step]
    kept = points_of(curve)
    assert curve.total == len(logged)
    assert set(kept) <= set(all_points)
    assert [x for x, _ in kept] == sorted(x for x, _ in kept)
    if len(logged) <= points:
        assert kept == all_points
        return
    assert len(kept) <= 6 * (points + 1) + 2
    assert all_points[0] in kept
    assert kept[-1] == all_points[-1]
    assert {kind(y) for _, y in kept} == {kind(y) for _, y in all_points}
    low, high = by_step[0][0], by_step[-1][0]
    width = (high - low) / points or 1
    for bucket in range(points + 1):
        values = [
            [float(y) for x, y in some if kind(y) == "finite" and (x - low) // width == bucket]
            for some in (all_points, kept)
        ]
        if values[0]:
            assert (min(values[1]), max(values[1])) == (min(values[0]), max(values[0]))


def test_a_long_curve_keeps_its_one_spike(store):
    spiky = [(i, 1.0 if i != 7777 else 99.0) for i in range(20_000)]
    log(store, spiky)
    (curve,) = drawn(store, "step", 100)
    assert (7777.0, "99.0") in points_of(curve)
    assert len(curve.x) <= 204
    assert curve.total == 20_000


def test_curves_come_in_the_order_asked_for_and_only_of_those_that_have_one(store):
    log(store, [(0, 1.0)], OTHER)
    log(store, [(0, 2.0)], RUN, "mae")
    assert [c.run_id for c in drawn(store)] == [OTHER]
    log(store, [(0, 3.0)], RUN)
    assert [c.run_id for c in drawn(store)] == [RUN, OTHER]
    with store.reading() as con:
        assert [c.run_id for c in curves(con, [OTHER, RUN], "loss")] == [OTHER, RUN]
        assert curves(con, [], "loss") == []


def test_a_curve_goes_over_wall_time_and_over_the_time_since_its_run_began(store):
    log(store, [(0, 1.0), (1, 2.0), (2, 3.0)])
    (over_time,) = drawn(store, "time")
    assert over_time.x.tolist() == [AT, AT + 10, AT + 20]
    (relative,) = drawn(store, "relative")
    with store.reading() as con:
        ((begun,),) = con.execute("SELECT start_us / 1e3 FROM run_state").fetchall()
    assert relative.x.tolist() == [(AT + i - begun) / 1e3 for i in (0, 10, 20)]


def test_a_curve_goes_over_another_metric_at_the_same_step(store):
    log(store, [(0, 1.0), (1, 2.0), (2, 3.0), (3, 4.0)])
    log(store, [(2, 0.5), (1, 7.0), (0, NAN), (1, 0.7)], RUN, "it's")
    (curve,) = drawn(store, "metric:it's")
    assert points_of(curve) == [(0.5, "3.0"), (0.7, "2.0")]
    assert curve.total == 2
    assert drawn(store, "metric:gone") == []


def test_what_a_curve_cannot_go_over_is_refused_in_words(store):
    with pytest.raises(BadValue, match="not `steps`; did you mean `step`"):
        drawn(store, "steps")


@pytest.mark.parametrize("key", ["'; DROP TABLE meta; --", "a.b", "\x00", "<i>"])
def test_a_key_is_data(store, key):
    log(store, [(0, 1.0)], RUN, key)
    with store.reading() as con:
        assert points_of(curves(con, [RUN], key)[0]) == [(0.0, "1.0")]
        assert curves(con, [RUN], key, f"metric:{key}")[0].x.tolist() == [1.0]


def test_sparks_are_small_curves_of_many(store):
    log(store, [(i, float(i)) for i in range(1000)])
    log(store, [(0, 1.0)], RUN, "mae")
    log(store, [(0, NAN)], OTHER)
    with store.reading() as con:
        found = sparks(con, [RUN, OTHER], ["loss", "mae", "gone"])
    assert set(found) == {(RUN, "loss"), (RUN, "mae"), (OTHER, "loss")}
    assert len(found[RUN, "loss"].x) <= 44
    assert found[RUN, "loss"].y[[0, -1]].tolist() == [0.0, 999.0]
    assert math.isnan(found[OTHER, "loss"].y[0])
