"""Small stores of runs to compare, the same every time they are made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shelduck.records import NAME
from shelduck.store import Store, facts
from shelduck.values import encode

BEGIN = 4_102_444_800_000_000_000  # ns: the year 2100, so that the clock of a test does not count
SECOND = 1_000_000_000


def run_id(i: int) -> str:
    return f"{i:032x}"


def fill(store: Store, runs: Iterable[Mapping[str, Any]], first: int = 0) -> list[str]:
    """Log runs, a second apart: each with ``params``, ``metrics``, ``tags``, ``source``, ``name``.

    A metric is its value, or the list of its values at steps 0, 1, …
    """
    ids = []
    for i, run in enumerate(runs, first):
        store.journal.observe(BEGIN + i * SECOND)
        ids.append(run_id(i))
        store.append(*_facts(ids[-1], i, run))
    store.fold()
    return ids


def _facts(run: str, i: int, logged: Mapping[str, Any]) -> Iterable[facts.Fact]:
    yield facts.start(run, "0")
    yield facts.tag("run", run, NAME, encode("name", logged.get("name", f"run {i}")))
    for key, value in logged.get("params", {}).items():
        yield facts.param(run, key, encode(key, value))
    for key, values in logged.get("metrics", {}).items():
        points = values if isinstance(values, list) else [values]
        for step, value in enumerate(points):
            yield facts.metric(run, key, value, step, BEGIN // 1_000_000 + 1000 * step)
    for key, value in logged.get("tags", {}).items():
        yield facts.tag("run", run, key, encode(key, value))
    if source := logged.get("source"):
        yield facts.content(f"digest of {source}", "source", source)
        yield facts.cell(run, "taxi.ipynb#cell", f"digest of {source}", "taxi.ipynb", None)
    if logged.get("status", "FINISHED") != "RUNNING":
        yield facts.end(run, logged.get("status", "FINISHED"), 1.5 + i, None)


def sweep(count: int) -> list[dict[str, Any]]:
    """Runs of a search: rmse falls with alpha, and a little with depth; seed is the same in all."""
    models = ("lasso", "ridge", "xgb")
    runs = []
    for i in range(count):
        alpha, depth = 10 ** (-3 + 3 * (i * 7 % count) / max(1, count - 1)), i % 5 + 2
        rmse = 8 - 2 * alpha - 0.1 * depth + 0.01 * (i % 3)
        params = {"alpha": alpha, "depth": depth, "model": models[i % 3], "seed": 42}
        curve = [rmse + 1 / (step + 1) for step in range(4)] + [rmse]
        runs.append({"params": params, "metrics": {"rmse": curve}, "tags": {"team": "taxi"}})
    return runs
