"""One run in full, in a notebook."""

from __future__ import annotations

from typing import Any

from shelduck.errors import BadValue
from shelduck.panels.run_view import RunPanel
from shelduck.records import Run
from shelduck.tracking.current import current
from shelduck.widgets.chosen import ids_in
from shelduck.widgets.shown import Shown


class RunView(Shown):
    """One run in full: params, metrics with their curves, note, artifacts, source, environment.

    Parameters
    ----------
    run
        A run, a row of ``search_runs``, an id or the beginning of one, or a name; without it
        the run that was active last.

    Raises
    ------
    NotFound
        When there is no such run; suggests the nearest.
    BadValue
        When it names none, or several.
    """

    _panel: RunPanel

    def __init__(self, run: Any = None) -> None:
        super().__init__(RunPanel(current.store, _id_of(run)))

    @property
    def run(self) -> Run:
        """The run that is shown, as it was when the store was last read."""
        return self._panel.run


def _id_of(run: Any) -> str:
    if run is None:
        last = current.last_run
        if last is None or last.store is not current.store:
            raise BadValue("which run? Give its name, its id, or what holds it.")
        return last.run_id
    ids = ids_in(run, current.store)
    if len(ids) != 1:
        raise BadValue(f"these are {len(ids):,} runs; one is shown in full.")
    return ids[0]
