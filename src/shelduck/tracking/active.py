"""The living run: what is logged to until it ends."""

from __future__ import annotations

import operator
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

from shelduck import secrets, values
from shelduck.errors import BadValue
from shelduck.records import FAILED, FINISHED, KILLED, NAME, RUNNING, Run, RunData, RunInfo
from shelduck.store import Store, facts, reading

if TYPE_CHECKING:
    import pandas as pd

STEP_LIMIT = 1 << 63
HISTORY_LINE = 10_000  # points of a history in one line of the journal


def now_ms() -> int:
    """Milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000


class ActiveRun:
    """A run that is being logged to; made by ``start_run``.

    It is a context manager: left by an exception the run is FAILED, by an interrupt KILLED,
    else FINISHED. What it logs is on disk when a call returns.
    """

    def __init__(
        self,
        store: Store,
        run_id: str,
        experiment_id: str,
        name: str,
        on_end: Callable[[ActiveRun], None],
        *,
        joined: bool = False,
    ) -> None:
        self.store, self.run_id, self.experiment_id, self.name = store, run_id, experiment_id, name
        self.joined = joined
        """Whether another process started it; then this one never ends it."""
        self.status = RUNNING
        self.error: str | None = None
        self.error_since: str | None = None
        """The exception of a cell that failed while the run was active."""
        self.params: dict[str, Any] = {}
        """The params this process logged, as given."""
        self.metrics: dict[str, tuple[int, float | None]] = {}
        """Step and value at the highest step this process logged, of each metric."""
        self._on_end = on_end
        self._began, self._start = time.perf_counter(), now_ms()

    def __repr__(self) -> str:
        return f"ActiveRun({self.name!r}, {self.run_id})"

    # --- its life ------------------------------------------------------------------------

    def __enter__(self) -> ActiveRun:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.end(*ending(error))

    def end(self, status: str = FINISHED, error: str | None = None) -> None:
        """End the run; a second end, or one by a process that only joined it, does nothing.

        Raises
        ------
        BadValue
            When ``status`` is none of FINISHED, FAILED, KILLED.
        """
        if status not in (FINISHED, FAILED, KILLED):
            raise BadValue(f"a run ends as FINISHED, FAILED or KILLED, not as `{status}`.")
        if not self.ended and not self.joined:
            self.status, self.error = status, error
            duration = time.perf_counter() - self._began
            self.store.append(facts.end(self.run_id, status, now_ms(), duration, error))
            self.store.fold_soon()
        self._on_end(self)

    @property
    def ended(self) -> bool:
        """Whether this process has ended it."""
        return self.status != RUNNING

    @property
    def info(self) -> RunInfo:
        """The run's attributes as far as this process knows them."""
        return RunInfo(
            run_id=self.run_id,
            experiment_id=self.experiment_id,
            run_name=self.name,
            status=self.status,
            start_time=self._start,
            end_time=None,
            duration=None,
            error=None,
            lifecycle_stage="active",
            artifact_uri=f"runs:/{self.run_id}",
            user_id="",
        )

    @property
    def elapsed(self) -> float:
        """Seconds since the run started in this process."""
        return time.perf_counter() - self._began

    @property
    def data(self) -> RunData:
        """What the run has logged so far, read from the store."""
        return self.record().data

    def record(self) -> Run:
        """Return the run as the store has it now."""
        with self.store.reading() as con:
            return reading.get_run(con, self.run_id)

    # --- metrics -------------------------------------------------------------------------

    def log_metric(
        self, key: str, value: Any, step: int | None = None, timestamp: int | None = None
    ) -> None:
        """Log one point of a metric. ``timestamp`` is in milliseconds since 1970."""
        self.store.append(self._point(key, value, step, timestamp))

    def log_metrics(
        self, metrics: Mapping[str, Any], step: int | None = None, timestamp: int | None = None
    ) -> None:
        """Log one point of several metrics; a bad one is refused after the others are kept."""
        self._append_all(metrics, lambda k, v: [self._point(k, v, step, timestamp)])

    def _point(self, key: str, value: Any, step: int | None, timestamp: int | None) -> facts.Fact:
        key, number = values.checked_key(key, "metric"), values.metric_value(key, value)
        step = 0 if step is None else _integer(step, key)
        at = now_ms() if timestamp is None else _integer(timestamp, key)
        if step >= self.metrics.get(key, (step,))[0]:
            self.metrics[key] = (step, number)
        return facts.metric(self.run_id, key, number, step, at)

    def log_history(self, data: Mapping[str, Sequence[Any]] | pd.DataFrame) -> None:
        """Log many points at once: a column a metric, a row a step.

        Columns named ``step`` and ``timestamp`` (milliseconds) are the steps and times; without
        them the rows are numbered from 0 and the time is now.

        Raises
        ------
        BadValue
            When the columns differ in length, or hold something that is not a number.
        """
        columns = {str(k): _list(column) for k, column in data.items()}
        lengths = {k: len(v) for k, v in columns.items()}
        if len(set(lengths.values())) > 1:
            raise BadValue(f"the columns differ in length: {lengths}.")
        n = next(iter(lengths.values()), 0)
        steps = [_integer(s, "step") for s in columns.pop("step", range(n))]
        times = [_integer(t, "timestamp") for t in columns.pop("timestamp", [now_ms()] * n)]
        for key, column in columns.items():
            values.checked_key(key, "metric")
            points = [values.metric_value(key, v) for v in column]
            self.metrics[key] = max(
                zip(steps, points, strict=True), key=lambda p: p[0], default=(0, None)
            )
            for at in range(0, n, HISTORY_LINE):
                part = slice(at, at + HISTORY_LINE)
                self.store.append(
                    facts.history(self.run_id, key, points[part], steps[part], times[part])
                )

    # --- params and tags -----------------------------------------------------------------

    def log_param(self, key: str, value: Any) -> Any:
        """Log a param with its type, and return it; set again, the last value holds."""
        self.store.append(*self._param(key, value))
        return value

    def log_params(self, params: Mapping[str, Any]) -> None:
        """Log several params; a bad one is refused after the others are kept."""
        self._append_all(params, self._param)

    def _param(self, key: str, value: Any) -> list[facts.Fact]:
        key, value = values.checked_key(key, "param"), secrets.redact_value(key, value)
        found = [facts.param(self.run_id, key, values.encode(key, value))]
        self.params[key] = value
        if isinstance(value, Mapping):
            found += (
                facts.param(self.run_id, name, values.encode(name, leaf), parent=key)
                for name, leaf in values.flatten(value, key)
            )
        return found

    def set_tag(self, key: str, value: Any) -> None:
        """Set a tag; set again, the last value holds."""
        self.store.append(*self._tag(key, value))

    def set_tags(self, tags: Mapping[str, Any]) -> None:
        """Set several tags; a bad one is refused after the others are kept."""
        self._append_all(tags, self._tag)

    def delete_tag(self, key: str) -> None:
        """Remove a tag."""
        self.store.append(facts.tag("run", self.run_id, values.checked_key(key, "tag"), None))

    def _tag(self, key: str, value: Any) -> list[facts.Fact]:
        if key == NAME:
            self.name = str(value)
        return tag_facts("run", self.run_id, key, value)

    def _append_all(
        self, items: Mapping[str, Any], make: Callable[[str, Any], list[facts.Fact]]
    ) -> None:
        found, refused = [], []
        for key, value in items.items():
            try:
                found += make(key, value)
            except BadValue as e:
                refused.append(str(e))
        self.store.append(*found)
        if refused:
            raise BadValue("\n".join(refused))


def ending(error: BaseException | None) -> tuple[str, str | None]:
    """Return the status of a run left by ``error``, and the error in one line."""
    if error is None or (isinstance(error, SystemExit) and not error.code):
        return FINISHED, None
    first = next(iter(str(error).splitlines()), "")
    text = f"{type(error).__name__}: {first}".removesuffix(": ")
    return (KILLED if isinstance(error, KeyboardInterrupt) else FAILED), text


def tag_facts(entity: str, owner: str, key: str, value: Any) -> list[facts.Fact]:
    """Return the fact that a run or experiment has a tag."""
    key, value = values.checked_key(key, "tag"), secrets.redact_value(key, value)
    return [facts.tag(entity, owner, key, values.encode(key, value))]


def _integer(value: Any, key: str) -> int:
    try:
        number = int(value) if isinstance(value, float) else operator.index(value)
        if number == value and abs(number) < STEP_LIMIT:
            return number
    except (TypeError, ValueError, OverflowError):
        pass
    raise BadValue(
        f"`{key}`: steps and timestamps are whole numbers of 64 bits, not {value!a:.40}."
    )


def _list(column: Any) -> list[Any]:
    return column.tolist() if hasattr(column, "tolist") else list(column)
