"""A comparison as plotly figures, to restyle or export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from shelduck.errors import BadValue, nearest
from shelduck.panels.comparing import colours
from shelduck.panels.comparing.contour import Contour
from shelduck.panels.comparing.importance import Importance
from shelduck.panels.comparing.pictures import Line
from shelduck.panels.comparing.scales import Scale
from shelduck.panels.comparing.table import Table

if TYPE_CHECKING:
    import plotly.graph_objects as go

KINDS = ("parallel", "scatter", "contour", "curves", "importance")
_VIRIDIS = "Viridis"


def check_kind(kind: str) -> None:
    """Raise BadValue, with the nearest, if there is no such figure."""
    if kind not in KINDS:
        hint = nearest(str(kind), KINDS) or f"; there are {', '.join(KINDS)}."
        raise BadValue(f"there is no figure `{kind}`{hint}")


def _plotly() -> Any:
    try:
        import plotly.graph_objects as go
    except ImportError:
        raise BadValue(
            "figures to restyle are made with plotly, which is not installed: "
            "pip install 'shelduck[plots]'. The panel itself does without."
        ) from None
    return go


def parallel(table: Table, view: Mapping[str, Any]) -> go.Figure:
    """Return parallel coordinates of all runs over the axes of the view."""
    import numpy as np

    go = _plotly()
    dimensions = [_dimension(table, axis, view) for axis in view["axes"]]
    line: dict[str, Any] = {}
    if view["colour"] is not None:
        values, title = _scaled(table, view["colour"], view["log"])
        line = {
            "color": np.where(np.isfinite(values), values, np.nan),
            "colorscale": _VIRIDIS,
            "showscale": True,
            "colorbar": {"title": {"text": title}},
        }
    return go.Figure(go.Parcoords(dimensions=dimensions, line=line))


def _dimension(table: Table, axis: str, view: Mapping[str, Any]) -> dict[str, Any]:
    values, label = _scaled(table, axis, view["log"])
    scale = Scale.of(table.column(axis), axis in view["log"])
    found: dict[str, Any] = {"label": _escaped(label), "values": values}
    if scale.categories:
        found |= {
            "tickvals": list(range(len(scale.categories))),
            "ticktext": [_escaped(text) for text in scale.categories],
        }
    if axis in view["flipped"]:
        found["range"] = [scale.high, scale.low] if not scale.categories else None
    return {key: value for key, value in found.items() if value is not None}


def _scaled(table: Table, axis: str, logs: Sequence[str]) -> tuple[Any, str]:
    """The values of an axis and its label; of a logarithmic one, the logarithms."""
    import numpy as np

    values, label = table.column(axis).values, table.axis(axis).label
    if axis in logs:
        values, label = np.log10(np.where(values > 0, values, np.nan)), f"log10 {label}"
    return values, label


def scatter(table: Table, view: Mapping[str, Any]) -> go.Figure:
    """Return all runs as dots over two axes."""
    go = _plotly()
    marker: dict[str, Any] = {}
    if view["colour"] is not None:
        marker |= {
            "color": table.column(view["colour"]).values,
            "colorscale": _VIRIDIS,
            "showscale": True,
            "colorbar": {"title": {"text": _label(table, view["colour"])}},
        }
    if view["size"] is not None:
        scale = Scale.of(table.column(view["size"]))
        places = scale.place(table.column(view["size"]).values)
        marker["size"] = [4.0 + 16 * p if p == p else 4.0 for p in places.tolist()]
    dots = go.Scatter(
        x=_shown(table, view["x"]),
        y=_shown(table, view["y"]),
        mode="markers",
        marker=marker,
        text=[_escaped(name) for name in table.names],
        customdata=table.ids,
    )
    figure = go.Figure(dots)
    figure.update_xaxes(title_text=_label(table, view["x"]), type=_type(table, "x", view))
    figure.update_yaxes(title_text=_label(table, view["y"]), type=_type(table, "y", view))
    return figure


def contour(table: Table, view: Mapping[str, Any], found: Contour) -> go.Figure:
    """Return a metric as colour over two axes, with all runs over it."""
    go = _plotly()
    heat = go.Contour(
        x=_nodes(found.x, found.grid.shape[1]),
        y=_nodes(found.y, found.grid.shape[0]),
        z=found.grid,
        colorscale=_VIRIDIS,
        connectgaps=False,
        colorbar={"title": {"text": _label(table, view["z"])}},
    )
    dots = go.Scatter(
        x=_shown(table, view["x"]),
        y=_shown(table, view["y"]),
        mode="markers",
        marker={"color": "black", "size": 4, "line": {"color": "white", "width": 1}},
        text=[_escaped(name) for name in table.names],
    )
    figure = go.Figure([heat, dots])
    for axis, scale, update in (
        (view["x"], found.x, figure.update_xaxes),
        (view["y"], found.y, figure.update_yaxes),
    ):
        kind = "category" if scale.categories else "log" if scale.log else "linear"
        update(title_text=_label(table, axis), type="date" if scale.time else kind)
    return figure


def curves(lines: Sequence[Line], along: str, metric: str, logs: tuple[bool, bool]) -> go.Figure:
    """Return histories of a metric, a line a run."""
    go = _plotly()
    figure = go.Figure(
        [
            go.Scatter(
                x=_dates(line.xs) if along == "time" else line.xs,
                y=line.ys,
                mode="lines+markers" if len(line.xs) == 1 else "lines",
                name=_escaped(line.name),
                line={"color": colours.category(i)},
            )
            for i, line in enumerate(lines)
        ]
    )
    log = logs[0] and along != "time"
    figure.update_xaxes(title_text=_escaped(along), type="log" if log else None)
    figure.update_yaxes(title_text=_escaped(metric), type="log" if logs[1] else None)
    return figure


def importance(found: Importance, metric: str) -> go.Figure:
    """Return params as bars, the most important at the top."""
    go = _plotly()
    weights = found.weights[::-1]
    bars = go.Bar(
        x=[w.importance for w in weights],
        y=[_escaped(w.label) for w in weights],
        orientation="h",
        marker={"color": [_direction_colour(w.direction) for w in weights]},
    )
    figure = go.Figure(bars)
    figure.update_xaxes(title_text=found.method)
    figure.update_yaxes(type="category")
    return figure.update_layout(title_text=_escaped(f"What explains {metric}"))


def _direction_colour(direction: float | None) -> str:
    return colours.NONE if direction is None else colours.category(0 if direction < 0 else 3)


def _label(table: Table, axis: str | None) -> str:
    return _escaped(table.axis(axis).label)


def _escaped(words: str) -> str:
    """A user's text in which plotly finds none of the markup it knows."""
    return words.replace("&", "&amp;").replace("<", "&lt;")


def _shown(table: Table, axis: str) -> Any:
    column = table.column(axis)
    if column.categories is None:
        return _dates(column.values) if column.is_time else column.values
    names = column.categories
    return [_escaped(names[int(v)]) if v == v else None for v in column.values.tolist()]


def _dates(milliseconds: Any) -> Any:
    import numpy as np

    there = np.isfinite(milliseconds)
    whole = np.where(there, milliseconds, 0).astype("int64").astype("datetime64[ms]")
    return np.where(there, whole, np.datetime64("NaT"))


def _type(table: Table, side: str, view: Mapping[str, Any]) -> str:
    kind = table.axis(view[side]).type
    log = view["logX" if side == "x" else "logY"]
    return {"text": "category", "time": "date"}.get(kind, "log" if log else "linear")


def _nodes(scale: Scale, count: int) -> Any:
    """The values at the places of a grid."""
    import numpy as np

    if scale.categories:
        return [_escaped(text) for text in scale.categories]
    values = np.linspace(scale.low, scale.high, count)
    return 10**values if scale.log else _dates(values) if scale.time else values
