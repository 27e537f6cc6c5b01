"""What is worked out of a comparison, as a view gets it; see ``js/src/compare/state.ts``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from shelduck.panels.comparing.contour import Contour
from shelduck.panels.comparing.differences import MISSING, Differences
from shelduck.panels.comparing.importance import Importance
from shelduck.panels.comparing.table import Table
from shelduck.panels.panel import Answer
from shelduck.panels.wire import Coded, Json, cell, columns, floats, not_finite
from shelduck.store.curves import Curve

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

_ODD = 1000  # points of a curve that are marked as NaN or infinite


def data(table: Table, most: int) -> Answer:
    """Return the columns of at most ``most`` runs, each with a second one where it has NaN or ∞."""
    import numpy as np

    rows = np.arange(min(most, len(table.ids)))
    about = {"run_id": table.ids, "name": table.names, "status": table.statuses}
    found: dict[str, Array | Coded] = {n: np.array(t[:most], object) for n, t in about.items()}
    for axis in table.axes:
        column = table.columns[axis.id].take(rows)
        if column.categories is not None:
            codes = np.where(column.present, column.values, -1)
            found[axis.id] = Coded(codes, column.categories)
        else:
            found[axis.id] = column.values
            if (odd := column.odd) is not None:
                found[f"{axis.id}?"] = odd
    return Answer(*columns(found))


def contour(found: Contour) -> Answer:
    """Return the ends of the grid, and its values in a buffer."""
    ny, nx = found.grid.shape
    header = {
        "nx": nx,
        "ny": ny,
        "x": found.x.ends,
        "y": found.y.ends,
        "z": found.z or None,
        "logX": found.x.log,
        "logY": found.y.log,
        "runs": found.runs,
        "left_out": found.left_out,
    }
    return Answer(header, [floats(found.grid)])


def importance(found: Importance) -> Json:
    """Return the params that matter, the most important first."""
    about = {"method": found.method, "runs": found.runs, "left_out": found.left_out}
    return about | {"params": [asdict(weight) for weight in found.weights], "note": found.note}


def differences(found: Differences) -> Json:
    """Return what differs, as cells."""
    source = found.source
    return {
        "runs": [{"id": run_id, "name": cell(name)} for run_id, name in found.runs],
        "sections": [
            {
                "title": section.title,
                "rows": [{"key": key, "cells": [*map(_cell, row)]} for key, row in section.rows],
                "same": section.same,
            }
            for section in found.sections
        ],
        "source": source
        and {
            "same": not source.lines,
            "lines": [list(line) for line in source.lines],
            "between": list(source.between),
        },
    }


def _cell(value: Any) -> Any:
    return None if value is MISSING else cell(value)


def curves(found: Sequence[Curve], table: Table, asked: int) -> Answer:
    """Return what each curve is, and two buffers each: where its points are, and what they are."""
    headers = [
        {
            "id": curve.run_id,
            "name": table.name_of(curve.run_id),
            "count": curve.total,
            "kept": len(curve.x),
            "odd": _odd(curve),
        }
        for curve in found
    ]
    buffers = [floats(part) for curve in found for part in (curve.x, curve.y)]
    return Answer({"curves": headers, "missing": asked - len(found)}, buffers)


def _odd(curve: Curve) -> list[list[Any]]:
    """Where a curve has a NaN or ∞, and which; a None that was logged is a gap, and no more."""
    import numpy as np

    places = np.flatnonzero(~np.isfinite(curve.y) & ~curve.is_none)[:_ODD]
    return [[float(curve.x[i]), not_finite(float(curve.y[i]))["f"]] for i in places]
