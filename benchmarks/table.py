"""The table: a row a figure, a column a peer, and what Shelduck has to reach."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from benchmarks.plan import Measurement
from benchmarks.tasks import Task

HOME = "shelduck"


@dataclass(frozen=True)
class Row:
    """One figure of one task."""

    task: str
    figure: str
    title: str
    unit: str = "s"
    """``s``, ``MB``, ``%`` (of a share) or nothing."""
    at_most: float | None = None
    at_least: float | None = None
    times: Mapping[str, float] = field(default_factory=dict)
    """How many times Shelduck's figure a peer's must be."""


ROWS = (
    Row("import", "statement", "import"),
    Row("import", "process", "import, the whole process"),
    Row("import", "per_duckdb", "import, in times of `import duckdb`", "×", at_most=3),
    Row("first_use", "logged", "first use in an empty folder, to the first metric", at_most=0.02),
    Row("first_use", "ended", "first use, to the end of the run"),
    Row("start_end", "seconds", "start and end an empty run", at_most=0.3e-3, times={"mlflow": 50}),
    Row("log_metric", "median", "log_metric, one call: median", at_most=8e-6,
        times={"mlflow": 500, "trackio": 1}),
    Row("log_metric", "p99", "log_metric: 99 of 100 are under", at_most=100e-6),
    Row("log_metric", "max", "log_metric: the longest of all"),
    Row("log_metric", "durable", "log_metric: a point, until all can be read back"),
    Row("killed", "share", "points kept after kill -9", "%", at_least=1.0),
    Row("fifty_runs", "calls", "50 runs of 12 params, 1 metric, 2 tags", at_most=30e-3),
    Row("fifty_runs", "durable", "50 runs, until they can be read back"),
    Row("hundred_params", "seconds", "a run of 100 params"),
    Row("bulk", "seconds", "100,000 points in bulk, until they can be read back", at_most=0.3),
    Row("sweep", "seconds", "fill in 10,000 runs"),
    Row("best", "first", "best 20 of 10,000 runs: first call", at_most=80e-3),
    Row("best", "warm", "best 20 of 10,000 runs: warm", at_most=8e-3),
    Row("every_run", "first", "all 10,000 runs: first call", at_most=0.3),
    Row("every_run", "warm", "all 10,000 runs: warm", at_most=0.3),
    Row("filter", "first", "filter 10,000 runs: first call"),
    Row("filter", "warm", "filter 10,000 runs: warm"),
    Row("sweep_100k", "seconds", "fill in 100,000 runs"),
    Row("filter_100k", "first", "filter 100,000 runs: first call", at_most=0.25),
    Row("filter_100k", "warm", "filter 100,000 runs: warm", at_most=0.25),
    Row("curve", "seconds", "fill in a metric of 100,000 points"),
    Row("history", "first", "history of 100,000 points: first call", at_most=60e-3),
    Row("history", "warm", "history of 100,000 points: warm", at_most=60e-3),
    Row("million", "growth_mb", "memory: growth over 1,000,000 points", "MB", at_most=25),
    Row("million", "end_mb", "memory: at the end of them", "MB"),
    Row("trickle", "share", "CPU at 10 points a second, of one core", "%", at_most=0.01),
    Row("eight_processes", "seconds", "8 processes × 50 runs × 100 points, fresh folder"),
)  # fmt: skip


class Table:
    """What the measurements come to."""

    def __init__(self, measurements: Iterable[Measurement], tasks: Mapping[str, Task]) -> None:
        self._cells: dict[tuple[str, str], list[Measurement]] = {}
        for made in measurements:
            self._cells.setdefault((made["task"], made["peer"]), []).append(made)
        self._peers = list(dict.fromkeys(peer for _task, peer in self._cells))
        self._tasks = tasks
        self._notes: list[str] = []

    def markdown(self) -> str:
        """Return the table, and below it why cells are empty."""
        head = ["", *self._peers, "to reach", ""]
        done = {task for task, _peer in self._cells}
        lines = [head, *(self._line(row) for row in ROWS if row.task in done)]
        widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
        lines.insert(1, ["-" * width for width in widths])
        padded = (
            " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
            for line in lines
        )
        table = "\n".join(f"| {line} |" for line in padded)
        notes = "\n".join(f"{i}. {note}" for i, note in enumerate(self._notes, 1))
        return f"{table}\n\n{notes}\n" if notes else f"{table}\n"

    def _line(self, row: Row) -> list[str]:
        cells = [self._cell(row, peer) for peer in self._peers]
        return [row.title, *cells, _wanted(row), self._verdict(row)]

    def _cell(self, row: Row, peer: str) -> str:
        made = self._cells.get((row.task, peer), [])
        value, mine = self._value(row, peer), self._value(row, HOME)
        if value is None:
            return self._why_not(row.task, peer, made)
        size, note = made[0]["size"], ""
        if size < max(m[0]["size"] for (t, _), m in self._cells.items() if t == row.task and "size" in m[0]):
            note = self._note(f"{peer}, {row.task}: with {size:,} only.")
        ratio = f" ({value / mine:,.3g} ×)" if peer != HOME and mine and row.unit == "s" else ""
        return f"{amount(value, row.unit)}{ratio}{note}"

    def _why_not(self, task: str, peer: str, made: list[Measurement]) -> str:
        if not made:
            return ""
        if reason := made[0].get("left_out"):
            return "left out" + self._note(f"{peer}, {task}: {reason}.")
        failures = [m["failure"] for m in made if "failure" in m]
        if not failures:
            return ""
        return f"failed {len(failures)} of {len(made)}" + self._note(f"{peer}, {task}: {failures[0]}.")

    def _note(self, text: str) -> str:
        if text not in self._notes:
            self._notes.append(text)
        return f" [{self._notes.index(text) + 1}]"

    def _value(self, row: Row, peer: str) -> float | None:
        made = self._cells.get((row.task, peer), [])
        values = [m["figures"].get(row.figure) for m in made if "figures" in m]
        # A peer that failed once has no figure: a wrong answer is not a quick one.
        if len(values) < len(made) or None in values or not values:
            return None
        return statistics.median(values)

    def _verdict(self, row: Row) -> str:
        if row.at_most is None and row.at_least is None:
            return ""
        mine = self._value(row, HOME)
        if mine is None:
            return "miss" if (row.task, HOME) in self._cells else ""
        enough = (row.at_most is None or mine <= row.at_most) and (row.at_least is None or mine >= row.at_least)
        others = {peer: self._value(row, peer) for peer in row.times}
        ahead = all(theirs is None or theirs >= row.times[peer] * mine for peer, theirs in others.items())
        return "pass" if enough and ahead else "miss"


def amount(value: float, unit: str) -> str:
    """Return a figure with its unit, three digits long."""
    if unit == "%":
        return f"{value:.3g} %" if value == 0 else f"{100 * value:.3g} %"
    if unit != "s":
        return f"{value:.3g} {unit}"
    for scale, name in ((1, "s"), (1e-3, "ms")):
        if abs(value) >= scale:
            return f"{value / scale:.3g} {name}"
    return f"{value / 1e-6:.3g} µs"


def _wanted(row: Row) -> str:
    wanted = [f"≤ {amount(row.at_most, row.unit)}"] if row.at_most is not None else []
    wanted += [f"≥ {amount(row.at_least, row.unit)}"] if row.at_least is not None else []
    wanted += [f"≥ {times:g} × {peer}" for peer, times in row.times.items()]
    return ", ".join(wanted)
