"""What filters select and how runs are ordered, on real tables with MAP columns."""

from __future__ import annotations

import math
import subprocess
import sys
from datetime import datetime

import pytest
from filter_rows import Row, fault, ordered, selected, table

from shelduck.store.fields import Clause
from shelduck.store.filters import compile_filter, compile_order

NAN, INF = math.nan, math.inf

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


@pytest.fixture(scope="module")
def runs():
    with table(ROWS) as connection:
        yield connection


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


# --- size


def nested(levels: int) -> str:
    half = levels // 2
    return "run_id = 'a' or (tags.model = 'xgboost' and (" * half + "run_id = 'b'" + "))" * half


def test_sensible_nesting_compiles_and_runs(runs):
    assert selected(runs, compile_filter(nested(100))) == "ab"
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
    wanted = "expected a name such as metrics.rmse, NOT or `(`, found the end"
    assert fault("(" * 5000) == ("", wanted)
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
        compile_filter(" "), compile_order(None)
        assert "lark" not in sys.modules
        compile_filter("metrics.a < 1")
        assert "lark" in sys.modules
    """
    subprocess.run([sys.executable, "-c", code], check=True)
