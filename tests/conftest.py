"""What every test stands on: no store of the user's, and a process-wide state of its own."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

import shelduck as package
from shelduck.capture import read_environment
from shelduck.tracking.current import current

SOURCES = Path(package.__file__).parents[1]
ENVIRONMENT = read_environment()  # the same for every test, and a tenth of a second to read


@pytest.fixture(autouse=True)
def _apart(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep the user's stores, notebooks and state folder out of the tests."""
    for name in list(os.environ):
        if name.startswith("SHELDUCK_") and name != "SHELDUCK_OTHER_PYTHON":
            monkeypatch.delenv(name)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.getbasetemp() / "state"))


@pytest.fixture
def shelduck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The package as a new process has it, working in ``tmp_path``."""
    monkeypatch.chdir(tmp_path)
    _start_anew()
    yield package
    current.close()
    _start_anew()


def _start_anew() -> None:
    atexit.unregister(current.close)
    vars(current).clear()
    current.__init__()  # type: ignore[misc]
    current._provenance._read_environment = lambda: ENVIRONMENT  # type: ignore[method-assign]


RunPython = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def python(tmp_path: Path) -> RunPython:
    """Run Python in a process of its own: arguments, or a script as a text."""

    def run(
        *arguments: str, script: str | None = None, status: int | None = 0, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        if script is not None:
            path = tmp_path / "script.py"
            path.write_text(script, encoding="utf-8")
            arguments = (str(path), *arguments)
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(SOURCES), **environment},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert status is None or done.returncode == status, done.stderr
        return done

    return run
