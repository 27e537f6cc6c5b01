"""Whatever a run contains is text to the browser, never markup; and never too much of it."""

import math
import re

import pytest
from hostile import HOSTILE
from hypothesis import given, settings
from hypothesis import strategies as st
from markup_reading import Page

from shelduck import formats
from shelduck.panels.card import Card, Change
from shelduck.panels.run_static import StaticRun
from shelduck.records import FAILED, NOTE, FileInfo

LIMIT = 200_000  # bytes of HTML, whatever the number of runs


def _card(text, params=None, metrics=None):
    return Card(
        name=text,
        status=FAILED,
        error=text or None,
        seconds=1.5,
        experiment=text,
        attempt=2,
        params=params or {text: text},
        metrics=metrics or {text: 1.5},
        changes={text: Change("+0.5", True)},
        refused=(text,),
        run_id="93d6beec9a414389aa8eddff690e9f94",
    )


@pytest.fixture
def panels(make_run, environment):
    """Every panel, with a text everywhere a user's text may stand."""

    def panels(text):
        run = make_run(
            name=text,
            status=FAILED,
            error=text,
            params={text: text, "nested": {text: text}, "list": [text]},
            metrics={text: 1.5},
            tags={text: text, NOTE: text},
            source=text,
            environment=environment,
        )
        return [
            _card(text),
            StaticRun(run, [FileInfo(text, False, 5)]),
        ]

    return panels


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_is_text(panels, text):
    for panel in panels(text):
        html = panel._repr_html_()
        page = Page(html)
        assert len(html.encode()) < LIMIT
        assert formats.line(text, 20).rstrip("…") in page.text
        assert "\x1b" not in repr(panel)
        assert len(repr(panel)) < LIMIT


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_stays_in_its_line(panels, text):
    card, *_ = panels(text)
    assert len(repr(card).splitlines()) == 4 + bool(text)


def test_writing_from_right_to_left_stays_apart(panels):
    for panel in panels("שלום"):
        html = panel._repr_html_().partition("<pre")[0]
        outside = re.sub("<bdi>.*?</bdi>|title='.*?'", "", html)
        assert "<bdi>" in html and "שלום" not in outside
    for panel in panels("abc \u202e fed"):
        assert "\u202e" not in panel._repr_html_() + repr(panel)


def test_what_stands_between_dollars_is_no_formula(panels):
    for panel in panels("$x$ and $y$"):
        assert panel._repr_html_().startswith("<div class='tex2jax_ignore mathjax_ignore'")


@settings(max_examples=50, deadline=None)
@given(st.text(), st.one_of(st.text(), st.floats(), st.integers(), st.none(), st.binary()))
def test_any_text_and_value(key, value):
    card = _card(key, params={key: value}, metrics={key: math.nan})
    Page(card._repr_html_())
    assert len(repr(card).splitlines()) == 4 + bool(key)


def test_a_thousand_params(make_run):
    params = {f"param_{i}": i / 7 for i in range(1000)}
    metrics = {f"metric_{i}": i / 7 for i in range(1000)}
    run = make_run(params=params, metrics=metrics, source="x = 1\n" * 10_000)
    details = StaticRun(run, [])
    html = details._repr_html_()
    assert len(html.encode()) < LIMIT and "more" in Page(html).text
    assert "param_999  142.71428571428572" in repr(details)
    card = _card("many", params, metrics)
    for shown in (repr(card), Page(card._repr_html_()).text):
        assert "param_23" in shown and "param_24" not in shown
        assert "… 976 more: %run_info" in shown


def test_values_that_are_no_plain_numbers(make_run):
    metrics = {"nan": math.nan, "plus": math.inf, "minus": -math.inf, "none": None, "zero": -0.0}
    run = make_run(metrics=metrics, params={"nan": math.nan, "none": None, "inf": math.inf})
    for panel in (StaticRun(run, []), _card("c", {}, metrics)):
        for shown in (repr(panel), Page(panel._repr_html_()).text):
            for word in ("NaN", "∞", "−∞", "–"):
                assert word in shown
    for shown in (repr(StaticRun(run, [])), Page(StaticRun(run, [])._repr_html_()).text):
        assert "None" in shown and "nan" in shown and "inf" in shown
