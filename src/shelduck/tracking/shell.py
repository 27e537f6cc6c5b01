"""The interactive shell around us, if there is one: which cell began which run."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

OnCellEnd = Callable[[BaseException | None, list[str], list[str]], None]


class Shell:
    """Watches the ends of cells, for as long as a run is open.

    Parameters
    ----------
    on_cell_end
        Called with the cell's exception or None, the ids of the open runs the cell began, and
        of those begun without being asked for.
    """

    def __init__(self, on_cell_end: OnCellEnd) -> None:
        self._on_cell_end = on_cell_end
        self._watched: Any = None
        self._cells = 0  # that ended while a run was open
        self._begun: dict[str, int] = {}
        self._implicit: set[str] = set()

    @property
    def _ip(self) -> Any:
        ipython = sys.modules.get("IPython")
        return ipython.get_ipython() if ipython is not None else None

    @property
    def present(self) -> bool:
        """Whether this process is a notebook kernel or an IPython terminal."""
        return self._ip is not None

    @property
    def namespace(self) -> Mapping[str, Any] | None:
        """The user's variables."""
        ip = self._ip
        return ip.user_ns if ip is not None else None

    def begun(self, run_id: str, *, implicit: bool) -> None:
        """Note that the cell being executed began a run."""
        ip = self._ip
        if ip is None:
            return
        self._begun[run_id] = self._cells
        if implicit:
            self._implicit.add(run_id)
        if self._watched is None:
            self._watched = ip
            ip.events.register("post_run_cell", self._after_cell)

    def forget(self, run_id: str) -> None:
        """A run has ended; with the last one the watching ends too."""
        self._begun.pop(run_id, None)
        self._implicit.discard(run_id)
        if self._watched is not None and not self._begun:
            self._watched.events.unregister("post_run_cell", self._after_cell)
            self._watched = None

    def began_earlier(self, run_id: str) -> bool:
        """Whether a cell before the present one began the run."""
        return self.present and self._begun.get(run_id, self._cells) < self._cells

    def _after_cell(self, result: Any) -> None:
        if result is not None and not result.info.store_history:
            return  # what a tool runs on the side, within a cell or not
        mine = [run_id for run_id, begun in self._begun.items() if begun == self._cells]
        self._cells += 1
        error = error_of(result)
        self._on_cell_end(error, mine, [i for i in self._implicit if i in mine])


def error_of(result: Any) -> BaseException | None:
    """Return what ended a cell of that result, which is None if an interrupt left IPython none."""
    if result is None:
        return KeyboardInterrupt()
    before: BaseException | None = result.error_before_exec
    during: BaseException | None = result.error_in_exec
    return during if before is None else before
