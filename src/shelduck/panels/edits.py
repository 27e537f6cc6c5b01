"""What can be changed of a run on screen; all of it goes through the journal, as in a cell."""

from __future__ import annotations

from shelduck.errors import BadValue
from shelduck.records import NAME, NOTE, SYSTEM_PREFIXES
from shelduck.store import Store, facts
from shelduck.tracking.active import tag_facts


def rename(store: Store, run_id: str, name: str) -> None:
    """Give a run another name; BadValue when it is blank."""
    if not name.strip():
        raise BadValue("a run's name has at least one letter.")
    store.append(*tag_facts("run", run_id, NAME, name.strip()))


def set_note(store: Store, run_id: str, note: str) -> None:
    """Write a run's note, which is markdown; an empty one is removed."""
    if note.strip():
        store.append(*tag_facts("run", run_id, NOTE, note))
    else:
        store.append(facts.tag("run", run_id, NOTE, None))


def set_tag(store: Store, run_id: str, key: str, value: str) -> None:
    """Set a tag of a run; BadValue when its name is none or is kept for Shelduck's own."""
    store.append(*tag_facts("run", run_id, _own(key), value))


def remove_tag(store: Store, run_id: str, key: str) -> None:
    """Remove a tag of a run."""
    store.append(facts.tag("run", run_id, _own(key), None))


def set_deleted(store: Store, run_id: str, *, deleted: bool) -> None:
    """Put a run into the trash, or take it out."""
    store.append(facts.stage("run", run_id, deleted=deleted))


def _own(key: str) -> str:
    key = key.strip()
    if not key:
        raise BadValue("a tag needs a name.")
    if key.startswith(SYSTEM_PREFIXES):
        raise BadValue(f"`{key}`: names with {' and '.join(SYSTEM_PREFIXES)} are not for tags.")
    return key
