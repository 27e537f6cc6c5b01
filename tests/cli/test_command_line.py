"""Each command of ``shelduck`` on a real store, as text and as JSON, in a process of its own."""

from __future__ import annotations

import json
import math
import subprocess
from collections.abc import Callable

import pytest

Command = Callable[..., subprocess.CompletedProcess[str]]
ENTRY = "from shelduck.cli import main; main(prog_name='shelduck')"
COMMANDS = ["runs", "show", "sql", "fold", "delete", "restore", "gc", "doctor", "demo"]


@pytest.fixture
def command(python) -> Command:
    return lambda *arguments, **more: python("-c", ENTRY, *arguments, **more)


@pytest.fixture
def store(shelduck):
    """A store with two experiments, three runs and an artifact, all folded."""
    shelduck.set_experiment("taxi")
    with shelduck.start_run(run_name="lasso", tags={"model": "lasso"}) as run:
        shelduck.log_params({"alpha": 0.01, "cfg": {1: math.nan, "big": 1 << 70}, "set": {1}})
        shelduck.log_metrics({"rmse": 11.1, "r2": math.nan})
        shelduck.log_text("hello", "notes/a.txt")
    with shelduck.start_run(run_name="xgboost"):
        shelduck.log_metrics({"rmse": 6.5, "accuracy": 0.5})
    shelduck.set_experiment("other")
    with shelduck.start_run(run_name="third"):
        shelduck.log_metric("accuracy", 0.9)
    shelduck.fold()
    return run


def lines(done) -> list[str]:
    return done.stdout.splitlines()


def names(done) -> list[str]:
    return [run["name"] for run in json.loads(done.stdout)]


def fails(done) -> str:
    """The message of a command that failed as it should: no traceback, nothing on stdout."""
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.stderr
    return done.stderr


def test_help_names_every_command(command):
    shown = command("--help").stdout
    assert all(f"\n  {name} " in shown for name in COMMANDS)
    for name in COMMANDS:
        assert "Usage" in command(name, "--help").stdout


def test_runs_as_a_table(store, command):
    done = command("runs")
    assert lines(done)[-1] == "3 runs in all experiments"
    assert [line.split()[1] for line in lines(done)[1:-1]] == ["third", "xgboost", "lasso"]
    assert done.stderr == ""


def test_runs_as_json(store, command):
    done = command("runs", "-e", "taxi", "--json")
    assert names(done) == ["xgboost", "lasso"]
    lasso = json.loads(done.stdout)[1]
    assert lasso["run_id"] == store.run_id
    assert lasso["status"] == "FINISHED"
    assert lasso["metrics"] == {"rmse": 11.1, "r2": "nan"}
    assert lasso["params"] == {"alpha": 0.01, "cfg": {"1": "nan", "big": 1 << 70}, "set": [1]}


def test_runs_that_match_best_first_and_no_more_than_asked_for(store, command):
    assert names(command("runs", "metrics.rmse < 7", "--json")) == ["xgboost"]
    assert names(command("runs", "--sort", "metrics.rmse", "--limit", "2", "--json")) == [
        "xgboost", "lasso",
    ]  # fmt: skip
    assert names(command("runs", "--sort", "metrics.accuracy", "--json"))[0] == "third"
    by_hand = command("runs", "--sort", "metrics.accuracy asc", "--json")
    assert names(by_hand)[0] == "xgboost"
    assert lines(command("runs", "--limit", "1"))[-1] == "1 of 3 runs in all experiments"


def test_show(store, command):
    text = command("show", "lasso").stdout
    for word in ("FINISHED", store.run_id, "alpha", "0.01", "11.1", "model", "notes/a.txt"):
        assert word in text
    found = json.loads(command("show", store.run_id[:8], "--json").stdout)
    assert found["artifacts"] == ["notes/a.txt"]
    assert found["name"] == "lasso"


