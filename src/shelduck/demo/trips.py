"""New York's green taxi trips, read from the nearest place that has them."""

from __future__ import annotations

import os
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING

from shelduck.demo.sample import COLUMNS, sample_trips
from shelduck.errors import BadValue, NotFound, nearest

if TYPE_CHECKING:
    import pandas as pd

MONTHS = ("2021-01", "2021-02", "2021-03")
ADDRESS = "https://d37ci6vzurychx.cloudfront.net/trip-data"
TIMEOUT = 10.0
"""Seconds that the TLC's server may keep silent."""


def read_trips(month: str, folder: str | os.PathLike[str] | None = None) -> pd.DataFrame:
    """Read the green taxi trips of a month.

    Looked for in this order: the folder ``SHELDUCK_DATA`` names, ``../shared/data`` from the
    working directory or one above it, the TLC's public address (kept in the user's cache from
    then on). When none has the month, a synthetic sample of the same columns takes its place.
    One printed line and ``attrs["source"]`` say which it was.

    Parameters
    ----------
    month
        ``"2021-01"``, ``"2021-02"`` or ``"2021-03"``.
    folder
        Look here and nowhere else.

    Raises
    ------
    BadValue
        For another month, or a file that does not hold trips.
    NotFound
        When ``folder`` is given and has no file of the month.
    """
    if month not in MONTHS:
        raise BadValue(f"no trips of {month!r}: there are {', '.join(MONTHS)}")
    path, source = _find(f"green_tripdata_{month}.parquet", folder)
    if path is None:
        trips, source = sample_trips(month), "a SYNTHETIC sample: not real trips"
    else:
        trips = _read(path)
    trips.attrs["source"] = source
    print(f"{month}: {len(trips):,} trips from {source}")
    return trips


def _find(file: str, folder: str | os.PathLike[str] | None) -> tuple[Path | None, str]:
    """Return where the file is and how to name that place on screen."""
    if folder is not None:
        return _expected(Path(folder) / file), str(Path(folder) / file)
    for path, source in _places(file):
        if path.is_file():
            return path, source
    return _downloaded(file)


def _places(file: str) -> Iterator[tuple[Path, str]]:
    if named := os.environ.get("SHELDUCK_DATA"):
        path = Path(named).expanduser() / file
        if not path.is_file():
            print(f"SHELDUCK_DATA has no {file} (it is {named!r}); looking further")
        yield path, str(path)
    here = Path.cwd()
    for above in here.parents:
        path = above / "shared" / "data" / file
        # Relative, so that a notebook's saved output is the same on every machine.
        yield path, Path(os.path.relpath(path, here)).as_posix()


def _expected(path: Path) -> Path:
    if not path.is_file():
        there = sorted(p.name for p in path.parent.glob("*.parquet"))
        what = f"it has {', '.join(there)}" if there else "it has no Parquet files"
        raise NotFound(f"no {path.name} in {path.parent}: {what}{nearest(path.name, there)}")
    return path


def _downloaded(file: str) -> tuple[Path | None, str]:
    from platformdirs import user_cache_path

    url = f"{ADDRESS}/{file}"
    path = user_cache_path("shelduck") / "trips" / file
    try:
        if not path.is_file():
            print(f"Downloading {url}", flush=True)
            _save(_fetch(url), path)
    except (OSError, HTTPException) as error:
        print(f"Could not have {file} from the TLC: {getattr(error, 'reason', error)}")
        return None, ""
    return path, url


def _fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=TIMEOUT) as response:  # noqa: S310
        content: bytes = response.read()
    # A hotel's login page also answers 200.
    if not (content.startswith(b"PAR1") and content.endswith(b"PAR1")):
        raise OSError(f"what {url} sent is not a Parquet file")
    return content


def _save(content: bytes, path: Path) -> None:
    """Write the file so that nobody ever finds half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(path)


def _read(path: Path) -> pd.DataFrame:
    import pandas as pd

    try:
        trips = pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise BadValue(f"{path} cannot be read as Parquet: {error}") from error
    if missing := [name for name in COLUMNS if name not in trips.columns]:
        raise BadValue(f"{path} does not hold green taxi trips: no column {', '.join(missing)}")
    return trips
