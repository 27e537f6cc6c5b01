"""Which store this is: an id older than its file, so that a journal can name it.

The id lies in ``<store>.journal/store.json`` from the first log call on; the DuckDB file
carries the same id once a fold has made it.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

import orjson
import platformdirs

from shelduck.errors import StoreError
from shelduck.store import schema
from shelduck.store.opening import attached, locked

_WAIT = 3.0  # seconds for a look into the file; the first log call may be waiting


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

    Raises
    ------
    StoreError
        When all there is to know it by is the file, and that cannot be opened.
    """
    with suppress(OSError):
        journal_folder(path).mkdir(parents=True, exist_ok=True)
    known = _known(path)
    if known is None or known.created != path.exists():
        with locked(journal_folder(path), _WAIT):
            return _decide(path, _known(path))
    return known


def _known(path: Path) -> Identity | None:
    return next(filter(None, map(_read, _places(path))), None)


def _decide(path: Path, known: Identity | None) -> Identity:
    if path.exists() and not (known and known.created):
        try:
            found = _id_in_file(path)
        except StoreError:
            if known is None:
                raise
            return known  # the file was begun under it, and is being made or used
        known = Identity(found or (known or _new()).store_id, created=True)
        return _write_first(_places(path), known, replace=True)
    if known and known.created and not path.exists():
        return _write_first(_places(path), _new(), replace=True)
    return known or _write_first(_places(path), _new(), replace=False)


def mark_created(path: Path, store_id: str) -> None:
    """Note that the store's file has been made."""
    _write_first(_places(path)[:1], Identity(store_id, created=True), replace=True)


def _new() -> Identity:
    return Identity(uuid4().hex, created=False)


def _places(path: Path) -> tuple[Path, Path]:
    """Beside the store, and where it is kept of a store whose folder cannot be written."""
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:32]
    elsewhere = platformdirs.user_state_path("shelduck") / "stores" / f"{digest}.json"
    return journal_folder(path) / "store.json", elsewhere


def _read(place: Path) -> Identity | None:
    try:
        found = orjson.loads(place.read_bytes())
        return Identity(found["store_id"], found["created"])
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError):
        return None


def _id_in_file(path: Path) -> str | None:
    with attached(str(path), read_only=True, wait=_WAIT) as con:
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
