"""The run table: what it shows, what can be asked of it, what a saved notebook keeps of it."""

import json
import math
import sys
import threading

import golden
import pytest
from compared import fill, run_id, sweep
from hostile import HOSTILE
from markup_reading import Page

from shelduck import formats
from shelduck.errors import BadFilter, BadValue
from shelduck.panels.page import page_html
from shelduck.panels.run_table import RunTablePanel
from shelduck.panels.table_state import FIRST, FIRST_SIZE

LIMIT = 190_000  # characters of HTML, whatever the number of runs


@pytest.fixture
def table(store):
    """Make a table of runs, after logging them."""

    def make(runs=(), experiments=None, **asked):
        fill(store, runs)
        return RunTablePanel(store, experiments, **asked)

    return make


def ids(panel):
    return [line["id"] for line in panel.state()["first"]]


def columns(panel):
    return [column["id"] for column in panel.state()["columns"]]


def column(panel, name):
    """The cells of a column, from the top."""
    at = columns(panel).index(name)
    return [line["cells"][at] for line in panel.state()["first"]]


def asked(panel, command, **args):
    return panel.apply(command, args).result


# --- what it shows ---------------------------------------------------------------------------


def test_the_state_is_what_the_views_tests_read(table):
    runs = sweep(4)
    runs[1]["status"] = "RUNNING"
    runs[1]["tags"] = {"shelduck.progress": {"done": 3, "total": 12}}
    runs[2]["metrics"] = {"rmse": [9.0, math.nan], "r2": -math.inf}
    runs[3] |= {"name": "<script>alert(1)</script>", "params": {"model": None, "depth": "שלום"}}
    panel = table(runs)
    same = {"panel": "0", "store": "0"}
    plain = panel.state() | same
    asked(panel, "group", by="params.model")
    golden.check("run_table", {"plain": plain, "grouped": panel.state() | same})


def test_an_empty_store_has_a_hint(table):
    panel = table(experiments={"0": "Default"})
    assert panel.state()["lines"] == 0 and panel.state()["count"]["total"] == 0
    assert repr(panel) == "No runs in Default yet. Put %%track on a cell to make one."
    assert Page(panel._repr_html_()).text == repr(panel)


def test_metrics_and_params_that_vary_are_shown_and_constants_counted(table):
    panel = table(sweep(6))
    assert columns(panel) == [
        *("status", "name", "metrics.rmse"),
        *("params.alpha", "params.depth", "params.model", "duration", "start_time"),
    ]
    assert panel.state()["count"]["constant"] == 1
    asked(panel, "constant", shown=True)
    assert "params.seed" in columns(panel)
    asked(panel, "constant", shown=False)
    assert "params.seed" not in columns(panel)


def test_of_one_run_every_param_is_shown(table):
    panel = table(sweep(1))
    assert "params.seed" in columns(panel) and panel.state()["count"]["constant"] == 0


def test_running_runs_are_on_top_unless_it_is_sorted(table):
    runs = sweep(4)
    runs[1]["status"] = "RUNNING"
    runs[1]["tags"] = {"shelduck.progress": {"done": 3, "total": 12}}
    panel = table(runs)
    assert ids(panel) == [run_id(i) for i in (1, 3, 2, 0)]
    first = panel.state()["first"][0]
    assert first["progress"] == [3, 12] and first["start"] == 4_102_444_801_000
    assert "progress" not in panel.state()["first"][1]
    asked(panel, "sort", by=[{"column": "params.alpha", "descending": False}])
    assert ids(panel)[0] == run_id(0)


def test_what_is_said_of_progress_may_be_nonsense(table):
    said = ["x", "[1]", {"done": "a"}, {"total": 3}, {"done": 1, "total": "b"}]
    runs = [{"status": "RUNNING", "tags": {"shelduck.progress": text}} for text in said]
    assert all("progress" not in line for line in table(runs).state()["first"])


def test_values_that_are_no_plain_numbers_stay_apart(table):
    odd = [math.nan, math.inf, -math.inf, None, 0.5]
    panel = table([{"metrics": {"m": v}, "params": {"p": v}} for v in odd] + [{}])
    kept = [{"f": "NaN"}, {"f": "Infinity"}, {"f": "-Infinity"}, {"v": "None"}, 0.5]
    assert column(panel, "metrics.m") == [None, *reversed(kept)]
    assert column(panel, "params.p") == [None, *reversed(kept)]
    for words in (repr(panel), Page(panel._repr_html_()).text):
        assert all(word in words for word in ("NaN", "∞", "−∞", "–"))


