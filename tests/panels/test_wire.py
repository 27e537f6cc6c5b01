"""Values on their way to a view, and back as its own tests read them."""

import json
import math

import golden
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelduck.panels import wire

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
values = st.recursive(scalars, lambda v: st.lists(v) | st.dictionaries(st.text(), v))


@given(values)
def test_every_value_is_strict_json_of_bounded_size(value):
    text = json.dumps(wire.cell(value), allow_nan=False)
    assert len(json.loads(text) if isinstance(value, str) else text) <= 7 * wire.LONGEST


@given(st.floats(allow_nan=False, allow_infinity=False) | st.booleans())
def test_numbers_and_truths_arrive_as_they_were(value):
    back = json.loads(json.dumps(wire.cell(value)))
    assert back == value
    assert isinstance(back, bool) == isinstance(value, bool)


def test_what_is_not_finite_none_and_texts_of_it_are_all_different():
    looks = [math.nan, math.inf, -math.inf, None, "NaN", "Infinity", "None", 0.0, False]
    cells = [json.dumps(wire.cell(v)) for v in looks]
    assert len(set(cells)) == len(looks)


@pytest.mark.parametrize("value", [1 << 53, -(1 << 53), 1 << 80])
def test_a_whole_number_that_javascript_has_not_travels_as_text(value):
    assert wire.cell(value) == {"v": str(value)}


def test_columns_arrive_as_they_were():
    table = {
        "metrics.rmse": np.array([1.5, math.nan, math.inf, -0.0]),
        "params.model": np.array(["lasso", None, "xgb", "lasso"], dtype=object),
        "<script>": np.array([None, None, None, None], dtype=object),
    }
    header, buffers = wire.columns(table)
    golden.check("columns", {"header": header, "buffers": [b.hex() for b in buffers]})


def test_no_column_is_no_column():
    assert wire.columns({}) == ({"length": 0, "columns": []}, [])
