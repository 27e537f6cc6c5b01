"""The panel that compares runs: its state, its commands, and what a saved page needs."""

import base64
import json
import math

import golden
import numpy as np
import pytest
from compared import fill, run_id, sweep

from shelduck.errors import BadFilter, BadValue, StoreMoved
from shelduck.panels.compare import Comparison
from shelduck.panels.page import page_html
from shelduck.store.reading import Search


@pytest.fixture
def comparison(store):
    """Make a comparison of runs, after logging them."""

    def make(runs=(), **search):
        fill(store, runs)
        return Comparison(store, Search(**search), "nyc-taxi")

    return make


def columns(panel):
    answer = panel.apply("data", {})
    found = {}
    for column, buffer in zip(answer.result["columns"], answer.buffers, strict=True):
        if column["encoding"] == "float":
            found[column["id"]] = np.frombuffer(buffer, "<f8").tolist()
        else:
            names = column["categories"]
            codes = np.frombuffer(buffer, "<i4")
            found[column["id"]] = [names[c] if c >= 0 else None for c in codes]
    return found


def axis(panel, name):
    return next(a for a in panel.state()["axes"] if a["id"] == name)


# --- axes --------------------------------------------------------------------------------


def test_axes_that_vary_come_first_and_those_of_use_are_shown(comparison):
    state = comparison(sweep(12)).state()
    varying = [a["id"] for a in state["axes"] if a["varies"]]
    assert varying == [
        "params.alpha", "params.depth", "params.model", "metrics.rmse", "duration", "start_time",
    ]  # fmt: skip
    assert [a["id"] for a in state["axes"]][len(varying) :] == ["params.seed", "tags.team"]
    view = state["view"]
    assert view["parallel"]["axes"] == varying[:4]
    assert view["parallel"]["colour"] == view["contour"]["z"] == "metrics.rmse"
    assert (view["contour"]["x"], view["contour"]["y"]) == ("params.alpha", "params.depth")


def test_what_an_axis_is_like(comparison):
    panel = comparison(sweep(12))
    alpha = {"type": "number", "log": True, "better": None, "count": 12, "kind": "param"}
    assert axis(panel, "params.alpha").items() >= alpha.items()
    rmse = {"type": "number", "log": False, "better": "less", "points": 5, "kind": "metric"}
    assert axis(panel, "metrics.rmse").items() >= rmse.items()
    assert axis(panel, "params.model")["type"] == "text"
    assert axis(panel, "start_time")["type"] == "time"


def test_values_that_are_no_numbers_stay_what_they_are(comparison):
    values = [1.0, math.nan, math.inf, -math.inf, None]
    runs = [{"metrics": {"rmse": v}} for v in values] + [{}]
    panel = comparison(runs)
    found = columns(panel)
    last_first = found["metrics.rmse"]
    assert str(last_first[-4:]) == "[-inf, inf, nan, 1.0]"
    assert found["metrics.rmse?"][-4:] == [3.0, 2.0, 1.0, 0.0]
    assert found["metrics.rmse?"][0] == 0.0 and math.isnan(last_first[0])  # has none at all
    assert "duration?" not in found


def test_texts_truths_none_and_dates_among_params(comparison):
    from datetime import date, datetime

    runs = [
        {"params": {"on": True, "depth": None, "day": date(2026, 1, 2), "n": "10"}},
        {"params": {"on": False, "depth": 5, "day": datetime(2026, 1, 3, 12), "n": "9"}},
        {"params": {"depth": 12, "n": "b"}},
    ]
    panel = comparison(runs)
    found = columns(panel)
    assert found["params.on"] == [None, "False", "True"]
    assert found["params.depth"] == ["12", "5", "None"]
    assert axis(panel, "params.day")["type"] == "time"
    assert found["params.day"][1:] == [1767441600000.0, 1767312000000.0]
    header = panel.apply("data", {}).result["columns"]
    categories = {c["id"]: c.get("categories") for c in header}
    assert categories["params.n"] == ["9", "10", "b"]
    assert categories["params.depth"] == ["5", "12", "None"]


def test_a_dict_beside_its_leaves_is_no_axis_whatever_else_begins_like_it(comparison):
    runs = [{"params": {"net": {"depth": i}, "net-old": i, "net.depth": i}} for i in (1, 2)]
    axes = [a["id"] for a in comparison(runs).state()["axes"] if a["kind"] == "param"]
    assert axes == ["params.net-old", "params.net.depth"]


