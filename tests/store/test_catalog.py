"""What runs can be asked for, what groups of them come to, and many runs column by column."""

from __future__ import annotations

import math
import os

import numpy as np
import pytest
from looking import RUN, end, param, point, start

from shelduck.errors import BadFilter, BadValue
from shelduck.records import NAME
from shelduck.store import Store, facts
from shelduck.store.catalog import Name, catalog
from shelduck.store.columns import columns_of
from shelduck.store.groups import Spread, groups
from shelduck.store.paging import ordered
from shelduck.store.reading import Search
from shelduck.values import encode

NAN, INF = math.nan, math.inf
LETTERS = "abcd"


def run_of(letter: str) -> str:
    return letter * 32


def fill(store: Store, params: dict[str, list[object]], metrics: dict[str, list[object]]) -> None:
    """Log the n-th value of each to the n-th run; an Ellipsis is not logged."""
    for i, letter in enumerate(LETTERS):
        store.append(start(run_of(letter)), end(run_of(letter)))
        for key, values in params.items():
            if values[i] is not ...:
                store.append(param(key, values[i], run_of(letter)))
        for key, values in metrics.items():
            if values[i] is not ...:
                store.append(point(0, run_of(letter), values[i], key))


def names(store: Store, **search: object) -> dict[str, Name]:
    with store.searching() as con:
        return {name.column: name for name in catalog(con, Search(**search))}


def settle(store: Store) -> None:
    """Let the file look as if it were written a while ago."""
    os.utime(store.path, (1, 1))


def test_a_catalog_says_what_the_columns_are_like(store):
    params = {"depth": [3, 3, 3, 3], "mix": [1, "x", 2.5, ...], "text": [..., "a", "a", ...]}
    fill(store, params, {"m": [2.0, -1.0, NAN, INF], "n": [..., ..., None, None]})
    found = names(store)
    assert found["params.depth"] == Name("params", "depth", 4, True, True, 3.0, 3.0)
    assert found["params.mix"] == Name("params", "mix", 3, False, False, 1.0, 2.5)
    assert found["params.text"] == Name("params", "text", 2, True, False, None, None)
    assert found["metrics.m"] == Name("metrics", "m", 4, False, True, -1.0, 2.0)
    assert found["metrics.n"] == Name("metrics", "n", 2, True, True, None, None)


def test_nan_beside_none_is_no_constant(store):
    fill(store, {}, {"m": [NAN, None, ..., ...], "n": [NAN, NAN, NAN, NAN]})
    found = names(store)
    assert not found["metrics.m"].is_constant
    assert found["metrics.n"].is_constant


def test_a_catalog_has_the_attributes_that_are_there(store):
    fill(store, {}, {})
    store.append(facts.tag("run", run_of("a"), NAME, encode(NAME, "one")))
    found = names(store)
    assert found["status"] == Name("", "status", 4, True, False, None, None)
    assert found["name"] == Name("", "name", 1, True, False, None, None)
    assert found["duration"] == Name("", "duration", 4, True, True, 1.0, 1.0)
    assert found["start_time"].is_number
    assert found["start_time"].low > 1_700_000_000_000
    assert not {"error", "git_commit", "notebook", "cell"} & set(found)


def test_a_catalog_is_of_the_runs_that_match(store):
    fill(store, {"p": [1, 2, ..., ...]}, {"m": [..., 1.0, 2.0, 3.0]})
    found = names(store, filter_string="metrics.m > 1")
    assert "params.p" not in found
    assert found["metrics.m"].runs == 2
    with pytest.raises(BadFilter):
        names(store, filter_string="metrics.gone > 1")


def test_an_empty_store_has_no_columns(store):
    assert names(store) == {}


def test_a_catalog_is_remembered_while_the_store_is_unchanged_and_no_longer(store, monkeypatch):
    fill(store, {"p": [1, 2, 3, 4]}, {})
    store.fold()
    settle(store)
    first = names(store)
    settle(store)
    with store.searching() as con:
        known = catalog(con, Search())
        con.execute("CREATE TEMP TABLE run_docs AS SELECT 1 AS nothing_to_ask")
        assert catalog(con, Search()) is known
    assert {name.column: name for name in known} == first
    store.append(param("q", 1, run_of("a")))
    assert set(names(store)) - set(first) == {"params.q"}


