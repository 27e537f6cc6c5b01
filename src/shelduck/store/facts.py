"""Facts: what happened, one JSON line each, in the order it happened.

This is the journal's format, version 1. Every line is an object with ``k`` (the kind) and
``h`` (the stamp, see ``clock``); the other fields by kind:

==========  ==============================================================================
head        first line of a segment: ``store``, ``format``, ``writer``, ``pid``, ``host``
tail        last line of a finished segment
experiment  ``n`` id, ``x`` name, ``t`` ms
start       ``r`` run, ``e`` experiment id, ``y`` "new" or "resumed"; when, the stamp says
writer      ``r`` run: the writer of this journal also logs to it
end         ``r`` run, ``y`` status, ``d`` seconds, ``x`` error; when, the stamp says
param       ``r`` run, ``n`` key, ``y`` type, ``x`` text, ``v`` number, ``p`` the dict it is
            a leaf of
metric      ``r`` run, ``n`` key, ``v`` value ("NaN", "Infinity", "-Infinity" as text),
            ``s`` step, ``t`` ms
history     ``r`` run, ``n`` key, ``vs`` values, ``ss`` steps, ``ts`` ms: points in bulk, each
            with a stamp one higher than the one before
tag         ``e`` "run" or "experiment", ``r`` its id, ``n`` key, ``y`` type (null: removed),
            ``x`` text
stage       ``e`` "run" or "experiment", ``r`` its id, ``y`` "active" or "deleted"
artifact    ``r`` run, ``n`` path, ``x`` digest, ``s`` bytes, ``t`` ms
cell        ``r`` run, ``n`` cell key, ``x`` digest, ``p`` notebook, ``y`` cell id
environment ``r`` run, ``x`` digest
content     ``n`` digest, ``y`` kind, ``x`` text: what a digest stands for
==========  ==============================================================================
"""

from __future__ import annotations

import math
from typing import Any

from shelduck.records import ACTIVE, DELETED
from shelduck.values import Encoded

FORMAT = 1
ERROR_LENGTH = 10_000  # characters of an exception that are kept; some print a whole table
KINDS = frozenset(
    [
        "head",
        "tail",
        "experiment",
        "start",
        "writer",
        "end",
        "param",
        "metric",
        "history",
        "tag",
        "stage",
        "artifact",
        "cell",
        "environment",
        "content",
    ]
)
Fact = dict[str, Any]


def experiment(experiment_id: str, name: str, at: int) -> Fact:
    """An experiment was named for the first time, as far as this writer knows."""
    return {"k": "experiment", "n": experiment_id, "x": name, "t": at}


def start(run_id: str, experiment_id: str, *, resumed: bool = False) -> Fact:
    """A run began, or goes on."""
    kind = "resumed" if resumed else "new"
    return {"k": "start", "r": run_id, "e": experiment_id, "y": kind}


def writer(run_id: str) -> Fact:
    """The process that writes this logs to the run."""
    return {"k": "writer", "r": run_id}


def end(run_id: str, status: str, duration: float | None, error: str | None) -> Fact:
    """A run ended."""
    text = error if error is None else error[:ERROR_LENGTH]
    return {"k": "end", "r": run_id, "y": status, "d": duration, "x": text}


def param(run_id: str, key: str, value: Encoded, parent: str | None = None) -> Fact:
    """A param was set; ``parent`` names the dict it is a leaf of."""
    fact: Fact = {"k": "param", "r": run_id, "n": key, "y": value.type, "x": value.text}
    fact["v"] = _number(value.number)
    return fact if parent is None else fact | {"p": parent}


def metric(run_id: str, key: str, value: float | None, step: int, at: int) -> Fact:
    """A metric had a value at a step."""
    return {"k": "metric", "r": run_id, "n": key, "v": _number(value), "s": step, "t": at}


def history(
    run_id: str, key: str, values: list[float | None], steps: list[int], times: list[int]
) -> Fact:
    """A metric had these values at these steps."""
    numbers: list[Any] = values
    if not all(map(math.isfinite, filter(None, values))):
        numbers = list(map(_number, values))
    return {"k": "history", "r": run_id, "n": key, "vs": numbers, "ss": steps, "ts": times}


def tag(entity: str, owner: str, key: str, value: Encoded | None) -> Fact:
    """A tag was set, or with None removed."""
    kind, text = (value.type, value.text) if value else (None, None)
    return {"k": "tag", "e": entity, "r": owner, "n": key, "y": kind, "x": text}


def stage(entity: str, owner: str, *, deleted: bool) -> Fact:
    """A run or experiment went to the trash, or came back."""
    return {"k": "stage", "e": entity, "r": owner, "y": DELETED if deleted else ACTIVE}


def artifact(run_id: str, path: str, digest: str, size: int, at: int) -> Fact:
    """A file was logged; its bytes lie in the blobs under their digest."""
    return {"k": "artifact", "r": run_id, "n": path, "x": digest, "s": size, "t": at}


def cell(run_id: str, key: str, digest: str, notebook: str | None, cell_id: str | None) -> Fact:
    """The run came from this cell."""
    fact = {"k": "cell", "r": run_id, "n": key, "x": digest}
    return fact | {"p": notebook, "y": cell_id}


def environment(run_id: str, digest: str) -> Fact:
    """The run had this environment."""
    return {"k": "environment", "r": run_id, "x": digest}


def content(digest: str, kind: str, text: str) -> Fact:
    """What a digest stands for; kept once however often it is said."""
    return {"k": "content", "n": digest, "y": kind, "x": text}


def _number(value: float | None) -> float | str | None:
    """JSON has no word for NaN and the infinities, and DuckDB reads these."""
    if value is None or math.isfinite(value):
        return value
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
