"""What the tests of the store look at: rows by plain SQL, journals as files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from shelduck.store import Store, facts
from shelduck.values import encode

RUN, OTHER = "a" * 32, "b" * 32
AT = 1_700_000_000_000


def start(run_id: str = RUN) -> facts.Fact:
    return facts.start(run_id, "0")


def point(step: int, run_id: str = RUN, value: float | None = 0.5, key: str = "loss") -> facts.Fact:
    return facts.metric(run_id, key, value, step, AT)


def param(key: str, value: Any, run_id: str = RUN) -> facts.Fact:
    return facts.param(run_id, key, encode(key, value))


def end(run_id: str = RUN) -> facts.Fact:
    return facts.end(run_id, "FINISHED", 1.0, None)


def rows(store: Store, query: str, *arguments: Any) -> list[tuple[Any, ...]]:
    with store.reading() as con:
        return con.execute(query, list(arguments)).fetchall()


def steps(store: Store, run_id: str = RUN) -> list[int]:
    """Every step of a run's points, as often as it is there."""
    found = rows(store, "SELECT step FROM metric_history WHERE run_id = ? ORDER BY step", run_id)
    return [step for (step,) in found]


def status(store: Store, run_id: str = RUN) -> str:
    return str(rows(store, "SELECT status FROM runs WHERE run_id = ?", run_id)[0][0])


def assert_once(found: Iterable[int], wanted: Iterable[int], *, more: int = 0) -> None:
    """Every step wanted is there once, and at most ``more`` that had not been told yet."""
    counts, wanted = Counter(found), set(wanted)
    assert not wanted - counts.keys(), "lost"
    assert set(counts.values()) <= {1}, "there twice"
    assert len(counts) <= len(wanted) + more


def live_segments(folder: Path) -> list[Path]:
    """Journal files not put aside."""
    return sorted(folder.glob("*.jsonl"))
