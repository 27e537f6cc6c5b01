"""The filter language, on real tables with MAP columns."""

from __future__ import annotations

import math
import operator
import re
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shelduck.errors import BadFilter
from shelduck.store.filters import Clause, compile_filter, compile_order

NAN, INF = math.nan, math.inf
KINDS = ("params", "metrics", "tags")


@dataclass
class Row:
    """A run of the table; what is not named is not there."""

    run_id: str
    metrics: dict[str, float | None] = field(default_factory=dict)
    params: dict[str, Any] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    status: str = "FINISHED"
    name: str = "run"
    start_time: datetime = datetime(2026, 11, 1)
    duration: float | None = None

    @property
    def nums(self) -> dict[str, float]:
        return {k: float(v) for k, v in self.params.items() if isinstance(v, int | float)}

    @property
    def texts(self) -> dict[str, str]:
        return {k: str(v) for k, v in self.params.items()}


ROWS = [
    Row("a", {"rmse": 6.3, "val loss": 0.5, "train/loss": 1}, {"alpha": 0.1, "model": "lasso"},
        {"model": "lasso", "mlflow.user": "ann"}, name="lasso-1", duration=1.5),
    Row("b", {"rmse": 7.8}, {"alpha": 0.01, "model.depth": 30, "flag": True},
        {"model": "xgboost", "a b": "c"}, "FAILED", "boost",
        datetime(2026, 11, 2, 10, 0, 0, 500_000)),
    Row("c", {"rmse": NAN, "val loss": INF}, {"alpha": "auto", "model.depth": 7, "flag": False},
        {"model": "Lasso"}, "KILLED", "it's", datetime(2026, 11, 3), 60.0),
    Row("d", {"rmse": None, "val loss": -INF}, {"alpha": NAN}, {}, "RUNNING", "100%"),
    Row("e", {}, {"alpha": 10, "text": "7"}, {"note": "x\ny"}, duration=NAN),
]  # fmt: skip

TABLE = """
    CREATE TABLE runs (
        run_id VARCHAR, experiment_id VARCHAR, experiment VARCHAR, name VARCHAR, status VARCHAR,
        start_time TIMESTAMP, end_time TIMESTAMP, duration DOUBLE, error VARCHAR,
        lifecycle_stage VARCHAR, user_id VARCHAR, source VARCHAR, git_commit VARCHAR,
        parent_run_id VARCHAR, notebook VARCHAR, cell_id VARCHAR, params MAP(VARCHAR, VARCHAR),
        nums MAP(VARCHAR, DOUBLE), metrics MAP(VARCHAR, DOUBLE), tags MAP(VARCHAR, VARCHAR))
"""
INSERT = """
    INSERT INTO runs BY NAME
    SELECT ? run_id, '0' experiment_id, 'taxi' experiment, ? "name", ? status, ? start_time,
        CASE WHEN ? <> 'RUNNING' THEN TIMESTAMP '2026-11-09' END end_time, ? duration,
        'active' lifecycle_stage, 'ann' user_id, MAP(?::VARCHAR[], ?::VARCHAR[]) params,
        MAP(?::VARCHAR[], ?::DOUBLE[]) nums, MAP(?::VARCHAR[], ?::DOUBLE[]) metrics,
        MAP(?::VARCHAR[], ?::VARCHAR[]) tags
"""


