"""Artifacts by their content: a file is kept once, under its SHA-256, whoever logged it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from uuid import uuid4

from shelduck.errors import NotFound

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_CHUNK = 1 << 20


class Blobs:
    """A folder or bucket of blobs.

    Parameters
    ----------
    root
        A local folder, or any address fsspec knows, like ``s3://bucket/artifacts``.
    """

    def __init__(self, root: Path | str) -> None:
        self.root = str(root)

    def _open_root(self) -> tuple[AbstractFileSystem, str]:
        import fsspec

        fs, path = fsspec.core.url_to_fs(self.root)
        return fs, path

    def _at(self, base: str, digest: str) -> str:
        return f"{base}/{digest[:2]}/{digest[2:]}"

    def put(self, source: Path) -> tuple[str, int]:
        """Copy a file in, unless its content is there; return its digest and size in bytes.

        The digest is of the very bytes that were copied, even if the file changes meanwhile.
        """
        fs, base = self._open_root()
        fs.makedirs(base, exist_ok=True)
        draft = f"{base}/{uuid4().hex}.tmp"
        hasher, size = hashlib.sha256(), 0
        try:
            with source.open("rb") as src, fs.open(draft, "wb") as dst:
                while chunk := src.read(_CHUNK):
                    hasher.update(chunk)
                    size += len(chunk)
                    dst.write(chunk)
            self._settle(fs, draft, self._at(base, hasher.hexdigest()))
        finally:
            if fs.exists(draft):
                fs.rm_file(draft)
        return hasher.hexdigest(), size

    def _settle(self, fs: AbstractFileSystem, draft: str, place: str) -> None:
        if fs.exists(place):
            fs.touch(place, truncate=False)  # young again: gc spares it
            return
        fs.makedirs(place.rpartition("/")[0], exist_ok=True)
        fs.mv(draft, place)

    def open(self, digest: str) -> IO[bytes]:
        """Open a blob for reading.

        Raises
        ------
        NotFound
            When there is no blob of that digest.
        """
        fs, base = self._open_root()
        try:
            opened: IO[bytes] = fs.open(self._at(base, digest), "rb")
        except FileNotFoundError as e:
            raise NotFound(
                f"The content {digest[:12]}… is missing from {self.root}; was the store copied "
                "without its .artifacts folder?"
            ) from e
        return opened

    def get(self, digest: str, target: Path) -> None:
        """Copy a blob out to ``target``, making its folders."""
        target.parent.mkdir(parents=True, exist_ok=True)
        with self.open(digest) as src, target.open("wb") as dst:
            shutil.copyfileobj(src, dst, _CHUNK)

    def all(self) -> Iterator[tuple[str, int, float]]:
        """Yield digest, size in bytes and time of last use (seconds since 1970) of each blob."""
        fs, base = self._open_root()
        if not fs.exists(base):
            return
        details: dict[str, dict[str, Any]] = fs.find(base, detail=True)
        for path, info in details.items():
            digest = "".join(path.rsplit("/", 2)[1:])
            if len(digest) == 64:
                yield digest, info["size"], float(info.get("mtime", 0.0))

    def remove(self, digest: str) -> None:
        """Delete a blob."""
        fs, base = self._open_root()
        fs.rm_file(self._at(base, digest))
