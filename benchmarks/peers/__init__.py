"""The trackers that take part, one file each, all through the same few verbs."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, ClassVar

from benchmarks.data import TrainingRun

NAMES = ("shelduck", "mlflow", "trackio", "wandb")


class Peer:
    """A tracker pointed at an empty or filled folder.

    Frames have the columns ``metrics.rmse`` and ``params.alpha`` (and so on), whatever the
    tracker calls them, so that one check serves all.
    """

    left_out: ClassVar[Mapping[str, str]] = {}
    """Task to the reason why this peer cannot do it."""
    sizes: ClassVar[Mapping[str, int]] = {}
    """Task to a smaller size, where the common one would take many minutes."""
    beside: ClassVar[str | None] = None
    """A module below this peer whose import is shown for comparison."""

    log: Callable[[str, float, int], Any]
    """``log(key, value, step)``: the tracker's own call, as bare as can be."""
    value_of: Callable[[Any], float]
    """Takes the value out of an item of ``history``."""
    run_id: str
    """The run begun last."""

    def __init__(self, folder: Path) -> None:
        raise NotImplementedError

    def begin(self, params: Mapping[str, Any], tags: Mapping[str, str]) -> None:
        """Start a run."""
        raise NotImplementedError

    def log_all(self, metrics: Mapping[str, float]) -> None:
        """Log several metrics at once."""
        raise NotImplementedError

    def log_curves(self, curves: Mapping[str, list[float]]) -> None:
        """Log whole metrics of equal length, by the quickest public way there is."""
        raise NotImplementedError

    def end(self) -> None:
        """End the run."""
        raise NotImplementedError

    def settle(self) -> None:
        """Return when all that was logged can be read back from the files."""

    def writing_behind(self) -> AbstractContextManager[object]:
        """Keep what writes behind the caller's back at work for as long as this is entered.

        A tracker that writes in the call, or whose own thread or daemon never rests while calls
        come, has nothing to do here.
        """
        return nullcontext()

    def fill(self, sweep: Sequence[TrainingRun]) -> None:
        """Record a sweep, to be searched later, by the quickest way there is."""
        for run in sweep:
            self.begin(run.params, run.tags)
            self.log_all(run.metrics)
            self.end()

    def best(self, count: int) -> Any:
        """Return the frame of the runs with the least rmse, best first."""
        raise NotImplementedError

    def every(self) -> Any:
        """Return the frame of all runs with all params and metrics."""
        raise NotImplementedError

    def filtered(self, alpha: float, rmse: float) -> Any:
        """Return the frame of the runs with this alpha and a lesser rmse."""
        raise NotImplementedError

    def history(self, run_id: str, key: str) -> Sequence[Any]:
        """Return a metric's points in the order of their steps."""
        raise NotImplementedError

    def recall(self, run_id: str) -> dict[str, str]:
        """Return a run's params and tags as text, read back, without what the tracker adds."""
        raise NotImplementedError

    def count_runs(self) -> int:
        """Return how many runs the files hold."""
        raise NotImplementedError

    def count_points(self) -> int:
        """Return how many metric points the files hold."""
        raise NotImplementedError


def load(name: str) -> type[Peer]:
    """Return a peer's class; its tracker is imported with it."""
    return importlib.import_module(f"benchmarks.peers.{name}").PEER
