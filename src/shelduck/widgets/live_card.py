"""A tracked cell's card in the notebook: alive while the cell runs, and quiet once it has ended."""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from shelduck.panels.card import Card
from shelduck.panels.live_card import LivePanel
from shelduck.records import Cell
from shelduck.tracking.active import ActiveRun
from shelduck.widgets.forms import forms

if TYPE_CHECKING:
    from shelduck.widgets.widget import PanelWidget

FIRST = 0.3  # seconds in which a short cell is over, and no more than its end is shown
OFTEN = 0.25  # seconds between two pushes, at least
SELDOM = 2.0  # at most
SHARE = 0.008  # of one core, at most, that pushes may take
RENEWED = 5.0  # seconds after which what a saved notebook would show is brought up to date


class LiveCard:
    """The card of one tracked cell, which stands above whatever else the cell puts out.

    It takes its place as the cell begins, and comes alive, from a thread, once the cell has
    taken a moment. Whatever fails here, the cell does not notice.
    """

    def __init__(self, run: ActiveRun, cell: Cell) -> None:
        self._run, self._cell = run, cell
        self._panel = LivePanel(run, cell)
        self._place = uuid4().hex
        self._publisher: Any = None
        """What puts out what is displayed in a kernel; None where no card can be alive."""
        self._widget: PanelWidget | None = None
        self._cleared = False
        """Whether the cell has cleared its output, and the card with it."""
        self._over = threading.Event()
        self._lock = threading.RLock()

    def begin(self) -> None:
        """Take a place in the output. Never raises."""
        with suppress(Exception):
            self._publisher = _publisher()
            if self._publisher is None:
                return
            self._publisher.register_hook(self._hear)
            self._put(self._panel, first=True)
            # In a copy of its context, what a thread puts out belongs to this cell.
            live = contextvars.copy_context().run
            name = "shelduck-card"
            threading.Thread(target=live, args=(self._live,), name=name, daemon=True).start()

    def end(self, refused: Iterable[str]) -> None:
        """Put in its place what the cell has come to, and no more than that."""
        from IPython.display import display

        self._over.set()
        with self._lock:
            try:
                card = Card.of(self._run, self._cell, refused, self._panel.loops)
                if self._publisher is None:
                    display(card)
                else:
                    self._put(card, alive=False)
            finally:
                self._leave()

    def _leave(self) -> None:
        if self._publisher is not None:
            self._publisher.unregister_hook(self._hear)
        if self._widget is not None:
            self._widget.close()
            self._widget.layout.close()

    # --- while the cell runs -------------------------------------------------------------

    def _live(self) -> None:
        with suppress(Exception):
            if not self._over.wait(FIRST):
                self._come_alive()
            pause, renewed = OFTEN, time.monotonic()
            while not (self._over.wait(pause) or self._run.ended):
                began = time.thread_time()
                self._push()
                if time.monotonic() - renewed > RENEWED:
                    self._renew()
                    renewed = time.monotonic()
                pause = min(SELDOM, max(OFTEN, (time.thread_time() - began) / SHARE))

    def _come_alive(self) -> None:
        from shelduck.widgets.widget import widget_class

        with self._lock:
            if not self._over.is_set():
                self._panel.refresh()
                self._widget = widget_class(self._panel.view)(self._panel, self._renew)
                self._renew()

    def _push(self) -> None:
        with self._lock:
            if self._widget is not None:
                self._panel.refresh()
                self._widget.show()
            if self._cleared:
                self._renew()

    def _renew(self) -> None:
        """Renew what a saved notebook shows, should nobody live to say how the cell ended."""
        with self._lock:
            if not self._over.is_set():
                self._put(self._panel)

    def _hear(self, message: Any) -> Any:
        """Stand above what the cell displays also after it has cleared its output."""
        with suppress(Exception):
            if message["msg_type"] == "clear_output":
                self._cleared = True
            elif self._cleared and message["msg_type"] == "display_data":
                self._renew()
        return message

    # --- putting it out ------------------------------------------------------------------

    def _put(self, shown: LivePanel | Card, *, first: bool = False, alive: bool = True) -> None:
        data = forms(shown, self._widget if alive else None)
        kind = "display_data" if first or self._cleared else "update_display_data"
        self._cleared = False
        content = {"data": data, "metadata": {}, "transient": {"display_id": self._place}}
        # Not by `publish`, which first waits until what was printed is sent: twice the time that
        # a short cell takes, to keep an order that the place of a card does not depend on.
        out = self._publisher
        out.session.send(out.pub_socket, kind, content, parent=out.parent_header, ident=out.topic)


def _publisher() -> Any:
    """What puts out what is displayed, if that is a kernel's and not, say, captured."""
    from IPython.core.getipython import get_ipython

    publisher = getattr(get_ipython(), "display_pub", None)
    return publisher if hasattr(publisher, "register_hook") else None
