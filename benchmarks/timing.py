"""Wall time, CPU and memory of a process with its descendants, and what others used meanwhile.

Helper processes count: a tracker that logs through a daemon of its own still uses the machine.
Without ``/proc`` (not Linux) only the process itself is seen, and no noise.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")


class Reading(NamedTuple):
    """The clocks at one moment, in seconds."""

    wall: float
    own: float
    """CPU of this process, its reaped children and its living descendants."""
    machine: float
    """CPU of everybody on the machine; 0 where unknown."""
    steal: float
    """CPU the hypervisor gave to other machines."""


class Stopwatch:
    """Times spans (``with watch: ...``) and sums them up.

    ``seconds`` and ``cpu`` are those of the latest span.
    """

    def __init__(self) -> None:
        self.seconds = self.cpu = 0.0
        self._sum = Reading(0.0, 0.0, 0.0, 0.0)

    def __enter__(self) -> Stopwatch:
        self._before = _read()
        return self

    def __exit__(self, *exception: object) -> None:
        span = Reading(*(b - a for a, b in zip(self._before, _read(), strict=True)))
        self._sum = Reading(*(a + b for a, b in zip(self._sum, span, strict=True)))
        self.seconds, self.cpu = span.wall, span.own

    def elapsed(self) -> float:
        """Return the seconds since the running span began."""
        return time.perf_counter() - self._before.wall

    def summary(self) -> dict[str, float]:
        """Return the sums over all spans, with what others used in cores."""
        wall, own, machine, steal = self._sum
        others = max(0.0, machine - own) / wall if wall else 0.0
        return {
            "wall_s": round(wall, 6),
            "cpu_s": round(own, 6),
            "others_cores": round(others, 3),
            "steal_cores": round(steal / wall, 3) if wall else 0.0,
        }


def memory(field: str) -> float:
    """Return MB of this process and its descendants; ``field`` is ``VmRSS`` or ``VmHWM`` (peak)."""
    return sum(_memory(pid, field) for pid in _family()) or _own_peak()


def forget_peak() -> None:
    """Let the peak of this process and its descendants begin anew, where Linux allows it."""
    for pid in _family():
        with contextlib.suppress(OSError):
            (PROC / str(pid) / "clear_refs").write_text("5")


def _read() -> Reading:
    machine, steal = _machine_cpu()
    own = (
        time.process_time()
        + sum(os.times()[2:4])
        + sum(_cpu(pid) for pid in _descendants(os.getpid()))
    )
    return Reading(time.perf_counter(), own, machine, steal)


def _machine_cpu() -> tuple[float, float]:
    try:
        line = (PROC / "stat").read_text().splitlines()[0]
    except OSError:
        return 0.0, 0.0
    user, nice, system, _idle, _iowait, irq, softirq, steal = (int(x) for x in line.split()[1:9])
    return (user + nice + system + irq + softirq) / TICKS, steal / TICKS


def _cpu(pid: int) -> float:
    try:
        # The name in parentheses may hold blanks, so count from its end.
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(ticks) for ticks in fields[11:15]) / TICKS


def _memory(pid: int, field: str) -> float:
    try:
        lines = (PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) / 1024 for line in lines if line.startswith(field))


def _own_peak() -> float:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # bytes on macOS


def _family() -> list[int]:
    return [os.getpid(), *_descendants(os.getpid())]


def _descendants(pid: int) -> Iterator[int]:
    try:
        children = [
            int(child)
            for thread in (PROC / str(pid) / "task").iterdir()
            for child in (thread / "children").read_text().split()
        ]
    except OSError:
        return
    for child in children:
        yield child
        yield from _descendants(child)
