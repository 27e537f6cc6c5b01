"""What takes long to find out about a run, found out beside it: git and the environment."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import orjson

from shelduck.capture import git_state, read_environment
from shelduck.records import COMMIT, DIRTY, Environment
from shelduck.store import Store, facts
from shelduck.values import encode

_GATHER = 0.3  # seconds in which further runs are waited for, so that one look serves them all


class Provenance:
    """Adds the commit and the environment to runs, off the caller's thread."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Store, str, Path]] = []
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._saying = threading.Lock()
        self._stop = threading.Event()
        self._environment: Environment | None = None
        self._installed: tuple[int, ...] = ()
        self._told: set[tuple[str, str]] = set()  # which store knows which environment

    def look_up(self, store: Store, run_id: str, folder: Path) -> None:
        """Have the facts about a run appended as soon as they are known."""
        with self._lock:
            self._waiting.append((store, run_id, folder))
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name="shelduck-provenance", daemon=True
                )
                self._thread.start()

    def finish(self) -> None:
        """Say what is still waiting to be said; at exit."""
        self._stop.set()
        self._say()

    def _run(self) -> None:
        self._stop.wait(_GATHER)
        with self._lock:
            self._thread = None
        self._say()

    def _say(self) -> None:
        with self._saying:  # so that at exit what is being said is waited for
            with self._lock:
                waiting, self._waiting = self._waiting, []
            commits = {folder: git_state(folder) for folder in {f for *_, f in waiting}}
            for store, run_id, folder in waiting:
                state = commits[folder]
                found = []
                if state is not None and state.commit is not None:
                    found.append(facts.tag("run", run_id, COMMIT, encode(COMMIT, state.commit)))
                    found.append(facts.tag("run", run_id, DIRTY, encode(DIRTY, state.dirty)))
                store.append(*found, *self._environment_facts(store, run_id))

    def _read_environment(self) -> Environment:
        """The environment, read anew when something was installed since."""
        installed = _install_times()
        if self._environment is None or installed != self._installed:
            self._environment, self._installed = read_environment(), installed
        return self._environment

    def _environment_facts(self, store: Store, run_id: str) -> list[facts.Fact]:
        environment = self._read_environment()
        found = [facts.environment(run_id, environment.digest)]
        if (store.id, environment.digest) not in self._told:
            self._told.add((store.id, environment.digest))
            content = {
                "python": environment.python,
                "platform": environment.platform,
                "packages": environment.packages,
            }
            text = orjson.dumps(content).decode()
            found.append(facts.content(environment.digest, "environment", text))
        return found


def _install_times() -> tuple[int, ...]:
    """When something was last installed or removed, in each place for packages."""
    places = (Path(p) for p in sys.path if p.endswith("-packages"))
    return tuple(place.stat().st_mtime_ns for place in places if place.is_dir())
