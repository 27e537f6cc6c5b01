import pytest

from shelduck.records import Cell, Environment, MetricSummary, Run, RunData, RunInfo
from shelduck.store import Store

NINE = 1_795_424_400_000  # 2026-11-23 09:00:00 UTC


def _summary(value):
    return MetricSummary(1, value, 0, value, 0, value, 0)


@pytest.fixture
def make_run():
    def make_run(name="lasso", status="FINISHED", params=(), metrics=(), tags=(), **more):
        info = RunInfo(
            run_id=more.pop("run_id", "93d6beec9a414389aa8eddff690e9f94"),
            experiment_id="0",
            run_name=name,
            status=status,
            start_time=NINE,
            end_time=None if status == "RUNNING" else NINE + 1500,
            duration=None if status == "RUNNING" else 1.5,
            error=more.pop("error", None),
            lifecycle_stage="active",
            artifact_uri="runs:/x",
            user_id="ann",
        )
        metrics = dict(metrics)
        summaries = more.pop("summaries", {k: _summary(v) for k, v in metrics.items()})
        source = more.pop("source", None)
        cell = Cell("d" * 64, "taxi.ipynb", None, "taxi.ipynb#lasso", source) if source else None
        data = RunData(dict(params), metrics, dict(tags), summaries)
        return Run(info, data, cell, more.pop("attempt", None), more.pop("environment", None))

    return make_run


@pytest.fixture
def environment():
    return Environment("3.11.7", "Linux", {})


@pytest.fixture
def store(tmp_path):
    """A store that folds only when it is asked to."""
    made = Store(tmp_path / "shelduck.duckdb")
    made._background.stop()
    yield made
    made.journal.close()
