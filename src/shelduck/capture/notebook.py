"""Which notebook this kernel belongs to, as its front end tells it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_NAMES = ("__vsc_ipynb_file__", "__session__")  # VS Code, older ipykernel


def notebook_path(namespace: Mapping[str, Any] | None = None) -> Path | None:
    """Return the path of the notebook, absolute if it is found on disk; None when unknown.

    Parameters
    ----------
    namespace
        The user's variables, in which some front ends leave the path.
    """
    for text in _told(namespace or {}):
        path = Path(text)
        if path.suffix == ".ipynb":
            return _on_disk(path)
    return None


def _told(namespace: Mapping[str, Any]) -> Iterator[str]:
    yield os.environ.get("SHELDUCK_NOTEBOOK", "")
    yield from (str(namespace[name]) for name in _NAMES if name in namespace)
    yield os.environ.get("JPY_SESSION_NAME", "")


def _on_disk(path: Path) -> Path:
    """The server tells a path relative to its root; the kernel starts in the notebook's folder."""
    for folder in (Path(), *Path.cwd().parents):
        if (folder / path).is_file():
            return (folder / path).resolve()
    beside = Path.cwd() / path.name
    return beside if beside.is_file() else path
