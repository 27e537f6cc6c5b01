"""Names for runs that were given none."""

from __future__ import annotations

import random

_HOW = (
    "amber bold brisk calm clever coral crisp deft eager early fleet gentle glad golden keen "
    "lively lucky mellow misty nimble quick quiet ruddy russet silver sleek spry steady "
    "tawny tidal vivid wild"
).split()
_WHO = (
    "avocet brant bunting curlew dabchick diver dunlin eider gadwall garganey godwit "
    "goldeneye grebe heron knot lapwing mallard merganser pintail plover pochard rail "
    "redshank scaup scoter shelduck shoveler smew snipe teal turnstone wigeon"
).split()
# Of its own, so that naming a run never moves the generator a user has seeded.
_random = random.Random()  # noqa: S311 - a name, no secret


def run_name() -> str:
    """Return a name that can be said aloud, like ``calm-teal-417``."""
    return f"{_random.choice(_HOW)}-{_random.choice(_WHO)}-{_random.randrange(100, 1000)}"
