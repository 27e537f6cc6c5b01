"""The nouns of the field as frozen records: what was tracked, read back from the store."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

ACTIVE, DELETED = "active", "deleted"
RUNNING, FINISHED, FAILED, KILLED = "RUNNING", "FINISHED", "FAILED", "KILLED"
STATUSES = (RUNNING, FINISHED, FAILED, KILLED)

# Attributes of a run that are tags underneath, under the names the field gave them.
NAME, USER, PARENT = "mlflow.runName", "mlflow.user", "mlflow.parentRunId"
SOURCE, SOURCE_TYPE = "mlflow.source.name", "mlflow.source.type"
COMMIT, NOTE = "mlflow.source.git.commit", "mlflow.note.content"
DIRTY, HOST = "shelduck.git.dirty", "shelduck.host"
PROGRESS = "shelduck.progress"  # of a run that says so: {"done": 312, "total": 1000}
SYSTEM_PREFIXES = ("mlflow.", "shelduck.")


class Metric(NamedTuple):
    """One point of a metric's history."""

    key: str
    value: float | None
    """As logged: NaN, ``inf``, ``-inf`` and ``None`` are four different things."""
    timestamp: int
    """Milliseconds since 1970, UTC."""
    step: int


@dataclass(frozen=True, slots=True)
class MetricSummary:
    """What a metric's history comes to, kept up to date at every fold."""

    count: int
    """Points logged, NaN and None included."""
    last: float | None
    """The value at the highest step; of several there, the one logged last."""
    last_step: int
    min: float | None
    """The least value that is not NaN; None when there is none."""
    min_step: int | None
    max: float | None
    max_step: int | None


@dataclass(frozen=True, slots=True)
class RunInfo:
    """A run's attributes."""

    run_id: str
    """32 hexadecimal digits."""
    experiment_id: str
    run_name: str
    status: str
    """RUNNING, FINISHED, FAILED or KILLED."""
    start_time: int
    """Milliseconds since 1970, UTC."""
    end_time: int | None
    duration: float | None
    """Seconds by the monotonic clock; of a killed run, from its first fact to its last."""
    error: str | None
    """The exception that ended a FAILED run, in one line."""
    lifecycle_stage: str
    """``active`` or ``deleted``."""
    artifact_uri: str
    user_id: str

    @property
    def run_uuid(self) -> str:
        """The id under its older MLflow name."""
        return self.run_id


@dataclass(frozen=True, slots=True)
class RunData:
    """What a run logged, as it holds now."""

    params: dict[str, Any]
    """Typed as logged."""
    metrics: dict[str, float | None]
    """The last value of each metric."""
    tags: dict[str, Any]
    summaries: dict[str, MetricSummary]


@dataclass(frozen=True, slots=True)
class Cell:
    """The notebook cell a run came from."""

    digest: str
    """SHA-256 of the source, hexadecimal."""
    notebook: str | None
    """Path of the notebook, relative to the store's folder where it lies below it."""
    cell_id: str | None
    key: str
    """What makes two executions attempts of the same cell."""
    source: str | None = None
    """The source with secrets redacted; None in the results of a search."""


@dataclass(frozen=True, slots=True)
class Environment:
    """The interpreter and the packages a run had."""

    python: str
    platform: str
    packages: dict[str, str]
    """Distribution name to version."""
    digest: str = ""
    """SHA-256 of the environment's JSON, hexadecimal."""


@dataclass(frozen=True, slots=True)
class Run:
    """An immutable record of a run; the living one is an ``ActiveRun``."""

    info: RunInfo
    data: RunData
    cell: Cell | None = None
    attempt: int | None = None
    """1 for the first run of its cell, 2 for the next; None in the results of a search."""
    environment: Environment | None = None
    """None in the results of a search."""

    def __repr__(self) -> str:
        info, data = self.info, self.data
        counts = f"params: {len(data.params)}, metrics: {len(data.metrics)}"
        return f"Run({info.run_name!r}, {info.run_id}, {info.status}, {counts})"


@dataclass(frozen=True, slots=True)
class Experiment:
    """A named set of runs."""

    experiment_id: str
    """Derived from the name, so that two processes need not agree on one."""
    name: str
    artifact_location: str
    lifecycle_stage: str
    creation_time: int
    """Milliseconds since 1970, UTC."""
    tags: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FileInfo:
    """A file or folder among a run's artifacts."""

    path: str
    """Relative to the run's artifacts, with ``/``."""
    is_dir: bool
    file_size: int | None
    """Bytes; None for a folder."""
    digest: str | None = None
    """SHA-256 of the content, hexadecimal; None for a folder."""
