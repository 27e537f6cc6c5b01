"""Processes that log at a given moment, or die at one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TextIO

from benchmarks import data, peers


class Worker:
    """A process that has imported its tracker and waits to be released."""

    def __init__(
        self, peer: str, folder: Path, *, runs: int, points: int, killed: bool = False
    ) -> None:
        arguments = [peer, str(folder), str(runs), str(points), *(["killed"] if killed else [])]
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - until wait() has read it
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.processes", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        self._right_end = -signal.SIGKILL if killed else 0

    def wait_until_ready(self) -> None:
        """Wait for the import."""
        self._process.stdout.readline()

    def release(self) -> None:
        """Let it touch the store and log."""
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def wait(self) -> str | None:
        """Wait for its end; return the last line of its complaint when it ended wrongly."""
        if self._process.wait() == self._right_end:
            return None
        self._errors.seek(0)
        lines = self._errors.read().strip().splitlines() or ["no message"]
        return next((line for line in reversed(lines) if "Error" in line), lines[-1])


def claim_stdout() -> TextIO:
    """Return the standard output as it is now, and send what trackers print to standard error."""
    mine = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return mine


def _work(peer: str, folder: str, runs: str, points: str, *killed: str) -> None:
    peer_class, out = peers.load(peer), claim_stdout()
    print("ready", file=out, flush=True)
    sys.stdin.readline()
    tracker = peer_class(Path(folder))
    for _ in range(int(runs)):
        tracker.begin({}, {})
        for step in range(int(points)):
            tracker.log("loss", data.loss(step), step)
        if killed:
            os.kill(os.getpid(), signal.SIGKILL)
        tracker.end()


if __name__ == "__main__":
    _work(*sys.argv[1:])
