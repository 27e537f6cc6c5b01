"""A place below a panel, for another one that is opened from it."""

from __future__ import annotations

from uuid import uuid4

from shelduck.widgets.shown import Shown


class Below:
    """Room in an output for a panel that is opened later."""

    def __init__(self) -> None:
        self._place: str | None = None
        self._shown: Shown | None = None

    def make(self) -> None:
        """Make room, or move it: what is opened stands where the panel was shown last."""
        from IPython.display import display

        self._place = uuid4().hex
        nothing = {"text/plain": "", "text/html": ""}
        display(nothing, raw=True, display_id=self._place)

    def fill(self, shown: Shown) -> None:
        """Show a panel in the room, in place of the one before."""
        self._shown = shown  # which lives as long as it is seen
        if self._place is not None:
            shown._stand(self._place, update=True)
