"""What is paid before the first point: the import, the first use, a run."""

from __future__ import annotations

import os
import subprocess
import sys

from benchmarks.tasks import Bench, Figures, check, task


@task(1, quick=1)
def import_(bench: Bench) -> Figures:
    """Import the package in a fresh interpreter: the statement alone, and the whole process."""
    with bench.watch as watch:
        statement = _import(bench.name)
    figures = {"statement": statement, "process": watch.seconds}
    if below := bench.peer_class.beside:
        figures[below] = _import(below)
        figures[f"per_{below}"] = statement / figures[below]
    return figures


@task(1, quick=1)
def first_use(bench: Bench) -> Figures:
    """From an empty folder, after the import, to the first logged metric and the end of its run."""
    with bench.watch as watch:
        peer = bench.open()
        peer.begin({}, {})
        peer.log("loss", 1.0, 0)
    logged = watch.seconds
    with watch:
        peer.end()
    peer.settle()
    check("points", peer.count_points(), 1)
    return {"logged": logged, "ended": logged + watch.seconds}


@task(200, quick=10)
def start_end(bench: Bench) -> Figures:
    """Start and end an empty run, 200 times in a row: seconds for one."""
    peer = bench.warm()
    before = peer.count_runs()
    with bench.watch as watch:
        for _ in range(bench.size):
            peer.begin({}, {})
            peer.end()
    peer.settle()
    check("runs", peer.count_runs() - before, bench.size)
    return {"seconds": watch.seconds / bench.size}


def _import(module: str) -> float:
    code = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
    # Without the project's root on the path: a user's interpreter does not look there either.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    return float(done.stdout.split()[-1])
