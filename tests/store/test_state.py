"""What holds now is what the facts say, whatever they are and whenever they are folded."""

from __future__ import annotations

import math
import tempfile
import threading
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shelduck.store import Store, facts, reading, upkeep
from shelduck.store.fold import fold
from shelduck.store.schema import VIEWS, create
from shelduck.store.state import rebuild
from shelduck.values import encode

RUNS = ["a" * 32, "b" * 32]
KEYS = st.sampled_from(["m", "loss", "a.b"])
NUMBERS = st.one_of(st.none(), st.floats(), st.sampled_from([math.nan, math.inf, -math.inf, -0.0]))
STEPS = st.integers(-3, 3)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
HOSTILE = [
    "'; DROP TABLE meta; --",
    "<script>",
    '"',
    "\\",
    "\n\r\t",
    "\x00",
    "ключ",
    "a\u202eb",
    "é" * 300,
]
SETTINGS = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def _param(run: str, key: str, value: object) -> list[facts.Fact]:
    found = [facts.param(run, key, encode(key, value))]
    if isinstance(value, dict):
        found += [
            facts.param(run, f"{key}.{k}", encode(k, v), parent=key) for k, v in value.items()
        ]
    return found


_run = st.sampled_from(RUNS)
_values = st.one_of(
    st.integers(), TEXTS, st.booleans(), st.dictionaries(st.sampled_from("xy"), st.integers(0, 9))
)
EVENTS = st.one_of(
    st.builds(lambda r, k, v, s: [facts.metric(r, k, v, s, 1)], _run, KEYS, NUMBERS, STEPS),
    st.builds(
        lambda r, k, vs: [facts.history(r, k, vs, [0] * len(vs), [1] * len(vs))],
        _run, KEYS, st.lists(NUMBERS, min_size=1, max_size=4),
    ),
    st.builds(_param, _run, st.sampled_from(["p", "q", "p.x"]), _values),
    st.builds(
        lambda r, k, v: [facts.tag("run", r, k, v and encode(k, v))],
        _run, KEYS, st.none() | TEXTS,
    ),
    st.builds(
        lambda r, how: [facts.end(r, how, 0.5, None)],
        _run, st.sampled_from(["FINISHED", "FAILED"]),
    ),
    st.builds(lambda r: [facts.start(r, "e", resumed=True)], _run),
    st.builds(lambda r, gone: [facts.stage("run", r, deleted=gone)], _run, st.booleans()),
    st.builds(
        lambda r, p, d: [facts.artifact(r, p, d * 64, 1, 1)],
        _run, KEYS, st.sampled_from("cd"),
    ),
    st.just("fold"),
    st.just("another writer"),
)  # fmt: skip


@SETTINGS
@given(st.lists(EVENTS, max_size=40))
def test_state_is_what_the_facts_say(events):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shelduck.duckdb"
        stores = [Store(path)]
        stores[0].append(*(facts.start(run, "e") for run in RUNS))
        last: dict[tuple[str, str], tuple[int, float | None]] = {}
        for event in events:
            if event == "fold":
                stores[-1].fold()
            elif event == "another writer":
                stores[-1].fold()
                stores.append(Store(path))
                with stores[-1].reading():
                    pass
            else:
                for fact in event:
                    stores[-1].append(dict(fact))
                    _remember(last, fact)
        with stores[-1].reading() as con:
            assert not upkeep.differs(con)
            found = {
                (run, key): (step, value if value is None else value + 0.0)
                for run, key, value, step in con.execute(
                    "SELECT run_id, key, value, step FROM metrics"
                ).fetchall()
            }
        for store in stores:
            store.close()
    assert {k: (s, repr(v)) for k, (s, v) in found.items()} == {
        k: (s, repr(v)) for k, (s, v) in last.items()
    }


def _remember(last, fact):
    """The same rule said again: the highest step, and of several there the latest."""
    points = []
    if fact["k"] == "metric":
        points = [(fact["s"], fact["v"])]
    elif fact["k"] == "history":
        points = list(zip(fact["ss"], fact["vs"], strict=True))
    for step, value in points:
        # DuckDB 1.5 takes -0.0 for 0.0 where it compares; the history keeps the sign
        value = float(value) + 0.0 if value is not None else None
        key = (fact["r"], fact["n"])
        if key not in last or step >= last[key][0]:
            last[key] = (step, value)