def test_the_summary_of_a_metric_is_chosen_and_sorted_by(table):
    panel = table([{"metrics": {"rmse": [3.0, 1.0, 2.0]}}, {"metrics": {"rmse": [0.5, 5.0]}}])
    for summary, values in [
        ("last", [2.0, 5.0]), ("min", [0.5, 1.0]), ("max", [3.0, 5.0]), ("best", [0.5, 1.0]),
    ]:  # fmt: skip
        asked(panel, "change", column="metrics.rmse", summary=summary)
        asked(panel, "sort", by=[{"column": "metrics.rmse", "descending": False}])
        assert column(panel, "metrics.rmse") == values
    asked(panel, "change", column="metrics.rmse", better="more")
    assert column(panel, "metrics.rmse") == [3.0, 5.0]


def test_the_first_page_is_of_bounded_size(table):
    text = "x" * 100_000
    panel = table([{"params": {f"p{j}": text + str(i) for j in range(12)}} for i in range(25)])
    first = panel.state()["first"]
    assert 0 < len(first) <= FIRST
    assert len(json.dumps(first)) < FIRST_SIZE * 1.2


def test_names_too_long_for_a_column_are_left_to_the_runs_own_panel(table):
    text = "x" * 100_000
    long = {f"{i}{text}": i for i in range(12)}
    runs = [
        {"name": text, "params": long | {"p": i}, "metrics": long, "tags": long} for i in (1, 2)
    ]
    panel = table(runs)
    asked(panel, "pin", run=run_id(0))
    assert len(json.dumps(panel.state())) < 10_000 and "params.p" in columns(panel)
    with pytest.raises(BadValue, match="no run has"):
        asked(panel, "show_column", column=f"params.1{text}")


def test_two_thousand_columns(table):
    panel = table([{"params": {f"p{i}": i + j for i in range(2000)}} for j in range(2)])
    assert len(columns(panel)) == 14
    found = asked(panel, "choices", text="")
    assert len(found["items"]) + found["more"] > 2000 > len(found["items"])
    assert [c["id"] for c in asked(panel, "choices", text="p1999")["items"]] == ["params.p1999"]
    for i in range(1100, 1186):
        asked(panel, "show_column", column=f"params.p{i}")
    with pytest.raises(BadValue, match="100 columns"):
        asked(panel, "show_column", column="params.p1999")


def test_a_state_is_of_one_moment_whoever_changes_it_meanwhile(table):
    panel = table(sweep(20))
    torn, over = [], threading.Event()

    def look():
        while not over.is_set():
            state = panel.state()
            torn.extend(x for x in state["first"] if len(x["cells"]) != len(state["columns"]))

    looking = threading.Thread(target=look)
    switching = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    looking.start()
    try:
        for _ in range(30):
            asked(panel, "hide", column="params.alpha")
            asked(panel, "show_column", column="params.alpha")
    finally:
        over.set()
        looking.join()
        sys.setswitchinterval(switching)
    assert not torn


# --- which runs ------------------------------------------------------------------------------


def test_it_pages(table):
    panel = table(sweep(120))
    everything = [run_id(i) for i in reversed(range(120))]
    assert ids(panel) == everything[:50]
    page = asked(panel, "page", start=100, count=200)
    assert [line["id"] for line in page] == everything[100:]


def test_a_wrong_filter_changes_nothing(table):
    panel = table(sweep(6))
    before = panel.state()
    with pytest.raises(BadFilter, match="rmse"):
        asked(panel, "filter", text="metrics.rsme < 7")
    assert panel.state() == before
    asked(panel, "filter", text="params.depth > 3")
    assert 0 < panel.state()["count"]["matching"] < panel.state()["count"]["total"] == 6


def test_a_wrong_order_is_refused_with_the_near_miss(table):
    with pytest.raises(BadFilter, match="rmse"):
        table(sweep(3), orders=["metrics.rsme"])
    with pytest.raises(BadValue, match="duration"):
        asked(table(sweep(3)), "sort", by=[{"column": "duratoin", "descending": True}])


def test_sorting_by_several_columns(table):
    panel = table(sweep(6), orders=["params.model DESC", "params.depth"])
    pairs = list(zip(column(panel, "params.model"), column(panel, "params.depth"), strict=True))
    assert pairs == sorted(sorted(pairs, key=lambda p: p[1]), key=lambda p: p[0], reverse=True)


