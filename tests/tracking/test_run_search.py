"""``search_runs`` and ``sql``: which runs, in what order, in what columns."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from shelduck.errors import BadFilter, BadValue, ShelduckWarning

FRAMES = pytest.mark.parametrize("max_results", [1000, 100_000])  # whole runs, or by column


@pytest.fixture
def runs(shelduck):
    """Three runs with values of every kind, not all of which have all."""
    rows = [
        ("a", {"i": 1, "f": 0.5, "s": "x", "b": True, "mix": 1, "cfg": {"lr": 1, "n": None}}, 2.0),
        ("b", {"i": 2, "f": 1.5, "s": "y", "b": False, "mix": math.inf, "big": 1 << 70}, math.nan),
        ("c", {"f": 2.5, "mix": 0.5, "what": [1, 2], "big": 0.5}, 1.0),
    ]
    for name, params, rmse in rows:
        with shelduck.start_run(run_name=name, tags={"team": "geese"} if name != "c" else None):
            shelduck.log_params(params)
            shelduck.log_metric("rmse", rmse)
            if name == "a":
                shelduck.log_metric("mae", math.inf)
    return shelduck


@FRAMES
def test_columns_have_mlflows_names_and_order(runs, max_results):
    frame = runs.search_runs(max_results=max_results)
    assert list(frame.columns[:6]) == [
        "run_id", "experiment_id", "status", "artifact_uri", "start_time", "end_time",
    ]  # fmt: skip
    rest = [c for c in frame.columns[6:] if not c.startswith(("tags.mlflow.", "tags.shelduck."))]
    assert rest == [
        "metrics.mae", "metrics.rmse", "params.b", "params.big", "params.cfg.lr", "params.cfg.n",
        "params.f", "params.i", "params.mix", "params.s", "params.what", "tags.team",
    ]  # fmt: skip
    assert "tags.mlflow.runName" in frame


@FRAMES
def test_columns_have_the_types_of_what_was_logged(runs, max_results):
    frame = runs.search_runs(max_results=max_results, order_by=["attributes.run_name ASC"])
    kinds = {c: str(t) for c, t in frame.dtypes.items()}
    assert kinds["start_time"] == kinds["end_time"] == "datetime64[ns, UTC]"
    assert kinds["metrics.rmse"] == kinds["metrics.mae"] == kinds["params.f"] == "float64"
    assert kinds["params.i"] == "Int64"
    assert kinds["params.b"] == "boolean"
    assert kinds["params.mix"] == "float64"  # 1 and 0.5 are numbers to reckon with
    assert list(frame["params.i"][:2]) == [1, 2]
    assert frame["params.i"][2] is pd.NA
    assert list(frame["params.b"][:2]) == [True, False]
    assert list(frame["params.mix"]) == [1.0, math.inf, 0.5]
    assert list(frame["params.big"]) == [None, 1 << 70, 0.5]  # more digits than a float has
    assert frame["params.what"][2] == [1, 2]
    assert frame["metrics.mae"][0] == math.inf
    assert np.isnan(frame["metrics.mae"][1])
    assert list(frame["params.s"][:2]) == ["x", "y"]
    assert pd.isna(frame["params.s"][2])


def test_whole_numbers_without_gaps_are_plain(runs):
    frame = runs.search_runs(filter_string="params.i > 0")
    assert str(frame["params.i"].dtype) == "int64"
    assert str(frame["params.b"].dtype) == "bool"


def test_few_runs_and_many_give_the_same_frame(runs):
    few, many = runs.search_runs(max_results=1000), runs.search_runs()
    pd.testing.assert_frame_equal(few, many)


@FRAMES
def test_nothing_found_is_an_empty_frame(runs, max_results):
    frame = runs.search_runs(filter_string="metrics.rmse > 100", max_results=max_results)
    assert len(frame) == 0
    assert list(frame.columns[:2]) == ["run_id", "experiment_id"]
    assert runs.search_runs(filter_string="metrics.rmse > 100", output_format="list") == []


@pytest.mark.parametrize("output_format", ["pandas", "list"])
def test_an_empty_store_gives_an_empty_result_and_no_file(shelduck, tmp_path, output_format):
    found = shelduck.search_runs(filter_string="metrics.rmse < 1", output_format=output_format)
    assert len(found) == 0
    assert not (tmp_path / "shelduck.duckdb").exists()


def names(frame):
    return "".join(frame["tags.mlflow.runName"])


def test_nan_comes_last_both_ways(runs):
    assert names(runs.search_runs(order_by=["metrics.rmse ASC"])) == "cab"
    assert names(runs.search_runs(order_by=["metrics.rmse DESC"])) == "acb"


def test_the_newest_come_first(runs):
    assert names(runs.search_runs()) == "cba"


def test_no_more_than_asked_for(runs):
    assert names(runs.search_runs(max_results=2)) == "cb"
    assert len(runs.search_runs(max_results=0)) == 0
    with pytest.raises(BadValue, match="max_results"):
        runs.search_runs(max_results=-1)


def test_an_order_may_be_one_text(runs):
    assert names(runs.search_runs(order_by="params.f ASC")) == "abc"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"filter_string": "metrics.rsme < 1"}, "no run has a metric `rsme`; did you mean `rmse`"),
        ({"order_by": ["metrics.rsme ASC"]}, "no run has a metric `rsme`; did you mean `rmse`"),
        ({"filter_string": "params.ff = 1"}, "no run has a param `ff`"),
        ({"filter_string": "metrics.rmse <"}, "found the end"),
    ],
)
def test_a_name_no_run_has_is_an_error_with_the_nearest(runs, arguments, message):
    with pytest.raises(BadFilter, match=message):
        runs.search_runs(**arguments)


def test_arguments_that_make_no_sense(runs):
    with pytest.raises(BadValue, match="view type"):
        runs.search_runs(run_view_type=7)
    with pytest.raises(BadValue, match="'pandas' or 'list'"):
        runs.search_runs(output_format="polars")


def test_where_to_look(shelduck):
    ids = {}
    for name in ("first", "second"):
        ids[name] = shelduck.set_experiment(name).experiment_id
        with shelduck.start_run(run_name=name[0]):
            pass
    assert names(shelduck.search_runs()) == "s"
    assert names(shelduck.search_runs(search_all_experiments=True)) == "sf"
    assert names(shelduck.search_runs(experiment_names=["first"])) == "f"
    assert names(shelduck.search_runs(experiment_names="first")) == "f"
    assert names(shelduck.search_runs(experiment_ids=[ids["first"]])) == "f"
    assert names(shelduck.search_runs(experiment_ids=ids["first"])) == "f"
    assert names(shelduck.search_runs([ids["first"], ids["second"]])) == "sf"
    assert len(shelduck.search_runs(experiment_ids=[])) == 0


def test_an_experiment_that_is_not_there_is_said(shelduck):
    shelduck.set_experiment("nyc-taxi")
    with shelduck.start_run():
        pass
    with pytest.warns(ShelduckWarning, match="no experiment `nyc-taxo` .*did you mean `nyc-taxi`"):
        assert len(shelduck.search_runs(experiment_names=["nyc-taxo"])) == 0


def test_records_and_frame_tell_the_same(runs):
    frame, records = runs.search_runs(), runs.search_runs(output_format="list")
    assert list(frame["run_id"]) == [r.info.run_id for r in records]
    assert [r.data.params.get("i") for r in records] == [None, 2, 1]
    assert records[2].data.params["cfg"] == {"lr": 1, "n": None}
    assert records[2].data.summaries["rmse"].count == 1


def test_sql_over_the_views(runs):
    frame = runs.sql(
        "select name, params.f, nums.f as number, metrics.rmse from runs "
        "where nums.f > ? order by name",
        [1],
    )
    assert frame.to_dict("list")["name"] == ["b", "c"]
    assert list(frame["number"]) == [1.5, 2.5]
    views = ["runs", "params", "metrics", "metric_history", "tags", "artifacts", "experiments"]
    counts = [runs.sql(f"select count(*) as n from {view}")["n"][0] for view in views]
    assert counts[:4] == [3, 18, 4, 4]
    assert all(count >= 0 for count in counts)


@pytest.mark.parametrize(
    "query", ["delete from run_state", "drop table meta", "create table x(i int)"]
)
def test_sql_changes_nothing(runs, query):
    with pytest.raises(Exception, match=r"(?i)read-only|read only"):
        runs.sql(query)
    assert len(runs.search_runs()) == 3


def test_a_run_that_goes_on_is_seen_as_it_stands(shelduck):
    with shelduck.start_run(run_name="r"):
        for step in range(3):
            shelduck.log_metric("loss", 3 - step, step=step)
            assert shelduck.search_runs()["metrics.loss"][0] == 3 - step
        assert shelduck.search_runs()["status"][0] == "RUNNING"
        assert shelduck.search_runs()["end_time"].isna().all()
