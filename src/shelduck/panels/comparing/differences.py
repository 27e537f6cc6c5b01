"""What differs between runs, and nothing of what they have in common."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shelduck.records import COMMIT, NAME, NOTE, SYSTEM_PREFIXES
from shelduck.store.contents import contents
from shelduck.store.reading import Doc, docs_of, metrics_of, params_of, tags_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_LINES = 2000  # of a diff; the panel of each run has its source whole
MISSING: Any = type("Missing", (), {"__repr__": lambda _: ""})()
"""Stands where a run has no such thing."""


@dataclass(frozen=True, slots=True)
class Section:
    """The params, metrics, tags or environment of the runs, as far as they differ."""

    title: str
    rows: list[tuple[str, list[Any]]]
    """A name, and the value of each run."""
    same: int
    """How many others are the same in all."""


@dataclass(frozen=True, slots=True)
class SourceDifference:
    """What differs between the cells of the first two runs that have one."""

    between: tuple[str, str]
    """The names of the two."""
    lines: list[tuple[str, str]]
    """A mark, which is a space, ``+``, ``-`` or ``@`` before a part, and a line; empty when the
    two are the same."""


@dataclass(frozen=True, slots=True)
class Differences:
    """What differs between runs."""

    runs: list[tuple[str, str]]
    """Id and name of each."""
    sections: list[Section]
    source: SourceDifference | None


def differences(con: DuckDBPyConnection, run_ids: Sequence[str]) -> Differences:
    """Return what differs between runs; those that are gone are left out."""
    docs = docs_of(con, run_ids)
    cells = [doc["cell"] and doc["cell"]["digest"] for doc in docs]
    texts = contents(con, [*cells, *(doc["environment"] for doc in docs)])
    tags = [tags_of(doc) for doc in docs]
    names = [str(t.get(NAME, "")) for t in tags]
    sections = [
        _section("params", [params_of(doc, flat=True) for doc in docs]),
        _section("metrics", [metrics_of(doc) for doc in docs]),
        _section("tags", [_of_user(t) for t in tags]),
        _section("environment", [_environment(doc, texts) for doc in docs]),
    ]
    sources = [(name, texts[c]) for name, c in zip(names, cells, strict=True) if c in texts]
    runs = [(str(doc["id"]), name) for doc, name in zip(docs, names, strict=True)]
    return Differences(runs, sections, _source(sources) if len(sources) > 1 else None)


def _of_user(tags: Mapping[str, Any]) -> dict[str, Any]:
    shown = {k: v for k, v in tags.items() if not k.startswith(SYSTEM_PREFIXES)}
    about = {"note": tags.get(NOTE), "git commit": tags.get(COMMIT)}
    return shown | {k: v for k, v in about.items() if v}


def _environment(doc: Doc, texts: Mapping[str, str]) -> dict[str, Any]:
    """Python, the platform and every package, by name."""
    text = texts.get(doc["environment"] or "")
    found: dict[str, Any] = json.loads(text) if text else {}
    packages: dict[str, Any] = found.get("packages", {})
    return {key: found[key] for key in ("python", "platform") if key in found} | packages


def _section(title: str, runs: Sequence[Mapping[str, Any]]) -> Section:
    keys = list(dict.fromkeys(key for run in runs for key in run))
    rows = [(key, [run.get(key, MISSING) for run in runs]) for key in keys]
    # By their words, in which a NaN is like another, and 7 is not 7.0.
    differing = [(key, values) for key, values in rows if len(set(map(repr, values))) > 1]
    return Section(title, differing, len(rows) - len(differing))


def _source(sources: Sequence[tuple[str, str]]) -> SourceDifference:
    (old, before), (new, after) = sources[:2]
    found = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="")
    lines = [(line[0], line if line[0] == "@" else line[1:]) for line in list(found)[2:]]
    if len(lines) > _LINES:
        lines = [*lines[:_LINES], ("@", f"… {len(lines) - _LINES:,} lines more")]
    return SourceDifference((old, new), lines)
