"""A comparison as plotly figures."""

import builtins

import pytest
from compared import fill, run_id, sweep

from shelduck.errors import BadValue
from shelduck.panels.compare import Comparison
from shelduck.panels.comparing.figures import KINDS
from shelduck.store.reading import Search


@pytest.fixture
def panel(store):
    fill(store, sweep(12))
    return Comparison(store, Search(), "nyc-taxi")


def test_they_show_what_the_panel_shows(panel):
    parallel = panel.figure("parallel").data[0]
    assert [d.label for d in parallel.dimensions] == ["log10 alpha", "depth", "model", "rmse"]
    assert list(parallel.dimensions[2].ticktext) == ["lasso", "ridge", "xgb"]
    panel.apply("arrange", {"patch": {"scatter": {"x": "params.model", "logY": True}}})
    scatter = panel.figure("scatter")
    assert scatter.layout.xaxis.type == "category" and scatter.layout.yaxis.type == "log"
    assert set(scatter.data[0].x) == {"lasso", "ridge", "xgb"}
    heat, dots = panel.figure("contour").data
    assert (heat.type, dots.type) == ("contour", "scatter") and len(dots.x) == 12
    panel.apply("select", {"ids": [run_id(3)]})
    assert [line.name for line in panel.figure("curves").data] == ["run 3"]
    assert set(panel.figure("importance").data[0].y) == {"alpha", "depth", "model"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_exported(panel, kind):
    assert len(panel.figure(kind).to_json()) > 100


def test_a_time_is_a_date(panel):
    panel.apply("arrange", {"patch": {"scatter": {"x": "start_time"}, "curves": {"x": "time"}}})
    assert panel.figure("scatter").layout.xaxis.type == "date"
    assert str(panel.figure("scatter").data[0].x[-1]).startswith("2100-01-01T00:00:00")
    assert str(panel.figure("curves").data[0].x[0]).startswith("2100-01-01T00:00:00")


def test_markup_in_names_is_text(store):
    fill(store, [{"name": "<b>x</b>", "params": {"<a href='y'>": i}, "metrics": {"m": i}}
                 for i in (1, 2)])  # fmt: skip
    panel = Comparison(store, Search(), "e")
    for kind in ("parallel", "scatter"):
        assert "<b>" not in panel.figure(kind).to_json()
        assert "<a" not in panel.figure(kind).to_json()


def test_a_kind_there_is_not_or_nothing_to_draw(panel, store):
    with pytest.raises(BadValue, match="did you mean `scatter`"):
        panel.figure("scater")
    with pytest.raises(BadValue, match="there are parallel, scatter"):
        panel.figure("pie")
    empty = Comparison(store, Search(filter_string="params.depth > 99"), "e")
    for kind in ("scatter", "contour", "curves", "importance"):
        with pytest.raises(BadValue, match=f"nothing for a figure of {kind}"):
            empty.figure(kind)


def test_without_plotly_it_says_how_to_install_it(panel, monkeypatch):
    def imported(name, *args, real=builtins.__import__):
        if name.startswith("plotly"):
            raise ImportError(name)
        return real(name, *args)

    monkeypatch.setattr(builtins, "__import__", imported)
    with pytest.raises(BadValue, match=r"pip install 'shelduck\[plots\]'"):
        panel.figure("parallel")
