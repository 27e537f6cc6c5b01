"""What a run table offers to choose from: columns to show, and what to group by."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from shelduck.panels.table_columns import ATTRIBUTES, Column, Names
from shelduck.panels.wire import Json
from shelduck.store.catalog import Name
from shelduck.store.fields import NOUNS, split

MOST, GROUPS = 200, 40
_ORDER = tuple(NOUNS)
_GROUPED = ("status", "experiment", "cell", "notebook", "user", "git_commit", "source")


def choices(names: Names, text: str, shown: Collection[str]) -> Json:
    """Return the columns whose name has a text in it, and how many more there are."""
    wanted = text.strip().lower()
    found = [n for n in names.values() if wanted in n.column.lower() and _is_column(n)]
    found.sort(key=lambda n: (_ORDER.index(n.kind), n.column not in shown, n.key.lower()))
    items = [
        {
            "id": name.column,
            "label": ATTRIBUTES[name.key][0] if not name.kind else name.key,
            "kind": NOUNS[name.kind],
            "count": name.runs,
            "constant": name.is_constant and name.kind == "params",
            "shown": name.column in shown,
        }
        for name in found[:MOST]
    ]
    return {"items": items, "more": len(found) - len(items)}


def _is_column(name: Name) -> bool:
    return not name.is_own if name.kind else name.key in ATTRIBUTES


def groupable(names: Names, columns: Sequence[Column], now: str | None) -> list[dict[str, str]]:
    """Return what the runs can be grouped by: attributes that vary, params and tags shown."""
    ids = [a for a in _GROUPED if a in names and not names[a].is_constant]
    ids += [column.id for column in columns if column.kind in ("param", "tag")]
    ids += [n.column for n in names.values() if n.kind == "tags" and not n.is_own]
    kept = list(dict.fromkeys([*([now] if now else []), *ids]))[:GROUPS]
    return [{"id": i, "label": ATTRIBUTES[i][0] if i in ATTRIBUTES else split(i)[1]} for i in kept]
