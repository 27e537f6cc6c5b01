"""The anywidget that shows a panel: it passes state and commands on, and adds nothing."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import anywidget
import traitlets

from shelduck.panels.page import MODULES
from shelduck.panels.panel import Panel, failure


class PanelWidget(anywidget.AnyWidget):  # type: ignore[misc]
    """A panel's end of the wire in a kernel; see ``js/src/state.ts`` for what travels."""

    state = traitlets.Dict().tag(sync=True)
    selection = traitlets.Any().tag(
        sync=True, to_json=lambda _value, widget: list(widget._panel.selection.ids)
    )
    """What is selected now, whenever a page asks; a change is told by a message of its own."""

    def __init__(self, panel: Panel, settled: Callable[[], None]) -> None:
        self._panel, self._settled = panel, settled
        super().__init__(state=panel.state())
        _hear_on_any_channel(self.comm)
        self.on_msg(self._hear)
        panel.selection.tell(self.show_selection)

    def show(self) -> None:
        """Send the panel's state to the screen if it has changed."""
        self.state = self._panel.state()

    def show_selection(self) -> None:
        """Send what was selected from Python to the screen."""
        self.send({"selected": list(self._panel.selection.ids)})

    def _hear(self, _widget: Any, message: dict[str, Any], _buffers: Any) -> None:
        """Answer a command. A fault is an answer too, never a traceback in some cell."""
        request = message.get("request")
        try:
            answer = self._panel.apply(message["command"], message.get("args", {}))
        except Exception as e:
            self.send({"request": request, "error": failure(e)})
        else:
            if self._panel.revision != self.state["revision"]:
                self.show()
            self.send({"request": request, "result": answer.result}, answer.buffers)
            if message["command"] == "settle":
                self._settled()


def _hear_on_any_channel(comm: Any) -> None:
    """Hear a command on the channel it comes on.

    ipykernel 7.4 hears the next message of a comm where the last one was sent from. After one
    from a running cell that is the channel the cell blocks, until it ends.
    """
    comm._reply_subshell_for = lambda _data, channel: channel


@functools.cache
def widget_class(view: str) -> type[PanelWidget]:
    """Return the class of the widgets whose module is ``static/<view>.js``."""
    module = MODULES / f"{view}.js"
    name = view.title().replace("_", "") + "Widget"
    return type(name, (PanelWidget,), {"_esm": module, "__module__": __name__})
