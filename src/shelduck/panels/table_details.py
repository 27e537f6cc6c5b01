"""What the run table shows of one run, below its row."""

from __future__ import annotations

from itertools import islice
from typing import Any

from shelduck import formats
from shelduck.directions import less_is_better
from shelduck.panels.run_json import note_of, own_tags
from shelduck.panels.wire import Json, cell
from shelduck.records import COMMIT, MetricSummary, Run
from shelduck.values import leaves

_MOST = 100  # params, metrics, tags; the run's own panel has them all


def details_of(run: Run) -> Json:
    """Return a run as ``Details`` in ``js/src/table/details.ts``."""
    data = run.data
    return {
        "name": run.info.run_name,
        "error": run.info.error,
        "note": note_of(run),
        "about": _about(run),
        "params": _pairs(leaves(data.params)),
        "metrics": [_measure(k, s) for k, s in islice(data.summaries.items(), _MOST)],
        "tags": _pairs(own_tags(run)),
    }


def _about(run: Run) -> list[str]:
    info, made = run.info, run.cell
    commit = str(run.data.tags.get(COMMIT) or "")[:10]
    parts = [
        info.run_id[:12],
        info.user_id,
        formats.moment(info.start_time),
        formats.duration(info.duration) if info.duration is not None else "",
        (made and made.notebook) or "",
        f"attempt {run.attempt}" if run.attempt else "",
        commit,
    ]
    return [part for part in parts if part]


def _pairs(values: dict[str, Any]) -> list[list[Any]]:
    return [[key, cell(value)] for key, value in islice(values.items(), _MOST)]


def _measure(key: str, summary: MetricSummary) -> Json:
    less = less_is_better(key)
    best = None if less is None else summary.min if less else summary.max
    values = {"last": summary.last, "best": best, "min": summary.min, "max": summary.max}
    shown = {name: None if v is None else cell(v) for name, v in values.items()}
    return {"key": key, "count": summary.count, **shown}
