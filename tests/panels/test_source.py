"""A text cut into words of a kind."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shelduck.panels.source import LONGEST, tokens

CODE = """%%track lasso
import numpy as np  # arrays
def f(x: int) -> str:
    return f"{x!r} is {1.5e-3}"
"""


@pytest.mark.parametrize(
    ("kind", "text"), [("k", "import"), ("k", "return"), ("c", "# arrays"), ("f", "f")]
)
def test_what_python_is_made_of(kind, text):
    assert (kind, text) in tokens(CODE)


@settings(max_examples=200, deadline=None)
@given(st.text(), st.sampled_from(["python", "json", "yaml", "sql"]))
def test_the_tokens_are_the_text(text, language):
    found = tokens(text, language)
    assert "".join(part for _, part in found) == text
    assert {kind for kind, _ in found} <= set("ksncfo") | {""}


def test_neighbours_are_of_another_kind():
    kinds = [kind for kind, _ in tokens(CODE)]
    assert all(a != b for a, b in pairwise(kinds))


def test_of_a_very_long_text_nothing_is_coloured():
    text = "x = 1\n" * LONGEST
    assert tokens(text) == [("", text)]
