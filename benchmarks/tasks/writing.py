"""What logging costs: one point, many, a run's params, a sweep."""

from __future__ import annotations

import math
import statistics
import time
from array import array

from benchmarks import data
from benchmarks.tasks import Bench, Figures, check, check_history, check_run, task


@task(20_000, quick=500)
def log_metric(bench: Bench) -> Figures:
    """Log 20,000 points by one call each: how long the calls take, and a point's share of the
    time until all can be read back.
    """
    peer, values = bench.warm(), data.losses(bench.size)
    calls = array("q", bytes(8 * bench.size))
    peer.begin({}, {})
    log, now = peer.log, time.perf_counter_ns
    with bench.watch as watch:
        with peer.writing_behind():
            for step, value in enumerate(values):
                before = now()
                log("loss", value, step)
                calls[step] = now() - before
        peer.end()
        peer.settle()
    check_history(peer, values)
    return {**_distribution(calls), "durable": watch.seconds / bench.size}


@task(50, quick=5)
def fifty_runs(bench: Bench) -> Figures:
    """Record 50 runs of 12 params, 1 metric and 2 tags: the calls, and until they can be read."""
    peer, runs = bench.warm(), data.sweep(bench.size)
    before = peer.count_points()
    with bench.watch as watch:
        for run in runs:
            peer.begin(run.params, run.tags)
            peer.log("rmse", run.metrics["rmse"], 0)
            peer.end()
    calls = watch.seconds
    with watch:
        peer.settle()
    check("points", peer.count_points() - before, bench.size)
    check_run(peer, runs[-1].params | runs[-1].tags)
    return {"calls": calls, "durable": calls + watch.seconds}


@task(100, quick=100)
def hundred_params(bench: Bench) -> Figures:
    """Record one run of 100 params and 1 metric."""
    peer, params = bench.warm(), {f"p{i}": i for i in range(bench.size)}
    with bench.watch as watch:
        peer.begin(params, {})
        peer.log("loss", 1.0, 0)
        peer.end()
    peer.settle()
    check_run(peer, params)
    return {"seconds": watch.seconds}


@task(100_000, quick=2_000)
def bulk(bench: Bench) -> Figures:
    """Log 100,000 points (10 metrics) the quickest public way, until they can be read back."""
    peer, curves = bench.warm(), data.curves(bench.size)
    before = peer.count_points()
    with bench.watch as watch:
        peer.begin({}, {})
        peer.log_curves(curves)
        peer.end()
        peer.settle()
    check("points", peer.count_points() - before, bench.size)
    return {"seconds": watch.seconds}


@task(10_000, quick=200, repeats=1, fills=True)
def sweep(bench: Bench) -> Figures:
    """Fill a folder with 10,000 runs of 12 params, 5 metrics and 2 tags, to be searched."""
    peer, runs = bench.open(), data.sweep(bench.size)
    with bench.watch as watch:
        peer.fill(runs)
        peer.settle()
    check("runs", peer.count_runs(), bench.size)
    check("points", peer.count_points(), bench.size * len(runs[0].metrics))
    return {"seconds": watch.seconds}


@task(100_000, quick=1_000, repeats=1, fills=True)
def sweep_100k(bench: Bench) -> Figures:
    """Fill a folder with 100,000 such runs."""
    return sweep(bench)


@task(100_000, quick=2_000, repeats=1, fills=True)
def curve(bench: Bench) -> Figures:
    """Fill a folder with one run that has one metric of 100,000 points."""
    peer = bench.open()
    peer.begin({}, {})
    with bench.watch as watch:
        peer.log_curves({"loss": data.losses(bench.size)})
        peer.end()
        peer.settle()
    check("points", peer.count_points(), bench.size)
    (bench.folder / "run").write_text(peer.run_id)
    return {"seconds": watch.seconds}


def _distribution(nanoseconds: array[int]) -> Figures:
    calls = sorted(nanoseconds)
    p99 = calls[math.ceil(0.99 * len(calls)) - 1]
    return {"median": statistics.median(calls) / 1e9, "p99": p99 / 1e9, "max": calls[-1] / 1e9}
