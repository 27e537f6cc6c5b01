"""``%experiment``, ``%runs``, ``%run_info``, ``%shelduck``."""

import pytest
from IPython.core.error import UsageError

import shelduck


@pytest.fixture
def store(own_store):
    return own_store


RMSE = {"lasso": 11.167, "linear": 7.759, "xgboost": 6.28}


@pytest.fixture
def trips(shell, run):
    """Three runs of an experiment that is the current one."""
    shelduck.set_experiment("nyc-taxi")
    for depth, (name, rmse) in enumerate(RMSE.items()):
        with shelduck.start_run(run_name=name, tags={"kind": f"a {name}"}) as active:
            shelduck.log_params({"alpha": 0.01, "depth": depth})
            shelduck.log_metrics({"rmse": rmse, "r2": rmse / 20})
        yielded = active.run_id
    return yielded


def _names(table):
    return [line.split()[1] for line in repr(table).splitlines()[1:-1]]


def test_experiment_makes_and_shows(shell, run):
    assert repr(run(shell, "%experiment nyc-taxi").result.result) == "experiment nyc-taxi"
    run(shell, "%%track\nx = 1")
    assert len(shelduck.search_runs(experiment_names=["nyc-taxi"], output_format="list")) == 1
    run(shell, "%experiment 'of two words'")
    shown = repr(run(shell, "%experiment").result.result)
    assert shown.startswith("experiment of two words  (others: ") and "nyc-taxi" in shown


def test_experiment_in_the_trash(shell, run):
    found = shelduck.set_experiment("gone")
    with shelduck.start_run():
        pass
    shelduck.delete_experiment(found.experiment_id)
    ran = run(shell, "%experiment gone")
    assert isinstance(ran.result.error_in_exec, UsageError)
    assert "in the trash" in ran.err and "restore_experiment" in ran.err and ran.out == ""


QUERIES = {
    "": ["xgboost", "linear", "lasso"],
    "--sort metrics.rmse": ["xgboost", "linear", "lasso"],
    "--sort metrics.r2": ["lasso", "linear", "xgboost"],
    "--sort metrics.rmse DESC": ["lasso", "linear", "xgboost"],
    "--sort metrics.`rmse` desc --limit 1": ["lasso"],
    "--limit 2 --sort params.depth ASC": ["lasso", "linear"],
    "metrics.rmse < 8": ["xgboost", "linear"],
    "metrics.rmse < 8 and params.depth > 1 --limit 5": ["xgboost"],
    "tags.kind = 'a lasso' or tags.`kind` = \"a linear\"": ["linear", "lasso"],
    "--all": ["xgboost", "linear", "lasso"],
    "-e nyc-taxi": ["xgboost", "linear", "lasso"],
    "--experiment nyc-taxi metrics.rmse > 10": ["lasso"],
    "--deleted": [],
    "metrics.rmse < 0": [],
}


@pytest.mark.parametrize(("line", "names"), QUERIES.items())
def test_runs(shell, run, trips, line, names):
    ran = run(shell, f"%runs {line}")
    assert ran.err == "" and _names(ran.result.result) == names


def test_runs_says_how_many_there_are(shell, run, trips):
    assert repr(run(shell, "%runs --limit 2").result.result).endswith("2 of 3 runs in nyc-taxi")
    assert repr(run(shell, "%runs").result.result).endswith("3 runs in nyc-taxi")
    assert repr(run(shell, "%runs --all").result.result).endswith("3 runs in all experiments")
    assert "matches metrics.rmse < 0" in repr(run(shell, "%runs metrics.rmse < 0").result.result)
    run(shell, "%experiment empty")
    assert "No runs in empty yet" in repr(run(shell, "%runs").result.result)


WRONG = {
    "--sort": "--sort needs a value",
    "--limit x": "--limit takes a whole number, not `x`",
    "--limit -3": "--limit takes a whole number, not `-3`",
    "--srot metrics.rmse": "no option `--srot`; did you mean `--sort`",
    "metrics.rsme < 8": "no run has a metric `rsme`; did you mean `rmse`?",
    "--sort metrics.rsme": "did you mean `rmse`?",
    "metrics.rmse <": "metrics.rmse <",
    "metrics.rmse < 'x": "'x",
}


@pytest.mark.parametrize(("line", "message"), WRONG.items())
def test_runs_refuses_in_words(shell, run, trips, line, message):
    ran = run(shell, f"%runs {line}")
    assert not ran.result.success
    assert message in ran.err and ran.out == ""  # no traceback


def test_run_info(shell, run, trips):
    shelduck.set_experiment("nyc-taxi")
    shell.user_ns["held"] = shelduck.get_run(trips)
    shell.user_ns["row"] = shelduck.search_runs(order_by=["metrics.rmse"]).iloc[0]
    shell.user_ns["frame"] = shelduck.search_runs()
    for line in ("xgboost", "'xgboost'", trips, trips[:8], "held", "row", ""):
        found = run(shell, f"%run_info {line}").result.result
        assert found.run.info.run_id == trips, line
    ran = run(shell, "%run_info xgbost")
    assert "did you mean `xgboost`?" in ran.err and ran.out == ""
    assert "No run has the id or name `frame`" in run(shell, "%run_info frame").err


def test_run_info_in_an_empty_store(shell, run):
    assert "%run_info RUN" in run(shell, "%run_info").err
    assert "has no runs yet" in run(shell, "%run_info lasso").err


def test_run_info_asks_nothing_of_other_objects(shell, run):
    asked = []

    class Queue:
        def get(self, *args):
            asked.append(args)

    shell.user_ns["queue"] = Queue()
    assert "No run has the id or name `queue`" in run(shell, "%run_info queue").err
    assert asked == []


def test_status(shell, run, trips, store):
    shown = repr(run(shell, "%shelduck").result.result)
    assert shown.startswith(f"store       {store.name}  (")
    for word in ("journals", "writers     1 alive", "artifacts   0 B", "experiment  nyc-taxi"):
        assert word in shown


def test_status_before_there_is_a_store(shell, run, store):
    assert "(made at the first fold)" in repr(run(shell, "%shelduck").result.result)
    assert not store.exists()


def test_using_another_store(shell, run, runs, trips, tmp_path):
    shown = repr(run(shell, "%shelduck use other/shelduck.duckdb").result.result)
    assert "other/shelduck.duckdb" in shown
    run(shell, "%%track there\nx = 1")
    assert [r.info.run_name for r in runs()] == ["there"]
    ran = run(shell, "%shelduck use http://example.org")
    assert "there is no server to connect to" in ran.err and ran.out == ""
    assert "%shelduck use PATH" in run(shell, "%shelduck nonsense").err
