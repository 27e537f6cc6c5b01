"""MLflow on a SQLite file, as notebook users have it."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"

import mlflow
from mlflow.entities import Metric, Param, RunTag
from mlflow.tracking import MlflowClient

from benchmarks.data import TrainingRun
from benchmarks.peers.fluent import EXPERIMENT, Fluent

BATCH = 1000  # what log_batch takes at most


class MLflow(Fluent):
    """Log calls go to SQLite before they return."""

    api = mlflow
    sizes: ClassVar = {"log_metric": 5_000, "million": 10_000}  # 4 to 10 ms a call
    left_out: ClassVar = {
        "sweep_100k": "filling takes an hour",
        "filter_100k": "filling takes an hour",
    }

    def __init__(self, folder: Path) -> None:
        self._file = folder / "mlflow.db"
        self._open(f"sqlite:///{self._file}")

    def log_curves(self, curves: Mapping[str, list[float]]) -> None:
        now = int(time.time() * 1000)
        points = (
            Metric(key, value, now, step)
            for key, values in curves.items()
            for step, value in enumerate(values)
        )
        client = MlflowClient()
        for batch in _batches(points):
            client.log_batch(self.run_id, metrics=batch)

    def fill(self, sweep: Sequence[TrainingRun]) -> None:
        # The client's one batch for each run takes two thirds of what the module's verbs take.
        client = MlflowClient()
        experiment = client.get_experiment_by_name(EXPERIMENT).experiment_id
        for run in sweep:
            now = int(time.time() * 1000)
            run_id = client.create_run(experiment).info.run_id
            client.log_batch(
                run_id,
                metrics=[Metric(key, value, now, 0) for key, value in run.metrics.items()],
                params=[Param(key, str(value)) for key, value in run.params.items()],
                tags=[RunTag(key, value) for key, value in run.tags.items()],
            )
            client.set_terminated(run_id)

    def history(self, run_id: str, key: str) -> Sequence[Any]:
        return MlflowClient().get_metric_history(run_id, key)

    def count_runs(self) -> int:
        return self._count("runs")

    def count_points(self) -> int:
        return self._count("metrics")

    def _count(self, table: str) -> int:
        return sqlite3.connect(self._file).execute(f"select count(*) from {table}").fetchone()[0]


def _batches(points: Iterator[Metric]) -> Iterator[list[Metric]]:
    while batch := list(islice(points, BATCH)):
        yield batch


PEER = MLflow
