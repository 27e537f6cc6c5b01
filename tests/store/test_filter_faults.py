"""What the filter language says of a text that it cannot read, and where it points."""

from __future__ import annotations

import re

import pytest
from filter_rows import Names, Row, fault

from shelduck.errors import BadFilter
from shelduck.store.filters import compile_filter, compile_order

FAULTS = [
    # text, what is pointed at, what is said
    ("metrics.rmse <", "", "expected a number or a text in quotes, found the end"),
    ("metrics.rmse", "", "expected a comparison such as `<`, LIKE, IN, BETWEEN, IS or NOT"),
    ("metrics.a < 5 metrics.b < 3", "metrics.b", "expected AND, OR or the end, found `metrics.b`"),
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


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("metrics.a < 1 and tags.m = m and tags.m = 'm'", 27),
        ("status = 'FAILED' or (metrics.a < 1 and (metrics.a in (1, 2", 54),
        ("(metrics.a < 1 or (metrics.a > 2)", 0),
        ("metrics.a < 1 and and metrics.b < 1", 18),
    ],
)
def test_points_at_the_right_one_of_several(text, start):
    with pytest.raises(BadFilter) as caught:
        compile_filter(text)
    assert caught.value.start == start


SCOPE = Names([
    Row("a", {"test_rmse": 1, "val loss": 1}, {"alpha": 1, "two": 1}, {"model": "x", "two": "y"}),
    Row("b", {"rmse": 1, "mae": 1, "a`b": 1}, {}, {}),
])  # fmt: skip

UNKNOWN = [
    ("metrics.test_rsme < 5", "metrics.test_rsme",
     "no run has a metric `test_rsme`; did you mean `test_rmse`"),
    ("metrics.alpha < 5", "metrics.alpha",
     "no run has a metric `alpha`; there is a param of that name: params.alpha"),
    ("params.`val loss` = '1'", "params.`val loss`",
     "there is a metric of that name: metrics.`val loss`"),
    ('tags."a`b" is null', 'tags."a`b"', "there is a metric of that name: metrics.`a``b`"),
    ("tags.modle = 'x'", "tags.modle", "no run has a tag `modle`; did you mean `model`"),
    ("params.zzz = 'x'", "params.zzz", "no run has a param `zzz`; there are `alpha`, `two`"),
    ("rmse < 5", "rmse", "there is no attribute `rmse`; did you mean metrics.rmse?"),
    ("two < 5", "two", "did you mean params.two or tags.two?"),
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
    with pytest.raises(BadFilter, match="no run has a metric `rsme`; did you") as caught:
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
