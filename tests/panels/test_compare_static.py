"""What a saved notebook keeps of a comparison: the last state, as text, and never too much."""

import datetime as dt
import math
import re

import pytest
from compared import fill, run_id, sweep
from hostile import HOSTILE
from markup_reading import Page

from shelduck.errors import BadValue
from shelduck.panels.compare import Comparison
from shelduck.store.reading import Search

LIMIT = 190_000


@pytest.fixture
def comparison(store):
    def make(runs, where="nyc-taxi", **search):
        fill(store, runs)
        return Comparison(store, Search(**search), where)

    return make


def strokes(html):
    """How many paths there are of each opacity."""
    found = re.findall(r"stroke-opacity='([\d.]+)'", html)
    return {opacity: found.count(opacity) for opacity in found}


def only(panel, section):
    closed = [s for s in ("parallel", "scatter", "contour", "curves", "differences")
              if s != section]  # fmt: skip
    panel.apply("arrange", {"patch": {"closed": closed}})
    return panel._repr_html_()


def test_as_text(comparison):
    lines = repr(comparison(sweep(12))).splitlines()
    assert lines[0] == "12 runs in nyc-taxi"
    assert lines[2].split() == ["name", "rmse", "alpha", "depth", "model"]
    assert len(lines[3:8]) == 5 and "the 5 best by rmse" in lines
    rmse = [float(line.split()[3]) for line in lines[3:8]]
    assert rmse == sorted(rmse)
    assert lines[-1].startswith("differ in  alpha 0.001 … 1; depth 2 … 6; model (lasso, ridge, xgb")


def test_as_html_it_has_every_section_that_has_something_to_show(comparison):
    panel = comparison(sweep(6))
    page = Page(panel._repr_html_())
    for title in ("parallel coordinates", "scatter", "contour", "curves", "differences"):
        assert title in page.text
    assert "params.alpha" in page.text and "The same in all: 1 params" in page.text
    assert page.text.count("lasso") > 2
    closed = Page(only(panel, "scatter")).text
    assert "scatter" in closed and "contour" not in closed and "curves" not in closed


def test_it_is_the_last_state(comparison):
    panel = comparison(sweep(30))
    assert set(strokes(only(panel, "parallel"))) == {"0.55", "1"}  # runs, and axes
    panel.apply("select", {"ids": [run_id(1), run_id(2)]})
    assert set(strokes(only(panel, "parallel"))) == {"0.15", "0.95", "1"}
    before = panel._repr_html_()
    brushes = {"params.depth": [[3, 4]], "params.model": ["ridge"]}
    panel.apply("arrange", {"patch": {"parallel": {"brushes": brushes}}})
    brushed = panel._repr_html_()
    assert brushed.count("v") > before.count("v") and brushed != before
    panel.apply("arrange", {"patch": {"parallel": {"axes": ["metrics.rmse", "params.depth"]}}})
    texts = Page(panel._repr_html_()).text
    assert "model" not in texts and texts.index("rmse") < texts.index("depth")


def test_flipping_turns_an_axis_round(comparison):
    panel = comparison(sweep(10))
    patch = {"parallel": {"axes": ["params.depth"], "flipped": []}}
    panel.apply("arrange", {"patch": patch})
    up = only(panel, "parallel")
    patch["parallel"]["flipped"] = ["params.depth"]
    panel.apply("arrange", {"patch": patch})

    def height(html, mark):
        return float(re.search(rf"y='([\d.]+)'[^>]*>{mark}</text>", html)[1])

    assert height(up, 6) < height(up, 2)
    down = only(panel, "parallel")
    assert height(down, 6) > height(down, 2)


def test_of_many_runs_some_are_drawn_and_how_many_is_said(comparison):
    panel = comparison(sweep(400))
    texts = Page(only(panel, "parallel")).text
    assert "300 of 400 runs drawn: evenly over rmse" in texts
    panel.apply("select", {"ids": [run_id(7), run_id(8)]})
    assert "the selected ones first, then evenly over rmse" in Page(panel._repr_html_()).text


def test_it_stays_small_however_many_runs_and_columns(comparison):
    runs = sweep(3000)
    for i, run in enumerate(runs):
        run["name"] = f"{'long name ' * 30}{i}"
        run["params"] |= {f"param with a long name {j}": (i * j) % 97 / 7 for j in range(1, 25)}
        run["metrics"]["rmse"] = [8 + math.sin(i + s) for s in range(20)]
    panel = comparison(runs)
    axes = [a["id"] for a in panel.state()["axes"]]
    panel.apply("arrange", {"patch": {"parallel": {"axes": axes}}})
    panel.apply("select", {"ids": [run_id(i) for i in range(3000)]})
    assert 20_000 < len(panel._repr_html_()) < LIMIT
    assert len(repr(panel)) < 5_000
    assert f"{len(axes) - 12} more axes" in Page(panel._repr_html_()).text


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_is_text(comparison, text):
    name = text[:250] or "x"
    runs = [
        {"name": text, "params": {name: text, "n": 1}, "metrics": {name: [1.0, 0.5]},
         "tags": {name: text}, "source": text},
        {"name": "b", "params": {name: "other", "n": 2}, "metrics": {name: [2.0, 0.7]},
         "tags": {name: "y"}, "source": "y"},
    ]  # fmt: skip
    panel = comparison(runs, where=text)
    for axis in (f"params.{name}", f"tags.{name}"):
        panel.apply("arrange", {"patch": {"scatter": {"x": axis, "colour": axis}}})
        html = panel._repr_html_()
        Page(html)
        assert len(html) < LIMIT
        assert html.startswith("<div class='tex2jax_ignore mathjax_ignore'")
        assert "\u202e" not in html + repr(panel) and "\x1b" not in html + repr(panel)


def test_nothing_to_compare_says_what_to_do(comparison, store):
    assert "%%track" in repr(comparison([])) and "%%track" in comparison([])._repr_html_()
    fill(store, [{"metrics": {"rmse": 7.0}}])
    none = Comparison(store, Search(filter_string="metrics.rmse < 6"), "nyc-taxi")
    assert repr(none) == "No run in nyc-taxi matches metrics.rmse < 6"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, None, 3.0])
def test_all_the_same_and_not_finite(comparison, value):
    params = [{"a": 1, "b": 3}, {"a": 2, "b": 4}]
    panel = comparison([{"metrics": {"rmse": [value, value]}, "params": p} for p in params])
    panel.apply("arrange", {"patch": {"scatter": {"y": "metrics.rmse", "logY": True}}})
    Page(panel._repr_html_())
    for kind in ("parallel", "scatter", "contour", "curves", "importance"):
        panel.figure(kind)


def test_times_have_no_logarithm(comparison):
    panel = comparison([{"params": {"at": dt.datetime(2020, 1, 1)}, "metrics": {"rmse": 1.0}}] * 2)
    with pytest.raises(BadValue, match="no logarithm"):
        panel.apply("arrange", {"patch": {"parallel": {"log": ["params.at"]}}})
    for at in ("start_time", "params.at"):
        patch = {"x": at, "y": "metrics.rmse", "colour": at, "logX": True}
        panel.apply("arrange", {"patch": {"scatter": patch}})
        assert "–" not in Page(only(panel, "scatter")).text
