"""The verbs about files: what a run keeps as artifacts, listed and fetched."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shelduck.errors import BadValue, NoActiveRun
from shelduck.records import FileInfo
from shelduck.tracking import artifacts
from shelduck.tracking.current import current
from shelduck.tracking.fluent import run_to_log_to

if TYPE_CHECKING:
    import pandas as pd


def log_artifact(
    local_path: str | Path, artifact_path: str | None = None, run_id: str | None = None
) -> None:
    """Keep a file, or a folder with all in it, with the run."""
    artifacts.log_artifact(run_to_log_to(run_id), local_path, artifact_path)


def log_artifacts(
    local_dir: str | Path, artifact_path: str | None = None, run_id: str | None = None
) -> None:
    """Keep all that is in a folder with the run."""
    artifacts.log_artifacts(run_to_log_to(run_id), local_dir, artifact_path)


def log_text(text: str, artifact_file: str, run_id: str | None = None) -> None:
    """Keep a text as an artifact."""
    artifacts.log_text(run_to_log_to(run_id), text, artifact_file)


def log_dict(
    dictionary: Mapping[str, Any] | list[Any], artifact_file: str, run_id: str | None = None
) -> None:
    """Keep a dict or list as JSON, or as YAML if the file's name says so."""
    artifacts.log_dict(run_to_log_to(run_id), dictionary, artifact_file)


def log_figure(
    figure: Any, artifact_file: str, *, save_kwargs: dict[str, Any] | None = None
) -> None:
    """Keep a matplotlib or plotly figure, in the format of the file's ending."""
    artifacts.log_figure(run_to_log_to(None), figure, artifact_file, save_kwargs=save_kwargs)


def log_image(
    image: Any,
    artifact_file: str | None = None,
    key: str | None = None,
    step: int | None = None,
    timestamp: int | None = None,
    synchronous: bool | None = None,
) -> None:
    """Keep a PIL image or a numpy array as a picture; with ``key``, one of a series of steps."""
    artifacts.log_image(run_to_log_to(None), image, artifact_file, key, step, timestamp)


def log_table(
    data: Mapping[str, Any] | pd.DataFrame, artifact_file: str, run_id: str | None = None
) -> None:
    """Keep a table as JSON or Parquet; logged again under the same name, rows are appended."""
    artifacts.log_table(run_to_log_to(run_id), data, artifact_file)


def list_artifacts(
    artifact_uri: str | None = None, run_id: str | None = None, artifact_path: str | None = None
) -> list[FileInfo]:
    """Return the files and folders directly below a path of a run's artifacts."""
    run_id, path = _artifact_address(artifact_uri, run_id, artifact_path)
    return artifacts.listed(current.store, run_id, path)


def download_artifacts(
    artifact_uri: str | None = None,
    run_id: str | None = None,
    artifact_path: str | None = None,
    dst_path: str | Path | None = None,
) -> str:
    """Copy an artifact, a file or a folder, to ``dst_path`` or a new folder; return its path.

    Parameters
    ----------
    artifact_uri
        ``runs:/<run_id>/path``, in place of ``run_id`` and ``artifact_path``.
    """
    run_id, path = _artifact_address(artifact_uri, run_id, artifact_path)
    target = Path(dst_path) if dst_path else Path(tempfile.mkdtemp(prefix="shelduck-"))
    return str(artifacts.download(current.store, run_id, path, target))


def get_artifact_uri(artifact_path: str | None = None) -> str:
    """Return the address of the active run's artifacts, or of one, as ``runs:/<run_id>/path``."""
    base = f"runs:/{run_to_log_to(None).run_id}"
    return f"{base}/{artifact_path}" if artifact_path else base


def _artifact_address(
    uri: str | None, run_id: str | None, path: str | None
) -> tuple[str, str | None]:
    if uri is not None:
        scheme, _, rest = uri.partition(":/")
        run_id, _, path = rest.lstrip("/").partition("/")
        if scheme != "runs" or not run_id:
            raise BadValue(f"`{uri}` is no address of an artifact; it is like runs:/<run_id>/path.")
    run_id = run_id or (current.last_run.run_id if current.last_run else None)
    if run_id is None:
        raise NoActiveRun("say which run: give run_id, or an artifact_uri of runs:/<run_id>/….")
    return run_id, path or None
