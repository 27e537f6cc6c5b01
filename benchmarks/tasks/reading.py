"""What searching costs, in a process of its own on a folder filled before.

``first`` is the first call of the process, ``warm`` the median of the calls that follow. Pandas is
imported before the clock starts, for every peer alike: a notebook has it anyway.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import Any

from benchmarks import data
from benchmarks.tasks import Bench, Figures, check, task
from benchmarks.timing import Stopwatch

BEST = 20
MOST_CALLS, MOST_SECONDS = 20, 3.0


@task(10_000, quick=200, after="sweep")
def best(bench: Bench) -> Figures:
    """Get the best 20 of 10,000 runs by a metric, as a DataFrame."""
    peer = bench.open()
    frame, figures = _read(bench.watch, lambda: peer.best(BEST))
    check("rmse", list(frame["metrics.rmse"]), data.best_rmse(bench.size, BEST))
    return figures


@task(10_000, quick=200, after="sweep")
def every_run(bench: Bench) -> Figures:
    """Get all 10,000 runs with 12 params and 5 metrics, as a DataFrame."""
    peer, runs = bench.open(), data.sweep(bench.size)
    frame, figures = _read(bench.watch, peer.every)
    # Row by row: sorted columns would hide values that ended up in another run.
    found = sorted(
        zip(
            *(frame[f"metrics.{key}"] for key in runs[0].metrics),
            *(frame[f"params.{key}"].map(str) for key in runs[0].params),
            strict=True,
        )
    )
    wanted = sorted((*run.metrics.values(), *map(str, run.params.values())) for run in runs)
    check("rows", found, wanted)
    return figures


@task(10_000, quick=200, after="sweep")
def filter_(bench: Bench) -> Figures:
    """Get the runs with params.alpha = '0.3' and metrics.rmse < 7 of 10,000, as a DataFrame."""
    peer = bench.open()
    frame, figures = _read(bench.watch, lambda: peer.filtered(data.FILTER_ALPHA, data.FILTER_RMSE))
    check("rmse", sorted(frame["metrics.rmse"]), data.filtered_rmse(bench.size))
    return figures


@task(100_000, quick=1_000, after="sweep_100k")
def filter_100k(bench: Bench) -> Figures:
    """Get the same of 100,000 runs."""
    return filter_(bench)


@task(100_000, quick=2_000, after="curve")
def history(bench: Bench) -> Figures:
    """Get the whole history of one metric, 100,000 points."""
    peer, run_id = bench.open(), (bench.folder / "run").read_text()
    items, figures = _read(bench.watch, lambda: peer.history(run_id, "loss"))
    check("losses", [peer.value_of(item) for item in items], data.losses(bench.size))
    return figures


def _read(watch: Stopwatch, ask: Callable[[], Any]) -> tuple[Any, Figures]:
    import pandas  # noqa: F401

    with watch:
        answer = ask()
    first = watch.seconds
    warm: list[float] = []
    while not warm or (len(warm) < MOST_CALLS and sum(warm) < MOST_SECONDS):
        with watch:
            ask()
        warm.append(watch.seconds)
    return answer, {"first": first, "warm": statistics.median(warm)}
