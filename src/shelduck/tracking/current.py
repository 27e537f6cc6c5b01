"""What is current in this process: the store, the experiment, the active runs."""

from __future__ import annotations

import atexit
import hashlib
import os
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from shelduck.capture import notebook_path
from shelduck.errors import BadValue, ShelduckError, StoreError
from shelduck.records import (
    HOST,
    NAME,
    NOTE,
    PARENT,
    SOURCE,
    SOURCE_TYPE,
    USER,
    Cell,
    Experiment,
    Run,
    RunInfo,
)
from shelduck.store import Store, close_engine, facts
from shelduck.tracking.active import ActiveRun, ending, now_ms, tag_facts, user
from shelduck.tracking.handover import Handover
from shelduck.tracking.location import locate
from shelduck.tracking.names import run_name
from shelduck.tracking.provenance import Provenance
from shelduck.tracking.shell import Shell
from shelduck.values import checked_key

DEFAULT_ID, DEFAULT_NAME = "0", "Default"


@dataclass
class _Stack(threading.local):
    """The active runs of one thread, the innermost last."""

    runs: list[ActiveRun] = field(default_factory=list)
    last: ActiveRun | None = None


class Current:
    """The state behind the module-level verbs; one a process."""

    def __init__(self) -> None:
        self._store: Store | None = None
        self._stores: list[Store] = []
        """Every store used so far; a run logs to the one it began in."""
        self._chosen: Path | None = None
        self._durable = False
        self._experiment: tuple[str, str] | None = None
        self._known_experiments: set[tuple[str, str]] = set()
        self._names: dict[str, str] = {}
        self._stack = _Stack()
        self._open: dict[str, ActiveRun] = {}
        """Every run this process began and has not ended, in whatever thread."""
        self._cell_runs: list[ActiveRun] = []
        self._joined: dict[str, ActiveRun] = {}
        self._handover = Handover()
        self._provenance = Provenance()
        self._shell = Shell(self._cell_ended)
        atexit.register(self.close)

    # --- the store -----------------------------------------------------------------------

    @property
    def store(self) -> Store:
        """The store in use; found from the notebook's folder at first."""
        if self._store is None:
            self._store = Store(self._chosen or locate(self.folder), durable=self._durable)
            self._stores.append(self._store)
        return self._store

    def use(self, path: Path, *, durable: bool = False) -> None:
        """Use another store from now on; runs that are active end where they began."""
        self._chosen, self._durable = path, durable
        place = path.expanduser().resolve()
        self._store = next((s for s in self._stores if s.path == place), None)
        if self._store is not None:
            self._store.journal.durable = durable

    @property
    def path(self) -> Path:
        """Where the store is or will be."""
        return self._store.path if self._store else (self._chosen or locate(self.folder)).resolve()

    @property
    def notebook(self) -> Path | None:
        """The notebook of this kernel, when it can be known."""
        return notebook_path(self._shell.namespace)

    @property
    def folder(self) -> Path:
        """The notebook's folder, else the working one."""
        notebook = self.notebook
        return notebook.parent if notebook is not None else Path.cwd()

    def relative_notebook(self) -> str | None:
        """The notebook's path, relative to the store's folder where it lies below it."""
        notebook = self.notebook
        if notebook is None:
            return None
        home = self.store.path.parent
        notebook = notebook.resolve()
        return (
            notebook.relative_to(home) if notebook.is_relative_to(home) else notebook
        ).as_posix()

    # --- the experiment ------------------------------------------------------------------

    def experiment(self) -> tuple[str, str]:
        """Return id and name of the experiment that new runs belong to."""
        if self._experiment is None:
            name = os.environ.get("SHELDUCK_EXPERIMENT", DEFAULT_NAME)
            self._experiment = (experiment_id(name), name)
        return self._experiment

    def set_experiment(self, name: str) -> str:
        """Make ``name`` the experiment of new runs, recording it if this process has not."""
        self._experiment = (self.record_experiment(name), name)
        return self._experiment[0]

    def record_experiment(self, name: str) -> str:
        """Return the id of an experiment, recording it if this process has not yet."""
        identifier = experiment_id(name)
        known = (self.store.id, identifier)
        if known not in self._known_experiments:
            self._known_experiments.add(known)
            self.store.append(facts.experiment(identifier, name, now_ms()))
        self._names[identifier] = name
        return identifier

    def note_experiment(self, experiment: Experiment) -> None:
        """Note that the store has the experiment, so that it need not be recorded."""
        self._known_experiments.add((self.store.id, experiment.experiment_id))
        self._names[experiment.experiment_id] = experiment.name

    def knows_experiment(self, identifier: str) -> bool:
        """Whether this process knows that the store has, or will have, the experiment."""
        return (self.store.id, identifier) in self._known_experiments

    def experiment_name(self, identifier: str) -> str:
        """Return the name of an experiment this process has logged to, else its id."""
        return self._names.get(identifier, identifier)

    # --- runs ----------------------------------------------------------------------------

    @property
    def cell_run(self) -> ActiveRun | None:
        """The run of the tracked cell being executed, for threads with no run of their own."""
        return self._cell_runs[-1] if self._cell_runs else None

    @property
    def run(self) -> ActiveRun | None:
        """The innermost active run of this thread, else the tracked cell's, else the joined."""
        runs = self._stack.runs
        while runs and runs[-1].ended:  # by another thread
            runs.pop()
        return runs[-1] if runs else self.cell_run or self._inherited()

    @property
    def last_run(self) -> ActiveRun | None:
        """The run that is active in this thread, or was last."""
        return self.run or self._stack.last

    def target(self) -> ActiveRun:
        """Return the run to log to, starting one if there is none.

        In a notebook such a run ends with the cell, in a script with the script.
        """
        return self.run or self.start(implicit=True)

    def _inherited(self) -> ActiveRun | None:
        """The run of the process that started this one, which set it in the environment."""
        run_id = self._handover.inherited(self.path)
        return self._join(run_id) if run_id else None

    def named(self, run_id: str, check: Callable[[str], Run]) -> ActiveRun:
        """Return the run of an id, to log to it, whoever began it.

        Whether there is such a run, ``check`` is asked once.
        """
        known = self._open.get(run_id) or self._joined.get(run_id)
        if known is not None:
            return known
        with suppress(StoreError):  # nobody can be asked just now, and logging must not wait
            check(run_id)
        return self._join(run_id)

    def _join(self, run_id: str) -> ActiveRun:
        if run_id not in self._joined:
            self._joined[run_id] = ActiveRun(
                self.store, run_id, "", "", on_end=lambda run: None, joined=True
            )
        return self._joined[run_id]

    def start(
        self,
        *,
        experiment: str | None = None,
        name: str | None = None,
        nested: bool = False,
        parent: str | None = None,
        tags: Mapping[str, Any] | None = None,
        description: str | None = None,
        cell: Cell | None = None,
        implicit: bool = False,
    ) -> ActiveRun:
        """Start a run and make it the active one of this thread; with ``cell``, of the cell."""
        above = self._above(nested or parent is not None)
        identifier = experiment or self.record_experiment(self.experiment()[1])
        run_id = uuid4().hex
        name = name or str((tags or {}).get(NAME) or run_name())
        run = ActiveRun(self.store, run_id, identifier, name, self._ended)
        parent = parent or (above.run_id if above else None)
        about = self._system_tags() | {NAME: name, PARENT: parent, NOTE: description}
        known = {k: v for k, v in about.items() if v is not None} | dict(tags or {})
        self.store.append(
            facts.start(run_id, identifier),
            *(fact for k, v in known.items() for fact in tag_facts("run", run_id, k, v)),
            *_cell_facts(run_id, cell),
        )
        if cell is None:
            self._push(run, implicit=implicit)
        else:
            self._cell_runs.append(run)
            self._open[run_id] = run
        if above is not None and above.watch is not None:
            above.watch.begin_inside(run)
        self._show_children()
        self._provenance.look_up(self.store, run_id, self._source_folder())
        return run

    def resume(self, info: RunInfo) -> ActiveRun:
        """Go on with a run that has ended, that another process began, or that is open here."""
        run_id, experiment = info.run_id, info.experiment_id
        joined = run_id in self._open
        run = ActiveRun(self.store, run_id, experiment, info.run_name, self._ended, joined=joined)
        if not joined:
            self.store.append(facts.start(run_id, experiment, resumed=True))
        self._push(run, implicit=False)
        self._show_children()
        return run

    def _above(self, nested: bool) -> ActiveRun | None:
        """Return the run a new one is a child of; end what an earlier cell left behind.

        Raises
        ------
        ShelduckError
            When this script or cell has a run already and did not ask for a nested one.
        """
        while self._stack.runs and not nested:
            left = self._stack.runs[-1]
            if left.joined:  # the run of whoever forked this process
                break
            if not self._shell.began_earlier(left.run_id):
                raise ShelduckError(
                    f"The run {left.name} ({left.run_id[:8]}) is still active here. End it with "
                    "end_run(), or start a child of it: start_run(nested=True)."
                )
            left.end(*left.left_as)
        return self.run

    def _system_tags(self) -> dict[str, Any]:
        """Who begins a run, and where."""
        script = "<notebook>" if self._shell.present else sys.argv[0] or "<stdin>"
        return {
            USER: user(),
            HOST: socket.gethostname(),
            SOURCE: self.relative_notebook() or script,
            SOURCE_TYPE: "NOTEBOOK" if self._shell.present else "LOCAL",
        }

    def _source_folder(self) -> Path:
        """The folder of the notebook or script, whose git work tree is the run's."""
        script = Path(sys.argv[0])
        is_script = not self._shell.present and script.suffix == ".py" and script.is_file()
        return script.absolute().parent if is_script else self.folder

    def _push(self, run: ActiveRun, *, implicit: bool) -> None:
        self._stack.runs.append(run)
        if not run.joined:
            self._open[run.run_id] = run
            self._shell.begun(run.run_id, implicit=implicit)

    def _ended(self, run: ActiveRun) -> None:
        for runs in (self._stack.runs, self._cell_runs):
            if run in runs:
                children = runs[runs.index(run) + 1 :]
                del runs[runs.index(run) :]
                self._stack.last = run
                for child in reversed(children):
                    child.end(*run.left_as)
        if not run.joined:
            self._open.pop(run.run_id, None)
            self._shell.forget(run.run_id)
        self._show_children()

    def _show_children(self) -> None:
        """Let processes started from now on know which run and store they belong to."""
        if threading.current_thread() is not threading.main_thread():
            return
        inner = self._stack.runs[-1] if self._stack.runs else self.cell_run
        self._handover.show(None if inner is None or inner.ended else inner)

    # --- endings -------------------------------------------------------------------------

    def _cell_ended(
        self, error: BaseException | None, begun: list[str], implied: list[str]
    ) -> None:
        """After a cell: runs it began and broke off have ended; so have the implicit ones."""
        how = ending(error)
        for run in reversed(list(self._open.values())):
            if run.run_id in implied or (error is not None and run.run_id in begun):
                run.end(*how)
            elif error is not None:
                run.left_as = how

    def close(self) -> None:
        """At exit: end what is open with the truth, and fold."""
        error = getattr(sys, "last_value", None) if not self._shell.present else None
        for run in reversed(list(self._open.values())):
            run.end(*(ending(error) if error else run.left_as))
        self._provenance.finish()
        for store in self._stores:
            store.close()
        close_engine()

    def after_fork(self) -> None:
        """In a forked child: what is open here the parent began, who alone ends it."""
        for run in self._open.values():
            run.joined, run.watch = True, None  # whose lock a thread of the parent may hold
        self._open.clear()
        self._provenance = Provenance()


def experiment_id(name: str) -> str:
    """Return the id of an experiment: from its name, so that nobody need agree on one."""
    if not isinstance(name, str) or not name.strip():
        raise BadValue("an experiment's name is a string that is not blank.")
    checked_key(name, "experiment")
    if name == DEFAULT_NAME:
        return DEFAULT_ID
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def _cell_facts(run_id: str, cell: Cell | None) -> list[facts.Fact]:
    if cell is None:
        return []
    return [
        facts.cell(run_id, cell.key, cell.digest, cell.notebook, cell.cell_id),
        facts.content(cell.digest, "source", cell.source or ""),
    ]


current = Current()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=current.after_fork)
