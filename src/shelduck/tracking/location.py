"""Where the store is: the same answer for a kernel, the command line and a server."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from shelduck.errors import BadValue
from shelduck.store import journal_folder

FILE_NAME = "shelduck.duckdb"
STORE_VARIABLE = "SHELDUCK_STORE"
_SCHEME = "duckdb:///"


def parse_uri(uri: str | os.PathLike[str]) -> Path:
    """Return the store's path for a path or ``duckdb:///path``; a folder means a file in it.

    Raises
    ------
    BadValue
        For any other kind of address.
    """
    text = os.fspath(uri)
    if text.startswith(_SCHEME):
        text = text.removeprefix(_SCHEME)
        text = text if Path(text).is_absolute() or os.name == "nt" else f"/{text}"
    elif re.match(r"[A-Za-z][\w+.-]+:", text):  # one letter is a drive of Windows
        raise BadValue(
            f"`{text}` is not a place for a store. It is a path, like `runs/shelduck.duckdb`, "
            "or `duckdb:///path`: there is no server to connect to."
        )
    path = Path(text).expanduser()
    return path / FILE_NAME if path.is_dir() or not path.suffix else path


def locate(start: Path) -> Path:
    """Return the store of somebody working in the folder ``start``.

    ``SHELDUCK_STORE``, else the nearest ``shelduck.duckdb`` upward, else a new one there.
    """
    if named := os.environ.get(STORE_VARIABLE):
        return parse_uri(named).absolute()
    start = start.absolute()
    return next(_stores_upward(start), start / FILE_NAME)


def _stores_upward(start: Path) -> Iterator[Path]:
    for folder in (start, *start.parents):
        path = folder / FILE_NAME
        if path.exists() or journal_folder(path).exists():
            yield path
