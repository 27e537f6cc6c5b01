"""A panel: its state as JSON, and its commands. A host passes both on and adds nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import RLock
from typing import Any, ClassVar
from uuid import uuid4

from shelduck.errors import BadFilter, BadValue, ShelduckError, nearest
from shelduck.panels import arguments
from shelduck.panels.selection import Selection, selection_of
from shelduck.panels.wire import Json
from shelduck.store import Store


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command comes to: JSON, and buffers beside it."""

    result: Any = None
    buffers: list[bytes] = field(default_factory=list)


Command = Callable[..., Any]


def command(method: Command) -> Command:
    """Mark a method as one that a view may call, with JSON for its arguments."""
    method.is_command = True  # type: ignore[attr-defined]
    return method


class Panel:
    """One thing on screen. Subclasses say what it shows and mark their commands.

    Views ask from several threads; one command is applied at a time, and whoever looks at
    several things that belong together holds `lock`.
    """

    view: ClassVar[str]
    """The name of the ES module that shows it."""

    def __init__(self, store: Store) -> None:
        self.store, self.id = store, uuid4().hex[:12]
        self.selection: Selection = selection_of(store.id)
        self.revision = 0
        self.lock = RLock()

    # --- what a host calls ---------------------------------------------------------------

    def state(self) -> Json:
        """Return what the view shows, as JSON of bounded size."""
        with self.lock:
            base = {"panel": self.id, "store": self.store.id, "revision": self.revision}
            return base | self.shown()

    def apply(self, name: str, args: Mapping[str, Any]) -> Answer:
        """Do what a view asks for.

        Raises
        ------
        ShelduckError
            When there is no such command, its arguments make no sense, or the store cannot be
            read. `failure` puts it into words for the view.
        """
        known = self._commands()
        if name not in known:
            raise BadValue(f"{self.view} has no command `{name}`{nearest(str(name), known)}")
        method = getattr(self, name)
        arguments.check(method, args)
        with self.lock:
            answer = method(**args)
        return answer if isinstance(answer, Answer) else Answer(answer)

    def recorded(self) -> list[tuple[str, Json]]:
        """Return the commands whose answers a saved page needs."""
        return []

    # --- what a subclass says ------------------------------------------------------------

    def shown(self) -> Json:
        """Return the view's own part of the state."""
        raise NotImplementedError

    def _repr_html_(self) -> str:
        """Return what a saved notebook shows: no script, everything escaped, of bounded size."""
        raise NotImplementedError

    def refresh(self) -> bool:
        """Read the store anew if it has changed; say whether what is shown may have."""
        raise NotImplementedError

    # --- commands that every panel has ---------------------------------------------------

    @command
    def poll(self, revision: int) -> bool:
        """Say whether there is something new since ``revision``."""
        return self.refresh() or revision != self.revision

    @command
    def select(self, ids: list[str]) -> None:
        """Take what was selected on screen."""
        self.selection.note(ids)

    @command
    def settle(self) -> None:
        """Things are quiet: a host may renew what a saved notebook shows."""

    def _commands(self) -> list[str]:
        return [n for n in dir(type(self)) if getattr(getattr(type(self), n), "is_command", False)]


def failure(error: Exception) -> Json:
    """Return an error as a view shows it; in a filter, with where."""
    if isinstance(error, BadFilter):
        return {"message": error.reason, "start": error.start, "end": error.end}
    if isinstance(error, ShelduckError):
        return {"message": str(error)}
    return {"message": f"{type(error).__name__}: {error}"}
