"""How a user has arranged a comparison: which axes stand where, what is brushed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from shelduck.errors import BadValue, nearest

if TYPE_CHECKING:
    from shelduck.panels.comparing.table import Axis

View = dict[str, Any]
"""What `view` in the state is: see ``js/src/compare/state.ts``."""
Axes = Mapping[str, "Axis"]
SECTIONS = ("parallel", "scatter", "contour", "curves", "importance", "differences")
_ACROSS = 8  # axes that parallel coordinates begin with
_MEASURED = 2  # of these, metrics
_PARTS = 1000  # of an axis that are brushed; the state holds them


def first_view(axes: Axes) -> View:
    """Return the arrangement to begin with."""
    params = [a for a in axes.values() if a.kind == "param" and a.varies]
    metrics = [a for a in axes.values() if a.kind == "metric" and a.varies]
    metrics = metrics or [a for a in axes.values() if a.kind == "metric"]
    numbers = [a for a in [*metrics, *axes.values()] if a.type != "text"]
    aim = metrics[0] if metrics else None
    shown = [*params[: _ACROSS - _MEASURED], *metrics[:_MEASURED][::-1]] or [*axes.values()][:4]
    ground = sorted(params, key=lambda a: a.type == "text") or numbers
    x, y = _id(ground, 0), _id(ground, 1)
    colour = aim.id if aim else _id(numbers, 0)
    over = aim.id if aim else _id(numbers, 1)
    return {
        "parallel": {
            "axes": [a.id for a in shown],
            "flipped": [],
            "log": [a.id for a in axes.values() if a.log],
            "colour": colour,
            "brushes": {},
        },
        "scatter": {
            "x": x,
            "y": over,
            "colour": y if y != over else colour,
            "size": None,
            "logX": _is_log(axes, x),
            "logY": _is_log(axes, over),
            "pareto": False,
        },
        "contour": {"x": x, "y": y, "z": colour},
        "curves": {
            "metric": _id([a for a in metrics if a.points > 1] or metrics, 0),
            "x": "step",
            "smooth": 0,
            "logX": False,
            "logY": False,
        },
        "importance": {"metric": colour},
        "closed": [],
    }


def _id(axes: Sequence[Axis], place: int) -> str | None:
    return axes[place].id if place < len(axes) else None


def _is_log(axes: Axes, axis: str | None) -> bool:
    return axis is not None and axes[axis].log


def merged(view: View, patch: Any, axes: Axes) -> View:
    """Return the arrangement with a patch: field by field, and brushes axis by axis.

    Raises
    ------
    BadValue
        The patch names a field or an axis that there is not, or has a wrong value for one.
    """
    if not isinstance(patch, dict):
        raise BadValue("a change of the view is an object.")
    changed = dict(view)
    for name, value in patch.items():
        if name == "closed":
            changed[name] = _sections(value)
            continue
        fields = _known(_FIELDS, name, "section")
        if not isinstance(value, dict):
            raise BadValue(f"the section `{name}` is an object.")
        checked = {
            field: _known(fields, field, f"field of {name}")(item, axes)
            for field, item in value.items()
        }
        if "brushes" in checked:
            brushes = view[name]["brushes"] | checked["brushes"]
            checked["brushes"] = {axis: parts for axis, parts in brushes.items() if parts}
        changed[name] = view[name] | checked
    return changed


def renewed(view: View, axes: Axes) -> View:
    """Return the arrangement for axes that have changed: what can stay as it is does."""
    begun = first_view(axes)
    for section, fields in _FIELDS.items():
        for field, check in fields.items():
            try:
                begun[section][field] = check(view[section][field], axes)
            except BadValue:
                continue
    return begun | {"closed": view["closed"]}


# --- what a field takes --------------------------------------------------------------------


def _sections(value: Any) -> list[str]:
    named = {name: name for name in SECTIONS}
    return [_known(named, name, "section") for name in dict.fromkeys(_texts(value, {}))]


def _known(names: Mapping[str, Any], name: str, what: str) -> Any:
    if name not in names:
        raise BadValue(f"there is no {what} `{name}`{nearest(name, names)}")
    return names[name]


def known_axis(name: Any, axes: Axes) -> Axis:
    """Return the axis of that id; BadValue, with the nearest, if there is none."""
    if not isinstance(name, str) or name not in axes:
        raise BadValue(f"there is no axis `{name}`{nearest(str(name), axes)}")
    return axes[name]


def _axis(value: Any, axes: Axes) -> str | None:
    return None if value is None else known_axis(value, axes).id


def _number(value: Any, axes: Axes) -> str | None:
    if value is not None and known_axis(value, axes).type == "text":
        raise BadValue(f"{value} is a text; here a number is needed.")
    return _axis(value, axes)


def _metric(value: Any, axes: Axes) -> str | None:
    if value is not None and known_axis(value, axes).kind != "metric":
        raise BadValue(f"{value} is no metric.")
    return _axis(value, axes)


def _many(value: Any, axes: Axes) -> list[str]:
    return [known_axis(name, axes).id for name in dict.fromkeys(_texts(value, axes))]


def _numbers(value: Any, axes: Axes) -> list[str]:
    names = _many(value, axes)
    if wrong := next((name for name in names if axes[name].type != "number"), None):
        raise BadValue(f"{wrong} is no number, and has no logarithm.")
    return names


def _texts(value: Any, _axes: Axes) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise BadValue("this is a list of names.")
    return value


def _truth(value: Any, _axes: Axes) -> bool:
    if not isinstance(value, bool):
        raise BadValue(f"this is true or false, not {value!r:.40}.")
    return value


def _smoothing(value: Any, _axes: Axes) -> float:
    if not _is_number(value) or not 0 <= value < 1:
        raise BadValue(f"smoothing is a number from 0 to below 1, not {value!r:.40}.")
    return float(value)


def _along(value: Any, axes: Axes) -> str:
    if value in ("step", "time", "relative"):
        return str(value)
    kind, colon, key = str(value).partition(":")
    if kind != "metric" or not colon:
        raise BadValue(f"curves go over step, time, relative or metric:NAME, not {value!r:.60}.")
    known_axis(f"metrics.{key}", axes)
    return str(value)


def _brushes(value: Any, axes: Axes) -> dict[str, list[Any]]:
    if not isinstance(value, dict):
        raise BadValue("brushes are an object of axes.")
    return {known_axis(name, axes).id: _parts(axes[name], parts) for name, parts in value.items()}


def _parts(axis: Axis, parts: Any) -> list[Any]:
    """What is brushed of one axis: ranges of its numbers, or some of its texts."""
    fits = _is_range if axis.type != "text" else _is_text
    if not isinstance(parts, list) or not all(map(fits, parts)):
        raise BadValue(f"what is brushed of {axis.id} is a list of ranges, or of its texts.")
    if len(parts) > _PARTS:
        raise BadValue(f"{_PARTS:,} places of {axis.id} can be brushed, not {len(parts):,}.")
    return parts


def _is_text(part: Any) -> bool:
    return isinstance(part, str)


def _is_range(part: Any) -> bool:
    return isinstance(part, list) and len(part) == 2 and all(map(_is_number, part))


def _is_number(value: Any) -> bool:
    real = isinstance(value, (int, float)) and not isinstance(value, bool)
    return real and math.isfinite(value)


_FIELDS: dict[str, dict[str, Callable[[Any, Axes], Any]]] = {
    "parallel": {
        "axes": _many,
        "flipped": _many,
        "log": _numbers,
        "colour": _axis,
        "brushes": _brushes,
    },
    "scatter": {
        "x": _axis,
        "y": _axis,
        "colour": _axis,
        "size": _number,
        "logX": _truth,
        "logY": _truth,
        "pareto": _truth,
    },
    "contour": {"x": _axis, "y": _axis, "z": _number},
    "curves": {
        "metric": _metric,
        "x": _along,
        "smooth": _smoothing,
        "logX": _truth,
        "logY": _truth,
    },
    "importance": {"metric": _number},
}
