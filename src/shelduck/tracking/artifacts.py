"""Files of a run: logged by content, listed and fetched by path."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import orjson

from shelduck import values
from shelduck.errors import BadValue, NotFound, nearest
from shelduck.records import FileInfo
from shelduck.store import Store, facts, reading
from shelduck.tracking.active import ActiveRun, now_ms

if TYPE_CHECKING:
    import pandas as pd


def log_artifact(run: ActiveRun, local_path: str | Path, artifact_path: str | None = None) -> None:
    """Keep a file, or a folder with all in it, with the run, below ``artifact_path``.

    Raises
    ------
    BadValue
        When there is no such file, or ``artifact_path`` leads out of the artifacts.
    """
    source = Path(local_path)
    base = path_within(artifact_path or "")
    if source.is_dir():
        _log_folder(run, source, base / source.name)
    else:
        _log_file(run, source, base / source.name)


def log_artifacts(run: ActiveRun, local_dir: str | Path, artifact_path: str | None = None) -> None:
    """Keep all that is in a folder with the run, below ``artifact_path``."""
    folder = Path(local_dir)
    if not folder.is_dir():
        raise BadValue(f"there is no folder {folder} to log.")
    _log_folder(run, folder, path_within(artifact_path or ""))


def _log_folder(run: ActiveRun, folder: Path, base: PurePosixPath) -> None:
    refused = []
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            try:
                _log_file(run, file, base / file.relative_to(folder).as_posix())
            except BadValue as e:
                refused.append(str(e))
    if refused:
        raise BadValue("\n".join(refused))


def _log_file(run: ActiveRun, source: Path, path: PurePosixPath) -> None:
    path = path_within(str(path))
    if not source.is_file():
        raise BadValue(f"there is no file {source} to log (looked in {Path.cwd()}).")
    digest, size = run.store.blobs.put(source)
    run.store.append(facts.artifact(run.run_id, str(path), digest, size, now_ms()))


@contextmanager
def new_artifact(run: ActiveRun, artifact_file: str) -> Iterator[Path]:
    """Yield a path to write to; what is there afterwards becomes the artifact."""
    path = path_within(artifact_file)
    if not path.name:
        raise BadValue(f"`{artifact_file}` does not name a file.")
    with tempfile.TemporaryDirectory(prefix="shelduck-") as folder:
        draft = Path(folder) / path.name
        yield draft
        _log_file(run, draft, path)


def log_text(run: ActiveRun, text: str, artifact_file: str) -> None:
    """Keep a text as an artifact."""
    with new_artifact(run, artifact_file) as draft:
        draft.write_text(text, encoding="utf-8")


def log_dict(run: ActiveRun, dictionary: Mapping[str, Any] | list[Any], artifact_file: str) -> None:
    """Keep a dict or list as JSON, or as YAML if the name says so and PyYAML is there."""
    text = _yaml(dictionary) if artifact_file.endswith((".yaml", ".yml")) else None
    if text is None:
        text = json.dumps(dictionary, indent=2, ensure_ascii=False, default=str)
    log_text(run, text, artifact_file)


def _yaml(content: Any) -> str | None:
    try:
        import yaml  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        return None  # JSON is YAML, too
    return str(yaml.safe_dump(content, sort_keys=False, allow_unicode=True))


def log_figure(
    run: ActiveRun, figure: Any, artifact_file: str, *, save_kwargs: dict[str, Any] | None = None
) -> None:
    """Keep a matplotlib or plotly figure, in the format of the file's ending."""
    with new_artifact(run, artifact_file) as draft:
        if hasattr(figure, "savefig"):
            figure.savefig(draft, **(save_kwargs or {}))
        elif draft.suffix == ".html":
            figure.write_html(draft, **({"include_plotlyjs": True} | (save_kwargs or {})))
        else:
            figure.write_image(draft, **(save_kwargs or {}))


def log_image(
    run: ActiveRun,
    image: Any,
    artifact_file: str | None = None,
    key: str | None = None,
    step: int | None = None,
    timestamp: int | None = None,
) -> None:
    """Keep a PIL image or a numpy array as a picture; with ``key``, one of a series of steps.

    Arrays are height × width (× 1, 3 or 4): integers 0 to 255, truth values, or floats 0 to 1,
    which are clipped to that.

    Raises
    ------
    BadValue
        When an array is of another shape, or an integer is out of range.
    """
    if artifact_file is None:
        if key is None:
            raise BadValue("log_image needs an artifact_file, or the key of a series.")
        name = key.replace("/", "#")
        artifact_file = f"images/{name}%step%{step or 0}%timestamp%{timestamp or now_ms()}.png"
    with new_artifact(run, artifact_file) as draft:
        _picture(image).save(draft)


