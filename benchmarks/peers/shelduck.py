"""Shelduck from the working tree."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import shelduck
from benchmarks.peers.fluent import Fluent


class Shelduck(Fluent):
    """Log calls go to the journal before they return; a thread folds it into DuckDB."""

    api = shelduck
    beside = "duckdb"

    def __init__(self, folder: Path) -> None:
        self._open(str(folder / "shelduck.duckdb"))

    def log_curves(self, curves: Mapping[str, list[float]]) -> None:
        steps = range(len(next(iter(curves.values()))))
        shelduck.log_history({"step": list(steps), **curves})

    def settle(self) -> None:
        shelduck.fold()

    @contextmanager
    def writing_behind(self) -> Iterator[None]:
        # By itself a fold comes every ten seconds or 50,000 facts, and a loop of 20,000 calls is
        # over before the first: so fold without a pause, the worst a caller can meet.
        done = threading.Event()
        thread = threading.Thread(target=_fold_until, args=(done,))
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def history(self, run_id: str, key: str) -> Sequence[Any]:
        return shelduck.get_metric_history(run_id, key)

    def count_runs(self) -> int:
        return self._count("runs")

    def count_points(self) -> int:
        return self._count("metric_history")

    def _count(self, view: str) -> int:
        return int(shelduck.sql(f"select count(*) as n from {view}")["n"][0])


def _fold_until(done: threading.Event) -> None:
    while not done.is_set():
        shelduck.fold()


PEER = Shelduck
