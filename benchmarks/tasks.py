"""What is measured: one function per task, the same for every peer.

A task returns its figures (seconds unless the name says otherwise) and raises ``WrongAnswer``
when what can be read back is not what was logged: a wrong answer has no time.
"""

from __future__ import annotations

import math
import os
import statistics
import subprocess
import sys
import time
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import data
from benchmarks.peers import Peer
from benchmarks.timing import Stopwatch, memory
from benchmarks.worker import Worker

WORKERS = 8
RUNS_EACH = 50
BEST = 20
POINTS_A_SECOND = 10

Figures = dict[str, Any]


class WrongAnswer(AssertionError):
    """What was read back is not what was logged."""


@dataclass(frozen=True)
class Bench:
    """What a task works with."""

    peer_class: type[Peer]
    folder: Path
    size: int
    watch: Stopwatch

    def open(self) -> Peer:
        """Point the tracker at the folder."""
        return self.peer_class(self.folder)


@dataclass(frozen=True)
class Task:
    """A task with the sizes and the order it is run in."""

    name: str
    measure: Callable[[Bench], Figures]
    size: int
    quick: int
    """Size under ``--quick``."""
    repeats: int
    after: str | None
    """The task that fills the folder this one reads."""
    at_once: bool
    """All peers together: for a task that mostly sleeps."""

    @property
    def says(self) -> str:
        """What the task does, in a sentence."""
        return " ".join((self.measure.__doc__ or "").split())


TASKS: dict[str, Task] = {}


def task(
    size: int, *, quick: int, repeats: int = 5, after: str | None = None, at_once: bool = False
) -> Callable[[Callable[[Bench], Figures]], Callable[[Bench], Figures]]:
    """Register a task under the name of its function."""

    def register(measure: Callable[[Bench], Figures]) -> Callable[[Bench], Figures]:
        name = measure.__name__.removesuffix("_")
        TASKS[name] = Task(name, measure, size, quick, repeats, after, at_once)
        return measure

    return register


@task(1, quick=1)
def import_(bench: Bench) -> Figures:
    """Import the package in a fresh interpreter: the statement alone, and the whole process."""
    name = bench.peer_class.__module__.rpartition(".")[2]
    figures = {}
    for module in filter(None, (name, bench.peer_class.beside)):
        timed = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
        with bench.watch as watch:
            done = _python("-c", timed)
        figures |= {module: float(done.split()[-1]), f"{module} process": watch.seconds}
    return {"statement": figures[name], "process": figures[f"{name} process"], **figures}


@task(1, quick=1)
def first_use(bench: Bench) -> Figures:
    """From an empty folder to the first logged metric, after the import."""
    with bench.watch as watch:
        peer = bench.open()
        peer.begin({}, {})
        peer.log("loss", 1.0, 0)
    peer.end()
    peer.settle()
    _check("points", peer.count_points(), 1)
    return {"seconds": watch.seconds}


@task(200, quick=10)
def start_end(bench: Bench) -> Figures:
    """Start and end an empty run, 200 times in a row; seconds for one."""
    peer = _warm(bench)
    before = peer.count_runs()
    with bench.watch as watch:
        for _ in range(bench.size):
            peer.begin({}, {})
            peer.end()
    peer.settle()
    _check("runs", peer.count_runs() - before, bench.size)
    return {"each": watch.seconds / bench.size}


@task(20_000, quick=200)
def log_metric(bench: Bench) -> Figures:
    """Log 20,000 points by one call each: the calls' distribution, and seconds a point until all
    can be read back from the files.
    """
    # Shelduck folds in the background as it sees fit: every few thousand facts, and these calls
    # come as fast as the interpreter makes them, so folds overlap the whole of the loop.
    peer, values = _warm(bench), [data.loss(i) for i in range(bench.size)]
    calls = array("q", bytes(8 * bench.size))
    peer.begin({}, {})
    log, now = peer.log, time.perf_counter_ns
    with bench.watch as watch:
        for i, value in enumerate(values):
            before = now()
            log("loss", value, i)
            calls[i] = now() - before
        peer.end()
        peer.settle()
    _check_history(peer, values)
    return {**_distribution(calls), "durable": watch.seconds / bench.size}


