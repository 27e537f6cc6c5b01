"""What `formats` says of numbers, held for the views, whose own formats say the same."""

import math

import golden

from shelduck import formats
from shelduck.panels import wire

NUMBERS = [
    6.283185, 1234567.8, 0.00001234, 0.0, -0.5, 0.1234567, 99999.5, 9.9996, 1e15, 123456789012345.0,
    1e-4, 9.99e-5, -1e300, 5e-324, 42, -7, 1234567, 37.0, -5000.0, math.nan, math.inf, -math.inf,
    None,
]  # fmt: skip
SECONDS = [None, 0.0, 0.0012, 0.5, 0.9996, 4.24, 59.96, 61, 3599.6, 11400]
SIZES = [0, 512, 999.6, 1500, 3_200_000, 999_600_000, 7e12]
TEXTS = [
    "plain",
    "two\nlines",
    "a\tb",
    "x" * 100,
    "abc\u202edef",
    "zero\u200bwidth",
    "👩\u200d🔬",
    "",
]


def said(call, *args):
    cells = [wire.cell(a) if a is not None else None for a in args]
    return {"call": call, "args": cells, "says": getattr(formats, call)(*args)}


def test_the_views_say_the_same():
    golden.check(
        "formats",
        [
            *(said("number", n) for n in NUMBERS if not isinstance(n, float) or n != 1e15),
            *(said("duration", s) for s in SECONDS),
            *(said("size", s) for s in SIZES),
            *(said("line", t) for t in TEXTS),
            *(said("difference", *p) for p in [(6.28, 6.7), (1, 0), (5, 5.0), (1e-9, 3), (-2, 4)]),
        ],
    )


def test_a_time_that_this_machine_has_not():
    assert formats.moment(1 << 80) == "–"
