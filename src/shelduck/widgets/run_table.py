"""The run table in a notebook."""

from __future__ import annotations

from collections.abc import Sequence

from shelduck.directions import best_first
from shelduck.panels.run_table import RunTablePanel
from shelduck.panels.table_state import SHOWN
from shelduck.tracking.current import current
from shelduck.widgets.below import Below
from shelduck.widgets.chosen import experiment_of
from shelduck.widgets.shown import Shown


class RunTable(Shown):
    """Runs as a table, to sort, filter, group, edit and select in.

    `selected` has the runs selected on screen, and takes those to select; `save` writes a page.

    Parameters
    ----------
    experiment
        The name of the experiment; without it the current one.
    filter
        Like ``metrics.rmse < 6.5 and params.max_depth > 20 or tags.model = 'lasso'``.
    sort
        Like ``"metrics.rmse"`` or ``["params.depth DESC", "metrics.rmse"]``; of a metric the
        better end comes first. Without it the running ones do, then the youngest.
    search_all_experiments
        Whether to show the runs of every experiment.
    deleted
        Whether to show those in the trash.
    limit
        How many lines stand in a saved notebook, and where there is no front end.

    Raises
    ------
    BadFilter
        When filter or order do not parse, or name what no run has.
    NotFound
        When there is no such experiment; suggests the nearest.
    """

    _panel: RunTablePanel

    def __init__(
        self,
        experiment: str | None = None,
        filter: str | None = None,
        sort: str | Sequence[str] | None = None,
        *,
        search_all_experiments: bool = False,
        deleted: bool = False,
        limit: int = SHOWN,
    ) -> None:
        orders = [sort] if isinstance(sort, str) else sort or ()
        panel = RunTablePanel(
            current.store,
            None if search_all_experiments else dict([experiment_of(experiment)]),
            filter=filter or "",
            orders=[best_first(order) for order in orders],
            trash=deleted,
            limit=max(0, limit),
        )
        super().__init__(panel)
        self._below = Below()
        panel.opener = self._open

    def _ipython_display_(self) -> None:
        super()._ipython_display_()
        if self._widget is not None:
            self._below.make()

    def _open(self, what: str, ids: list[str]) -> None:
        """Show another panel below the table."""
        if what == "compare":
            from shelduck.widgets.compare import Compare

            self._below.fill(Compare(ids))
        else:
            from shelduck.widgets.run_view import RunView

            self._below.fill(RunView(ids[0]))