def test_groups_open_to_their_members(table):
    panel = table(sweep(6))
    asked(panel, "group", by="params.model")
    lines = panel.state()["first"]
    assert [(line["label"], line["count"]) for line in lines] == [
        ("lasso", 2), ("ridge", 2), ("xgb", 2)
    ]  # fmt: skip
    at = columns(panel).index("metrics.rmse")
    mean, std = lines[0]["cells"][at]
    assert mean == pytest.approx(7.1, abs=1) and std > 0
    asked(panel, "open", group=1)
    lines = panel.state()["first"]
    assert [line.get("depth") for line in lines] == [None, None, 1, 1, None]
    assert asked(panel, "ids", start=0, end=2) == asked(panel, "ids", start=0, end=1)
    assert len(asked(panel, "ids", start=0, end=5)) == 6
    asked(panel, "group", by=None)
    assert len(panel.state()["first"]) == 6


def test_runs_without_a_value_are_a_group_too(table):
    panel = table([{"params": {"a": None}}, {"params": {"a": 1}}, {}])
    asked(panel, "group", by="params.a")
    labels = [line["label"] for line in panel.state()["first"]]
    assert labels == [1, {"v": "None"}, None]


def test_parents_fold_their_children(table):
    child = {"tags": {"mlflow.parentRunId": run_id(0)}}
    grandchild = {"tags": {"mlflow.parentRunId": run_id(1)}}
    panel = table([{}, child, child, grandchild, {}])
    assert ids(panel) == [run_id(4), run_id(0)] and panel.state()["lines"] == 2
    assert panel.state()["count"]["matching"] == 5
    assert panel.state()["first"][1]["children"] == 2
    asked(panel, "open", run=run_id(0))
    asked(panel, "open", run=run_id(1))
    assert ids(panel) == [run_id(i) for i in (4, 0, 2, 1, 3)]
    assert [line["depth"] for line in panel.state()["first"]] == [0, 0, 1, 1, 2]
    asked(panel, "open", run=run_id(0))
    assert ids(panel) == [run_id(4), run_id(0)]
    assert len(asked(panel, "ids")) == 5


def test_who_sorts_sees_the_children_among_all(table):
    child = {"tags": {"mlflow.parentRunId": run_id(0)}, "metrics": {"rmse": [1.0]}}
    panel = table([{"metrics": {"rmse": [2.0]}}, child, {"metrics": {"rmse": [3.0]}}])
    assert repr(panel).endswith("2 runs in all experiments, 1 more inside them")
    asked(panel, "sort", by=[{"column": "metrics.rmse", "descending": False}])
    assert ids(panel) == [run_id(1), run_id(0), run_id(2)]
    assert repr(panel).endswith("3 runs in all experiments")


def test_a_run_that_is_its_own_ancestor_has_an_end(table):
    panel = table([{}, {"tags": {"mlflow.parentRunId": run_id(1)}}])
    assert len(ids(panel)) == 2
    asked(panel, "open", run=run_id(1))
    assert panel.state()["lines"] < 50


# --- which columns ---------------------------------------------------------------------------


def test_columns_are_shown_hidden_moved_and_pinned(table):
    panel = table(sweep(6))
    asked(panel, "show_column", column="tags.team")
    assert columns(panel)[-1] == "tags.team"
    asked(panel, "move", column="tags.team", to=3)
    assert columns(panel)[3] == "tags.team"
    asked(panel, "hide", column="params.model")
    assert "params.model" not in columns(panel)
    asked(panel, "change", column="duration", pinned=True, width=120)
    assert columns(panel)[2] == "duration" and panel.state()["columns"][2]["width"] == 120
    asked(panel, "reset")
    assert columns(panel)[-2:] == ["duration", "start_time"]


@pytest.mark.parametrize(
    "change", [{"width": -1}, {"width": "1"}, {"pinned": 1}, {"summary": "mean"}, {"id": "x"}]
)
def test_nonsense_about_a_column_is_refused(table, change):
    panel = table(sweep(2))
    before = panel.state()
    with pytest.raises(BadValue):
        asked(panel, "change", column="metrics.rmse", **change)
    with pytest.raises(BadValue, match="rmse"):
        asked(panel, "show_column", column="metrics.rsme")
    assert panel.state() == before


def test_a_name_of_two_kinds_is_shown_with_its_kind(table):
    panel = table([{"params": {"x": i}, "metrics": {"x": i}} for i in range(2)])
    labels = {c["id"]: c["label"] for c in panel.state()["columns"]}
    assert labels["params.x"] == "params.x" and labels["metrics.x"] == "metrics.x"


