"""A hybrid logical clock: stamps that never go backwards, whatever the wall clock does.

After Kulkarni et al., "Logical Physical Clocks" (2014), folded into one 64-bit number of
nanoseconds: the wall clock where it moves forward, else one more than the last stamp.
"""

from __future__ import annotations

import time


class Clock:
    """Stamps for one process. Not locked: the journal, its only caller, is."""

    def __init__(self) -> None:
        self._last = 0

    def stamp(self, count: int = 1) -> int:
        """Return the first of ``count`` stamps greater than every one before them.

        They are in nanoseconds since 1970, each one more than the last.
        """
        first = max(self._last + 1, time.time_ns())
        self._last = first + count - 1
        return first

    def observe(self, stamp: int) -> None:
        """Move past a stamp another process made, so that what follows it also sorts after."""
        self._last = max(self._last, stamp)
