"""What may stand at a place in a filter: names, signs, statuses, words between conditions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from shelduck.records import STATUSES
from shelduck.store.catalog import Name
from shelduck.store.fields import NOUNS
from shelduck.store.filter_syntax import spelled

SIGNS = ("<", "<=", "=", "!=", ">=", ">", "like", "in", "between", "is null", "is not null")
JUNCTIONS = ("and", "or")
MOST = 12  # offers
_ORDER = tuple(NOUNS)
# Of several names of an attribute, the one that is offered.
_PLAIN = ("name", "status", "duration", "start_time", "end_time", "experiment", "user", "error",
          "notebook", "cell", "source", "git_commit", "run_id", "parent_run_id")  # fmt: skip

_WORD = re.compile(r"""[^\s()<>=!,'"`]*(?:`[^`]*`?)?$""")
_NAME = re.compile(r"""(?:[^\s()<>=!,'"`]|`[^`]*`)+$""")
_STATUS = re.compile(r"\bstatus\s*(?:=|!=|<>|in\s*\()\s*(?:'\w*',\s*)*('?\w*)$", re.IGNORECASE)
_ENDED = re.compile(r"""(?:'|"|\)|null|true|false|[\d.]+)$""", re.IGNORECASE)
_JOINS = re.compile(r"(?:^|\(|\b(?:and|or|not))$", re.IGNORECASE)


class Offer(NamedTuple):
    """A text to go on with, and what it is."""

    text: str
    kind: str


class Offers(NamedTuple):
    """The offers for a place in a filter; they replace what stands from ``start`` on."""

    start: int
    items: list[Offer]


def offers(text: str, cursor: int, names: Mapping[str, Name]) -> Offers:
    """Return what may stand at the cursor, the likeliest first.

    Parameters
    ----------
    text
        The filter so far.
    cursor
        A place in it.
    names
        What the runs have.
    """
    before = text[:cursor]
    if found := _STATUS.search(before):
        return _matching(found.start(1), found[1], (Offer(f"'{s}'", "status") for s in STATUSES))
    if before.count("'") % 2:
        return Offers(cursor, [])  # inside a value
    found = _WORD.search(before)
    assert found is not None  # it matches nothing, too
    start, word = found.start(), found[0]
    last = before[:start].rstrip()
    if _JOINS.search(last):
        return _matching(start, word, _names(names))
    if _ENDED.search(last):
        return _matching(start, word, (Offer(w, "") for w in JUNCTIONS))
    if _NAME.search(last) and start > len(last):
        return _matching(start, word, (Offer(s, "") for s in SIGNS))
    return Offers(cursor, [])


def _names(names: Mapping[str, Name]) -> Iterable[Offer]:
    for name in sorted(names.values(), key=lambda n: (_ORDER.index(n.kind), -n.runs, n.key)):
        if name.kind and not name.is_own:
            yield Offer(spelled(name.kind, name.key), NOUNS[name.kind])
    yield from (Offer(a, "attribute") for a in _PLAIN)


def _matching(start: int, word: str, found: Iterable[Offer]) -> Offers:
    """Those that begin with what is typed, then those with a part that does, then the others."""
    wanted = word.lower().strip("`'")
    ranked: list[list[Offer]] = [[], [], []]
    for offer in found:
        text = offer.text.lower().strip("`'")
        if offer.text == word:
            return Offers(start, [])
        if text.startswith(wanted):
            ranked[0].append(offer)
        elif re.search(rf"[._`/-]{re.escape(wanted)}", text):
            ranked[1].append(offer)
        elif wanted in text:
            ranked[2].append(offer)
    return Offers(start, [offer for rank in ranked for offer in rank][:MOST])
