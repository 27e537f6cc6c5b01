"""The table: a row a figure, a column a peer, and what Shelduck has to reach."""

from __future__ import annotations

import statistics
from collections.abc import Iterable

from benchmarks.peers import NAMES
from benchmarks.plan import Measurement
from benchmarks.rows import ON_SCREEN, ROWS, Row

HOME = "shelduck"


class Entry:
    """What one peer came to in one task, over all repeats."""

    def __init__(self) -> None:
        self.made: list[Measurement] = []

    def figure(self, name: str) -> float | None:
        """Return the median; None when a repeat failed: a wrong answer is not a quick one."""
        values = [made["figures"].get(name) for made in self.made if "figures" in made]
        if not values or len(values) < len(self.made) or None in values:
            return None
        return statistics.median(values)

    @property
    def absence(self) -> tuple[str, str] | None:
        """Why there are no figures, in a word and in a sentence."""
        failed = [made for made in self.made if "failure" in made]
        if failed:
            why = f"{failed[0]['peer']}, {failed[0]['task']}: {failed[0]['failure']}"
            return f"failed {len(failed)} of {len(self.made)}", why
        for made in self.made:
            if "left_out" in made:
                return "left out", f"{made['peer']}: {made['left_out']}"
        return None

    @property
    def reduced_to(self) -> int | None:
        """The size, where it is less than other peers'."""
        return self.made[0]["size"] if self.made and self.made[0].get("reduced") else None


class Table:
    """The measurements as a table in Markdown, which a terminal shows as well."""

    def __init__(self, measurements: Iterable[Measurement]) -> None:
        self._entries: dict[tuple[str, str], Entry] = {}
        for made in measurements:
            self._entries.setdefault((made["task"], made["peer"]), Entry()).made.append(made)
        present = {peer for _task, peer in self._entries}
        self._peers = [peer for peer in NAMES if peer in present]
        self._notes: dict[str, int] = {}

    def markdown(self) -> str:
        """Return the table, and below it the notes its cells refer to."""
        done = {task for task, _peer in self._entries}
        lines = [self._line(row) for row in (*ROWS, *ON_SCREEN) if row.task in done]
        notes = "".join(f"\n{number}. {text}" for text, number in self._notes.items())
        return _aligned(["", *self._peers, "to reach", ""], lines) + notes + "\n"

    def _line(self, row: Row) -> list[str]:
        cells = [self._cell(row, peer) for peer in self._peers]
        return [row.title, *cells, _wanted(row), self._verdict(row)]

    def _cell(self, row: Row, peer: str) -> str:
        entry = self._entry(row.task, peer)
        if entry.absence:
            word, why = entry.absence
            return word + self._note(why)
        value, home = entry.figure(row.figure), self._entry(row.task, HOME).figure(row.figure)
        if value is None:
            return ""
        cell = amount(value, row.unit)
        if home and peer != HOME and row.unit == "s":
            cell += f" ({_digits(value / home)}×)"
        if entry.reduced_to:
            cell += self._note(f"{peer}: {entry.reduced_to:,} only")
        return cell

    def _verdict(self, row: Row) -> str:
        entry = self._entry(row.task, HOME)
        if not row.has_reach or not entry.made:
            return ""
        home = entry.figure(row.figure)
        if home is None or not row.reached(home):
            return "miss"
        for peer, times in row.times.items():
            theirs = self._entry(row.task, peer).figure(row.figure)
            if theirs is not None and theirs < times * home:
                return "miss"
        return "pass"

    def _entry(self, task: str, peer: str) -> Entry:
        return self._entries.get((task, peer), Entry())

    def _note(self, text: str) -> str:
        return f" [{self._notes.setdefault(text, len(self._notes) + 1)}]"


def amount(value: float, unit: str) -> str:
    """Return a figure with its unit."""
    if unit == "%":
        return f"{_digits(100 * value)} %"
    if unit == "s" and value < 1:
        return f"{_digits(value * 1e3)} ms" if value >= 1e-3 else f"{_digits(value * 1e6)} µs"
    return f"{_digits(value)} {unit}"


def _digits(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def _wanted(row: Row) -> str:
    if row.at_least is not None:
        return f"≥ {amount(row.at_least, row.unit)}"
    if row.at_most is None:
        return ""
    others = (f"{peer} ≥ {times:g}×" for peer, times in row.times.items())
    return ", ".join((f"≤ {amount(row.at_most, row.unit)}", *others))


def _aligned(head: list[str], lines: list[list[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(head, *lines, strict=True)]
    rule = ["-" * max(3, width) for width in widths]
    return "".join(
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))} |\n"
        for line in (head, rule, *lines)
    )