def test_sql(store, command):
    query = "select name, nums.alpha as alpha, metrics.r2 from runs order by name limit 2"
    assert lines(command("sql", query))[0].split() == ["name", "alpha", "r2"]
    rows = json.loads(command("sql", query, "--json").stdout)
    assert [row["name"] for row in rows] == ["lasso", "third"]
    assert [row["alpha"] for row in rows] == [0.01, None]
    assert json.loads(command("sql", "select params from runs", "--json").stdout)


def test_fold(store, command):
    assert "facts folded into" in command("fold").stdout
    found = json.loads(command("fold", "--json").stdout)
    assert found == {"facts": 0, "killed": [], "damaged": 0, "left_alone": {}}


def test_the_trash_and_back(store, command):
    assert command("delete", "lasso", "third").stdout.count("put into the trash") == 2
    assert names(command("runs", "--json")) == ["xgboost"]
    assert names(command("runs", "--deleted", "--json")) == ["third", "lasso"]
    assert "taken out of the trash: third" in command("restore", "third").stdout
    freed = json.loads(command("gc", "--json").stdout)
    assert (freed["runs"], freed["experiments"]) == (1, 0)
    assert "No run has the id or name `lasso`" in fails(command("show", "lasso", status=None))
    assert "0 runs and 0 experiments deleted for good" in command("gc").stdout


def test_doctor_of_a_healthy_store(store, command):
    done = command("doctor")
    assert all(line.startswith("✓") for line in lines(done))
    findings = json.loads(command("doctor", "--json").stdout)
    assert len(findings) == len(lines(done))
    assert all(finding["ok"] for finding in findings)


def test_what_was_logged_but_not_folded_is_seen(shelduck, command):
    with shelduck.start_run(run_name="going on"):
        shelduck.log_metric("rmse", 1.0)
        [run] = json.loads(command("runs", "--json").stdout)
        assert (run["status"], run["metrics"]) == ("RUNNING", {"rmse": 1.0})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["show", "laso"], "No run has the id or name `laso`; did you mean `lasso`?"),
        (["runs", "-e", "taxo"], "no experiment `taxo` among 2; did you mean `taxi`?"),
        (["runs", "metrics.rsme < 1"], "no run has a metric `rsme`; did you mean `rmse`?"),
        (["runs", "--sort", "metrics.rsme"], "no run has a metric `rsme`"),
        (["runs", "metrics.rmse <"], "found the end"),
        (["delete", "nobody"], "No run has the id or name `nobody`"),
        (["sql", "selec"], "syntax error"),
        (["sql", "select rsme from runs"], '"rsme"'),
        (["sql", "drop table run_state"], "read-only"),
    ],
)
def test_a_mistake_is_said_without_a_traceback(store, command, arguments, message):
    assert message in fails(command(*arguments, status=None))


@pytest.mark.parametrize(
    "arguments", [["nothing"], ["runs", "--limit", "-1"], ["show"], ["runs", "--nothing"]]
)
def test_wrong_usage_is_2(store, command, arguments):
    done = command(*arguments, status=2)
    assert "Usage: shelduck" in done.stderr


@pytest.mark.parametrize("name", [c for c in COMMANDS if c != "demo"])
def test_where_there_is_no_store_none_is_made(command, tmp_path, name):
    arguments = {"show": ["x"], "sql": ["select 1"], "delete": ["x"], "restore": ["x"]}
    message = fails(command(name, *arguments.get(name, []), status=None))
    assert f"There is no store at {tmp_path}/shelduck.duckdb" in message
    assert "--store" in message
    assert list(tmp_path.iterdir()) == []


def test_a_store_is_found_upward_or_named(store, command, python, tmp_path):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    done = python("-c", f"import os; os.chdir('deep/er'); {ENTRY}", "runs", "--json")
    assert len(json.loads(done.stdout)) == 3
    elsewhere = command("--store", str(tmp_path / "shelduck.duckdb"), "runs", "--json")
    assert elsewhere.stdout == done.stdout
    by_variable = command("runs", "--json", SHELDUCK_STORE=str(tmp_path / "shelduck.duckdb"))
    assert by_variable.stdout == done.stdout
    assert "is not a place" in fails(command("--store", "http://x", "runs", status=None))
