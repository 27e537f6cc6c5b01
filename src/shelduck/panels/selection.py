"""Which runs are selected: one selection a store, which every panel of it shows."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from threading import RLock


class Selection:
    """The ids of the selected runs, in the order they were selected or sorted."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._ids: tuple[str, ...] = ()
        self._told: list[weakref.WeakMethod[Callable[[], None]]] = []

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the selected runs."""
        return self._ids

    def note(self, ids: Iterable[str]) -> None:
        """Take what was selected on screen; the screen shows it already."""
        with self._lock:
            self._ids = tuple(dict.fromkeys(ids))

    def set(self, ids: Iterable[str]) -> None:
        """Select these runs, and tell every panel to show it."""
        self.note(ids)
        for method in list(self._told):
            tell = method()
            if tell is None:
                self._told.remove(method)
            else:
                tell()

    def tell(self, method: Callable[[], None]) -> None:
        """Call a bound method whenever runs are selected from Python, as long as its object is."""
        self._told.append(weakref.WeakMethod(method))


_selections: dict[str, Selection] = {}


def selection_of(store_id: str) -> Selection:
    """Return the selection of a store."""
    return _selections.setdefault(store_id, Selection())