def test_numbers_among_which_are_a_few_other_values_stay_numbers_when_they_are_many(comparison):
    runs = [{"params": {"c": "auto" if i % 20 == 0 else i / 7}} for i in range(60)]
    panel = comparison(runs)
    assert axis(panel, "params.c")["type"] == "number"
    assert axis(panel, "params.c")["count"] == 57


def test_one_run_no_run_and_runs_without_anything(comparison, store):
    empty = comparison()
    assert empty.state()["axes"] == [] and empty.state()["view"]["parallel"]["axes"] == []
    assert columns(empty) == {"run_id": [], "name": [], "status": []}
    bare = comparison([{}])
    assert bare.state()["total"] == 1
    for panel in (empty, bare):
        assert panel.recorded() and repr(panel) and panel._repr_html_()


def test_two_thousand_columns(comparison):
    wide = {f"p{i}": i for i in range(2000)}
    panel = comparison([{"params": wide}, {"params": wide | {"p7": 0, "p1999": 1}}])
    state = panel.state()
    assert len(state["axes"]) == 300
    assert [a["id"] for a in state["axes"][:2]] == ["params.p1999", "params.p7"]
    assert state["axes_hidden"] == 2000 + 2 - 300  # duration and start_time are there
    assert len(json.dumps(state)) < 100_000


def test_a_thousand_metrics_leave_room_for_params(comparison):
    metrics = {f"m{j}": j for j in range(1000)}
    kinds = [
        axis["kind"]
        for axis in comparison(
            {"params": {"p": i, "z": 1}, "metrics": {k: v + i for k, v in metrics.items()}}
            for i in range(3)
        ).state()["axes"]
    ]
    assert len(kinds) == 300
    assert kinds[0] == "param" and kinds.count("attribute") == 2


def test_names_too_long_for_an_axis_are_counted(comparison):
    text = "x" * 100_000
    runs = [
        {"name": text, "params": {f"{j}{text}": i for j in range(9)} | {"p": i}} for i in (1, 2)
    ]
    panel = comparison(runs)
    assert panel.state()["axes_hidden"] == 9 and "params.p" in panel.table.by_id
    assert len(json.dumps(panel.state())) < 10_000
    assert len(json.dumps(panel.apply("data", {}).result)) < 10_000


# --- which runs --------------------------------------------------------------------------


def test_a_filter_and_given_runs(comparison, store):
    panel = comparison(sweep(12), filter_string="params.depth > 4")
    assert panel.state()["total"] == 4 and panel.state()["filter"] == "params.depth > 4"
    some = Comparison(store, Search(run_ids=[run_id(3), run_id(5)]), "2 runs")
    assert sorted(columns(some)["run_id"]) == [run_id(3), run_id(5)]
    with pytest.raises(BadFilter):
        comparison([], filter_string="params.depht > 4")


def test_keeping_only_some(comparison):
    panel = comparison(sweep(12))
    before = panel.state()["data"]
    panel.apply("keep", {"ids": [run_id(1), run_id(2)]})
    state = panel.state()
    assert (state["total"], state["kept"]) == (2, True) and state["data"] != before
    panel.apply("keep", {"ids": None})
    assert (panel.state()["total"], panel.state()["kept"]) == (12, False)


def test_new_runs_come_and_the_arrangement_stays(comparison, store):
    panel = comparison(sweep(6))
    panel.apply("arrange", {"patch": {"parallel": {"axes": ["params.depth", "metrics.rmse"]}}})
    before = panel.state()
    assert not panel.apply("poll", {"revision": before["revision"]}).result
    fill(store, [*sweep(6), {"params": {"depth": 9, "new": 1}}])
    assert panel.apply("poll", {"revision": before["revision"]}).result
    after = panel.state()
    assert after["total"] == 7 and after["data"] > before["data"]
    assert after["view"]["parallel"]["axes"] == ["params.depth", "metrics.rmse"]


def test_what_is_new_elsewhere_is_nothing_new_here(comparison, store):
    panel = comparison(sweep(3), run_ids=[run_id(0), run_id(1)])
    before = panel.state()
    fill(store, [{"name": "another"}], first=3)
    assert not panel.apply("poll", {"revision": before["revision"]}).result
    assert panel.state() == before
    fill(store, [{"metrics": {"rmse": math.nan}}])
    assert panel.apply("poll", {"revision": before["revision"]}).result


