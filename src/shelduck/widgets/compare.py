"""Runs compared, in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shelduck.errors import BadValue
from shelduck.panels.compare import Comparison
from shelduck.records import ACTIVE, DELETED
from shelduck.store.reading import Search
from shelduck.tracking.current import current
from shelduck.widgets.chosen import experiment_of, ids_in
from shelduck.widgets.shown import Shown

if TYPE_CHECKING:
    import plotly.graph_objects as go


class Compare(Shown):
    """Runs compared: parallel coordinates, scatter, contour, curves, importance, differences.

    What is brushed in one is highlighted in all of them, and in the run table; `selected` has it.

    Parameters
    ----------
    runs
        A DataFrame or rows of ``search_runs``, runs, ids or names; without them, all runs that
        match.
    filter
        Like ``metrics.rmse < 6.5 and params.max_depth > 20``.
    experiment
        Its name; without it the current one.
    search_all_experiments
        Whether to look in every experiment.

    Raises
    ------
    BadFilter
        When the filter does not parse, or names what no run has.
    NotFound
        When there is no such run or experiment; suggests the nearest.
    BadValue
        When what is given is no run.
    """

    _panel: Comparison

    def __init__(
        self,
        runs: Any = None,
        *,
        filter: str | None = None,
        experiment: str | None = None,
        search_all_experiments: bool = False,
    ) -> None:
        if runs is not None:
            ids = ids_in(runs, current.store)
            if not ids:
                raise BadValue("these are no runs; Compare() takes all of the experiment.")
            search = Search(None, filter, stages=(ACTIVE, DELETED), run_ids=ids)
            where = f"{len(ids):,} run{'s' if len(ids) != 1 else ''}"
        elif search_all_experiments:
            search, where = Search(None, filter), "all experiments"
        else:
            identifier, where = experiment_of(experiment)
            search = Search([identifier], filter)
        super().__init__(Comparison(current.store, search, where))

    def figure(self, kind: str = "parallel") -> go.Figure:
        """Return a plot of the panel, as it is arranged, as a plotly figure to restyle or export.

        Parameters
        ----------
        kind
            ``parallel``, ``scatter``, ``contour``, ``curves`` or ``importance``.

        Raises
        ------
        BadValue
            When there is no such kind, nothing to draw, or plotly is not installed.
        """
        return self._panel.figure(kind)