@task(2_000, quick=100, repeats=3)
def killed(bench: Bench) -> Figures:
    """Log 2,000 points, then kill -9 the process: the share of points that can be read back."""
    worker = Worker(bench.peer_class, bench.folder, runs=1, points=bench.size, killed=True)
    with bench.watch:
        worker.go()
        worker.wait()
    peer = bench.open()
    return {"share": peer.count_points() / bench.size}


@task(50, quick=5)
def fifty_runs(bench: Bench) -> Figures:
    """Record 50 runs of 12 params, 1 metric and 2 tags: the calls, and until all can be read back."""
    peer, sweep = _warm(bench), data.sweep(bench.size)
    before = peer.count_points()
    with bench.watch as watch:
        for run in sweep:
            peer.begin(run.params, run.tags)
            peer.log("rmse", run.metrics["rmse"], 0)
            peer.end()
    calls = watch.seconds
    with watch:
        peer.settle()
    _check("points", peer.count_points() - before, bench.size)
    return {"calls": calls, "durable": calls + watch.seconds}


@task(100, quick=100)
def params(bench: Bench) -> Figures:
    """Start a run, log 100 params, end it."""
    peer, many = _warm(bench), {f"p{i}": i for i in range(bench.size)}
    with bench.watch as watch:
        peer.begin(many, {})
        peer.log("loss", 1.0, 0)
        peer.end()
    peer.settle()
    return {"seconds": watch.seconds}


@task(100_000, quick=2_000)
def bulk(bench: Bench) -> Figures:
    """Log 100,000 points (10 metrics) by the quickest public way, until they can be read back."""
    peer, curves = _warm(bench), data.curves(bench.size)
    before = peer.count_points()
    with bench.watch as watch:
        peer.begin({}, {})
        peer.log_curves(curves)
        peer.end()
        peer.settle()
    _check("points", peer.count_points() - before, bench.size)
    return {"seconds": watch.seconds}


@task(10_000, quick=200, repeats=1)
def sweep(bench: Bench) -> Figures:
    """Fill a folder with 10,000 runs of 12 params, 5 metrics and 2 tags, for the searches."""
    peer, runs = bench.open(), data.sweep(bench.size)
    with bench.watch as watch:
        peer.fill(runs)
        peer.settle()
    _check("runs", peer.count_runs(), bench.size)
    return {"seconds": watch.seconds}


@task(10_000, quick=200, after="sweep")
def best(bench: Bench) -> Figures:
    """The best 20 of 10,000 runs by a metric, to a DataFrame."""
    peer = bench.open()
    frame, figures = _reads(bench.watch, lambda: peer.best(BEST))
    _check("best", list(frame["metrics.rmse"]), data.best_rmse(bench.size, BEST))
    return figures


@task(10_000, quick=200, after="sweep")
def every(bench: Bench) -> Figures:
    """All 10,000 runs with 12 params and 5 metrics, to a DataFrame."""
    peer, wanted = bench.open(), data.sweep(bench.size)
    frame, figures = _reads(bench.watch, peer.every)
    _check("rmse", sorted(frame["metrics.rmse"]), sorted(run.metrics["rmse"] for run in wanted))
    for name in wanted[0].params:
        texts = sorted(str(value) for value in frame[f"params.{name}"])
        _check(name, texts, sorted(str(run.params[name]) for run in wanted))
    return figures


@task(10_000, quick=200, after="sweep")
def filter_(bench: Bench) -> Figures:
    """The runs with params.alpha = '0.3' and metrics.rmse < 7 among 10,000, to a DataFrame."""
    peer = bench.open()
    frame, figures = _reads(
        bench.watch, lambda: peer.filtered(data.FILTER_ALPHA, data.FILTER_RMSE)
    )
    _check("rmse", sorted(frame["metrics.rmse"]), data.filtered_rmse(bench.size))
    return figures