def test_a_store_that_is_gone_is_said_in_words(comparison, store):
    panel = comparison(sweep(4))
    store.path.unlink()
    assert panel.apply("poll", {"revision": panel.revision}).result
    state = panel.state()
    assert "gone" in state["trouble"] and state["total"] == 4
    assert "gone" in repr(panel) and "gone" in panel._repr_html_()
    with pytest.raises(StoreMoved):
        panel.apply("differences", {"ids": [run_id(0), run_id(1)]})


# --- arranging ---------------------------------------------------------------------------


def test_a_patch_is_merged(comparison):
    panel = comparison(sweep(6))
    panel.apply("arrange", {"patch": {"scatter": {"x": "params.depth", "pareto": True}}})
    scatter = panel.state()["view"]["scatter"]
    assert scatter["x"] == "params.depth" and scatter["pareto"] and scatter["y"] == "metrics.rmse"
    for axis_id, brush in [("params.depth", [[2, 4]]), ("params.model", ["lasso"])]:
        patch = {"parallel": {"brushes": {axis_id: brush}}}
        panel.apply("arrange", {"patch": patch})
    brushes = {"params.depth": [[2, 4]], "params.model": ["lasso"]}
    assert panel.state()["view"]["parallel"]["brushes"] == brushes
    panel.apply("arrange", {"patch": {"parallel": {"brushes": {"params.depth": []}}}})
    assert panel.state()["view"]["parallel"]["brushes"] == {"params.model": ["lasso"]}
    panel.apply("arrange", {"patch": {"closed": ["contour"]}})
    assert panel.state()["view"]["closed"] == ["contour"]


@pytest.mark.parametrize(
    ("patch", "words"),
    [
        ({"scatter": {"x": "params.dept"}}, "did you mean `params.depth`"),
        ({"scater": {}}, "did you mean `scatter`"),
        ({"scatter": {"logx": True}}, "did you mean `log"),
        ({"scatter": {"logX": 1}}, "true or false"),
        ({"contour": {"z": "params.model"}}, "a number is needed"),
        ({"curves": {"metric": "params.depth"}}, "no metric"),
        ({"curves": {"x": "steps"}}, "step, time, relative"),
        ({"curves": {"x": "metric:los"}}, "no axis `metrics.los`"),
        ({"curves": {"smooth": 1}}, "0 to below 1"),
        ({"parallel": {"axes": "params.depth"}}, "list of names"),
        ({"parallel": {"brushes": {"params.depth": [[1]]}}}, "ranges"),
        ({"parallel": {"brushes": {"params.model": [[1, 2]]}}}, "texts"),
        ({"parallel": 3}, "object"),
        ([], "object"),
    ],
)
def test_a_patch_that_makes_no_sense_changes_nothing(comparison, patch, words):
    panel = comparison(sweep(6))
    before = json.dumps(panel.state())
    with pytest.raises(BadValue, match=words.replace("(", r"\(")):
        panel.apply("arrange", {"patch": patch})
    assert json.dumps(panel.state()) == before


def test_what_python_selects_takes_the_brushes_away(comparison):
    panel = comparison(sweep(6))
    panel.apply("arrange", {"patch": {"parallel": {"brushes": {"params.depth": [[2, 3]]}}}})
    panel.apply("select", {"ids": [run_id(1)]})  # by the brush itself
    assert panel.state()["view"]["parallel"]["brushes"]
    panel.selection.set([run_id(2)])
    assert panel.state()["view"]["parallel"]["brushes"] == {}


# --- curves and differences --------------------------------------------------------------


def test_curves_are_those_of_the_selected_and_then_of_the_best(comparison):
    panel = comparison(sweep(6))
    asked = {"ids": None, "metric": "metrics.rmse", "x": "step"}
    answer = panel.apply("curves", asked)
    last = [np.frombuffer(b, "<f8")[-1] for b in answer.buffers[1::2]]
    assert last == sorted(last) and len(last) == 6
    assert np.frombuffer(answer.buffers[0], "<f8").tolist() == [0, 1, 2, 3, 4]
    panel.apply("select", {"ids": [run_id(0)]})
    found = panel.apply("curves", asked).result["curves"]
    assert found[0]["name"] == "run 0" and len(found) == 6


