"""Real processes for the tests of the store: they say what they did, and wait to be told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from types import TracebackType

import shelduck

SOURCES = Path(shelduck.__file__).parents[1]
DEADLINE = 60.0  # seconds after which a process that says nothing has failed

PRELUDE = """
import os, sys, time
from pathlib import Path
from shelduck.store import failpoints, facts
from shelduck.store.store import Store

def tell(*words):
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())

def wait():
    if not sys.stdin.readline():
        os._exit(3)

def point(run_id, step):
    return facts.metric(run_id, "loss", step / 2, step, 1_700_000_000_000)

def start(run_id):
    return facts.start(run_id, "0")
"""


class Child:
    """A Python process that runs a script; leave the ``with`` block and it is gone."""

    def __init__(self, script: str, *arguments: object, python: str = sys.executable) -> None:
        self._process = subprocess.Popen(
            [python, "-c", PRELUDE + dedent(script), *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(SOURCES)},
            text=True,
            bufsize=1,
        )
        self.pid = self._process.pid
        self.errors = ""

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate()

    def hear(self) -> str:
        """Return the next line it tells; its errors are ours if it tells no more."""
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            self.errors += self._process.communicate(timeout=DEADLINE)[1]
            raise AssertionError(f"the child ended with {self._process.returncode}: {self.errors}")
        return line.strip()

    def go_on(self) -> None:
        """Let it past its next ``wait()``."""
        assert self._process.stdin
        self._process.stdin.write("\n")

    def kill(self) -> list[str]:
        """Kill it as by ``kill -9``, and return what it had told by then."""
        self._process.kill()
        return self.end(-signal.SIGKILL)

    def end(self, status: int = 0) -> list[str]:
        """Wait for its end, and return what it told since it was last heard."""
        out, errors = self._process.communicate(timeout=DEADLINE)
        self.errors += errors
        assert self._process.returncode == status, self.errors
        return out.splitlines()


def children(script: str, count: int, *arguments: object) -> Iterator[Child]:
    """Start several processes that run one script; the first argument is their number."""
    for number in range(count):
        yield Child(script, number, *arguments)
