"""Any value as a type and a text, and back; what cannot come back is refused in words."""

from __future__ import annotations

import enum
import math
from collections import OrderedDict, namedtuple
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePosixPath, PureWindowsPath
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelduck.errors import BadValue
from shelduck.values import LIMIT, checked_key, decode, encode, flatten, metric_value

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
OFFSETS = st.integers(-23 * 3600, 23 * 3600).map(lambda s: timezone(timedelta(seconds=s)))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(1 << 200), 1 << 200),
    st.floats(),
    st.complex_numbers(),
    TEXTS,
    st.binary(),
    st.datetimes().map(lambda moment: moment.replace(fold=0)),
    st.datetimes(timezones=OFFSETS).map(lambda moment: moment.replace(fold=0)),
    st.dates(),
    st.times().map(lambda moment: moment.replace(fold=0)),
    st.timedeltas(),
    st.decimals().filter(lambda number: not number.is_snan()),
    st.fractions(),
    st.uuids(),
    st.lists(TEXTS.filter(lambda s: "\0" not in s)).map(lambda parts: Path(*parts)),
)
HASHABLE = SCALARS.filter(lambda v: v == v)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner),
        st.lists(inner).map(tuple),
        st.sets(HASHABLE),
        st.dictionaries(TEXTS, inner),
        st.dictionaries(HASHABLE, inner),
        st.dictionaries(st.sampled_from(["$type", "value", "a"]), inner),
    ),
    max_leaves=10,
)


def back(value):
    encoded = encode("key", value)
    return decode(encoded.type, encoded.text)


def same(a, b) -> bool:
    """Equal, of the same types all the way down; NaN is itself, and so is minus nought."""
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, set):
        return a == b and sorted(map(repr, a)) == sorted(map(repr, b))
    return repr(a) == repr(b)


@given(VALUES)
def test_every_value_comes_back_as_it_was(value):
    assert same(back(value), value)


@given(st.one_of(st.integers(), st.floats(allow_nan=False), st.booleans(), st.fractions()))
def test_a_number_is_kept_beside_the_text(value):
    assert encode("key", value).number == float(value)


@pytest.mark.parametrize(
    ("value", "text", "number"),
    [
        (0.01, "0.01", 0.01),
        (1e-7, "1e-07", 1e-7),
        (True, "True", 1.0),
        (None, "None", None),
        ("7", "7", None),
        ([1, 2.0, "x", None], '[1, 2.0, "x", null]', None),
        (Decimal("1.10"), "1.10", 1.1),
        (10**400, str(10**400), None),
        (date(2026, 1, 2), "2026-01-02", None),
        ({"a": {"b": 1}}, '{"a": {"b": 1}}', None),
        ({3, 1, 2}, "[1, 2, 3]", None),
    ],
)
def test_the_text_is_what_a_person_would_write(value, text, number):
    encoded = encode("key", value)
    assert (encoded.text, encoded.number) == (text, number)


class Colour(enum.IntEnum):
    RED = 1


class Mode(enum.StrEnum):
    FAST = "fast"


class Tensor:
    """What a torch tensor of no dimensions looks like."""

    ndim = 0

    def __init__(self, value):
        self.value = value

    def item(self):
        return self.value


Point = namedtuple("Point", "x y")


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (np.float64(0.1), 0.1),
        (np.float32(0.5), 0.5),
        (np.int64(7), 7),
        (np.uint64(2**63), 2**63),
        (np.bool_(True), True),
        (np.str_("x"), "x"),
        (np.array(3), 3),
        (np.datetime64("2026-01-02T03:04:05"), datetime(2026, 1, 2, 3, 4, 5)),
        (np.datetime64("2026-01-02T03:04:05", "ns"), datetime(2026, 1, 2, 3, 4, 5)),
        (np.datetime64("2026-01-02"), date(2026, 1, 2)),
        (np.timedelta64(1_500_000_000, "ns"), timedelta(seconds=1.5)),
        (Tensor(0.5), 0.5),
        (Tensor(7), 7),
        ([np.int64(1), (np.float64(2.0),)], [1, (2.0,)]),
        ({"lr": np.float32(0.5), np.int64(3): Tensor(1)}, {"lr": 0.5, 3: 1}),
        (pd.Timestamp("2026-01-02 03:04:05.000006"), datetime(2026, 1, 2, 3, 4, 5, 6)),
        (pd.Timestamp("2026-01-02", tz="UTC"), datetime(2026, 1, 2, tzinfo=UTC)),
        (pd.Timedelta(seconds=2), timedelta(seconds=2)),
        (Colour.RED, 1),
        (Mode.FAST, "fast"),
        (Point(1, 2), (1, 2)),
        ([Point(1, 2)], [(1, 2)]),
        (OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
        (PurePosixPath("a/b"), Path("a/b")),
        (PureWindowsPath("C:/a"), PureWindowsPath("C:/a")),
        (UUID(int=5), UUID(int=5)),
        (Fraction(1, 3), Fraction(1, 3)),
    ],
)
def test_scalars_of_others_come_back_as_pythons_own(value, plain):
    assert same(back(value), plain)


