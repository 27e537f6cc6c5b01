"""What a run table asks: which runs, in what order, and what of the few on screen."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Sequence
from datetime import date

import pytest
from looking import end, param, point, rows

from shelduck.errors import BadFilter, BadValue
from shelduck.records import NAME, PARENT, MetricSummary
from shelduck.store import Store, facts
from shelduck.store.paging import (
    Sort,
    Within,
    child_counts,
    children,
    count,
    ordered,
    page,
)
from shelduck.store.reading import Search
from shelduck.values import encode

NAN, INF = math.nan, math.inf


def run_of(letter: str) -> str:
    return letter * 32


def tag(letter: str, key: str, text: str) -> facts.Fact:
    return facts.tag("run", run_of(letter), key, encode(key, text))


@pytest.fixture
def filled(store: Store) -> Iterator[Store]:
    """Runs a to e, begun in this order; all but the second have ended."""
    for letter in "abcde":
        store.append(facts.start(run_of(letter), "0"), tag(letter, NAME, f"run {letter}"))
        if letter != "b":
            store.append(end(run_of(letter)))
    store.fold()
    yield store


def log(store: Store, key: str, values: dict[str, object]) -> None:
    store.append(*(param(key, value, run_of(letter)) for letter, value in values.items()))


def measure(store: Store, key: str, values: dict[str, Sequence[float | None]]) -> None:
    for letter, points in values.items():
        store.append(*(point(i, run_of(letter), v, key) for i, v in enumerate(points)))


def letters(store: Store, *sorts: Sort, search: Search | None = None, **how: object) -> str:
    with store.searching() as con:
        found = ordered(con, search or Search(), sorts, **how)  # type: ignore[arg-type]
    return "".join(run_id[0] for run_id in found)


def test_running_ones_come_first_then_the_youngest(filled):
    assert letters(filled) == "bedca"


def test_the_order_of_a_search_counts_without_sorts(filled):
    assert letters(filled, search=Search(order_by=["name DESC"])) == "edcba"
    assert letters(filled, Sort("name"), search=Search(order_by=["name DESC"])) == "abcde"


def test_they_are_counted(filled):
    with filled.searching() as con:
        assert count(con, Search()) == len(ordered(con, Search())) > 0
        assert count(con, Search(stages=[])) == 0


def test_a_limit_counts(filled):
    assert letters(filled, search=Search(limit=2)) == "be"


@pytest.mark.parametrize(("descending", "wanted"), [(False, "cabed"), (True, "baced")])
def test_nan_and_what_is_missing_come_last_both_ways(filled, descending, wanted):
    measure(filled, "m", {"a": [1.0], "b": [INF], "c": [-INF], "e": [NAN]})
    assert letters(filled, Sort("metrics.m", descending)) == wanted


def test_min_and_max_are_sorted_by_too(filled):
    measure(filled, "m", {"a": [5, 1, 3], "b": [2, 9, 4], "c": [NAN, 0, 6], "d": [NAN, None]})
    assert letters(filled, Sort("metrics.m")) == "abcde"
    assert letters(filled, Sort("metrics.m", summary="min")) == "cabde"
    assert letters(filled, Sort("metrics.m", True, "max")) == "bcade"


def test_ties_are_broken_by_the_next_and_then_by_the_id(filled):
    log(filled, "depth", {"a": 2, "b": 1, "c": 2, "d": 1, "e": 2})
    assert letters(filled, Sort("params.depth", True)) == "acebd"
    assert letters(filled, Sort("params.depth"), Sort("name", True)) == "dbeca"


def test_params_that_are_numbers_come_before_texts(filled):
    log(filled, "p", {"a": "x", "b": 10, "c": 9.5, "d": "10", "e": True})
    assert letters(filled, Sort("params.p")) == "ecbda"


@pytest.mark.parametrize(
    "key", ["'; DROP TABLE meta; --", "a.b.c", '"', "`", "<b>", "é\u202e", " "]
)
def test_a_name_is_data(filled, key):
    measure(filled, key, {"a": [2.0], "b": [1.0]})
    log(filled, key, {"a": "x"})
    filled.append(tag("a", key, "y"))
    assert letters(filled, Sort(f"metrics.{key}")) == "bacde"
    columns = [f"metrics.{key}", f"params.{key}", f"tags.{key}"]
    with filled.searching() as con:
        (row,) = page(con, [run_of("a")], columns)
    assert row.cells == {
        columns[0]: MetricSummary(1, 2.0, 0, 2.0, 0, 2.0, 0),
        columns[1]: "x",
        columns[2]: "y",
    }


def test_sorting_by_what_no_run_has_is_by_id(filled):
    assert letters(filled, Sort("metrics.none")) == "abcde"


def test_a_column_that_cannot_be_is_refused_in_words(filled):
    with pytest.raises(BadValue, match="no column `duratoin`; did you mean `duration`"):
        letters(filled, Sort("duratoin"))
    with pytest.raises(BadValue, match="no `best`"):
        letters(filled, Sort("metrics.m", summary="best"))
    with pytest.raises(BadFilter):
        letters(filled, search=Search(filter_string="nonsense ="))


def test_a_page_has_the_cells_asked_for_as_they_were_logged(filled):
    log(filled, "when", {"a": date(2026, 11, 1), "b": None})
    log(filled, "big", {"a": 1 << 70})
    measure(filled, "m", {"a": [3, NAN, 1], "b": [NAN], "c": [None], "d": [INF, -INF]})
    wanted = ["params.when", "params.big", "metrics.m", "name", "duration", "end_time"]
    with filled.searching() as con:
        found = page(con, [run_of(x) for x in "dbzac"], wanted)
    d, b, a, c = found
    assert [row.run_id[0] for row in found] == ["d", "b", "a", "c"]  # z is nobody
    assert a.cells["params.when"] == date(2026, 11, 1)
    assert a.cells["params.big"] == 1 << 70
    assert a.cells["metrics.m"] == MetricSummary(3, 1.0, 2, 1.0, 2, 3.0, 0)
    assert a.cells["name"] == "run a"
    assert a.cells["duration"] == 1.0
    assert isinstance(a.cells["end_time"], int)
    assert b.cells["params.when"] is None
    assert "params.when" not in c.cells
    assert "end_time" not in b.cells
    assert (b.status, a.status, a.parent_run_id) == ("RUNNING", "FINISHED", None)
    assert math.isnan(b.cells["metrics.m"].last)
    assert b.cells["metrics.m"].min is None
    assert c.cells["metrics.m"] == MetricSummary(1, None, 0, None, None, None, None)
    assert d.cells["metrics.m"] == MetricSummary(2, -INF, 1, -INF, 1, INF, 0)


def test_a_page_without_columns_or_runs(filled):
    with filled.searching() as con:
        assert [row.cells for row in page(con, [run_of("a")], [])] == [{}]
        assert page(con, [], ["name", "metrics.m"]) == []


def test_children_are_folded_into_the_parent_that_matches(filled):
    filled.append(tag("b", PARENT, run_of("a")), tag("c", PARENT, run_of("a")))
    filled.append(tag("d", PARENT, run_of("d")), tag("e", PARENT, "gone"))
    assert letters(filled, Sort("name"), fold_children=True) == "ade"
    without_a = Search(filter_string="name != 'run a'")
    assert letters(filled, Sort("name"), search=without_a, fold_children=True) == "bcde"
    with filled.searching() as con:
        assert children(con, Search(), run_of("a"), [Sort("name", True)]) == [
            run_of("c"),
            run_of("b"),
        ]
        found = child_counts(con, Search(filter_string="name != 'run b'"), [run_of("a")])
        assert found == {run_of("a"): 1}


def test_the_members_of_a_group(filled):
    log(filled, "alpha", {"a": 1, "b": 1.0, "c": 1, "d": "x"})
    assert letters(filled, Sort("name"), within=[Within("params.alpha", "1")]) == "ac"
    assert letters(filled, Sort("name"), within=[Within("params.alpha", None)]) == "e"
    assert letters(filled, Sort("name"), within=[Within("status", "RUNNING")]) == "b"
    assert letters(filled, Sort("name"), within=[Within("duration", "1.0")]) == "acde"
    both = [Within("params.alpha", "1"), Within("params.alpha", None)]
    assert letters(filled, Sort("name"), within=both) == "ace"


def test_runs_can_be_asked_for_by_id(filled):
    assert letters(filled, Sort("name"), search=Search(run_ids=[run_of("c"), run_of("a")])) == "ac"
    assert letters(filled, search=Search(run_ids=[])) == ""


def test_many_threads_ask_while_another_logs(filled):
    measure(filled, "m", {letter: [float(i)] for i, letter in enumerate("edcba")})
    faults: list[BaseException] = []

    def ask() -> None:
        try:
            for _ in range(10):
                with filled.searching(wait=60.0) as con:
                    found = ordered(con, Search(), [Sort("metrics.m")])
                    assert [row.run_id for row in page(con, found, ["metrics.m"])] == found
                assert found == [run_of(letter) for letter in "edcba"]
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for i in range(20):
        filled.append(point(i, run_of("a"), 9.0, "other"))
        filled.fold(wait=60.0)
    for thread in threads:
        thread.join()
    assert faults == []


def test_the_least_and_the_greatest_are_public(filled):
    measure(filled, "m", {"a": [3, NAN, -INF, 2], "b": [NAN]})
    query = "SELECT mins.m, maxs.m FROM runs WHERE name IN ('run a', 'run b') ORDER BY name"
    assert rows(filled, query) == [(-INF, 3.0), (None, None)]
