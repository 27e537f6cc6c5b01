"""In which order everything is measured, each measurement in a fresh process and folder."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.environments import ROOT
from benchmarks.tasks import Task

LIMIT = 30 * 60  # seconds a measurement may take
FOREIGN = ("MLFLOW_", "SHELDUCK_", "TRACKIO_", "WANDB_")

Measurement = dict[str, Any]


class Plan:
    """Every task for every peer in turn, then all again: drift of the machine hits all alike."""

    def __init__(
        self, tasks: Iterable[Task], interpreters: Mapping[str, Path], work: Path, *, quick: bool
    ) -> None:
        self._tasks, self._interpreters = list(tasks), interpreters
        self._work, self._quick = work, quick

    def measurements(self) -> Iterator[Measurement]:
        """Yield each measurement when it is made."""
        repeats = 1 if self._quick else max(task.repeats for task in self._tasks)
        for repeat in range(repeats):
            for task in self._tasks:
                if repeat < task.repeats:
                    yield from self._round(task, repeat)

    def _round(self, task: Task, repeat: int) -> Iterator[Measurement]:
        names = [name for name in self._interpreters if name in task.peers]
        if not names:
            return
        turn = repeat % len(names)
        names = names[turn:] + names[:turn]  # each has its turn at being first
        if task.together:
            with ThreadPoolExecutor(len(names)) as pool:
                yield from pool.map(lambda name: self._measure(name, task, repeat), names)
        else:
            yield from (self._measure(name, task, repeat) for name in names)

    def _measure(self, name: str, task: Task, repeat: int) -> Measurement:
        kept = task.after or (task.name if task.fills else None)
        folder = self._work / name / (kept or f"{task.name}-{repeat}")
        folder.mkdir(parents=True, exist_ok=True)
        try:
            outcome = self._run(name, task, folder)
        finally:
            if not kept:
                shutil.rmtree(folder)
        return {"task": task.name, "peer": name, "repeat": repeat, **outcome}

    def _run(self, name: str, task: Task, folder: Path) -> Measurement:
        arguments = [name, task.name, str(folder), *(["quick"] if self._quick else [])]
        with (self._work / f"{name}-{task.name}.stderr").open("w+") as errors:
            process = subprocess.Popen(
                [self._interpreters[name], "-m", "benchmarks.measure", *arguments],
                env=_environment(),
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                start_new_session=True,  # so that a peer's daemons can be ended with it
            )
            try:
                line, _ = process.communicate(timeout=LIMIT)
            except subprocess.TimeoutExpired:
                return {"failure": f"not done after {LIMIT // 60} minutes"}
            finally:
                if process.returncode is None:
                    os.killpg(process.pid, signal.SIGKILL)
            errors.seek(0)
            last_words = (errors.read().strip().splitlines() or ["no message"])[-1]
        if not line:
            return {"failure": f"it died: {last_words}"}
        return json.loads(line.replace(str(folder), "the folder"))


def _environment() -> dict[str, str]:
    mine = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN)}
    return mine | {"PYTHONPATH": str(ROOT)}
