"""A panel as a notebook shows it: live where there is a front end for it, else text or HTML."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from shelduck.panels.page import page_html
from shelduck.panels.panel import Panel
from shelduck.tracking.frames import frame_of_runs
from shelduck.widgets.chosen import ids_in
from shelduck.widgets.forms import forms

if TYPE_CHECKING:
    import pandas as pd

    from shelduck.widgets.widget import PanelWidget

PLACES = 8  # that are kept up to date; nobody says when an output is cleared


class Shown:
    """What a user holds of a panel. Displaying it twice shows one panel in two places."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self._widget: PanelWidget | None = None
        self._places: deque[str] = deque(maxlen=PLACES)
        """Display ids of the outputs it stands in."""

    def __repr__(self) -> str:
        with self._panel.lock:
            return repr(self._panel)

    @property
    def selected(self) -> pd.DataFrame:
        """The runs selected on screen, in any panel of this store, as `search_runs` gives them.

        Assign a DataFrame or row of runs, a run, or ids, to select them from here; None or an
        empty list selects nothing.

        Raises
        ------
        NotFound
            When a run that is assigned is not in the store.
        """
        with self._panel.store.reading() as con:
            return frame_of_runs(con, self._panel.selection.ids)

    @selected.setter
    def selected(self, runs: Any) -> None:
        self._panel.selection.set(ids_in(runs, self._panel.store))
        self._renew()

    def save(self, path: str | Path) -> Path:
        """Write the panel as one HTML file that needs no kernel and no network, to mail.

        Returns the path. It can be sorted, brushed and hovered; what only a kernel can answer
        is switched off.
        """
        target = Path(path).expanduser()
        target.write_text(page_html(self._panel), encoding="utf-8")
        return target

    def _ipython_display_(self) -> None:
        if self._widget is not None:
            self._widget.show()
        self._stand(uuid4().hex)

    def _stand(self, place: str, *, update: bool = False) -> None:
        """Show it in the output of that display id, a new one or one there is."""
        from IPython.display import display

        self._places.append(place)
        if self._live() is not None:  # it comes alive while its HTML is made
            display(self._bundle(brief=True), raw=True, display_id=place, update=update)
            update = True
        display(self._bundle(), raw=True, display_id=place, update=update)

    def _bundle(self, *, brief: bool = False) -> dict[str, Any]:
        """The panel in every form."""
        widget = self._live()
        with self._panel.lock:
            return forms(self._panel, widget, brief=brief)

    def _live(self) -> PanelWidget | None:
        """The widget; None outside a kernel, where nobody could show it."""
        if self._widget is None and _in_kernel():
            from shelduck.widgets.widget import widget_class

            self._widget = widget_class(self._panel.view)(self._panel, self._renew)
        return self._widget

    def _changed(self) -> None:
        """Show what was changed from Python."""
        if self._widget is not None:
            self._widget.show()
        self._renew()

    def _renew(self) -> None:
        """Renew what a saved notebook shows of it, in every place it stands."""
        from IPython.display import display

        bundle = self._bundle() if self._places else {}
        for place in list(self._places):
            display(bundle, raw=True, display_id=place, update=True)


def _in_kernel() -> bool:
    from IPython.core.getipython import get_ipython

    return hasattr(get_ipython(), "kernel")
