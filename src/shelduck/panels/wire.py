"""How values travel from Python to a view: JSON that keeps NaN apart, and columns in buffers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import orjson

from shelduck import formats
from shelduck.panels import markup

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

Json = dict[str, Any]
T = TypeVar("T")
# Characters of a text in a cell, and of a name of which there is a column; what is longer is
# whole in the run's own panel.
LONGEST = 300
_WHOLE = 1 << 53  # beyond it JavaScript has no whole numbers


class Coded(NamedTuple):
    """A column of texts whose categories have an order of their own."""

    codes: Array
    """Which category each is of; -1 for none."""
    categories: Sequence[str]


def cell(value: Any) -> Any:
    """Return a param, metric or tag as JSON: see ``Cell`` in ``js/src/state.ts``."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < _WHOLE else {"v": str(value)}
    if isinstance(value, float):
        return value if math.isfinite(value) else not_finite(value)
    if isinstance(value, str):
        return value if len(value) <= LONGEST else f"{value[: LONGEST - 1]}…"
    return {"v": formats.value(value, LONGEST)}


def not_finite(value: float) -> dict[str, str]:
    """Return the JSON of a float that JSON has no word for."""
    return {"f": "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"}


def within(size: int, rows: Iterable[T]) -> list[T]:
    """Return as many rows, from the first, as are together no more than ``size`` bytes of JSON."""
    return markup.within(size, rows, lambda row: len(orjson.dumps(row)))


def columns(table: Mapping[str, Array | Coded]) -> tuple[Json, list[bytes]]:
    """Return columns as a header and a buffer each; see ``columnsOf`` in ``js/src/state.ts``.

    Arrays of floats stay floats; of others the distinct texts become categories, and what is
    None has the code -1.
    """
    import numpy as np

    headers: list[Json] = []
    buffers: list[bytes] = []
    for name, array in table.items():
        if not isinstance(array, Coded) and array.dtype.kind == "f":
            headers.append({"id": name, "encoding": "float"})
            buffers.append(floats(array))
        else:
            codes, categories = array if isinstance(array, Coded) else _coded(array)
            headers.append({"id": name, "encoding": "code", "categories": list(categories)})
            buffers.append(np.ascontiguousarray(codes, "<i4").tobytes())
    first = next(iter(table.values()), ())
    length = len(first.codes if isinstance(first, Coded) else first)
    return {"length": length, "columns": headers}, buffers


def floats(array: Array) -> bytes:
    """Return numbers as a view reads them, row by row."""
    return array.astype("<f8", copy=False).tobytes()


def _coded(array: Array) -> Coded:
    import numpy as np

    places: dict[str, int] = {}
    codes = [-1 if v is None else places.setdefault(str(v), len(places)) for v in array]
    return Coded(np.array(codes, "<i4"), [*places])
