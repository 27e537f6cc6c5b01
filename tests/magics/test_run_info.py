"""``RunView``: which run it is of, and what a front end gets of it."""

import pytest

import shelduck
from shelduck.errors import BadValue, NotFound


@pytest.fixture
def two(store):
    """Ids of two runs."""
    ids = []
    for name in ("lasso", "xgboost"):
        with shelduck.start_run(run_name=name) as run:
            shelduck.log_history({"step": range(3), "rmse": [3.0, 2.0, 1.0]})
        ids.append(run.run_id)
    return ids


def test_a_run_in_all_the_ways_it_is_named(two):
    frame = shelduck.search_runs(order_by=["start_time"])
    held = [two[1], two[1][:8], "xgboost", shelduck.get_run(two[1]), frame.iloc[1], frame.iloc[1:]]
    for run in [None, *held]:
        assert shelduck.RunView(run).run.info.run_id == two[1]


def test_what_names_no_run_or_several(two):
    with pytest.raises(NotFound, match="did you mean `xgboost`"):
        shelduck.RunView("xgbost")
    with pytest.raises(BadValue, match="these are 2 runs"):
        shelduck.RunView(two)
    with pytest.raises(BadValue, match="these are 0 runs"):
        shelduck.RunView([])
    with pytest.raises(BadValue, match="runs are named by"):
        shelduck.RunView(7)


def test_without_a_kernel_it_is_text_and_html(shell, run, two):
    [bundle] = run(shell, "%run_info xgboost").shown
    assert set(bundle) == {"text/plain", "text/html"}
    assert "xgboost" in bundle["text/plain"] and "<svg" in bundle["text/html"]


def test_it_is_saved_as_a_page(two, tmp_path):
    path = shelduck.RunView(two[0]).save(tmp_path / "run.html")
    assert "lasso" in path.read_text(encoding="utf-8")
