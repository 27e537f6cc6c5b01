"""The run table: what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict

from shelduck.errors import BadValue, nearest
from shelduck.formats import line
from shelduck.panels import edits, table_copy
from shelduck.panels.filter_words import offers
from shelduck.panels.panel import Answer, command
from shelduck.panels.table_columns import Arrangement, constant_params
from shelduck.panels.table_details import details_of
from shelduck.panels.table_lines import RunLine
from shelduck.panels.table_offers import choices
from shelduck.panels.table_state import TableState
from shelduck.panels.wire import Json, floats
from shelduck.store import curves, reading
from shelduck.store.fields import field, split
from shelduck.store.paging import Sort

PAGE = 500  # lines a page, at most


class Term(TypedDict):
    """What a view sorts by."""

    column: str
    descending: bool


class RunTablePanel(TableState):
    """Runs, one a line; see `TableState` for how one is made."""

    # --- commands: which runs ------------------------------------------------------------

    @command
    def page(self, start: int, count: int) -> list[Json]:
        """Return some of the lines."""
        start, count = max(0, start), max(0, min(count, PAGE))
        with self.store.searching() as con:
            lines = self._content.lines(con, start, count, self._columns)
        return [line.json() for line in lines]

    @command
    def ids(self, start: int | None = None, end: int | None = None) -> list[str]:
        """Return the ids of the runs on some lines, else of all that match."""
        with self.store.searching() as con:
            return self._content.runs_between(con, start, end)

    @command
    def filter(self, text: str) -> None:
        """Show the runs that match a filter."""
        self._ask(filter=text)

    @command
    def sort(self, by: list[Term]) -> None:
        """Sort by columns; the first counts most."""
        for term in by:
            self._known(term["column"])
        self._ask(sorts=tuple(Sort(**term) for term in by))

    @command
    def group(self, by: str | None) -> None:
        """Group by a column, or by none."""
        if by is not None:
            self._known(by)
        self._ask(group=by, opened=frozenset())

    @command
    def open(self, run: str | None = None, group: int | None = None) -> None:
        """Open a parent or a group, or close it."""
        key: Any = run
        if group is not None:
            if not 0 <= group < len(self._content.groups):
                raise BadValue(f"there is no group {group} here.")
            key = (self._content.groups[group].within.text,)
        self._ask(opened=self.question.opened ^ {key})

    @command
    def trashed(self, shown: bool) -> None:
        """Show the deleted runs, or the others."""
        self._ask(trash=shown)

    @command
    def complete(self, text: str, cursor: int) -> Json:
        """Return what may stand at a place in a filter."""
        found = offers(text, cursor, self._content.names)
        return {"from": found.start, "items": [offer._asdict() for offer in found.items]}

    # --- commands: which columns ---------------------------------------------------------

    @command
    def choices(self, text: str) -> Json:
        """Return the columns there could be, of those whose name has the text in it."""
        return choices(self._content.names, text, [column.id for column in self._columns])

    @command
    def show_column(self, column: str) -> None:
        """Show a column."""
        self._known(column)
        self._arrange(self.arrangement.show, column)

    @command
    def hide(self, column: str) -> None:
        """Show a column no more."""
        self._arrange(self.arrangement.hide, column)

    @command
    def move(self, column: str, to: int) -> None:
        """Put a column at another place."""
        self._known(column)
        self._arrange(self.arrangement.move, column, to)

    @command
    def change(self, column: str, **changes: Any) -> None:
        """Change a column's width, pin, summary, direction, colour scale or curve."""
        self._known(column)
        self.arrangement.change(column, **changes)
        self._read(self.question)

    @command
    def constant(self, shown: bool) -> None:
        """Show the params that are the same in all runs, or hide them."""
        self.arrangement.constants = shown
        hidden = set(constant_params(self._content.names))
        ids = self.arrangement.ids
        if ids is not None:
            self.arrangement.ids = [i for i in ids if i not in hidden]
            self.arrangement.ids += sorted(hidden) if shown else []
        self._read(self.question)

    @command
    def reset(self) -> None:
        """Leave the columns to us again."""
        self.arrangement = Arrangement(self.arrangement.first)
        self._read(self.question)

    @command
    def pin(self, run: str | None) -> None:
        """Compare all runs with one, the baseline, or with none."""
        self._baseline = run
        self._read(self.question)

    def _arrange(self, act: Callable[..., None], *args: Any) -> None:
        act(*args, [column.id for column in self._columns])
        self._read(self.question)

    def _known(self, column: str) -> None:
        field(column)
        names = self._content.names
        if split(column)[0] and column not in names:
            raise BadValue(f"no run has `{line(column, 80)}`{nearest(column, names)}")

    # --- commands: what is asked for when it is looked at --------------------------------

    @command
    def details(self, run: str) -> Json:
        """Return a run in short."""
        with self.store.reading() as con:
            return details_of(reading.get_run(con, run))

    @command
    def sparks(self, ids: list[str], columns: list[str]) -> Answer:
        """Return the histories of metrics of some runs, cut to a few points each."""
        keys = [split(column)[1] for column in columns if column.startswith("metrics.")]
        with self.store.searching() as con:
            found = curves.sparks(con, ids, keys)
        kept = [curve for curve in found.values() if len(curve.y) > 1]
        heads = [[curve.run_id, f"metrics.{curve.key}", len(curve.y)] for curve in kept]
        return Answer(heads, [b"".join(floats(curve.y) for curve in kept)])

    @command
    def copy(self, form: str, ids: list[str] | None) -> Json:
        """Return runs, or all that match, as text; of very many the first."""
        most = table_copy.most(form)
        with self.store.searching() as con:
            wanted = ids if ids is not None else self._content.runs_between(con, None, None)
            rows = self._content.rows(con, wanted[:most], self._columns)
        lines = [RunLine.of(rows[i], self._columns) for i in wanted[:most] if i in rows]
        text = table_copy.copied(form, self._columns, lines)
        return {"text": text, "runs": len(lines), "of": len(wanted)}

    @command
    def python(self) -> str:
        """Return the code that finds the same runs."""
        names = None if self.experiments is None else [*self.experiments.values()]
        question = self.question
        return table_copy.python(names, question.filter, question.sorts, question.trash)

    @command
    def compare(self, ids: list[str]) -> None:
        """Open the comparison of some runs, where there is somebody to do so."""
        self._open("compare", ids)

    @command
    def show(self, run: str) -> None:
        """Open a run in full, where there is somebody to do so."""
        self._open("run", [run])

    def _open(self, what: str, ids: list[str]) -> None:
        if self.opener is None:
            raise BadValue("only a notebook can open another panel.")
        self.opener(what, ids)

    # --- commands: what is changed -------------------------------------------------------

    @command
    def rename(self, run: str, name: str) -> None:
        """Give a run another name."""
        self._edit([run], edits.rename, name)

    @command
    def tag(self, ids: list[str], key: str, value: str | None) -> None:
        """Set a tag of some runs; without a value it is removed."""
        if value:
            self._edit(ids, edits.set_tag, key, value)
        else:
            self._edit(ids, edits.remove_tag, key)

    @command
    def note(self, run: str, text: str) -> None:
        """Write a run's note."""
        self._edit([run], edits.set_note, text)

    @command
    def delete(self, ids: list[str]) -> None:
        """Put some runs into the trash."""
        self._edit(ids, edits.set_deleted, deleted=True)

    @command
    def restore(self, ids: list[str]) -> None:
        """Take some runs out of the trash."""
        self._edit(ids, edits.set_deleted, deleted=False)

    def _edit(self, ids: list[str], act: Callable[..., None], *args: Any, **more: Any) -> None:
        with self.store.reading() as con:
            known = reading.known_runs(con, ids)
        if unknown := [i for i in ids if i not in known]:
            raise BadValue(f"{len(unknown):,} of these runs are not in the store any more.")
        for run_id in ids:
            act(self.store, run_id, *args, **more)
        self._read(self.question)
