"""What is measured: one function per task, the same for every peer.

A task returns its figures (seconds unless the name says otherwise) and raises ``WrongAnswer``
when what can be read back is not what was logged: a wrong answer has no time.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.peers import NAMES, Peer
from benchmarks.timing import Stopwatch

Figures = dict[str, Any]


class WrongAnswer(AssertionError):
    """What was read back is not what was logged."""


@dataclass(frozen=True)
class Bench:
    """What a task works with."""

    name: str
    """The peer's name, which is also its module's."""
    peer_class: type[Peer]
    folder: Path
    size: int
    watch: Stopwatch

    def open(self) -> Peer:
        """Point the tracker at the folder."""
        return self.peer_class(self.folder)

    def warm(self) -> Peer:
        """Open, and record one run: what only a first run costs is ``first_use``'s business."""
        peer = self.open()
        peer.begin({}, {})
        peer.log("warm", 0.0, 0)
        peer.end()
        peer.settle()
        return peer


Measure = Callable[[Bench], Figures]


@dataclass(frozen=True)
class Task:
    """A task with its sizes and its place among the others."""

    name: str
    measure: Measure
    size: int
    quick: int
    """Size under ``--quick``."""
    repeats: int
    after: str | None
    """The task whose folder this one reads."""
    fills: bool
    """Its folder is kept for others to read."""
    together: bool
    """All peers run it at once: it mostly sleeps."""
    peers: tuple[str, ...]
    """Who has something of the kind."""

    @property
    def says(self) -> str:
        """What the task does, in a sentence."""
        return " ".join((self.measure.__doc__ or "").split())

    @property
    def on_screen(self) -> bool:
        """Whether it is about what is seen, rather than about tracking."""
        return self.measure.__module__.endswith(".panels")


_TASKS: dict[str, Task] = {}


def task(
    size: int,
    *,
    quick: int,
    repeats: int = 3,
    after: str | None = None,
    fills: bool = False,
    together: bool = False,
    peers: tuple[str, ...] = NAMES,
) -> Callable[[Measure], Measure]:
    """Register a task under the name of its function."""

    def register(measure: Measure) -> Measure:
        name = measure.__name__.removesuffix("_")
        _TASKS[name] = Task(name, measure, size, quick, repeats, after, fills, together, peers)
        return measure

    return register


def every_task() -> dict[str, Task]:
    """Return all tasks by name, in the order they are run in."""
    for module in ("starting", "writing", "reading", "enduring", "panels"):
        importlib.import_module(f"benchmarks.tasks.{module}")
    return _TASKS


def check(what: str, found: Any, wanted: Any) -> None:
    """Raise ``WrongAnswer`` when what was read back differs from what was logged."""
    if found != wanted:
        raise WrongAnswer(f"{what}: {_brief(found)} instead of {_brief(wanted)}")


def check_run(peer: Peer, facts: Mapping[str, Any]) -> None:
    """Compare the params and tags of the last run."""
    check("run", peer.recall(peer.run_id), {key: str(value) for key, value in facts.items()})


def check_history(peer: Peer, losses: list[float]) -> None:
    """Compare the metric ``loss`` of the last run, point by point."""
    items = peer.history(peer.run_id, "loss")
    check("losses", [peer.value_of(item) for item in items], losses)


def _brief(value: Any) -> str:
    if isinstance(value, list):
        return f"{len(value)} values, {value[:3]}...{value[-1:]}"
    return str(value)
