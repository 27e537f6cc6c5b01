"""What MLflow's users stumble over, done better: params, values, filters."""

from __future__ import annotations

import math

import pytest

from shelduck.errors import BadValue


def logged(shelduck, **params):
    with shelduck.start_run() as run:
        shelduck.log_params(params)
    return shelduck.get_run(run.run_id)


def test_a_param_may_be_set_again_and_its_history_is_kept(shelduck):
    with shelduck.start_run() as run:
        shelduck.log_param("b", 7)
        shelduck.log_param("b", 7.5)
    assert shelduck.get_run(run.run_id).data.params == {"b": 7.5}
    history = shelduck.sql("select text from param_facts where key = 'b' order by stamp")
    assert list(history["text"]) == ["7", "7.5"]


def test_seven_is_not_seven_point_nought_nor_its_text(shelduck):
    params = logged(shelduck, i=7, f=7.0, s="7", b=True, n=None).data.params
    assert params == {"i": 7, "f": 7.0, "s": "7", "b": True, "n": None}
    assert [type(params[k]) for k in "ifsbn"] == [int, float, str, bool, type(None)]


def test_no_value_and_no_name_is_cut(shelduck):
    long, name = "x" * 100_000, "a?b=c/ d" + "k" * 1000
    assert logged(shelduck, **{name: long}).data.params == {name: long}


def test_infinity_and_nan_and_none_are_four_things(shelduck):
    values = {"inf": math.inf, "minus": -math.inf, "nan": math.nan, "none": None, "big": 1e308}
    with shelduck.start_run() as run:
        for key, value in values.items():
            shelduck.log_metric(key, value)
    metrics = shelduck.get_run(run.run_id).data.metrics
    assert math.isnan(metrics.pop("nan"))
    del values["nan"]
    assert metrics == values
    points = {key: shelduck.get_metric_history(run.run_id, key)[0].value for key in values}
    assert points == values


@pytest.fixture
def three(shelduck):
    for name, alpha, rmse in (("a", 0.5, 2.0), ("b", 9, 1.0), ("c", 10, math.nan)):
        with shelduck.start_run(run_name=name, tags={"model": name}):
            shelduck.log_param("alpha", alpha)
            shelduck.log_metric("rmse", rmse)
    return shelduck


@pytest.mark.parametrize(
    ("filter_string", "names"),
    [
        ("metrics.rmse > 1.5 OR tags.model = 'b'", "ab"),
        ("params.alpha > 0", "abc"),
        ("params.alpha > 9", "c"),  # as numbers: "10" is after "9"
        ("params.alpha >= 0.50 and params.alpha < 9.5", "ab"),
        ("params.alpha IN (0.5, 10)", "ac"),
        ("params.alpha IN ('9', '10')", "bc"),
        ("params.alpha NOT IN (9)", "ac"),
        ("params.alpha BETWEEN 1 AND 9", "b"),
        ("NOT (metrics.rmse > 1.5)", "bc"),
        ("tags.model LIKE 'a%' or (params.alpha = 10 and attributes.status = 'FINISHED')", "ac"),
    ],
)
def test_filters_that_mlflow_refuses(three, filter_string, names):
    found = three.search_runs(filter_string=filter_string, order_by=["attributes.run_name ASC"])
    assert "".join(found["tags.mlflow.runName"]) == names


def test_what_cannot_be_kept_is_refused_and_nothing_else_lost(shelduck):
    with shelduck.start_run() as run:
        with pytest.raises(BadValue, match=r"`model` is of type object") as refused:
            shelduck.log_params({"a": 1, "model": object(), "b": 2, "big": "x" * (1 << 20) + "x"})
        assert "`big` has 1,048,577 bytes" in str(refused.value)
        with pytest.raises(BadValue, match="`loss` is of type str"):
            shelduck.log_metrics({"rmse": 1.0, "loss": "low", "mae": 2.0})
        with pytest.raises(BadValue, match="`bad`"):
            shelduck.set_tags({"x": 1, "bad": object(), "y": 2})
        with pytest.raises(BadValue, match="a dict of names and values is needed, not a list"):
            shelduck.log_params([("a", 1)])
    data = shelduck.get_run(run.run_id).data
    assert data.params == {"a": 1, "b": 2}
    assert data.metrics == {"rmse": 1.0, "mae": 2.0}
    assert (data.tags["x"], data.tags["y"]) == (1, 2)
