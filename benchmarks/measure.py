"""One measurement in a fresh process: ``python -m benchmarks.measure PEER TASK FOLDER [quick]``.

Prints one line of JSON with the figures, or with why there are none.
"""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import sys
import traceback
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks import peers
from benchmarks.processes import claim_stdout
from benchmarks.tasks import Bench, Task, WrongAnswer, every_task
from benchmarks.timing import Stopwatch, memory


def main(name: str, task_name: str, folder: str, *quick: str) -> None:
    """Measure, and print the line."""
    out = claim_stdout()
    os.chdir(folder)
    task = every_task()[task_name]
    peer_class = peers.load(name)
    common = task.quick if quick else task.size
    size = min(common, peer_class.sizes.get(task_name, common))
    bench = Bench(name, peer_class, Path(folder), size, Stopwatch())
    outcome = {"size": size, "reduced": size < common, **_measure(task, bench)}
    print(json.dumps(outcome), file=out, flush=True)


def _measure(task: Task, bench: Bench) -> dict[str, Any]:
    if reason := bench.peer_class.left_out.get(task.name):
        return {"left_out": reason}
    try:
        outcome: dict[str, Any] = {"figures": task.measure(bench)}
    except WrongAnswer as wrong:
        outcome = {"failure": str(wrong)}
    except Exception as error:
        traceback.print_exc()
        outcome = {"failure": f"{type(error).__name__}: {error}".strip().splitlines()[0]}
    costs = {**bench.watch.summary(), "peak_rss_mb": round(memory("VmHWM"), 1)}
    return {**outcome, **costs, "versions": _versions(bench)}


def _versions(bench: Bench) -> dict[str, str]:
    packages = filter(None, (bench.name, bench.peer_class.beside))
    installed = {package: metadata.version(package) for package in packages}
    return installed | {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version}


if __name__ == "__main__":
    main(*sys.argv[1:])
