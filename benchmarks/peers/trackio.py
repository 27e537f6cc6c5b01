"""Trackio with a local project: a SQLite file, written by a thread every half second."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any, ClassVar

os.environ["TRACKIO_DIR"] = os.getcwd()  # read when trackio is imported

import trackio
from trackio.sqlite_storage import SQLiteStorage

from benchmarks.data import TrainingRun
from benchmarks.peers import Peer

PROJECT = "bench"
RUNS = "from metrics join configs using (run_id)"


class Trackio(Peer):
    """Params are the run's config; so are tags, which trackio does not have.

    Reads go through ``query_project``, which is what the documented ``trackio query`` calls; it
    returns at most 10,000 rows.
    """

    left_out: ClassVar = {
        "start_end": "an empty run leaves nothing in its store",
        "sweep_100k": "its query returns at most 10,000 rows",
        "filter_100k": "its query returns at most 10,000 rows",
    }
    value_of = staticmethod(itemgetter("value"))

    def __init__(self, folder: Path) -> None:
        self.log = lambda key, value, step: trackio.log({key: value}, step=step)

    def begin(self, params: Mapping[str, Any], tags: Mapping[str, str]) -> None:
        self.run_id = uuid.uuid4().hex
        trackio.init(project=PROJECT, name=self.run_id, config={**params, **tags})

    def log_all(self, metrics: Mapping[str, float]) -> None:
        trackio.log(dict(metrics))

    def log_curves(self, curves: Mapping[str, list[float]]) -> None:
        # There is no batch call; one call may hold several metrics of one step.
        for step, values in enumerate(zip(*curves.values(), strict=True)):
            trackio.log(dict(zip(curves, values, strict=True)), step=step)

    def end(self) -> None:
        trackio.finish()

    def fill(self, sweep: Sequence[TrainingRun]) -> None:
        # Through init() 10,000 runs take more than ten minutes, and each more than the last:
        # this is what the thread behind log() calls.
        for run in sweep:
            SQLiteStorage.bulk_log(
                PROJECT,
                uuid.uuid4().hex,
                [run.metrics],
                steps=[0],
                config={**run.params, **run.tags},
            )

    def best(self, count: int) -> Any:
        return _frame(f"{_rmse()} order by rmse limit {count}")

    def every(self) -> Any:
        return _frame(f"select metrics, config {RUNS}")

    def filtered(self, alpha: float, rmse: float) -> Any:
        return _frame(f"{_rmse()} where config ->> '$.alpha' = {alpha} and rmse < {rmse}")

    def history(self, run_id: str, key: str) -> Sequence[Any]:
        return SQLiteStorage.get_metric_values(PROJECT, run_id, key)

    def recall(self, run_id: str) -> dict[str, str]:
        config = SQLiteStorage.get_run_config(PROJECT, run_id)
        return {key: str(value) for key, value in config.items() if not key.startswith("_")}

    def count_runs(self) -> int:
        return _query("select count(distinct run_id) as n from metrics")[0]["n"]

    def count_points(self) -> int:
        if PROJECT not in SQLiteStorage.get_projects():
            return 0  # nothing was written yet
        rows = SQLiteStorage.query_project(PROJECT, "select metrics from metrics", max_rows=10**9)
        return sum(len(json.loads(row["metrics"])) for row in rows["rows"])


def _rmse() -> str:
    return f"select metrics ->> '$.rmse' as rmse, metrics, config {RUNS}"


def _query(sql: str) -> list[dict[str, Any]]:
    return SQLiteStorage.query_project(PROJECT, sql)["rows"]


def _frame(sql: str) -> Any:
    import pandas

    return pandas.DataFrame([_columns(row) for row in _query(sql)])


def _columns(row: Mapping[str, str]) -> dict[str, Any]:
    metrics = {f"metrics.{key}": value for key, value in json.loads(row["metrics"]).items()}
    return metrics | {f"params.{key}": value for key, value in json.loads(row["config"]).items()}


PEER = Trackio