@SETTINGS
@given(
    st.lists(
        st.tuples(TEXTS | st.sampled_from(HOSTILE), TEXTS | st.sampled_from(HOSTILE)), max_size=6
    ),
    st.floats(),
)
def test_names_and_values_come_back_exactly(pairs, number):
    wanted = {key: value for key, value in pairs if key}
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "shelduck.duckdb")
        store.append(facts.start(RUNS[0], "e"))
        for key, value in wanted.items():
            store.append(facts.param(RUNS[0], key, encode(key, value)))
            store.append(facts.metric(RUNS[0], key, number, 0, 1))
        with store.reading() as con:
            run = reading.get_run(con, RUNS[0])
        store.close()
    assert run.data.params == wanted
    assert {k: repr(v) for k, v in run.data.metrics.items()} == dict.fromkeys(wanted, repr(number))


def test_large_values_and_many_params(tmp_path):
    store = Store(tmp_path / "shelduck.duckdb")
    store.append(facts.start(RUNS[0], "e"))
    wanted = {f"p{i}": i for i in range(10_000)} | {"long": "é\n" * 300_000, "big": 10**40}
    store.append(*(facts.param(RUNS[0], k, encode(k, v)) for k, v in wanted.items()))
    with store.reading() as con:
        assert reading.get_run(con, RUNS[0]).data.params == wanted
    store.close()


def test_four_threads_at_once(tmp_path):
    store = Store(tmp_path / "shelduck.duckdb")
    store.append(facts.start(RUNS[0], "e"))

    def log(thread: int) -> None:
        for step in range(2000):
            store.append(facts.metric(RUNS[0], f"m{thread}", float(step), step, 1))

    threads = [threading.Thread(target=log, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        store.fold()
    for thread in threads:
        thread.join()
    with store.reading() as con:
        query = (
            "SELECT key, count(*), count(DISTINCT step), count(DISTINCT stamp) "
            "FROM metric_history GROUP BY key"
        )
        assert sorted(con.execute(query).fetchall()) == [
            (f"m{n}", 2000, 2000, 2000) for n in range(4)
        ]
        assert not upkeep.differs(con)
    store.close()


# DuckDB 2.0 has no DuckLake wheel yet, so this is collected where 1.5 is installed.
if duckdb.__version__.startswith("1."):

    def test_the_same_sql_runs_on_a_lake(tmp_path):
        import duckdb_extension_ducklake

        [extension] = Path(duckdb_extension_ducklake.__file__).parent.rglob(
            "ducklake.duckdb_extension"
        )
        store = Store(tmp_path / "journals")
        store.append(facts.experiment("e", "exp", 1), facts.start(RUNS[0], "e"))
        store.append(*_param(RUNS[0], "p", {"x": 1}), *_param(RUNS[0], "p", {"y": 2}))
        store.append(facts.tag("run", RUNS[0], "mlflow.runName", encode("n", "lake")))
        for step in range(10):
            store.append(facts.metric(RUNS[0], "m", math.nan if step == 3 else step, step, 1))
        with duckdb.connect() as con:
            con.execute(f"LOAD '{extension}'")
            con.execute(
                f"ATTACH 'ducklake:{tmp_path / 'lake.ducklake'}' AS lake "
                f"(DATA_PATH '{tmp_path / 'data'}')"
            )
            con.execute("USE lake")
            create(con, store.id)
            assert fold(con, store.folders, store.id).facts > 10
            store.append(facts.metric(RUNS[0], "m", 99.0, 10, 1))
            fold(con, store.folders, store.id)
            query = "SELECT name, params['p.y'], nums['p.y'], params['p.x'], metrics.m FROM runs"
            assert con.execute(query).fetchall() == [("lake", "2", 2.0, None, 99.0)]
            assert con.execute("SELECT count(*) FROM metric_history").fetchall() == [(11,)]
            query = "SELECT * EXCLUDE (latest) FROM run_state"
            before = con.execute(query).fetchall()
            rebuild(con)
            assert con.execute(query).fetchall() == before
            for view in VIEWS:
                con.execute(f"SELECT * FROM {view}").fetchall()
        store.journal.close()


@pytest.mark.parametrize(
    "query", ["SELECT params.alpha, nums.alpha, metrics.rmse, tags.team FROM runs"]
)
def test_the_file_is_the_users(tmp_path, query):
    store = Store(tmp_path / "shelduck.duckdb")
    store.append(facts.start(RUNS[0], "e"), facts.param(RUNS[0], "alpha", encode("alpha", 0.1)))
    store.append(
        facts.metric(RUNS[0], "rmse", 6.5, 0, 1),
        facts.tag("run", RUNS[0], "team", encode("t", "x")),
    )
    store.close()
    with duckdb.connect(str(tmp_path / "shelduck.duckdb"), read_only=True) as con:
        assert con.execute(query).fetchall() == [("0.1", 0.1, 6.5, "x")]
