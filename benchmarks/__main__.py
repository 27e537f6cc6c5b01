"""Measure Shelduck and its peers side by side: ``python -m benchmarks``.

The whole takes about an hour and writes RESULTS.md and results.json; ``--only panels`` measures
what is seen on screen alone, and renews that part of both. With ``--quick``, ``--peer`` or
``--only`` some tasks the JSON goes beside the environments instead.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import shutil
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress

from benchmarks import environments, machine, peers, results
from benchmarks.plan import Measurement, Plan
from benchmarks.table import Table
from benchmarks.tasks import Task, every_task

WORK = environments.PEERS / "work"
PANELS = "panels"


def main() -> None:
    """Measure, print the table, write it down."""
    wanted = _arguments()
    with _alone():
        made = _measure(wanted)
    if not made:
        return
    print(f"\n{Table(made).markdown()}")
    if wanted.quick:
        print("Quick: the sizes were small, so the figures say only that it works.")
    about = machine.describe(environments.PEERS)
    if wanted.quick or wanted.peer or wanted.only not in (None, [PANELS]):
        print(f"written: {results.write_apart(about, made)}")
    else:
        print(f"written: {results.write(about, made, whole=not wanted.only)}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, once: does it work?")
    parser.add_argument("--only", nargs="+", metavar="TASK", choices=[*every_task(), PANELS])
    parser.add_argument("--peer", nargs="+", metavar="PEER", choices=peers.NAMES)
    return parser.parse_args()


@contextmanager
def _alone() -> Iterator[None]:
    environments.PEERS.mkdir(exist_ok=True)
    with (environments.PEERS / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit("Another benchmark runs here; each would spoil the other's figures.")
        yield


def _measure(wanted: argparse.Namespace) -> list[Measurement]:
    tasks = _with_fills(wanted.only or every_task())
    able = {peer for task in tasks if not task.fills for peer in task.peers}
    chosen = [peer for peer in wanted.peer or peers.NAMES if peer in able]
    interpreters = {peer: environments.python(peer) for peer in chosen}
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir()
    made: list[Measurement] = []
    with suppress(KeyboardInterrupt):  # what is measured by then is kept, and shown
        made.extend(_told(Plan(tasks, interpreters, WORK, quick=wanted.quick).measurements()))
    shutil.rmtree(WORK)
    return made


def _with_fills(names: Collection[str]) -> list[Task]:
    tasks = every_task()
    if PANELS in names:
        names = {*names, *(name for name, task in tasks.items() if task.on_screen)} - {PANELS}
    needed = {tasks[name].after for name in names} | set(names)
    return [task for name, task in tasks.items() if name in needed]


def _told(measurements: Iterator[Measurement]) -> Iterator[Measurement]:
    began = time.monotonic()
    for made in measurements:
        figures = made.get("figures") or made.get("failure") or made.get("left_out")
        minutes, seconds = divmod(int(time.monotonic() - began), 60)
        when, what = f"{minutes:3}:{seconds:02}", f"{made['task']:16}{made['peer']:10}"
        print(when, f"round {made['repeat'] + 1} ", what, json.dumps(figures), flush=True)
        yield made


if __name__ == "__main__":
    main()
