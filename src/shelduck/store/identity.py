"""Which store this is: an id older than its file, so that a journal can name it.

The id lies in ``<store>.journal/store.json`` from the first log call on; the DuckDB file
carries the same id once a fold has made it.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

import orjson
import platformdirs

from shelduck.store import schema
from shelduck.store.opening import attached, locked

_WAIT = 10.0


@dataclass(frozen=True, slots=True)
class Identity:
    """A store's id, and whether its DuckDB file was ever made."""

    store_id: str
    created: bool


def journal_folder(path: Path) -> Path:
    """Return the folder of the journals of the store at ``path``."""
    return Path(f"{path}.journal")


def artifact_folder(path: Path) -> Path:
    """Return the folder of the artifacts of the store at ``path``."""
    return Path(f"{path}.artifacts")


def fallback_folder(store_id: str) -> Path:
    """Return where journals go while the store's own folder cannot be written."""
    return platformdirs.user_state_path("shelduck") / "journals" / store_id


def claim(path: Path) -> Identity:
    """Return the identity of the store at ``path``; of a new one, decide it.

    A store whose file was made and is gone was deleted by somebody: what comes now is another.
    """
    places = (journal_folder(path) / "store.json", _place_elsewhere(path))
    known = next(filter(None, map(_read, places)), None)
    if path.exists() and (known is None or not known.created):
        known = Identity(_id_in_file(path) or (known or _new()).store_id, created=True)
        return _write_first(places, known, replace=True)
    if known and known.created and not path.exists():
        return _write_first(places, _new(), replace=True)
    return known or _write_first(places, _new(), replace=False)


def mark_created(path: Path, store_id: str) -> None:
    """Note that the store's file has been made."""
    place = journal_folder(path) / "store.json"
    _write_first((place,), Identity(store_id, created=True), replace=True)


def _new() -> Identity:
    return Identity(uuid4().hex, created=False)


def _place_elsewhere(path: Path) -> Path:
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:32]
    return platformdirs.user_state_path("shelduck") / "stores" / f"{digest}.json"


def _read(place: Path) -> Identity | None:
    try:
        found = orjson.loads(place.read_bytes())
        return Identity(found["store_id"], found["created"])
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError):
        return None


def _id_in_file(path: Path) -> str | None:
    with locked(journal_folder(path), _WAIT), attached(str(path)) as con:
        return schema.read_meta(con).get("store_id")


def _write_first(places: tuple[Path, ...], identity: Identity, *, replace: bool) -> Identity:
    """Write to the first place that can be written; of two processes at once, one wins."""
    for place in places:
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            draft = place.with_name(f"{uuid4().hex}.tmp")
            draft.write_bytes(orjson.dumps(asdict(identity)))
            try:
                if replace:
                    draft.replace(place)
                    return identity
                os.link(draft, place)
            except FileExistsError:
                pass
            finally:
                draft.unlink(missing_ok=True)
            return _read(place) or identity
        except OSError:
            continue
    return identity
