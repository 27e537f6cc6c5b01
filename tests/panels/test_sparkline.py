"""A metric's history as a small SVG."""

import math
import re

from hypothesis import given
from hypothesis import strategies as st
from markup_reading import Page

from shelduck.panels.sparkline import HEIGHT, WIDTH, sparkline


def _path(*values):
    return re.search(r" d='(.*?)'", sparkline(range(len(values)), values))[1]


def test_a_rising_curve_goes_from_the_lower_left_to_the_upper_right():
    assert _path(1.0, 2.0, 3.0) == "M2.0 22.0L60.0 12.0L118.0 2.0"


def test_it_breaks_where_there_is_no_number():
    assert _path(1.0, 2.0, math.nan, 2.0, math.inf, 1.0).count("M") == 3


def test_a_point_alone_is_a_dot():
    assert _path(3.0) == "M60.0 12.0h0"


def test_of_no_number_there_is_no_curve():
    assert sparkline([0, 1], [math.nan, math.inf]) == "" == sparkline([], [])


@given(st.lists(st.tuples(st.integers(-(2**62), 2**62), st.floats()), max_size=20))
def test_it_stays_in_its_place(points):
    html = sparkline([float(x) for x, _ in points], [y for _, y in points])
    Page(html)
    places = re.findall(r"([\d.-]+) ([\d.-]+)", "".join(re.findall(r" d='(.*?)'", html)))
    assert all(0 <= float(x) <= WIDTH and 0 <= float(y) <= HEIGHT for x, y in places)
