"""The rows of the table, in its order, with what Shelduck has to reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Row:
    """One figure of one task."""

    task: str
    figure: str
    title: str
    unit: str = "s"
    """``s``, ``MB``, ``kB``, ``%`` (of a share), ``×`` or what is counted."""
    at_most: float | None = None
    at_least: float | None = None
    times: Mapping[str, float] = field(default_factory=dict)
    """How many times Shelduck's figure a peer's must be."""

    @property
    def has_reach(self) -> bool:
        """Whether Shelduck has something to reach."""
        return self.at_most is not None or self.at_least is not None

    def reached(self, value: float) -> bool:
        """Whether Shelduck's figure does."""
        most, least = self.at_most, self.at_least
        return (most is None or value <= most) and (least is None or value >= least)


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
    Row("killed", "lost", "points lost by kill -9", "%", at_most=0),
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
    Row("million", "most_mb", "memory: the most", "MB"),
    Row("trickle", "share", "CPU at 10 points a second, of one core", "%", at_most=0.01),
    Row("eight_processes", "seconds", "8 processes × 50 runs × 100 points, fresh folder"),
)  # fmt: skip

ON_SCREEN = (
    Row("table", "first", "10,000 runs: first rows, the first time", at_most=0.3),
    Row("table", "again", "10,000 runs: first rows, again", at_most=0.3),
    Row("table", "sort", "10,000 runs: sort, by a click", at_most=0.1),
    Row("table", "filter", "10,000 runs: filter, by a key", at_most=0.1),
    Row("table", "rows", "10,000 runs: rows that can be scrolled to", "rows"),
    Row("table_100k", "first", "100,000 runs: first rows, the first time", at_most=0.6),
    Row("table_100k", "again", "100,000 runs: first rows, again", at_most=0.6),
    Row("table_100k", "sort", "100,000 runs: sort, by a click", at_most=0.25),
    Row("table_100k", "filter", "100,000 runs: filter, by a key", at_most=0.25),
    Row("scroll", "steady", "scroll 100,000 rows: frames a second", "frames", at_least=50),
    Row("scroll", "jumping", "jump in 100,000 rows: frames a second", "frames", at_least=50),
    Row("scroll", "blank", "scroll 100,000 rows: blank for at most", at_most=0.1),
    Row("scroll", "blank_jumping", "jump in 100,000 rows: blank for at most", at_most=0.1),
    Row("compare", "first", "compare 1,000 runs: lines drawn, the first time", at_most=1),
    Row("compare", "again", "compare 1,000 runs: lines drawn, again", at_most=1),
    Row("brush", "median", "brush 10,000 runs × 8 axes: shown everywhere", at_most=0.05),
    Row("brush", "longest", "brush 10,000 runs × 8 axes: the longest"),
    Row("saved", "table_kb", "saved table of 100,000 runs", "kB", at_most=200),
    Row("saved", "compare_kb", "saved comparison of 100,000 runs", "kB", at_most=200),
    Row("saved", "run_kb", "saved panel of a run", "kB", at_most=200),
    Row("growth", "megabytes", "notebook of 10 panels, run 6 times: growth", "MB", at_most=2),
    Row("live_card", "share", "live card: of one core, while a cell trains", "%", at_most=0.01),
    Row("modules", "run_table", "module of the run table, minified", "kB", at_most=60),
    Row("modules", "compare", "module of the comparison, minified", "kB", at_most=60),
    Row("modules", "run_view", "module of a run's panel, minified", "kB", at_most=60),
    Row("modules", "live_card", "module of the live card, minified", "kB", at_most=60),
    Row("modules", "gzipped", "all four together, gzipped", "kB"),
)
