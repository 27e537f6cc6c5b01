"""What a tracker costs in the long run, and what it keeps when things go wrong."""

from __future__ import annotations

import statistics
import time
import traceback
from collections.abc import Callable

from benchmarks import data
from benchmarks.processes import Worker
from benchmarks.tasks import Bench, Figures, WrongAnswer, check, check_history, task
from benchmarks.timing import Stopwatch, forget_peak, memory

PROCESSES, RUNS_EACH = 8, 50
POINTS_A_SECOND = 10
RUN_IN = 3 * POINTS_A_SECOND


@task(1_000, quick=100)
def killed(bench: Bench) -> Figures:
    """Log 1,000 points, then kill -9 the process: the share of them that is lost."""
    worker = Worker(bench.name, bench.folder, runs=1, points=bench.size, killed=True)
    worker.wait_until_ready()
    with bench.watch:
        worker.release()
        error = worker.wait()
    if error:
        raise WrongAnswer(error)
    return {"lost": 1 - bench.open().count_points() / bench.size}


@task(100, quick=10)
def eight_processes(bench: Bench) -> Figures:
    """Release eight processes into an empty folder; each records 50 runs of 100 points."""
    workers = [
        Worker(bench.name, bench.folder, runs=RUNS_EACH, points=bench.size)
        for _ in range(PROCESSES)
    ]
    for worker in workers:
        worker.wait_until_ready()
    with bench.watch as watch:
        for worker in workers:
            worker.release()
        errors = [error for worker in workers if (error := worker.wait())]
        stored = _points_stored(bench)
    wanted = PROCESSES * RUNS_EACH * bench.size
    if errors or stored != wanted:
        failed = f"{len(errors)} of {PROCESSES} processes failed"
        reason = "; ".join([failed, *errors[:1]])
        raise WrongAnswer(f"{stored or 0:,} of {wanted:,} points can be read back, {reason}")
    return {"seconds": watch.seconds, "points": stored, "errors": 0}


def _points_stored(bench: Bench) -> int | None:
    try:
        peer = bench.open()
        peer.settle()
        return peer.count_points()
    except Exception:  # whatever a tracker raises at what the processes have left
        traceback.print_exc()
        return None


@task(1_000_000, quick=10_000, repeats=1)
def million(bench: Bench) -> Figures:
    """Log 1,000,000 points by one call each: the memory, and its growth from the median peak of
    the tenths 2 to 4 (after the first fold, where there are folds) to that of the last three.
    """
    peer, tenth = bench.open(), bench.size // 10
    peaks: list[float] = []
    after_each: list[float] = []
    peer.begin({}, {})
    with bench.watch:
        for start in range(0, bench.size, tenth):
            forget_peak()
            for step in range(start, start + tenth):
                peer.log("loss", data.loss(step), step)
            peaks.append(round(memory("VmHWM"), 1))
            after_each.append(round(memory("VmRSS"), 1))
        peer.end()
        peer.settle()
    check("points", peer.count_points(), bench.size)
    growth = statistics.median(peaks[-3:]) - statistics.median(peaks[1:4])
    return {"growth_mb": growth, "most_mb": max(peaks), "peaks_mb": peaks, "rss_mb": after_each}


@task(60, quick=3, together=True)
def trickle(bench: Bench) -> Figures:
    """Log 10 points a second for a minute: share of a core, less that of the loop without."""
    times = bench.size * POINTS_A_SECOND
    idle = _paced(bench.watch, times, lambda step: None)
    peer = bench.warm()
    peer.begin({}, {})
    # What the beginning of a run sets off is over after the run-in.
    _paced(Stopwatch(), RUN_IN, lambda step: peer.log("run_in", 0.0, step))
    busy = _paced(bench.watch, times, lambda step: peer.log("loss", data.loss(step), RUN_IN + step))
    peer.end()
    peer.settle()
    check_history(peer, data.losses(times))
    return {"share": busy - idle, "idle_share": idle}


def _paced(watch: Stopwatch, times: int, act: Callable[[int], object]) -> float:
    with watch:
        for step in range(times):
            act(step)
            # To a fixed grid, so that a slow call does not thin out the points.
            time.sleep(max(0.0, (step + 1) / POINTS_A_SECOND - watch.elapsed()))
    return watch.cpu / watch.seconds
