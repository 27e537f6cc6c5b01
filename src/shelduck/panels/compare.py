"""Runs compared: along axes, as curves, by what explains a metric, by what differs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from shelduck import formats
from shelduck.errors import BadValue, ShelduckError
from shelduck.panels.comparing import answers, figures, pictures
from shelduck.panels.comparing.arrangement import first_view, merged, renewed
from shelduck.panels.comparing.contour import contour
from shelduck.panels.comparing.differences import Differences, differences
from shelduck.panels.comparing.importance import importance
from shelduck.panels.comparing.parallel import parallel
from shelduck.panels.comparing.reading import read_table
from shelduck.panels.comparing.static import StaticComparison, differences_html, picture_html
from shelduck.panels.comparing.table import Axis, Table
from shelduck.panels.panel import Answer, Panel, command
from shelduck.panels.wire import Json
from shelduck.store import Store
from shelduck.store.curves import Curve, curves
from shelduck.store.opening import READ_WAIT
from shelduck.store.reading import Search

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST = 20_000  # runs that a view gets
BEST, CURVES, DIFFERING = 20, 100, 10  # runs that are chosen when a view leaves it to us
_MOST_CURVES, _MOST_DIFFERING = 200, 20
POINTS, FEWER = 1000, 150  # of a curve on screen, and of one in a saved notebook
_FEW = 6  # runs whose differences a saved notebook keeps
_PATIENCE = 1.0  # seconds that what a saved notebook shows may wait for a busy store


class Comparison(Panel):
    """Runs compared.

    Parameters
    ----------
    search
        Which runs. BadFilter is raised when its filter does not parse.
    where
        What they are the runs of, in words: an experiment's name.
    """

    view = "compare"

    def __init__(self, store: Store, search: Search, where: str) -> None:
        super().__init__(store)
        self.search, self.where = search, where
        self.trouble = ""
        """Why the store could not be read anew."""
        self._kept: list[str] | None = None
        self._version = 0
        self._read_at: object = None
        self.table = self._read()
        self.arranged = first_view(self.table.by_id)
        self.selection.tell(self._selected_in_python)

    # --- what is shown -------------------------------------------------------------------

    def shown(self) -> Json:
        """Return the axes of the runs and how they are arranged."""
        table = self.table
        return {
            "title": self.where,
            "filter": self.search.filter_string or "",
            "total": len(table.ids),
            "shown": min(MOST, len(table.ids)),
            "kept": self._kept is not None,
            "data": self._version,
            "axes": [_axis_json(axis) for axis in table.axes],
            "axes_hidden": table.axes_hidden,
            "view": self.arranged,
            "trouble": self.trouble,
        }

    def refresh(self) -> bool:
        """Read the runs anew if the store has changed."""
        if self.store.revision() == self._read_at:
            return False
        trouble, version = self.trouble, self._version
        try:
            table = self._read()
            self.trouble = ""
            if not table.is_like(self.table):  # what is new may be of other runs
                self._take(table)
        except ShelduckError as e:
            self.trouble = str(e)
        is_new = (self.trouble, self._version) != (trouble, version)
        self.revision += is_new
        return is_new

    def recorded(self) -> list[tuple[str, Json]]:
        """Return what a view asks for at first: data, curves, contour, importance, differences."""
        view = self.arranged
        asked: list[tuple[str, Json]] = [("data", {}), ("differences", {"ids": None})]
        if view["curves"]["metric"] is not None:
            how = {"metric": view["curves"]["metric"], "x": view["curves"]["x"]}
            asked.append(("curves", {"ids": None} | how))
        if None not in view["contour"].values():
            asked.append(("contour", dict(view["contour"])))
        if view["importance"]["metric"] is not None:
            asked.append(("importance", dict(view["importance"])))
        return asked

    def _read(self) -> Table:
        """The runs as they are now."""
        revision = self.store.revision()
        search = self.search
        if self._kept is not None:
            search = replace(search, run_ids=self._kept)
        with self.store.searching() as con:
            table = read_table(con, search)
        self._read_at = revision
        return table

    def _take(self, table: Table) -> None:
        self.table = table
        self.arranged = renewed(self.arranged, table.by_id)
        self._version += 1

    def _best(self, count: int) -> list[int]:
        return self.table.best(self.arranged["curves"]["metric"], count)

    def _selected_in_python(self) -> None:
        """What was brushed is not what is selected any more."""
        self.arranged = self.arranged | {"parallel": self.arranged["parallel"] | {"brushes": {}}}
        self.revision += 1

    # --- commands ------------------------------------------------------------------------

    @command
    def arrange(self, patch: Json) -> None:
        """Arrange the comparison differently."""
        self.arranged = merged(self.arranged, patch, self.table.by_id)
        self.revision += 1

    @command
    def keep(self, ids: list[str] | None) -> None:
        """Compare only these runs from now on; None is all of them again."""
        before, self._kept = self._kept, ids and [*dict.fromkeys(ids)]
        try:
            self._take(self._read())
        except ShelduckError:
            self._kept = before
            raise
        self.revision += 1

    @command
    def data(self) -> Answer:
        """Return the runs, column by column."""
        return answers.data(self.table, MOST)

    @command
    def curves(self, ids: list[str] | None, metric: str, x: str) -> Answer:
        """Return the histories of a metric of these runs; of those we choose, when None."""
        chosen = self._selected_and_best(CURVES) if ids is None else ids
        if len(chosen) > _MOST_CURVES:
            raise BadValue(f"curves are shown of {_MOST_CURVES} runs at once, not {len(chosen):,}.")
        return answers.curves(self._curves(chosen, metric, x), self.table, len(chosen))

    @command
    def contour(self, x: str, y: str, z: str) -> Answer:
        """Return a metric over two axes."""
        return answers.contour(contour(self.table, x, y, z))

    @command
    def importance(self, metric: str) -> Json:
        """Return which params explain a metric."""
        return answers.importance(importance(self.table, metric))

    @command
    def differences(self, ids: list[str] | None) -> Json:
        """Return what differs between these runs; between those we choose, when None."""
        chosen = self._differing(DIFFERING) if ids is None else ids
        return answers.differences(self._differences(chosen[:_MOST_DIFFERING]))

    # --- which runs, when nobody says ----------------------------------------------------

    def _selected(self) -> list[int]:
        return self.table.rows(self.selection.ids)

    def _selected_and_best(self, count: int) -> list[str]:
        rows = dict.fromkeys([*self._selected(), *self._best(count)])
        return [self.table.ids[row] for row in list(rows)[:count]]

    def _charted(self, count: int) -> list[str]:
        """The selected runs, else the best."""
        rows = self._selected()[:count] or self._best(count)
        return [self.table.ids[row] for row in rows]

    def _differing(self, count: int) -> list[str]:
        """The selected runs, else all, when they are few."""
        rows = self._selected()[:count]
        if not rows and len(self.table.ids) <= count:
            return self.table.ids
        return [self.table.ids[row] for row in rows]

    def _differences(self, run_ids: Sequence[str], wait: float = READ_WAIT) -> Differences:
        with self.store.reading(wait) as con:
            return differences(con, run_ids)

    def _curves(
        self,
        run_ids: Sequence[str],
        metric: str,
        x: str,
        points: int = POINTS,
        wait: float = READ_WAIT,
    ) -> list[Curve]:
        axis = self.table.axis(metric)
        if axis.kind != "metric":
            raise BadValue(f"{metric} is no metric, and has no history.")
        with self.store.reading(wait) as con:
            return curves(con, run_ids, axis.key, x, points)

    # --- what a saved notebook shows -----------------------------------------------------

    def __repr__(self) -> str:
        return repr(self._static())

    def _repr_html_(self) -> str:
        return self._static()._repr_html_()

    def _static(self) -> StaticComparison:
        aim = self.arranged["curves"]["metric"]
        return StaticComparison(
            self._caption(), self.trouble, self.table, self._best(BEST), aim, self._sections()
        )

    def _caption(self) -> str:
        count, asked = len(self.table.ids), self.search.filter_string
        if not count and asked:
            return f"No run in {self.where} matches {asked}"
        if not count:
            return f"No runs in {self.where} to compare yet. Put %%track on a cell to make one."
        matching = f" matching {asked}" if asked else ""
        kept = " kept" if self._kept is not None else ""
        return f"{count:,} run{'s' if count != 1 else ''}{kept} in {self.where}{matching}"

    def _sections(self) -> list[tuple[str, Callable[[], str]]]:
        """What a saved notebook shows, of what is not folded away and has something to show."""
        view = self.arranged
        there = {
            "parallel": bool(view["parallel"]["axes"]),
            "scatter": None not in (view["scatter"]["x"], view["scatter"]["y"]),
            "contour": None not in view["contour"].values(),
            "curves": view["curves"]["metric"] is not None,
            "differences": True,
        }
        shown = [name for name, has in there.items() if has and name not in view["closed"]]
        return [(_TITLES[name], getattr(self, f"_{name}_html")) for name in shown]

    def _parallel_html(self) -> str:
        return picture_html(parallel(self.table, self.arranged["parallel"], self._selected()))

    def _scatter_html(self) -> str:
        logs = self.arranged["parallel"]["log"]
        view = self.arranged["scatter"]
        return picture_html(pictures.scatter(self.table, view, self._selected(), logs))

    def _contour_html(self) -> str:
        view = self.arranged["contour"]
        found = contour(self.table, view["x"], view["y"], view["z"])
        rows = self._selected() or self._best(BEST)
        return picture_html(pictures.contour(self.table, view, found, rows))

    def _curves_html(self) -> str:
        view = self.arranged["curves"]
        lines = self._lines(pictures.LINES, FEWER, _PATIENCE)
        if not any(len(line.xs) > 1 for line in lines):
            return ""  # the numbers are all there is to see
        metric, logs = self.table.axis(view["metric"]).label, (view["logX"], view["logY"])
        return picture_html(pictures.curves(lines, view["x"], metric, logs))

    def _differences_html(self) -> str:
        chosen = self._differing(_FEW)
        return differences_html(self._differences(chosen, _PATIENCE)) if len(chosen) > 1 else ""

    # --- figures -------------------------------------------------------------------------

    def _lines(self, count: int, points: int, wait: float = READ_WAIT) -> list[pictures.Line]:
        """The curves of the view as pictures and figures draw them."""
        view = self.arranged["curves"]
        found = self._curves(self._charted(count), view["metric"], view["x"], points, wait)
        return [pictures.Line(self.table.name_of(c.run_id), c.x, c.y) for c in found]

    def figure(self, kind: str) -> go.Figure:
        """Return what is shown as a plotly figure.

        Raises
        ------
        BadValue
            There is no such kind, nothing to draw, or no plotly.
        """
        figures.check_kind(kind)
        view, table = self.arranged, self.table
        if kind == "parallel":
            return figures.parallel(table, view["parallel"])
        part = view[kind]
        if any(part.get(field, "") is None for field in ("x", "y", "z", "metric")):
            raise BadValue(f"these runs have nothing for a figure of {kind}.")
        if kind == "scatter":
            return figures.scatter(table, part)
        if kind == "contour":
            return figures.contour(table, part, contour(table, part["x"], part["y"], part["z"]))
        if kind == "importance":
            label = table.axis(part["metric"]).label
            return figures.importance(importance(table, part["metric"]), label)
        label, logs = table.axis(part["metric"]).label, (part["logX"], part["logY"])
        return figures.curves(self._lines(CURVES, POINTS), part["x"], label, logs)


_TITLES = {
    "parallel": "parallel coordinates",
    "scatter": "scatter",
    "contour": "contour",
    "curves": "curves",
    "differences": "differences",
}


def _axis_json(axis: Axis) -> Json:
    found = {name: getattr(axis, name) for name in Axis.__slots__}
    return found | {"label": formats.line(axis.label, 200)}