def test_the_baseline_is_there_wherever_it_stands(table):
    panel = table(sweep(120))
    asked(panel, "pin", run=run_id(0))
    baseline = panel.state()["baseline"]
    assert baseline["id"] == run_id(0) and baseline["name"] == "run 0"
    assert len(baseline["cells"]) == len(columns(panel))
    asked(panel, "pin", run=None)
    assert panel.state()["baseline"] is None


def test_the_static_form_has_the_filter_and_the_differences_to_the_baseline(table):
    panel = table([{"metrics": {"rmse": value}} for value in (4.0, 5.0, math.nan)])
    asked(panel, "pin", run=run_id(0))
    asked(panel, "filter", text="duration < 60")
    for shown in (repr(panel).splitlines(), Page(panel._repr_html_()).text.splitlines()):
        assert "+25.0 %" in "\n".join(shown) and "\n".join(shown).count("%") == 1
        about = "3 runs in all experiments matching duration < 60, with differences to run 0"
        assert shown[-1].endswith(about)
    asked(panel, "delete", ids=[run_id(1)])
    asked(panel, "trashed", shown=True)
    assert repr(panel).splitlines()[-1].startswith("1 deleted run in all experiments matching")


def test_the_static_form_counts_groups_not_their_members(table):
    panel = table(sweep(12), limit=3)
    asked(panel, "group", by="params.model")
    asked(panel, "open", group=0)
    assert repr(panel).endswith("3 lines of 3 groups in all experiments")
    asked(panel, "open", group=0)
    assert repr(panel).endswith("\n3 groups in all experiments")


# --- what is changed -------------------------------------------------------------------------


def test_edits_show_at_once(table):
    panel = table(sweep(3))
    asked(panel, "rename", run=run_id(0), name="the best")
    assert column(panel, "name")[-1] == "the best"
    asked(panel, "tag", ids=[run_id(0), run_id(1)], key="state of it", value="good")
    asked(panel, "show_column", column="tags.state of it")
    assert column(panel, "tags.state of it") == [None, "good", "good"]
    asked(panel, "tag", ids=[run_id(0)], key="state of it", value=None)
    assert column(panel, "tags.state of it") == [None, "good", None]
    asked(panel, "note", run=run_id(0), text="# why")
    assert asked(panel, "details", run=run_id(0))["note"] == "# why"


def test_deleted_runs_are_in_the_trash_and_come_back(table):
    panel = table(sweep(3))
    asked(panel, "delete", ids=[run_id(0), run_id(2)])
    assert ids(panel) == [run_id(1)] and panel.state()["count"]["deleted"] == 2
    asked(panel, "trashed", shown=True)
    assert ids(panel) == [run_id(2), run_id(0)]
    asked(panel, "restore", ids=[run_id(0)])
    assert ids(panel) == [run_id(2)]
    asked(panel, "trashed", shown=False)
    assert ids(panel) == [run_id(1), run_id(0)]


def test_what_is_no_run_is_not_changed(table):
    panel = table(sweep(2))
    for command, args in [
        ("rename", {"run": "x", "name": "y"}),
        ("delete", {"ids": [run_id(0), "x"]}),
        ("tag", {"ids": [run_id(0)], "key": "mlflow.user", "value": "eve"}),
    ]:
        with pytest.raises(BadValue):
            asked(panel, command, **args)
    assert len(ids(panel)) == 2


def test_new_runs_appear(table, store):
    panel = table(sweep(2))
    assert asked(panel, "poll", revision=panel.revision) is False
    fill(store, sweep(3))
    panel._rests = 0.0
    assert asked(panel, "poll", revision=panel.revision) is True
    assert len(ids(panel)) == 3


def test_a_store_that_is_gone_shows_as_words(table, store):
    panel = table(sweep(2))
    store.path.rename(store.path.with_name("elsewhere.duckdb"))
    assert panel.refresh() is True
    assert "gone" in panel.state()["trouble"] and len(ids(panel)) == 2
    store.path.with_name("elsewhere.duckdb").rename(store.path)
    panel._rests = 0.0
    panel.refresh()
    assert panel.state()["trouble"] is None


# --- what is asked for -----------------------------------------------------------------------


def test_details_of_a_run(table):
    panel = table(sweep(1))
    found = asked(panel, "details", run=run_id(0))
    assert dict(found["params"])["seed"] == 42 and dict(found["tags"]) == {"team": "taxi"}
    assert found["metrics"][0]["key"] == "rmse" and found["metrics"][0]["count"] == 5