def table(rows: list[Row]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(TABLE)
    for row in rows:
        maps = [m for d in (row.texts, row.nums, row.metrics, row.tags) for m in (d, d.values())]
        head = [row.run_id, row.name, row.status, row.start_time, row.status, row.duration]
        connection.execute(INSERT, [*head, *map(list, maps)])
    return connection


@pytest.fixture(scope="module")
def runs():
    with table(ROWS) as connection:
        yield connection


def selected(connection: duckdb.DuckDBPyConnection, clause: Clause) -> str:
    sql = f"SELECT run_id FROM runs WHERE {clause.sql} ORDER BY run_id"
    return "".join(run_id for (run_id,) in connection.execute(sql, clause.args).fetchall())


def ordered(connection: duckdb.DuckDBPyConnection, clause: Clause) -> str:
    sql = f"SELECT run_id FROM runs ORDER BY {clause.sql}"
    return "".join(run_id for (run_id,) in connection.execute(sql, clause.args).fetchall())


class Names:
    """The scope of some rows."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows

    def is_empty(self) -> bool:
        return not self.rows

    def has(self, kind: str, key: str) -> bool:
        return key in self.names(kind)

    def names(self, kind: str) -> set[str]:
        return {key for row in self.rows for key in getattr(row, kind)}


# --- what MLflow's grammar says, and what it means here


MLFLOW = [
    ("metric.rmse >= 7.8", "b"),
    ("metric.rmse>=7", "b"),
    ("metrics.rmse = 6.3", "a"),
    ("metrics.rmse == 6.3", "a"),
    ("metrics.rmse != 6.3", "bc"),
    ("metrics.rmse <> 6.3", "bc"),
    ("metrics.rmse < 7 and params.model = 'lasso'", "a"),
    ("METRICS.rmse < 7 AND Params.model = 'lasso'", "a"),
    ("`metrics`.rmse < 7", "a"),
    ("`metric`.`rmse` < 7", "a"),
    ("`params`.model >= 'lasso'", "a"),
    ("`tag`.model = 'lasso'", "a"),
    ('metrics."val loss" = 0.5', "a"),
    ("metrics.`val loss` = .5", "a"),
    ('metrics."train/loss" = 1', "a"),
    ("metrics.train/loss = 1", "a"),
    ("params.m!='tf'", ""),
    ('param."model"="lasso"', "a"),
    ("parameter.model = 'lasso'", "a"),
    ("parameters.model LIKE 'la%'", "a"),
    ("params.model.depth = '30'", "b"),
    ('params."model.depth" = "30"', "b"),
    ("tags.model = 'lasso'", "a"),
    ("tag.model ILIKE 'LASSO'", "ac"),
    ("tags.model LIKE '_asso'", "ac"),
    ("tags.`mlflow.user` = 'ann'", "a"),
    ("tags.mlflow.user = 'ann'", "a"),
    ("tags.\"a b\" = 'c'", "b"),
    ("tags.model IS NULL", "de"),
    ("tags.model is not null", "abc"),
    ("attributes.status = 'FAILED'", "b"),
    ("attribute.status != 'finished'", "bcd"),
    ("attr.run_name = 'boost'", "b"),
    ("run.status = 'RUNNING'", "d"),
    ("`attribute`.status = 'RUNNING'", "d"),
    ("status = 'RUNNING'", "d"),
    ('run_name = "it\'s"', "c"),
    ("run_name = 'it''s'", "c"),
    ("`Run name` = 'boost'", "b"),
    ("\"Run Name\" = 'boost'", "b"),
    ("attributes.`run name` = 'boost'", "b"),
    ("run_name LIKE '100%'", "d"),
    ("user_id = 'ann' and user = 'ann'", "abcde"),
    ("artifact_uri = 'runs:/b'", "b"),
    ("run_id IN ('a', 'e', 'zz')", "ae"),
    ("attributes.run_id NOT IN ('a', 'e')", "bcd"),
    ("start_time >= 1793664000000", "c"),
    ("start_time < 1793664000000", "abde"),
    ("attributes.start_time = 1793613600500", "b"),
    ("created > 1793491200000", "bc"),
    ("attribute.Created <= 1793491200000", "ade"),
    ("end_time > 0", "abce"),
]

BEYOND = [
    ("metrics.rmse < 7 or metrics.rmse = nan", "ac"),
    ("metrics.rmse = nan", "c"),
    ("metrics.rmse != NaN", "ab"),
    ("metrics.rmse > 0", "ab"),
    ("metrics.rmse >= 0", "ab"),
    ("metrics.rmse <= inf", "ab"),
    ("metrics.rmse between 0 and inf", "ab"),
    ("metrics.rmse in (nan, 6.3)", "ac"),
    ("metrics.rmse not in (6.3)", "bc"),
    ("not metrics.rmse > 7", "ac"),
    ("not (metrics.rmse > 7)", "ac"),
    ("metrics.rmse is null", "de"),
    ("`metrics`.`val loss` = inf", "c"),
    ("metrics.`val loss` = -inf", "d"),
    ("metrics.`val loss` = +INF", "c"),
    ("metrics.`val loss` < 0", "d"),
    ("metrics.`val loss` > 1e300", "c"),
    ("metrics.rmse > '7.5'", "b"),
    ("metrics.rmse = +63e-1", "a"),
    ("metrics.rmse > -1", "ab"),
    ("params.alpha > 0.05", "ae"),
    ("params.alpha > '0.05'", "acde"),
    ("params.alpha = '0.1'", "a"),
    ("params.alpha = 0.10", "a"),
    ("params.alpha = '0.10'", ""),
    ("params.alpha = nan", "d"),
    ("params.alpha = 'nan'", "d"),
    ("params.alpha in (0.1, 10)", "ae"),
    ("params.alpha in ('auto', '10')", "ce"),
    ("params.alpha not between 0.05 and 100", "bd"),
    ("params.text = 7", ""),
    ("params.text = '7'", "e"),
    ("params.flag = TRUE", "b"),
    ("params.flag != true", "c"),
    ("params.flag in (false, true)", "bc"),
    ("params.flag = 1", "b"),
    ("params.flag is not null", "bc"),
    ("tags.model not like 'l%'", "bc"),
    ("tags.model not ilike 'l%'", "b"),
    ("tags.model rlike '^[lL]ass'", "ac"),
    ("tags.model RLIKE 'boost'", "b"),
    ("tags.model not rlike 'boost'", "ac"),
    ("status rlike '^F'", "abe"),
    ("status like 'f%'", "abe"),
    ("status in ('failed', 'Killed')", "bc"),
    ("duration < 30", "a"),
    ("duration > 1", "ac"),
    ("duration = nan", "e"),
    ("experiment = 'taxi' and lifecycle_stage = 'active' and error is null", "abcde"),
    ("start_time >= '2026-11-02'", "bc"),
    ("start_time > '2026-11-02 10:00'", "bc"),
    ("start_time > '2026-11-02T11:00:00+01:00'", "bc"),
    ("start_time = '2026-11-02T10:00:00.5Z'", "b"),
    ("start_time between '2026-11-02' and '2026-11-03'", "bc"),
    ("start_time in (1793664000000)", "c"),
    ("end_time is null", "d"),
    # AND binds before OR, NOT before both.
    ("status = 'FAILED' or status = 'KILLED' and run_name = 'nobody'", "b"),
    ("(status = 'FAILED' or status = 'KILLED') and run_name = 'nobody'", ""),
    ("not status = 'FAILED' and run_name = 'boost'", ""),
    ("not (status = 'FAILED' and run_name = 'boost')", "acde"),
    ("not not status = 'FAILED'", "b"),
    # What is missing is unknown, and NOT of unknown too.
    ("not tags.model = 'lasso'", "bc"),
    ("not (tags.model = 'lasso' or metrics.rmse < 7)", "bc"),
    ("tags.model is null or tags.model != 'lasso'", "bcde"),
    ("\n  metrics.rmse < 7\n  and tags.model = 'lasso'\n", "a"),
    (" \t ", "abcde"),
    (None, "abcde"),
]


@pytest.mark.parametrize(("text", "expected"), MLFLOW + BEYOND)
def test_selects(runs, text, expected):
    assert selected(runs, compile_filter(text)) == expected


def test_blank_is_no_condition():
    assert compile_filter("") == compile_filter(None) == Clause("TRUE", ())


def test_values_are_plain_python_values():
    clause = compile_filter("metrics.m < 1 and params.p = 'x' and params.f = true and name = 'n'")
    assert [type(arg) for arg in clause.args] == [str, float, str, str, str, str, str]


# --- random trees against an evaluator of three-valued logic


NUMBERS = st.sampled_from([-INF, -1.0, 0.0, 0.5, 1.0, 1e300, INF])
COMPARE = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "=": lambda x, y: x == y or (x != x and y != y),
    "!=": lambda x, y: not (x == y or (x != x and y != y)),
}  # fmt: skip
KEYS = ("x", "y z")


def lookup(row: Row, kind: str, key: str) -> Any:
    return row.status if kind == "status" else getattr(row, kind).get(key)


def leaf(kind: str, key: str, test: str, then: Any) -> tuple[str, Any]:
    prefix = {"nums": "params", "texts": "params"}.get(kind, kind)
    name = "status" if kind == "status" else f"{prefix}.`{key}`"

    def evaluate(row: Row) -> bool | None:
        value = lookup(row, kind, key)
        return None if value is None else then(value)

    return f"{name} {test}", evaluate


@st.composite
def predicates(draw: st.DrawFn) -> tuple[str, Any]:
    key, no = draw(st.sampled_from(KEYS)), draw(st.booleans())
    not_ = "not " if no else ""
    number, other = draw(NUMBERS), draw(NUMBERS)
    comparator = draw(st.sampled_from(sorted(COMPARE)))
    word = draw(st.sampled_from(["a", "b", "ab", "1.0", "it's"]))
    quoted = "'" + word.replace("'", "''") + "'"
    numeric, textual = (
        draw(st.sampled_from(["metrics", "nums"])),
        draw(st.sampled_from(["texts", "tags"])),
    )
    kind = draw(
        st.sampled_from(["number", "nan", "between", "in", "text", "like", "null", "status"])
    )
    if kind == "number":
        return leaf(
            numeric, key, f"{comparator} {number!r}", lambda x: COMPARE[comparator](x, number)
        )
    if kind == "nan":
        sign = "!=" if no else "="
        return leaf(numeric, key, f"{sign} nan", lambda x: (x != x) != no)
    if kind == "between":
        test = f"{not_}between {number!r} and {other!r}"
        return leaf(numeric, key, test, lambda x: (number <= x <= other) != no)
    if kind == "in":
        test = f"{not_}in ({number!r}, {other!r}, nan)"
        return leaf(numeric, key, test, lambda x: (x in (number, other) or x != x) != no)
    if kind == "text":
        return leaf(textual, key, f"{comparator} {quoted}", lambda x: COMPARE[comparator](x, word))
    if kind == "like":
        pattern = quoted[:-1] + "%'"
        return leaf(textual, key, f"{not_}LIKE {pattern}", lambda x: x.startswith(word) != no)
    if kind == "null":
        name, _ = leaf("tags", key, f"is {not_}null", None)
        return name, lambda row: (key not in row.tags) != no
    return leaf("status", "", "= 'failed'", lambda x: x == "FAILED")


def kleene(word: str, values: list[bool | None]) -> bool | None:
    decisive = word == "or"
    if decisive in values:
        return decisive
    return None if None in values else not decisive


def join(word: str, parts: list[tuple[str, Any]]) -> tuple[str, Any]:
    # An operand that is itself an OR is always in parentheses, so precedence decides the rest.
    text = f" {word} ".join(f"({t})" if " OR " in t or " or " in t else t for t, _ in parts)
    return text, lambda row: kleene(word.lower(), [evaluate(row) for _, evaluate in parts])


def negate(part: tuple[str, Any]) -> tuple[str, Any]:
    def evaluate(row: Row) -> bool | None:
        value = part[1](row)
        return None if value is None else not value

    return f"NOT ({part[0]})", evaluate


trees = st.recursive(
    predicates(),
    lambda inner: st.one_of(
        st.builds(join, st.sampled_from(["and", "AND", "or", "OR"]), st.lists(inner, min_size=2, max_size=4)),
        st.builds(negate, inner),
    ),
    max_leaves=12,
)  # fmt: skip


def maps(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(KEYS), values)


@st.composite
def tables(draw: st.DrawFn) -> list[Row]:
    numbers, texts = (
        st.one_of(NUMBERS, st.just(NAN)),
        st.sampled_from(["a", "ab", "B", "1.0", "it's"]),
    )
    return [
        Row(run_id, draw(maps(st.one_of(numbers, st.none()))), draw(maps(st.one_of(numbers, texts))),
            draw(maps(texts)), draw(st.sampled_from(["FAILED", "RUNNING"])))
        for run_id in "abcdef"
    ]  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(tables(), st.lists(trees, min_size=1, max_size=8))
def test_boolean_trees_mean_what_they_say(rows, parts):
    with table(rows) as connection:
        for text, evaluate in parts:
            expected = "".join(row.run_id for row in rows if evaluate(row) is True)
            assert selected(connection, compile_filter(text)) == expected, text


# --- no text of the user becomes SQL


HOSTILE = st.one_of(
    st.text(min_size=1, max_size=30),
    st.text(alphabet="'\"`?\\;-% \n()[]$_", min_size=1, max_size=10),
    st.sampled_from(["'; DROP TABLE runs; --", "a] OR [1=1", "?", "$1", "x' OR '1'='1", "é\u0301", "日本"]),
)  # fmt: skip


def quoted(text: str, quote: str) -> str:
    return quote + text.replace(quote, quote * 2) + quote


@settings(deadline=None)
@given(HOSTILE, HOSTILE, st.sampled_from('`"'), st.sampled_from("'\""))
@example("a`b", "it's", "`", "'")
def test_names_and_texts_round_trip_through_quoting(key, value, round_key, round_value):
    text = f"params.{quoted(key, round_key)} = {quoted(value, round_value)}"
    assert compile_filter(text) == Clause("params[?] = ?", (key, value))
    order = compile_order([f"tags.{quoted(key, round_key)} desc"])
    assert order == Clause("tags[?] DESC NULLS LAST, run_id ASC", (key,))


@settings(deadline=None, max_examples=50)
@given(HOSTILE.filter(lambda key: "\0" not in key), HOSTILE.filter(lambda value: "\0" not in value))
def test_hostile_names_find_their_run_and_no_other(key, value):
    rows = [
        Row("a", tags={key: value}),
        Row("b", tags={key: value + "x"}),
        Row("c", tags={key + "x": value}),
    ]
    text = f"tags.{quoted(key, '`')} = {quoted(value, chr(39))}"
    with table(rows) as connection:
        assert selected(connection, compile_filter(text, Names(rows))) == "a"
        assert ordered(connection, compile_order([f"tags.{quoted(key, '`')}"])) == "abc"


FRAGMENTS = [
    "metrics.a", "params.`b c`", 'tags."d"', "status", "start_time", "run_id", "duration", "(", ")",
    "(", "and", "OR", "not", "=", "<", ">=", "!=", "like", "rlike", "in", "between", "is", "null",
    "'x'", '"y"', "1", "-2.5e3", "nan", "true", "'failed'", "'2026-11-01'", ",", ";", "--", "'", "`", "&&",
    ".", "DROP TABLE runs", "*", "asc", "\n", "é", "run_id = 'a'", "metrics.a < 1",
]  # fmt: skip
VOCABULARY = re.compile(
    r"((metrics|params|nums|tags)\[\?\]|name|status|start_time|end_time|run_id|duration|\('runs:/' \|\| run_id\)"
    r"|isnan|regexp_matches|AND|OR|NOT|I?LIKE|IN|BETWEEN|IS|NULL|[=!<>]=?|[?(),]| )*"
)


@settings(deadline=None, max_examples=400)
@given(
    st.one_of(st.lists(st.sampled_from(FRAGMENTS), max_size=9).map(" ".join), st.text(max_size=20))
)
def test_any_text_is_sql_of_ours_or_an_error_that_points(text):
    for compile_ in (compile_filter, lambda text: compile_order([text])):
        try:
            clause = compile_(text)
        except BadFilter as error:
            assert error.text == text and 0 <= error.start <= error.end <= len(text)
            assert error.start < error.end or error.start == len(text.rstrip())
            continue
        if clause.sql != "TRUE" and compile_ is compile_filter:
            assert VOCABULARY.fullmatch(clause.sql), clause.sql
        assert clause.sql.count("?") == len(clause.args)


# --- order


ORDER_ROWS = [
    Row("a", {"m": 1.0}, {"p": 10}, {"t": "x"}, start_time=datetime(2026, 11, 1), name="b"),
    Row("b", {"m": NAN}, {"p": 9.5}, {"t": "y"}, start_time=datetime(2026, 11, 3), name="a"),
    Row("c", {"m": None}, {"p": "zeta"}, {}, start_time=datetime(2026, 11, 2), duration=NAN),
    Row("d", {}, {"p": NAN}, {"t": "x"}, start_time=datetime(2026, 11, 2), duration=3.0),
    Row("e", {"m": -INF}, {"p": "alpha"}, {}, start_time=datetime(2026, 11, 2), duration=4.0),
    Row("f", {"m": INF}, {}, {}, start_time=datetime(2026, 10, 2), name="b"),
    Row("g", {"m": -0.0}, {"p": True}, {}, start_time=datetime(2026, 10, 1)),
]


@pytest.mark.parametrize(
    ("order_by", "expected"),
    [
        (None, "bcdeafg"),
        ([], "bcdeafg"),
        (["metrics.m"], "egafbcd"),
        (["metrics.m ASC"], "egafbcd"),
        (["metric.`m` desc"], "fagebcd"),
        (["params.p"], "gbadecf"),
        (["params.p DESC"], "abgdcef"),
        (["tags.t"], "adbcefg"),
        (["tags.t DESC"], "badcefg"),
        (["duration"], "decabfg"),
        (["attributes.duration DESC"], "edcabfg"),
        (["start_time"], "gfacdeb"),
        (["attributes.start_time DESC"], "bcdeafg"),
        (["Created DESC"], "bcdeafg"),
        (["`Run Name`", "start_time"], "bfagcde"),
        (["tags.t", "metrics.m DESC"], "adbfgec"),
        (["run_id DESC"], "gfedcba"),
        ("metrics.m", "egafbcd"),
    ],
)
def test_orders(order_by, expected):
    with table(ORDER_ROWS) as connection:
        clause = compile_order(order_by)
        assert ordered(connection, clause) == expected
    assert clause.sql.endswith(", run_id ASC")


@settings(deadline=None, max_examples=40)
@given(tables(), st.sampled_from(["metrics", "params"]), st.booleans())
def test_order_agrees_with_python(rows, kind, descending):
    sign = -1 if descending else 1

    def rank(row: Row) -> tuple[int, float]:
        number = (row.metrics if kind == "metrics" else row.nums).get("x")
        if number is None:
            return 2, 0
        return (1, 0) if math.isnan(number) else (0, sign * number)

    # Among params, text has an order of its own after the numbers; here ties are left out of it.
    rows = [row for row in rows if kind == "metrics" or not isinstance(row.params.get("x"), str)]
    with table(rows) as connection:
        text = f"{kind}.x {'desc' if descending else 'asc'}"
        found = ordered(connection, compile_order([text]))
    assert found == "".join(row.run_id for row in sorted(rows, key=rank))


# --- what goes wrong


def fault(text: str, scope: Names | None = None) -> tuple[str, str]:
    with pytest.raises(BadFilter) as caught:
        compile_filter(text, scope)
    error = caught.value
    return error.text[error.start : error.end], error.reason


FAULTS = [
    # text, what is pointed at, what is said
    ("metrics.rmse <", "", "expected a number or a text in quotes, found the end"),
    ("metrics.rmse", "", "expected a comparison such as `<`, LIKE, IN, BETWEEN, IS or NOT"),
    ("metrics.rmse < 5 metrics.a < 3", "metrics.a", "expected AND, OR or the end, found `metrics.a`"),
    ("metrics.rmse < 5; drop table runs", ";", "expected AND, OR or the end, found `;`"),
    ("not", "", "expected a name such as metrics.rmse, NOT or `(`, found the end"),
    ("metrics.rmse in 5", "5", "expected `(`"),
    ("metrics.rmse in ()", ")", "expected a number or a text in quotes, found `)`"),
    ("metrics.rmse between 1 or 2", "or", "expected AND, found `or`"),
    ("metrics.rmse is 3", "3", "expected NULL or NOT"),
    ("tags.model = lasso", "lasso", "quote the text: 'lasso'"),
    ("tags.model in ('a', lasso)", "lasso", "quote the text: 'lasso'"),
    ("start_time > 2026-11-01", "2026-11-01", "quote the text: '2026-11-01'"),
    ("tags.model = `it's`", "`it's`", "quote the text: 'it''s'"),
    ("tags.model like 5", "5", "quote the text: '5'"),
    ("metrics.a < 1 && metrics.b < 2", "&&", "write AND instead of `&&`"),
    ("metrics.a < 1 || metrics.b < 2", "||", "write OR instead of `||`"),
    ("!status = 'FAILED'", "!", "write NOT instead of `!`"),
    ("metrics.a < 1 and AND metrics.b < 2", "AND", "missing between `and` and `AND`"),
    ("or metrics.b < 2", "or", "a comparison is missing before `or`"),
    ("metrics.a < 1 and", "", "expected a name such as metrics.rmse"),
    ("tags.model = 'lasso", "'lasso", "the quote ' is never closed"),
    ("tags.model = 'it''s", "'it''s", "the quote ' is never closed"),
    ('tags.model = "lasso', '"lasso', 'the quote " is never closed'),
    ("metrics.`val loss < 3", "`val loss < 3", "the quote ` is never closed"),
    ("params.x = 'it's'", "s", "a quote inside a quoted text is written twice"),
    ("metrics.'val loss' < 3", ".", "an odd one stands in backticks"),
    ("(metrics.a < 1 or (status = 'FAILED')", "(", "this `(` is never closed"),
    ("metrics.a in (1, 2", "(", "this `(` is never closed"),
    ("metrics.a < 1)", ")", "there is no `(` for this `)`"),
    ("5 > metrics.a", "5", "the name comes first"),
    ("metrics.a < metrics.b", "metrics.b", "a name cannot stand here"),
    ("params.a = None", "None", "write IS NULL"),
    ("params.a != null", "null", "write IS NULL"),
    ("metrics.a < 'small'", "'small'", "metrics.a compares with a number"),
    ("metrics.a = true", "true", "metrics.a compares with a number"),
    ("metrics.a like '1%'", "like", "LIKE looks into text; metrics.a is a number"),
    ("start_time ILIKE '2026%'", "ILIKE", "start_time is a time"),
    ("metrics.a < nan", "nan", "nothing is above or below nan"),
    ("metrics.a between 0 and nan", "nan", "nothing is above or below nan"),
    ("params.flag > true", "true", "nothing is above or below true"),
    ("tags.version = 3", "3", "tags.version is a text; quote the value: '3'"),
    ("experiment_id = 3", "3", "experiment_id is a text; quote the value: '3'"),
    ("params.a in (1, 'b')", "'b'", "quote all of these values"),
    ("params.a between '1' and 2", "2", "quote all of these values"),
    ("start_time > '2026-13-01'", "'2026-13-01'", "start_time compares with a UTC date"),
    ("start_time > 'yesterday'", "'yesterday'", "or milliseconds since 1970"),
    ("start_time > 1e300", "1e300", "start_time compares with a UTC date"),
    ("end_time < nan", "nan", "end_time compares with a UTC date"),
    ("status = 'done'", "'done'", "there are RUNNING, FINISHED, FAILED, KILLED"),
    ("status = 3", "3", "there are RUNNING, FINISHED, FAILED, KILLED"),
    ("run.state = 'x'", "run.state", "there is no attribute `state`"),
    ("statsu = 'FAILED'", "statsu", "did you mean `status`"),
    ("mertics.rmse < 3", "mertics.rmse", "did you mean `metrics.rmse`"),
    ("zzz < 3", "zzz", "params, metrics and tags need their prefix, as in metrics.rmse"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "token", "words"), FAULTS)
def test_says_what_is_wrong_and_points(text, token, words):
    pointed, reason = fault(text)
    assert pointed == token
    assert words in reason


@pytest.mark.parametrize("pattern", ["(", "[a", "(?=x)", "a**"])
def test_a_regular_expression_is_one_of_duckdbs(pattern):
    pointed, reason = fault(f"name rlike '{pattern}'")
    assert pointed == f"'{pattern}'" and reason.startswith("no regular expression: ")


def test_points_at_the_right_one_of_several():
    with pytest.raises(BadFilter) as caught:
        compile_filter("metrics.a < 1 and tags.m = m and tags.n = 'n'")
    assert caught.value.start == 27


SCOPE = Names([
    Row("a", {"test_rmse": 1, "rmse": 1, "val loss": 1}, {"alpha": 1, "both": 1}, {"model": "x", "both": "y"}),
    Row("b", {"mae": 1}, {}, {}),
])  # fmt: skip

UNKNOWN = [
    ("metrics.test_rsme < 5", "metrics.test_rsme", "no run has a metric `test_rsme`; did you mean `test_rmse`"),
    ("metrics.alpha < 5", "metrics.alpha", "no run has a metric `alpha`; there is a param of that name: params.alpha"),
    ("params.`val loss` = '1'", "params.`val loss`", "there is a metric of that name: metrics.`val loss`"),
    ("tags.modle = 'x'", "tags.modle", "no run has a tag `modle`; did you mean `model`"),
    ("params.zzz = 'x'", "params.zzz", "no run has a param `zzz`; there are `alpha`, `both`"),
    ("rmse < 5", "rmse", "there is no attribute `rmse`; did you mean metrics.rmse?"),
    ("both < 5", "both", "did you mean params.both or tags.both?"),
    ("status = 'FAILED' or not metrics.maee is null", "metrics.maee", "did you mean `mae`"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "token", "words"), UNKNOWN)
def test_a_name_that_no_run_has(text, token, words):
    pointed, reason = fault(text, SCOPE)
    assert pointed == token
    assert words in reason


@pytest.mark.parametrize(
    "text",
    [
        "metrics.mae < 5 and params.alpha = 1 and tags.model like 'x'",
        "tags.mlflow.parentRunId = 'x' or tags.shelduck.host is null",
        "tags.`mlflow.anything` is null and status = 'FAILED'",
    ],
)
def test_names_that_are_no_error(text):
    compile_filter(text, SCOPE)


def test_an_order_is_checked_too():
    with pytest.raises(
        BadFilter, match="no run has a metric `rsme`; did you mean `rmse`"
    ) as caught:
        compile_order(["start_time", "metrics.rsme DESC"], SCOPE)
    error = caught.value
    assert (error.text, error.start, error.end) == ("metrics.rsme DESC", 0, 12)
    with pytest.raises(BadFilter, match=r"did you mean metrics\.rmse"):
        compile_order(["rmse"], SCOPE)


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("metrics.a upwards", "expected ASC, DESC or the end, found `upwards`"),
        ("metrics.a desc, metrics.b", "expected the end, found `,`"),
        ("metrics.a < 5", "expected ASC, DESC or the end"),
        ("", "expected a name such as metrics.rmse, found the end"),
        ("-metrics.a", "expected a name such as metrics.rmse"),
    ],
)
def test_what_is_no_order(item, words):
    with pytest.raises(BadFilter, match=re.escape(words)):
        compile_order([item])


def test_an_empty_scope_checks_no_names_but_the_grammar():
    empty = Names([])
    assert compile_filter("metrics.x < 5 and tags.y = 'z'", empty).args == ("x", 5.0, "y", "z")
    assert compile_order(["params.x"], empty).args == ("x", "x")
    assert fault("rmse < 5", empty)[0] == "rmse"


def test_suggestions_are_not_gathered_for_names_that_are_there():
    class Costly(Names):
        def names(self, kind: str) -> set[str]:
            raise AssertionError("names() is for suggestions")

        def has(self, kind: str, key: str) -> bool:
            return True

    compile_filter("metrics.a < 1 and params.b = 'x'", Costly([]))


# --- size


def nested(levels: int) -> str:
    return (
        "metrics.a < 1 or (metrics.a > 1 and (" * (levels // 2)
        + "status = 'FAILED'"
        + "))" * (levels // 2)
    )


def test_sensible_nesting_compiles_and_runs(runs):
    assert selected(runs, compile_filter(nested(100))) == ""
    assert selected(runs, compile_filter("not " * 100 + "status = 'FAILED'")) == "b"


@pytest.mark.parametrize(
    ("text", "token"),
    [
        (nested(102), "("),
        ("(" * 5000 + "status = 'FAILED'" + ")" * 5000, "("),
        ("not " * 5000 + "status = 'FAILED'", "not"),
    ],
)
def test_absurd_nesting_is_refused(text, token):
    assert fault(text) == (token, "the filter is nested more than 100 levels deep")


def test_absurd_nesting_that_does_not_parse():
    assert fault("(" * 5000) == (
        "",
        "expected a name such as metrics.rmse, NOT or `(`, found the end",
    )
    assert fault("(" * 5000 + "status = 'FAILED'")[1] == "this `(` is never closed"


def test_long_filters_run(runs):
    ids = ", ".join(f"'{i}'" for i in range(3000))
    assert selected(runs, compile_filter(f"run_id in ({ids}, 'b')")) == "b"
    alternatives = " or ".join(f"metrics.rmse = {i}" for i in range(1500))
    assert selected(runs, compile_filter(f"{alternatives} or metrics.rmse = 7.8")) == "b"
    huge = "x" * 1_000_000
    assert selected(runs, compile_filter(f"name != '{huge}'")) == "abcde"


def test_importing_costs_no_parser():
    code = """if True:
        import sys
        from shelduck.store.filters import compile_filter, compile_order
        compile_filter(" ")
        assert "lark" not in sys.modules
        compile_filter("metrics.a < 1")
        assert "lark" in sys.modules
    """
    subprocess.run([sys.executable, "-c", code], check=True)