def test_another_file_in_the_same_place_is_no_memory(store, tmp_path):
    fill(store, {"p": [1, 2, 3, 4]}, {})
    store.fold()
    settle(store)
    names(store)
    kept = store.path.read_bytes()
    store.append(param("q", 1, run_of("a")))
    store.fold()
    settle(store)
    assert "params.q" in names(store)
    store.path.write_bytes(kept)  # a backup is put back
    settle(store)
    assert "params.p" in names(store)


def test_groups_are_by_value_and_those_without_come_last(store):
    fill(store, {"p": [10, 9.0, 10, ...]}, {"m": [1.0, 5.0, 2.0, NAN]})
    with store.searching() as con:
        nine, ten, none = groups(con, Search(), "params.p", ["m", "gone"])
        members = ordered(con, Search(), within=[ten.within])
    assert (nine.value, ten.value, none.value) == (9.0, 10, None)
    assert isinstance(ten.value, int)
    assert ten.runs == 2
    assert ten.metrics["m"] == Spread(2, 1.5, pytest.approx(math.sqrt(0.5)))
    assert ten.metrics["gone"] == Spread(0, None, None)
    assert nine.metrics["m"] == Spread(1, 5.0, None)
    assert none.metrics["m"] == Spread(0, None, None)
    assert set(members) == {run_of("a"), run_of("c")}


@pytest.mark.parametrize(
    "by", ["status", "experiment", "cell", "tags.team", "metrics.m", "duration"]
)
def test_every_column_groups(store, by):
    fill(store, {}, {"m": [1.0, 1.0, 2.0, ...]})
    store.append(facts.tag("run", run_of("a"), "team", encode("team", "geese")))
    with store.searching() as con:
        found = groups(con, Search(), by)
        sizes = [len(ordered(con, Search(), within=[group.within])) for group in found]
    assert sizes == [group.runs for group in found]
    assert sum(sizes) == 4


def test_the_largest_metrics_have_a_mean(store):
    fill(store, {}, {"m": [1e200, 3e200, 1e300, INF]})
    with store.searching() as con:
        (group,) = groups(con, Search(), "status", ["m"])
    assert group.metrics["m"].count == 3
    assert group.metrics["m"].std is None


def test_a_group_by_what_cannot_be_is_refused(store):
    with store.searching() as con:
        with pytest.raises(BadValue, match="no column `statsu`; did you mean `status`"):
            groups(con, Search(), "statsu")


def test_columns_tell_what_is_missing_from_what_is_nan(store):
    fill(store, {"p": [1, 2, ..., True], "mix": [1, "x", ..., 2]}, {"m": [NAN, ..., -INF, 0.5]})
    wanted = ["metrics.m", "params.p", "params.mix", "status", "start_time", "tags.none"]
    with store.searching() as con:
        found = columns_of(con, Search(order_by=["run_id"]), wanted)
    assert list(found) == ["run_id", *wanted]
    assert [run_id[0] for run_id in found["run_id"].values] == list(LETTERS)
    assert str(found["metrics.m"].values) == "[ nan  nan -inf  0.5]"
    assert found["metrics.m"].there.tolist() == [True, False, True, True]
    assert found["params.p"].values.dtype == np.float64
    assert found["params.p"].values[[0, 1, 3]].tolist() == [1.0, 2.0, 1.0]
    assert found["params.mix"].values.tolist() == ["1", "x", None, "2"]
    assert found["status"].values.tolist() == ["FINISHED"] * 4
    assert found["start_time"].values.dtype == np.float64
    assert found["tags.none"].values.tolist() == [None] * 4
    assert not found["tags.none"].there.any()


def test_columns_of_no_runs(store):
    with store.searching() as con:
        found = columns_of(con, Search(), ["metrics.m", "name"])
    assert [len(column.values) for column in found.values()] == [0, 0, 0]


def test_a_revision_changes_when_something_is_new_and_not_otherwise(store):
    seen = [store.revision()]
    assert store.revision() == seen[-1]
    store.append(start())
    seen.append(store.revision())
    assert store.revision() == seen[-1]
    store.fold()
    seen.append(store.revision())
    other = Store(store.path)
    other._background.stop()
    assert store.revision() == seen[-1]
    other.append(point(1, RUN))
    seen.append(store.revision())
    other.journal.close()
    seen.append(store.revision())
    assert len(set(seen)) == len(seen)
    with store.reading():
        pass
    settled = store.revision()
    with store.reading():
        pass
    assert store.revision() == settled
