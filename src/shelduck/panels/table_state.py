"""What a run table shows, as it was last read from the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from time import monotonic
from typing import Any

from shelduck import formats
from shelduck.errors import BadFilter, ShelduckError
from shelduck.panels.panel import Panel
from shelduck.panels.table_columns import Arrangement, Column, constant_params
from shelduck.panels.table_content import Question, read
from shelduck.panels.table_lines import Line, RunLine
from shelduck.panels.table_offers import groupable
from shelduck.panels.table_static import StaticTable
from shelduck.panels.wire import Json, within
from shelduck.store import Store
from shelduck.store.filters import read_order
from shelduck.store.paging import Sort

FIRST, FIRST_SIZE = 50, 60_000  # lines in the state, and bytes of them
RECORDED = 2_000  # lines in a saved page
SHOWN = 50  # lines of what a saved notebook shows
EASE = 20  # times as long as a reading took, there is none for the sake of news alone


class TableState(Panel):
    """Runs, one a line.

    Parameters
    ----------
    experiments
        Ids and names of those whose runs are shown; None means every experiment.
    filter
        What the runs match.
    orders
        What they are sorted by, as texts; without any the running ones come first, then the
        youngest.
    trash
        Whether deleted runs are shown, rather than the others.
    limit
        How many lines the static form shows.

    Raises
    ------
    BadFilter
        When filter or orders do not parse, or name what no run has.
    """

    view = "run_table"

    def __init__(
        self,
        store: Store,
        experiments: Mapping[str, str] | None,
        *,
        filter: str = "",
        orders: Sequence[str] = (),
        trash: bool = False,
        limit: int = SHOWN,
    ) -> None:
        super().__init__(store)
        self.experiments = experiments
        self.limit = limit
        self.opener: Callable[[str, list[str]], None] | None = None
        """Opens another panel: ``compare`` of runs, or ``run``; None where nobody can."""
        self.trouble: str | None = None
        self._baseline: str | None = None
        self._rests = 0.0
        ids = None if experiments is None else tuple(experiments)
        question = Question(ids, filter, trash=trash)
        sorts = self._sorts(question, orders)
        self.arrangement = Arrangement([sort.column for sort in sorts])
        self._read(replace(question, sorts=sorts))

    # --- what is shown -------------------------------------------------------------------

    @property
    def question(self) -> Question:
        """Which runs are shown, and in what order."""
        return self._content.question

    @property
    def columns(self) -> Sequence[Column]:
        """The columns that are shown."""
        return self._columns

    @property
    def where(self) -> str:
        """Return the name of the experiment, or what stands for it."""
        return (
            "all experiments" if self.experiments is None else ", ".join(self.experiments.values())
        )

    def shown(self) -> Json:
        """Return what is shown, with its first lines."""
        content, question = self._content, self.question
        return {
            "experiment": self.where,
            "filter": question.filter,
            "trouble": self.trouble,
            "sort": [{"column": s.column, "descending": s.descending} for s in question.sorts],
            "group": question.group,
            "groupable": groupable(content.names, self._columns, question.group),
            "columns": [column.json() for column in self._columns],
            "count": {
                "matching": content.matching,
                "total": content.total,
                "deleted": content.deleted,
                "constant": len(constant_params(content.names)),
            },
            "constants": self.arrangement.constants,
            "trash": question.trash,
            "baseline": self._base and self._base.as_baseline(),
            "lines": len(content.entries),
            "first": self._first,
            "recorded": RECORDED,
            "opens": self.opener is not None,
        }

    def refresh(self) -> bool:
        """Read the store anew if it has changed, unless that was hard work a moment ago."""
        is_news = self.trouble is not None or self.store.revision() != self._revision
        if not is_news or monotonic() < self._rests:
            return False
        began, before = monotonic(), self.revision
        try:
            self._read(self.question)
        except ShelduckError as e:
            self._complain(e.reason if isinstance(e, BadFilter) else str(e))
        self._rests = monotonic() + EASE * (monotonic() - began)
        return self.revision != before

    def recorded(self) -> list[tuple[str, Json]]:
        """Return the pages that a saved page can show."""
        count = min(len(self._content.entries), RECORDED)
        return [("page", {"start": start, "count": 200}) for start in range(0, count, 200)]

    def __repr__(self) -> str:
        return repr(self._static())

    def _repr_html_(self) -> str:
        return self._static()._repr_html_()

    def _static(self) -> StaticTable:
        lines, total = self._top[: self.limit], len(self._content.entries)
        selected = self.selection.ids
        return StaticTable(self._columns, lines, total, self._caption(), selected, self._base)

    def _caption(self) -> str:
        content, question = self._content, self.question
        if not content.entries and question.filter.strip():
            return f"No run in {self.where} matches {question.filter}"
        if not content.entries and question.trash:
            return f"No deleted runs in {self.where}."
        if not content.entries:
            return f"No runs in {self.where} yet. Put %%track on a cell to make one."
        count = len(content.groups if question.group else content.entries)
        things = ("group" if question.group else "run") + ("s" if count != 1 else "")
        hidden = 0 if question.group else content.matching - count
        folded = f", {hidden:,} more inside them" if hidden > 0 else ""
        deleted = "deleted " if question.trash else ""
        matching = f" matching {question.filter}" if question.filter.strip() else ""
        return f"{count:,} {deleted}{things} in {self.where}{matching}{folded}"

    # --- reading the store ---------------------------------------------------------------

    def _read(self, question: Question) -> None:
        """Ask the store; what it refuses changes nothing."""
        revision = self.store.revision()
        with self.store.searching() as con:
            sorts = tuple(self._by_shown(sort) for sort in question.sorts)
            content = read(con, replace(question, sorts=sorts))
            columns = self.arrangement.shown(content.names)
            count = max(FIRST, self.limit)
            top = content.lines(con, 0, count, columns)
            base = content.rows(con, [self._baseline] if self._baseline else [], columns)
        self._content, self._revision, self.trouble = content, revision, None
        self._show(columns, top, [RunLine.of(row, columns) for row in base.values()])

    def _sorts(self, question: Question, orders: Sequence[str]) -> tuple[Sort, ...]:
        if not orders:
            return ()
        with self.store.searching() as con:
            replace(question.scope, order_by=orders).order(con)  # says which names nobody has
        return tuple(Sort(*read_order(order)) for order in orders)

    def _by_shown(self, sort: Sort) -> Sort:
        """The order by what a column shows: of a metric its last, least or greatest value."""
        return replace(sort, summary=self.arrangement.column(sort.column).measure)

    def _show(self, columns: list[Column], top: list[Line], base: list[RunLine]) -> None:
        self._columns = [self._fitted(c, i, top) for i, c in enumerate(columns)]
        self._top = top
        self._first = within(FIRST_SIZE, (line.json() for line in top[:FIRST]))
        self._base = base[0] if base else None
        self.revision += 1

    def _fitted(self, column: Column, i: int, top: Iterable[Line]) -> Column:
        """The column with what its first lines ask for: decimals, and a curve if there is one."""
        if column.kind != "metric":
            return column
        runs = [line for line in top if isinstance(line, RunLine)]
        numbers = [line.cells[i] for line in runs if isinstance(line.cells[i], float)]
        curved = any(line.points(column) > 2 for line in runs)
        chosen = self.arrangement.changes.get(column.id, {})
        return replace(
            column, decimals=formats.decimals(numbers), spark=chosen.get("spark", curved)
        )

    def _complain(self, trouble: str) -> None:
        if trouble != self.trouble:
            self.trouble = trouble
            self.revision += 1

    def _ask(self, **changes: Any) -> None:
        self._read(replace(self.question, **changes))