def test_a_time_in_a_zone_comes_back_as_the_same_moment():
    zone = ZoneInfo("Europe/Berlin")
    summer, repeated = datetime(2026, 7, 1, tzinfo=zone), datetime(2026, 10, 25, 2, 30, tzinfo=zone)
    for moment in (summer, repeated, repeated.replace(fold=1)):
        assert back(moment).timestamp() == moment.timestamp()
        assert back(moment).utcoffset() == moment.utcoffset()


class Broken:
    def __repr__(self):
        raise RuntimeError("no")

    __str__ = __eq__ = __repr__
    __hash__ = None


def itself() -> list[object]:
    found: list[object] = []
    found.append(found)
    return found


REFUSED = {
    "an object": (object(), "of type object.*log str"),
    "a function": (len, "of type builtin_function_or_method"),
    "a broken repr": (Broken(), "of type .*Broken"),
    "one in a list": ([1, Broken()], "of type .*Broken"),
    "one in a set of others": ({frozenset()}, "of type frozenset"),
    "an array": (np.arange(3), r"of type numpy.ndarray.*\.tolist\(\)"),
    "a series": (pd.Series([1]), r"\.tolist\(\)"),
    "a frame": (pd.DataFrame({"a": [1]}), "of type pandas.*DataFrame"),
    "nanoseconds": (pd.Timestamp("2026-01-02 03:04:05.000006007"), "Timestamp.*could not be given"),
    "numpy's nanoseconds": (np.datetime64("2026-01-02T00:00:00.000000001"), "numpy.datetime64"),
    "no time": (pd.NaT, "NaTType"),
    "numpy's no time": (np.datetime64("NaT"), "numpy.datetime64"),
    "missing": (pd.NA, "NAType"),
    "more digits than a float": (np.longdouble("1.1"), "longdouble"),
    "a list that contains itself": (itself(), "contains itself"),
    "a lone surrogate": ("a\ud800", "not valid Unicode"),
    "one in a list of texts": (["a\ud800"], "not valid Unicode"),
    "one in a key": ({"a\ud800": 1}, "not valid Unicode"),
    "too long": ("x" * (LIMIT + 1), "1,048,577 bytes.*artifact"),
    "too long in bytes": ("é" * (LIMIT // 2 + 1), "1,048,578 bytes"),
    "a signalling NaN": (Decimal("sNaN"), "InvalidOperation"),
    "an enum": (enum.Enum("Kind", "A B").A, "of type .*Kind"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_come_back_is_refused_naming_the_key(what):
    value, message = REFUSED[what]
    with pytest.raises(BadValue, match=f"`my.key`.*{message}"):
        encode("my.key", value)


def test_the_limit_itself_is_kept():
    assert len(back("x" * LIMIT)) == LIMIT


@given(st.one_of(st.floats(), st.integers(-(10**300), 10**300), st.booleans(), st.fractions()))
def test_a_metric_is_a_float(value):
    number = metric_value("m", value)
    assert type(number) is float
    assert number == float(value) or math.isnan(number)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (None, None),
        (np.float32(0.5), 0.5),
        (np.array([0.5]), 0.5),
        (np.array([[0.5]]), 0.5),
        (pd.Series([0.5], index=["a"]), 0.5),
        (Tensor(0.5), 0.5),
        (Decimal("0.5"), 0.5),
        (Colour.RED, 1.0),
        (np.bool_(True), 1.0),
    ],
)
def test_what_is_one_number_is_a_metric(value, number):
    assert metric_value("m", value) == number


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("0.5", "of type str, not one number"),
        (1j, "of type complex"),
        ([0.5], "of type list.*log_history"),
        (np.array([0.5, 1.0]), "of type ndarray"),
        (pd.NA, "of type NAType"),
        (10**400, "beyond the range"),
        (Decimal("sNaN"), "cannot be read"),
        (Broken(), "of type Broken"),
        (datetime(2026, 1, 1), "of type datetime"),
    ],
)
def test_what_is_not_one_number_is_no_metric(value, message):
    with pytest.raises(BadValue, match=f"`my.metric`.*{message}"):
        metric_value("my.metric", value)


@pytest.mark.parametrize("key", ["a", "a/b c.d", "a?b=c", "ä", "'; --", "<b>", "k" * 10_000, " "])
def test_nearly_anything_is_a_name(key):
    assert checked_key(key, "param") == key


@pytest.mark.parametrize("key", ["", None, 7, "a\ud800", "k" * 10_001])
def test_what_is_no_name_is_refused(key):
    with pytest.raises(BadValue, match="param"):
        checked_key(key, "param")


def test_leaves_have_dotted_names():
    nested = {"a": 1, "b": {"c": [2, {"d": 3}], "e": {}}, 4: {"f": None}}
    assert dict(flatten(nested, "p")) == {
        "p.a": 1,
        "p.b.c": [2, {"d": 3}],
        "p.b.e": {},
        "p.4.f": None,
    }
