"""What a process tells those it starts, so that they log to its run: three variables."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from shelduck.tracking.active import ActiveRun
from shelduck.tracking.location import STORE_VARIABLE

_RUN, _OWNER = "SHELDUCK_RUN_ID", "SHELDUCK_RUN_OWNER"


class Handover:
    """The run that child processes join."""

    def __init__(self) -> None:
        self._before: dict[str, str | None] = {}
        """The variables as they were before ours."""

    def inherited(self, store: Path) -> str | None:
        """Return the id of the run of the process that started this one, if it is in ``store``."""
        theirs = os.environ.get(_OWNER) != str(os.getpid())
        same_store = os.environ.get(STORE_VARIABLE) == str(store)
        return os.environ.get(_RUN) if theirs and same_store else None

    def show(self, run: ActiveRun | None) -> None:
        """Let processes started from now on join ``run``; with None, whatever was before."""
        me = str(os.getpid())
        is_ours = os.environ.get(_OWNER) == me
        if run is not None:
            shown = {_RUN: run.run_id, _OWNER: me, STORE_VARIABLE: str(run.store.path)}
            if not is_ours:
                self._before = {name: os.environ.get(name) for name in shown}
            os.environ.update(shown)
        elif is_ours:
            _restore(self._before)


def _restore(variables: Mapping[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
