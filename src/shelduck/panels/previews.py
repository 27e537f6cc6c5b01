"""An artifact as a view can show it: a text, a table, a picture, a page, or what it is in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath

from shelduck import formats
from shelduck.errors import NotFound, nearest
from shelduck.panels.mlmodel import card
from shelduck.panels.panel import Answer
from shelduck.panels.previewed_tables import csv_rows, parquet_rows
from shelduck.panels.source import tokens
from shelduck.panels.wire import Json
from shelduck.records import FileInfo
from shelduck.store.blobs import Blobs

TEXT, IMAGE, DOWNLOAD = 1_000_000, 5_000_000, 50_000_000  # bytes shown, shown, handed out at most

_LANGUAGES = {".py": "python", ".json": "json", ".yaml": "yaml", ".yml": "yaml", ".sql": "sql"}
_PICTURES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
}
_PICKLES = (".pkl", ".pickle", ".joblib", ".cloudpickle", ".pt", ".pth")


def file_at(files: Sequence[FileInfo], path: str) -> FileInfo:
    """Return the artifact of a path; else NotFound, with the nearest."""
    known = {file.path: file for file in files}
    if path not in known:
        raise NotFound(
            f"The run has no artifact `{path}` among {len(known):,}{nearest(path, known)}"
        )
    return known[path]


def preview(blobs: Blobs, files: Sequence[FileInfo], path: str) -> Answer:
    """Return what to show of an artifact, or of a folder that holds a model.

    The result has ``kind`` (text, table, image, html, model or other), ``size``, ``digest`` and
    what the kind needs; ``said`` is what a person should know of it. Nothing is ever unpickled.

    Raises
    ------
    NotFound
        When the run has no such artifact, or its content is gone.
    """
    model = f"{path}/MLmodel"
    if any(file.path == model for file in files):
        return _model(blobs, files, path)
    file = file_at(files, path)
    about = {"size": file.file_size or 0, "digest": file.digest}
    answer = _kind_of(file)(blobs, file)
    return Answer(about | answer.result, answer.buffers)


def contents(blobs: Blobs, file: FileInfo) -> bytes | None:
    """Return the bytes of an artifact to download; None when they are too many."""
    size = file.file_size or 0
    return None if size > DOWNLOAD else _bytes(blobs, file, size)


def _kind_of(file: FileInfo) -> Callable[[Blobs, FileInfo], Answer]:
    ending = PurePosixPath(file.path).suffix.lower()
    if ending in _PICKLES:
        return _pickle
    if ending in _PICTURES:
        return _image
    kinds = {".csv": _csv, ".tsv": _csv, ".parquet": _parquet, ".html": _html, ".htm": _html}
    return kinds.get(ending, _text)


def _bytes(blobs: Blobs, file: FileInfo, most: int) -> bytes:
    with blobs.open(file.digest or "") as source:
        return source.read(most)


def _other(said: str) -> Answer:
    return Answer({"kind": "other", "said": said})


def _pickle(blobs: Blobs, file: FileInfo) -> Answer:
    return _other("A pickle: loading it runs code, so it is not opened here.")


def _image(blobs: Blobs, file: FileInfo) -> Answer:
    if (file.file_size or 0) > IMAGE:
        return _other(f"A picture of more than {formats.size(IMAGE)}: download it to see it.")
    ending = PurePosixPath(file.path).suffix.lower()
    content = _bytes(blobs, file, IMAGE)
    return Answer({"kind": "image", "type": _PICTURES[ending]}, [content])


def _html(blobs: Blobs, file: FileInfo) -> Answer:
    if (file.file_size or 0) > IMAGE:
        return _other(f"A page of more than {formats.size(IMAGE)}: download it to see it.")
    text = _bytes(blobs, file, IMAGE).decode("utf-8", "replace")
    said = "Its scripts are switched off here." if "<script" in text.lower() else None
    return Answer({"kind": "html", "text": text, "said": said})


def _text(blobs: Blobs, file: FileInfo) -> Answer:
    """A text, if it is one."""
    content = _bytes(blobs, file, TEXT)
    if content[:1] == b"\x80" and content[1:2] in b"\x02\x03\x04\x05":
        return _pickle(blobs, file)
    text = _decoded(content, cut=len(content) < (file.file_size or 0))
    if text is None:
        return _other("Not a text, a table or a picture: there is nothing to show of it.")
    said = _cut(file, TEXT)
    language = _language(file.path)
    if language == "json" and said is None:
        text = _pretty(text)
    shown = tokens(text, language) if language else [("", text)]
    return Answer({"kind": "text", "tokens": shown if text else [], "said": said})


def _cut(file: FileInfo, most: int) -> str | None:
    size = file.file_size or 0
    return f"The first {formats.size(most)} of {formats.size(size)}." if size > most else None


def _language(path: str) -> str | None:
    name = PurePosixPath(path)
    return "yaml" if name.name == "MLmodel" else _LANGUAGES.get(name.suffix.lower())


def _decoded(content: bytes, *, cut: bool) -> str | None:
    """The text of some bytes; None when they are none. A cut may go through a character."""
    if b"\0" in content:
        return None
    for end in range(len(content), len(content) - (4 if cut else 1), -1):
        try:
            return content[:end].decode("utf-8")
        except UnicodeDecodeError:
            continue
    return None


def _pretty(text: str) -> str:
    try:
        pretty = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
        pretty.encode()
    except (ValueError, RecursionError):
        return text  # not JSON after all, or with an escaped half of a character
    return pretty


def _csv(blobs: Blobs, file: FileInfo) -> Answer:
    try:
        with blobs.open(file.digest or "") as source:
            return _table(csv_rows(source, file.file_size or 0))
    except ValueError:  # not UTF-8, or no table
        return _text(blobs, file)


def _parquet(blobs: Blobs, file: FileInfo) -> Answer:
    try:
        with blobs.open(file.digest or "") as source:
            return _table(parquet_rows(source))
    except ImportError:
        return _other("A Parquet file. Install pyarrow to see its rows here: pip install pyarrow.")
    except Exception as e:  # whatever pyarrow makes of a file that is none
        return _other(f"A Parquet file that cannot be read: {formats.line(str(e), 200)}")


def _table(table: Json) -> Answer:
    return Answer({"kind": "table"} | table)


def _model(blobs: Blobs, files: Sequence[FileInfo], path: str) -> Answer:
    inside = [file for file in files if file.path.startswith(f"{path}/")]
    described = file_at(files, f"{path}/MLmodel")
    text = _bytes(blobs, described, TEXT).decode("utf-8", "replace")
    size = sum(file.file_size or 0 for file in inside)
    return Answer({"kind": "model", "size": size, "files": len(inside)} | card(text))
