"""Numbers, durations, sizes, times and texts as a person reads them."""

import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelduck import formats

NUMBERS = [
    (6.283185, "6.283"),
    (11.167, "11.17"),
    (0.1304, "0.1304"),
    (0.00012344, "0.0001234"),
    (0.00001234, "1.234e-05"),
    (1234567.8, "1,234,568"),
    (-0.5, "-0.5000"),
    (9.9999, "10.000"),
    (1e15, "1.000e+15"),
    (0.0, "0"),
    (-0.0, "0"),
    (7, "7"),
    (73908, "73,908"),
    (10**15, "1000000000000000"),
    (math.nan, "NaN"),
    (math.inf, "∞"),
    (-math.inf, "−∞"),
    (None, "–"),
]


@pytest.mark.parametrize(("value", "text"), NUMBERS)
def test_numbers(value, text):
    assert formats.number(value) == text


COLUMNS = [
    ([6.31, 6.5392, 11.167], ["6.310", "6.539", "11.167"]),
    ([0.98, 0.1], ["0.9800", "0.1000"]),
    ([6.31, None, math.nan, -math.inf], ["6.310", "–", "NaN", "−∞"]),
    ([0.0, 2.5], ["0.000", "2.500"]),
    ([1e-9, 2.5], ["1.000e-09", "2.500"]),  # too far apart for one number of decimals
    ([3, 1200], ["3", "1,200"]),
    ([], []),
    ([math.nan], ["NaN"]),
]


@pytest.mark.parametrize(("column", "texts"), COLUMNS)
def test_columns_of_numbers(column, texts):
    assert formats.numbers(column) == texts


@given(st.lists(st.one_of(st.floats(), st.none(), st.integers()), max_size=5))
def test_any_column(column):
    texts = formats.numbers(column)
    assert len(texts) == len(column) and all(texts)
    assert all("\n" not in text for text in texts)


VALUES = [
    (0.01, "0.01"),
    (0.018060244040060163, "0.01806"),
    (1e-9, "1e-09"),
    (True, "True"),
    (None, "None"),
    (7, "7"),
    ("text", "text"),
    ("", "''"),
    ("two\nlines\tand a tab", "two⏎lines⇥and a tab"),
    ("a\u00a0b\u3000c", "a b c"),
    ("\x1b[31m\x00\u202e", "·[31m··"),
    ("👩‍🔬", "👩‍🔬"),
    ([1, "a"], "[1, 'a']"),
    ("x" * 61, "x" * 59 + "…"),
    ("x" * 60, "x" * 60),
    (math.inf, "inf"),
]


@pytest.mark.parametrize(("value", "text"), VALUES)
def test_values(value, text):
    assert formats.value(value) == text


@given(st.text(), st.integers(1, 100))
def test_a_line_is_one_short_line(text, limit):
    line = formats.line(text, limit)
    assert len(line) == min(len(text), limit)
    assert len(line.splitlines()) <= 1
    assert all(c.isprintable() or c == "\u200d" for c in line)


DIFFERENCES = [
    ((6.0, 8.0), "−2.000 (−25.0 %)"),
    ((8.0, 6.0), "+2.000 (+33.3 %)"),
    ((1.0, 0.0), "+1.000"),
    ((1.0, 1.0), "±0 (±0.0 %)"),
    ((1.0, 5e-324), "+1.000"),
]


@pytest.mark.parametrize(("pair", "text"), DIFFERENCES)
def test_differences(pair, text):
    assert formats.difference(*pair) == text


DURATIONS = {
    None: "–",
    0.0: "0.0 ms",
    0.0031: "3.1 ms",
    0.0421: "42 ms",
    0.9994: "999 ms",
    0.9996: "1.0 s",
    4.21: "4.2 s",
    59.96: "1 min 0 s",
    125.0: "2 min 5 s",
    3599.6: "1 h 0 min",
    11_400.0: "3 h 10 min",
    1e6: "277 h 46 min",
}


@pytest.mark.parametrize(("seconds", "text"), DURATIONS.items())
def test_durations(seconds, text):
    assert formats.duration(seconds) == text


SIZES = {0: "0 B", 512: "512 B", 999: "999 B", 1500: "1.5 kB", 999_600: "1 MB", 3.2e6: "3.2 MB"}


@pytest.mark.parametrize(("count", "text"), [*SIZES.items(), (7e9, "7 GB"), (2e12, "2 TB")])
def test_sizes(count, text):
    assert formats.size(count) == text


def test_moments(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    time.tzset()
    assert formats.moment(1_795_424_400_000) == "2026-11-23 14:45"
    monkeypatch.undo()
    time.tzset()