@task(100_000, quick=1_000, repeats=1)
def sweep_100k(bench: Bench) -> Figures:
    """Fill a folder with 100,000 such runs."""
    return sweep(bench)


@task(100_000, quick=1_000, after="sweep_100k")
def filter_100k(bench: Bench) -> Figures:
    """The same filter among 100,000 runs."""
    return filter_(bench)


@task(100_000, quick=2_000, repeats=1)
def curve(bench: Bench) -> Figures:
    """Fill a folder with one run that has one metric of 100,000 points."""
    peer = bench.open()
    peer.begin({}, {})
    with bench.watch as watch:
        peer.log_curves({"loss": _losses(bench.size)})
        peer.end()
        peer.settle()
    (bench.folder / "run").write_text(peer.run_id)
    return {"seconds": watch.seconds}


@task(100_000, quick=2_000, after="curve")
def history(bench: Bench) -> Figures:
    """Read that metric's whole history."""
    peer, run_id = bench.open(), (bench.folder / "run").read_text()
    items, figures = _reads(bench.watch, lambda: peer.history(run_id, "loss"))
    _check("values", [peer.value_of(item) for item in items], _losses(bench.size))
    return figures


@task(1_000_000, quick=10_000, repeats=1)
def memory_(bench: Bench) -> Figures:
    """Log 1,000,000 points by one call each; MB of memory after each tenth."""
    peer, tenth, samples = bench.open(), bench.size // 10, []
    peer.begin({}, {})
    with bench.watch:
        for start in range(0, bench.size, tenth):
            for i in range(start, start + tenth):
                peer.log("loss", data.loss(i), i)
            samples.append(round(memory("VmRSS"), 1))
        peer.end()
        peer.settle()
    _check("points", peer.count_points(), bench.size)
    return {"growth_mb": max(samples[1:]) - samples[0], "end_mb": samples[-1], "samples_mb": samples}


@task(60, quick=3, repeats=3, at_once=True)
def cpu(bench: Bench) -> Figures:
    """Log 10 points a second for 60 s: share of one core, less that of the same loop without."""
    peer, times = _warm(bench), bench.size * POINTS_A_SECOND
    idle = _paced(bench.watch, times, lambda i: None)
    peer.begin({}, {})
    busy = _paced(bench.watch, times, lambda i: peer.log("loss", data.loss(i), i))
    peer.end()
    peer.settle()
    _check_history(peer, _losses(times))
    return {"share": busy - idle, "idle_share": idle}


@task(100, quick=10, repeats=3)
def at_once(bench: Bench) -> Figures:
    """Eight processes, released together into an empty folder, record 50 runs of 100 points each."""
    workers = [
        Worker(bench.peer_class, bench.folder, runs=RUNS_EACH, points=bench.size)
        for _ in range(WORKERS)
    ]
    with bench.watch as watch:
        for worker in workers:
            worker.go()
        errors = [error for worker in workers if (error := worker.wait())]
        seconds_to_last = time.perf_counter() - watch.began
        peer = bench.open()
        peer.settle()
    stored, wanted = peer.count_points(), WORKERS * RUNS_EACH * bench.size
    if errors or stored != wanted:
        reason = f": {errors[0]}" if errors else ""
        raise WrongAnswer(f"{stored} of {wanted} points, {len(errors)} of {WORKERS} processes failed{reason}")
    return {"seconds": watch.seconds, "processes": seconds_to_last}


def _warm(bench: Bench) -> Peer:
    """Open, and record one run: what only a first run costs is ``first_use``'s business."""
    peer = bench.open()
    peer.begin({}, {})
    peer.log("warm", 0.0, 0)
    peer.end()
    peer.settle()
    return peer