def log_table(run: ActiveRun, data: Mapping[str, Any] | pd.DataFrame, artifact_file: str) -> None:
    """Keep a table as JSON (or Parquet, by the ending); logged again, rows are appended."""
    import pandas as pd

    frame = data if isinstance(data, pd.DataFrame) else pd.DataFrame(_columns(data))
    with run.store.reading() as con:
        known = {f.path: f for f in reading.artifacts(con, run.run_id)}
    with new_artifact(run, artifact_file) as draft:
        before = known.get(str(path_within(artifact_file)))
        if before is not None and before.digest is not None:
            run.store.blobs.get(before.digest, draft)
            frame = pd.concat([_read_table(draft), frame], ignore_index=True)
        if draft.suffix == ".parquet":
            frame.to_parquet(draft)
        else:
            draft.write_bytes(_json_table(frame))


def listed(store: Store, run_id: str, path: str | None = None) -> list[FileInfo]:
    """Return the files and folders directly below ``path``, or the file at it."""
    with store.reading() as con:
        files = reading.artifacts(con, reading.get_run(con, run_id).info.run_id)
    base = PurePosixPath(path or "")
    found: dict[str, FileInfo] = {}
    for file in files:
        here = PurePosixPath(file.path)
        if here == base:
            return [file]
        if base in here.parents:
            child = base / here.relative_to(base).parts[0]
            folder = FileInfo(str(child), True, None)
            found[str(child)] = file if child == here else folder
    return list(found.values())


def download(store: Store, run_id: str, path: str | None, target: Path) -> Path:
    """Copy an artifact, a file or a folder, below ``target``; return where it lies.

    Raises
    ------
    NotFound
        When the run has no such artifact.
    """
    with store.reading() as con:
        files = reading.artifacts(con, reading.get_run(con, run_id).info.run_id)
    base = PurePosixPath(path or "")
    wanted = [f for f in files if base in (PurePosixPath(f.path), *PurePosixPath(f.path).parents)]
    if path and not wanted:
        raise NotFound(
            f"The run has no artifact `{path}` among {len(files)}"
            f"{nearest(path, (f.path for f in files))}"
        )
    for file in wanted:
        assert file.digest is not None
        store.blobs.get(file.digest, target / path_within(file.path))
    return target / path_within(path or "")


def path_within(text: str) -> PurePosixPath:
    """A path within a run's artifacts; never one that leads out of them, on any system."""
    path = PurePosixPath(text.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or re.match("[A-Za-z]:", text) or "\0" in text:
        raise BadValue(f"{text!a} is not a path within the artifacts of a run.")
    if text:
        values.checked_key(str(path), "artifact")
    return path


def _picture(image: Any) -> Any:
    if hasattr(image, "save"):
        return image
    import numpy as np
    from PIL import Image

    array = np.asarray(image)
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if not (array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))):
        raise BadValue(f"an image has height × width (× 1, 3 or 4), not the shape {array.shape}.")
    if array.dtype.kind in "bf":
        array = (np.clip(array, 0.0, 1.0) * 255).round()
    elif array.size and (array.min() < 0 or array.max() > 255):
        raise BadValue(f"an image has integers 0 to 255, not {array.min()} to {array.max()}.")
    return Image.fromarray(array.astype("uint8"))


def _columns(data: Mapping[str, Any]) -> dict[str, Any]:
    """A dict of columns; of single values, a table of one row."""
    single = all(isinstance(v, (str, bytes)) or not hasattr(v, "__len__") for v in data.values())
    return {k: [v] for k, v in data.items()} if single else dict(data)


def _json_table(frame: pd.DataFrame) -> bytes:
    """The frame as pandas reads it with ``orient="split"``; pandas itself would cut floats."""
    import pandas as pd

    def other(value: Any) -> str | None:
        return None if pd.isna(value) is True else str(value)

    rows = [list(row) for row in frame.itertuples(index=False, name=None)]
    content = {"columns": [str(c) for c in frame.columns], "data": rows}
    try:
        return orjson.dumps(content, default=other, option=orjson.OPT_SERIALIZE_NUMPY)
    except orjson.JSONEncodeError as e:
        raise BadValue(f"the table cannot be written as JSON: {e}.") from e


def _read_table(path: Path) -> pd.DataFrame:
    import pandas as pd

    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    content = orjson.loads(path.read_bytes())
    return pd.DataFrame(content["data"], columns=content["columns"])
