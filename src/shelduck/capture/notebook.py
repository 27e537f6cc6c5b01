"""Which notebook this kernel belongs to, and which cell is being run."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

# Names that editors and runners leave in the user's namespace.
_NAMES = (
    "__vsc_ipynb_file__",  # VS Code
    "PAPERMILL_INPUT_PATH",  # papermill --inject-paths
    "__session__",  # ipykernel, from JPY_SESSION_NAME when the kernel began
)


def notebook_path(namespace: Mapping[str, Any] | None = None) -> Path | None:
    """Return the absolute path of the kernel's notebook, or None where nobody tells it.

    Jupyter's server, and what builds on it (Lab, Notebook 7, PyCharm), tells it in the variable
    ``JPY_SESSION_NAME``, VS Code and papermill in the user's ``namespace``. Colab has no file.
    The path is that of an existing file, or at least of one in an existing folder.
    """
    names = namespace or {}
    # Where the kernel began (IPython keeps it) counts too: users change folders.
    folders = [Path.cwd(), *map(Path, names.get("_dh", [])[:1])]
    return next(filter(None, (_located(told, folders) for told in _told(names))), None)


def _told(namespace: Mapping[str, Any]) -> Iterator[str]:
    told = [*map(namespace.get, _NAMES), os.environ.get("JPY_SESSION_NAME")]
    for name in told:
        if isinstance(name, str) and name:
            # Real-time collaboration puts its drive before the path, or before the file's name.
            yield name.replace("RTC:", "", 1)


def _located(name: str, folders: list[Path]) -> Path | None:
    """The file that ``name`` means, given from one of the folders or from any above it.

    The kernel begins in the notebook's folder, while a relative name begins at the server's root.
    """
    try:
        if (path := Path(name)).is_absolute():
            unsaved = path.suffix == ".ipynb" and path.parent.is_dir()
            return path if path.is_file() or unsaved else None
        roots = (root for folder in folders for root in (folder, *folder.parents))
        return next((path for root in roots if (path := root / name).is_file()), None)
    except (OSError, ValueError):
        return None


def cell_id(told: object) -> str | None:
    """Return the id that the front end gives the cell being run, or None.

    Parameters
    ----------
    told
        IPython's ``ExecutionInfo``; or the ``execute_request``, or its metadata, as a mapping.
        JupyterLab sends the id the cell has in the file. VS Code sends an address, of which the
        part that names the cell is taken: it holds as long as the notebook is open.
    """
    if isinstance(told, Mapping):
        metadata = told.get("metadata", told)
        found = metadata.get("cellId") if isinstance(metadata, Mapping) else None
    else:
        found = getattr(told, "cell_id", None) or cell_id(getattr(told, "cell_meta", None) or {})
    if not isinstance(found, str) or not found:
        return None
    return unquote(found.rpartition("#")[2]) if found.startswith("vscode-") else found
