"""The forms of a panel in an output: text, HTML, and where it comes alive."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from shelduck.widgets.widget import PanelWidget

VIEW = "application/vnd.jupyter.widget-view+json"

# Hidden for the moment in which a page with a kernel makes it come alive: it would flash.
_PLACE = (
    "<div data-shelduck='{panel}'><style>@keyframes shelduck-late{{from{{visibility:hidden}}}}"
    "</style><div style='animation:.6s step-end shelduck-late'>{html}</div></div>"
)


class Written(Protocol):
    """What can be written as text and as HTML."""

    def _repr_html_(self) -> str: ...


def forms(shown: Written, widget: PanelWidget | None, *, brief: bool = False) -> dict[str, Any]:
    """Return something in each form, by MIME type; with a widget, it comes alive in its HTML.

    JupyterLab would show a saved widget as "model not found", rather than the HTML beside it:
    so what is saved is HTML alone. ``brief`` leaves out of it what only a saved one shows.
    """
    html = "" if brief else shown._repr_html_()
    if widget is None:
        return {"text/plain": repr(shown), "text/html": html}
    if not _draws_widgets_only():
        html = _PLACE.format(panel=widget.state["panel"], html=html)
        return {"text/plain": repr(shown), "text/html": html}
    model = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    return {"text/plain": repr(shown), "text/html": html, VIEW: model}


def _draws_widgets_only() -> bool:
    """Whether the page has a frame for each output, as VS Code's and Colab's: none sees HTML."""
    session = os.environ.get("JPY_SESSION_NAME")
    if session is not None:
        return "-jvsc-" in session
    return "VSCODE_PID" in os.environ or "google.colab" in sys.modules
