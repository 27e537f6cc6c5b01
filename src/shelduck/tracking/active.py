"""The living run: what is logged to until it ends."""

from __future__ import annotations

import functools
import getpass
import operator
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

from shelduck import secrets, values
from shelduck.errors import BadValue
from shelduck.records import ACTIVE, FAILED, FINISHED, KILLED, NAME, RUNNING, Run, RunData, RunInfo
from shelduck.store import Store, facts, reading

if TYPE_CHECKING:
    import pandas as pd

    from shelduck.tracking.progress import Progress
    from shelduck.tracking.watch import Watch

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
        """Whether somebody else started it, who alone ends it: another process, or an outer
        ``start_run`` of this one."""
        self.status = RUNNING
        self.error: str | None = None
        self.left_as: tuple[str, str | None] = (FINISHED, None)
        """Status and error with which it was left; until then, those with which it ends if
        nobody ends it: of the last cell that failed while it was active."""
        self.params: dict[str, Any] = {}
        """The params this process logged, as given."""
        self.metrics: dict[str, tuple[int, float | None]] = {}
        """Step and value at the highest step this process logged, of each metric."""
        self.watch: Watch | None = None
        """Who looks on, for a card."""
        self.bars: list[Progress[Any]] = []
        """The loops under way, the outer ones first; at the end also the one that was left."""
        self._on_end = on_end
        self._began, self.start_time = time.perf_counter(), now_ms()
        self._duration: float | None = None

    def __repr__(self) -> str:
        return f"ActiveRun({self.name!r}, {self.run_id}, {self.status})"

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
        """End the run; a second end, or one by somebody who only joined it, does nothing.

        Raises
        ------
        BadValue
            When ``status`` is none of FINISHED, FAILED, KILLED.
        """
        if status not in (FINISHED, FAILED, KILLED):
            raise BadValue(f"a run ends as FINISHED, FAILED or KILLED, not as `{status}`.")
        self.left_as = status, error
        try:
            if not self.ended and not self.joined:
                self.status, self.error, self._duration = status, error, self.elapsed
                for bar in self.bars[:1]:
                    bar.tell()
                self.store.append(facts.end(self.run_id, status, self._duration, error))
                self.store.fold_soon()
        finally:  # nothing more is logged to it, even if that could not be said
            self._on_end(self)

    @property
    def ended(self) -> bool:
        """Whether this process has ended it."""
        return self.status != RUNNING

    @property
    def info(self) -> RunInfo:
        """The run's attributes: of a run this process did not start, read from the store."""
        if self.joined:
            return self.record().info
        duration = self._duration
        return RunInfo(
            run_id=self.run_id,
            experiment_id=self.experiment_id,
            run_name=self.name,
            status=self.status,
            start_time=self.start_time,
            end_time=None if duration is None else self.start_time + round(duration * 1000),
            duration=duration,
            error=self.error,
            lifecycle_stage=ACTIVE,
            artifact_uri=f"runs:/{self.run_id}",
            user_id=user(),
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
        self._note(key, step, number)
        return facts.metric(self.run_id, key, number, step, at)

    def _note(self, key: str, step: int, number: float | None) -> None:
        if step >= self.metrics.get(key, (step,))[0]:
            self.metrics[key] = (step, number)
        if self.watch is not None:
            self.watch.note(key, step, number)

    def log_history(self, data: Mapping[str, Sequence[Any]] | pd.DataFrame) -> None:
        """Log many points at once: a column a metric, a row a step.

        Columns named ``step`` and ``timestamp`` (milliseconds) are the steps and times; without
        them the rows are numbered from 0 and the time is now. A column with something that is
        not a number is refused after the others are kept.

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
        self._append_all(columns, lambda k, column: self._points(k, column, steps, times))

    def _points(
        self, key: str, column: list[Any], steps: list[int], times: list[int]
    ) -> list[facts.Fact]:
        values.checked_key(key, "metric")
        points = [values.metric_value(key, v) for v in column]
        for step, number in zip(steps, points, strict=True):
            self._note(key, step, number)
        parts = [slice(at, at + HISTORY_LINE) for at in range(0, len(points), HISTORY_LINE)]
        return [facts.history(self.run_id, key, points[p], steps[p], times[p]) for p in parts]

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
        if not hasattr(items, "items"):
            raise BadValue(f"a dict of names and values is needed, not a {type(items).__name__}.")
        found, refused = [], []
        for key, value in items.items():
            try:
                found += make(key, value)
            except BadValue as e:
                refused.append(str(e))
        self.store.append(*found)
        if refused:
            raise BadValue("\n".join(refused))


@functools.cache
def user() -> str:
    """Return the name this process's user logs in with."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no such user in this container
        return "unknown"


def ending(error: BaseException | None) -> tuple[str, str | None]:
    """Return the status of a run left by ``error``, and the error in one line."""
    if error is None or (isinstance(error, SystemExit) and not error.code):
        return FINISHED, None
    try:
        first = next(iter(str(error).splitlines()), "")
    except Exception:  # an exception's own __str__ may raise
        first = ""
    text = secrets.redact_text(f"{type(error).__name__}: {first}".removesuffix(": "))
    text = text.encode("utf-8", "backslashreplace").decode()
    # An interrupt of what a notebook awaits arrives as asyncio's, which is not imported for this.
    stopped = isinstance(error, KeyboardInterrupt) or type(error).__name__ == "CancelledError"
    return (KILLED if stopped else FAILED), text


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