def test_odd_points_of_a_curve_are_named_and_runs_without_it_counted(comparison):
    odd = [1.0, math.nan, math.inf, -math.inf, None, 2.0]
    panel = comparison([{"metrics": {"loss": odd}}, {"metrics": {"other": 1.0}}])
    ids = [run_id(0), run_id(1)]
    answer = panel.apply("curves", {"ids": ids, "metric": "metrics.loss", "x": "step"})
    (curve,) = answer.result["curves"]
    assert curve["odd"] == [[1.0, "NaN"], [2.0, "Infinity"], [3.0, "-Infinity"]]
    assert (curve["count"], answer.result["missing"]) == (6, 1)


def test_differences_are_all_that_differs_and_nothing_else(comparison):
    one = {
        "params": {"alpha": 0.1, "depth": 7, "seed": 1, "on": None},
        "metrics": {"rmse": math.nan, "mae": 1.0},
        "tags": {"team": "a"},
        "source": "x = 1\ny = 2",
    }
    two = {
        "params": {"alpha": 0.1, "depth": 7.0, "seed": 1},
        "metrics": {"rmse": math.nan, "mae": math.inf},
        "tags": {"team": "b"},
        "source": "x = 1\ny = 3",
    }
    panel = comparison([one, two])
    found = panel.apply("differences", {"ids": [run_id(0), run_id(1)]}).result
    assert [run["name"] for run in found["runs"]] == ["run 0", "run 1"]
    rows = {s["title"]: {r["key"]: r["cells"] for r in s["rows"]} for s in found["sections"]}
    assert rows == {
        "params": {"depth": [7, 7.0], "on": [{"v": "None"}, None]},
        "metrics": {"mae": [1.0, {"f": "Infinity"}]},
        "tags": {"team": ["a", "b"]},
        "environment": {},
    }
    assert {s["title"]: s["same"] for s in found["sections"]}["params"] == 2
    lines = found["source"]["lines"]
    assert [" ", "x = 1"] in lines and ["-", "y = 2"] in lines and ["+", "y = 3"] in lines
    assert found["source"]["between"] == ["run 0", "run 1"] and not found["source"]["same"]


def test_what_a_view_asks_must_be_runs_and_not_too_many(comparison):
    panel = comparison(sweep(3))
    for ids, words in [("abc", "a list"), ([1], "a list")]:
        with pytest.raises(BadValue, match=words):
            panel.apply("differences", {"ids": ids})
    many = [run_id(i) for i in range(201)]
    with pytest.raises(BadValue, match="200 runs at once, not 201"):
        panel.apply("curves", {"ids": many, "metric": "metrics.rmse", "x": "step"})
    with pytest.raises(BadValue, match="no metric"):
        panel.apply("curves", {"ids": [], "metric": "params.alpha", "x": "step"})


# --- the seam ----------------------------------------------------------------------------


def rounded(buffer):
    """Floats without their last digits, which are another processor's own."""
    return np.round(np.frombuffer(buffer, "<f8"), 9).tobytes()


def test_what_the_view_reads(comparison):
    panel = comparison(sweep(12))
    asked = [
        ("data", {}),
        ("contour", {"x": "params.model", "y": "params.depth", "z": "metrics.rmse"}),
        ("curves", {"ids": [run_id(0), run_id(1)], "metric": "metrics.rmse", "x": "step"}),
        ("importance", {"metric": "metrics.rmse"}),
        ("differences", {"ids": [run_id(0), run_id(1)]}),
    ]
    content = {"state": panel.state() | {"panel": "p", "store": "s"}}
    for name, args in asked:
        answer = panel.apply(name, args)
        buffers = answer.buffers if name == "data" else map(rounded, answer.buffers)
        texts = [base64.b64encode(buffer).decode() for buffer in buffers]
        content[name] = {"args": args, "result": answer.result, "buffers": texts}
    for param in content["importance"]["result"]["params"]:
        param |= {k: round(v, 9) for k, v in param.items() if isinstance(v, float)}
    golden.check("compare", content)


def test_a_saved_page_has_an_answer_for_all_that_is_asked_at_first(comparison):
    panel = comparison(sweep(12))
    names = [name for name, _ in panel.recorded()]
    assert names == ["data", "differences", "curves", "contour", "importance"]
    assert '"error"' not in page_html(panel).partition("application/json' id='module'")[0]
