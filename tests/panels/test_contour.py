"""A metric over two axes: right where runs are, and nothing where none is."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shelduck.errors import BadValue
from shelduck.panels.comparing.columns import of_numbers, of_texts
from shelduck.panels.comparing.contour import NODES, contour
from shelduck.panels.comparing.scales import Scale
from shelduck.panels.comparing.table import Table, axis_of

numbers = st.floats(-1e6, 1e6) | st.sampled_from([math.nan, math.inf, -math.inf, 0.0])


def table(**columns):
    """A table of params and of the metric ``z``; None is what a run has not."""
    found = {}
    for name, values in columns.items():
        axis = f"metrics.{name}" if name == "z" else f"params.{name}"
        if any(isinstance(v, str) for v in values):
            found[axis] = of_texts(values)
        else:
            there = np.array([v is not None for v in values], bool)
            array = np.array([math.nan if v is None else v for v in values], float)
            found[axis] = of_numbers(array, there)
    count = len(next(iter(columns.values())))
    ids = [str(i) for i in range(count)]
    axes = tuple(axis_of(name, column) for name, column in found.items())
    return Table(ids, ids, ["FINISHED"] * count, found, axes)


def of(made):
    return contour(made, "params.x", "params.y", "metrics.z")


def node(scale, value):
    """The node nearest to a value."""
    return round(float(scale.place(np.array([float(value)]))[0]) * (NODES - 1))


@given(st.lists(st.tuples(numbers, numbers, numbers), max_size=40))
@settings(max_examples=60, deadline=None)
def test_it_stays_within_the_runs_and_says_how_many_it_used(rows):
    made = table(**{n: [r[i] for r in rows] for i, n in enumerate("xyz")}) if rows else None
    if made is None:
        return
    found = of(made)
    good = [r for r in rows if all(map(math.isfinite, r))]
    if not any(axis.log for axis in made.axes):
        assert found.runs == len(good)
    assert found.runs + sum(found.left_out.values()) == len(rows)
    known = found.grid[np.isfinite(found.grid)]
    if len(known):
        slack = 1e-9 * max(1.0, abs(found.z[0]), abs(found.z[1]))
        assert found.z[0] - slack <= known.min() and known.max() <= found.z[1] + slack


def test_far_from_any_run_there_is_nothing_and_near_one_there_is_its_value():
    rng = np.random.default_rng(1)
    x, y = rng.random(400), rng.random(400)
    hole = (x > 0.3) & (x < 0.7) & (y > 0.3) & (y < 0.7)
    x, y = x[~hole], y[~hole]
    found = of(table(x=x.tolist(), y=y.tolist(), z=(3 * x + y).tolist()))
    assert math.isnan(found.grid[NODES // 2, NODES // 2])
    corner = found.grid[node(found.y, 0.9), node(found.x, 0.9)]
    assert corner == pytest.approx(3.6, abs=0.1)
    assert found.runs == len(x)


def test_rows_are_from_the_bottom_and_columns_from_the_left():
    grid = [(a, b) for a in range(6) for b in range(6)]
    xs, ys = zip(*grid, strict=True)
    found = of(table(x=list(xs), y=list(ys), z=[10 * b + a for a, b in grid]))
    assert np.isfinite(found.grid).all()
    assert found.grid[-1, 0] > 40 and found.grid[0, -1] < 10
    assert found.grid[0, 0] < found.grid[0, -1]


def test_a_grid_search_of_nine_has_colour_between_its_runs():
    grid = [(a, b) for a in (1, 2, 3) for b in (1, 2, 3)]
    xs, ys = zip(*grid, strict=True)
    found = of(table(x=list(xs), y=list(ys), z=[float(a) for a, _ in grid]))
    assert np.isfinite(found.grid).all()


def test_texts_have_a_place_each_and_do_not_mix():
    found = of(table(x=["b", "a", "b", None], y=[1, 1, 1, 1], z=[4.0, 1.0, 6.0, 9.0]))
    assert found.x.ends == ["a", "b"] and found.grid.shape == (NODES, 2)
    middle = found.grid[NODES // 2]
    assert middle.tolist() == [1.0, 5.0]
    assert found.left_out == {"without params.x": 1}


def test_a_logarithmic_axis_is_even_in_the_logarithm():
    x = [10.0**-e for e in range(6) for _ in range(3)]
    found = of(table(x=x, y=[0, 1, 2] * 6, z=[math.log10(v) for v in x]))
    assert found.x.log and found.x.ends == pytest.approx([1e-5, 1.0])
    assert found.grid[0, NODES // 2] == pytest.approx(-2.5, abs=0.3)


def test_no_run_is_dropped_however_many():
    rng = np.random.default_rng(2)
    x, y = rng.random(30_000), rng.random(30_000)
    found = of(table(x=x.tolist(), y=y.tolist(), z=(x + y).tolist()))
    assert found.runs == 30_000 and np.isfinite(found.grid).all()


def test_equal_values_none_at_all_and_too_many_texts():
    same = of(table(x=[1, 1], y=[2, 2], z=[3.0, 5.0]))
    assert same.grid[NODES // 2, NODES // 2] == 4.0 and math.isnan(same.grid[0, 0])
    none = of(table(x=[None], y=[2], z=[3.0]))
    assert none.runs == 0 and none.z == [] and np.isnan(none.grid).all()
    texts = [f"t{i}" for i in range(61)]
    with pytest.raises(BadValue, match=r"params.x has 61 different texts.*room for 60"):
        of(table(x=texts, y=[1] * 61, z=[1.0] * 61))
    with pytest.raises(BadValue, match=r"metrics.z is a text"):
        of(table(x=[1], y=[1], z=["a"]))


@given(st.floats(1e-300, 1e300), st.floats(1e-300, 1e300))
def test_marks_of_an_axis_lie_on_it(a, b):
    column = of_numbers(np.array([a, b]), np.array([True, True]))
    for log in (False, True):
        for place, words in Scale.of(column, log).ticks(5):
            assert -1e-6 <= place <= 1 + 1e-6 and words