def test_sparks_are_curves_of_what_has_one(table):
    panel = table([{"metrics": {"a": [1.0, math.nan, 3.0], "b": 1.0}}, {}])
    answer = panel.apply("sparks", {"ids": ids(panel), "columns": ["metrics.a", "metrics.b"]})
    assert answer.result == [[run_id(0), "metrics.a", 3]]
    assert len(answer.buffers[0]) == 24
    assert {c["id"]: c["spark"] for c in panel.state()["columns"]}["metrics.a"] is True


def test_copies(table):
    runs = [{"name": "a|b", "params": {"p": i}, "metrics": {"m": i / 3}} for i in range(3)]
    panel = table(runs)
    found = asked(panel, "copy", form="csv", ids=None)
    lines = found["text"].splitlines()
    assert (found["runs"], found["of"], len(lines)) == (3, 3, 4)
    assert lines[0].startswith("run_id,status,name,metrics.m,params.p")
    assert "0.6666666666666666" in lines[1]
    found = asked(panel, "copy", form="markdown", ids=[run_id(1)])
    assert found["text"].splitlines()[2].startswith("| a\\|b | 0.3333 | 1 |")
    with pytest.raises(BadValue, match="csv"):
        asked(panel, "copy", form="cvs", ids=None)


def test_the_python_finds_the_same_runs(table):
    panel = table(sweep(6), {"0": "Default"}, filter="params.model = 'lasso'")
    asked(panel, "sort", by=[{"column": "metrics.rmse", "descending": True}])
    assert asked(panel, "python") == (
        "shelduck.search_runs(experiment_names=['Default'], "
        "filter_string=\"params.model = 'lasso'\", order_by=['metrics.rmse DESC'])"
    )


def test_other_panels_are_opened_where_somebody_can(table):
    panel = table(sweep(2))
    with pytest.raises(BadValue, match="notebook"):
        asked(panel, "compare", ids=ids(panel))
    opened = []
    panel.opener = lambda what, runs: opened.append((what, runs))
    asked(panel, "compare", ids=["a", "b"])
    asked(panel, "show", run="a")
    assert opened == [("compare", ["a", "b"]), ("run", ["a"])]


# --- what a saved notebook keeps -------------------------------------------------------------


def test_the_static_form_is_the_last_state(table):
    panel = table(sweep(30))
    asked(panel, "filter", text="params.model = 'lasso'")
    asked(panel, "sort", by=[{"column": "metrics.rmse", "descending": False}])
    asked(panel, "hide", column="duration")
    first = ids(panel)[0]
    asked(panel, "select", ids=[first])
    text, page = repr(panel), Page(panel._repr_html_())
    lines = text.splitlines()
    assert lines[-1] == "10 runs in all experiments matching params.model = 'lasso'"
    assert "duration" not in text
    assert lines[1].startswith("✓") and not lines[2].startswith("✓")
    assert page.titles[page.titles.index("run " + first)] and "10 runs" in page.text
    assert f"run {int(first, 16)}" in lines[1]


def test_of_many_runs_the_first_and_how_many_there_are(table):
    panel = table([{"metrics": {"m": i}} for i in range(300)], limit=20)
    assert repr(panel).endswith("20 of 300 runs in all experiments")
    assert "20 of 300 runs" in Page(panel._repr_html_()).text


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_is_text(table, text):
    key = text[:250] or "empty"
    run = {
        "name": text,
        "params": {key: text, "nested": {key: text}},
        "metrics": {key: 1.5},
        "tags": {key: text},
    }
    panel = table([run, {"params": {key: "another"}}])
    page, words = Page(panel._repr_html_()), repr(panel)
    assert formats.line(key, 20).rstrip("…") in page.text
    assert len(words.splitlines()) == 4 and "\x1b" not in words and "\u202e" not in words
    assert asked(panel, "complete", text="", cursor=0)["items"]
    asked(panel, "group", by=f"params.{key}")
    asked(panel, "open", group=0)
    assert len(Page(panel._repr_html_()).text) < LIMIT
    assert "<script>alert" not in page_html(panel)


def test_the_static_form_is_of_bounded_size(table):
    text = "<&'\">" * 400
    runs = [
        {"name": text, "params": {f"p{j}{text[:250]}": f"{i}{text}" for j in range(12)}}
        for i in range(200)
    ]
    panel = table(runs, limit=200)
    html = panel._repr_html_()
    assert 50_000 < len(html) <= LIMIT
    shown = html.count("<tr") - 1
    assert f"{shown} of 200 runs" in Page(html).text


def test_a_saved_page_has_its_pages(table):
    panel = table(sweep(250))
    assert [args for _, args in panel.recorded()] == [
        {"start": 0, "count": 200}, {"start": 200, "count": 200}
    ]  # fmt: skip
    assert run_id(3) in page_html(panel)
