"""Artifacts: files, folders, texts and tables; kept by content, fetched by path."""

from __future__ import annotations

import json
import math
import os
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from shelduck.errors import BadValue, NoActiveRun, NotFound
from shelduck.tracking.artifacts import path_within


@pytest.fixture
def run(shelduck):
    with shelduck.start_run() as run:
        yield run


def listing(shelduck, path=None):
    return {f.path: f.is_dir for f in shelduck.list_artifacts(artifact_path=path)}


def blobs(tmp_path):
    folder = tmp_path / "shelduck.duckdb.artifacts"
    return [p for p in folder.rglob("*") if p.is_file()]


def fetched(shelduck, path) -> bytes:
    return Path(shelduck.download_artifacts(artifact_path=path)).read_bytes()


def test_a_file_comes_back_as_it_was(shelduck, run, tmp_path):
    (tmp_path / "model.bin").write_bytes(bytes(range(256)) * 10_000)
    shelduck.log_artifact("model.bin")
    shelduck.log_artifact(tmp_path / "model.bin", artifact_path="deep/er")
    assert listing(shelduck) == {"model.bin": False, "deep": True}
    assert listing(shelduck, "deep/er") == {"deep/er/model.bin": False}
    assert fetched(shelduck, "deep/er/model.bin") == (tmp_path / "model.bin").read_bytes()
    [info] = shelduck.list_artifacts(artifact_path="model.bin")
    assert info.file_size == 2_560_000


def test_the_same_content_is_kept_once(shelduck, tmp_path):
    for number in range(3):
        with shelduck.start_run():
            shelduck.log_text("the same", f"{number}.txt")
            shelduck.log_text("the same", "again.txt")
    assert len(blobs(tmp_path)) == 1


def test_a_name_logged_again_is_the_new_content(shelduck, run):
    shelduck.log_text("old", "x.txt")
    shelduck.log_text("new", "x.txt")
    assert fetched(shelduck, "x.txt") == b"new"
    assert listing(shelduck) == {"x.txt": False}


def test_folders_with_all_in_them(shelduck, run, tmp_path):
    folder = tmp_path / "out"
    (folder / "sub" / "empty").mkdir(parents=True)
    (folder / "a.txt").write_text("a")
    (folder / "sub" / "ünï ↯.txt").write_text("b")
    shelduck.log_artifacts("out")
    shelduck.log_artifacts("out", artifact_path="copy")
    shelduck.log_artifact("out", artifact_path="whole")
    assert set(listing(shelduck)) == {"a.txt", "sub", "copy", "whole"}
    assert listing(shelduck, "whole/out/sub") == {"whole/out/sub/ünï ↯.txt": False}
    got = Path(shelduck.download_artifacts(artifact_path="whole/out", dst_path="here"))
    assert sorted(p.relative_to(got).as_posix() for p in got.rglob("*") if p.is_file()) == [
        "a.txt", "sub/ünï ↯.txt",
    ]  # fmt: skip
    everything = Path(shelduck.download_artifacts(run_id=run.run_id))
    assert (everything / "copy" / "sub" / "ünï ↯.txt").read_text() == "b"


def test_links_are_followed_to_what_they_mean(shelduck, run, tmp_path):
    (tmp_path / "real.txt").write_text("real")
    folder = tmp_path / "links"
    folder.mkdir()
    (folder / "link.txt").symlink_to(tmp_path / "real.txt")
    (folder / "broken.txt").symlink_to(tmp_path / "nowhere")
    (folder / "loop").symlink_to(folder)
    shelduck.log_artifacts(folder)
    shelduck.log_artifact(folder / "link.txt", "single")
    assert fetched(shelduck, "link.txt") == fetched(shelduck, "single/link.txt") == b"real"
    assert "broken.txt" not in listing(shelduck)


ESCAPES = [
    "../x", "a/../../x", "..", "/etc/x", "//host/x", "\\\\host\\x", "C:\\x", "C:/x", "c:x",
    "..\\x", "a\\..\\..\\x", "a\0b",
]  # fmt: skip


@pytest.mark.parametrize("path", ESCAPES)
def test_no_path_leads_out(shelduck, run, tmp_path, path):
    (tmp_path / "file.txt").write_text("x")
    for log in (
        lambda: shelduck.log_text("x", path),
        lambda: shelduck.log_artifact("file.txt", artifact_path=path),
        lambda: shelduck.log_artifacts(tmp_path, artifact_path=path),
        lambda: shelduck.log_dict({}, path),
    ):
        with pytest.raises(BadValue, match="is not a path within"):
            log()
    assert listing(shelduck) == {}


@pytest.mark.parametrize("path", ["", ".", "./"])
def test_a_text_needs_the_name_of_a_file(shelduck, run, path):
    with pytest.raises(BadValue, match="does not name a file"):
        shelduck.log_text("x", path)


@pytest.mark.parametrize(
    "path", ["a:b.txt", "12:30.txt", "~/x", "a b/c.txt", "a\\b.txt", "x\n.txt"]
)
def test_what_is_logged_can_be_fetched(shelduck, run, path):
    try:
        shelduck.log_text("x", path)
    except BadValue:
        assert path == "a:b.txt"
    else:
        assert fetched(shelduck, path_within(path).as_posix()) == b"x"


@pytest.mark.skipif(os.name == "nt", reason="there, no file has such a name")
def test_an_odd_file_costs_no_other(shelduck, run, tmp_path):
    folder = tmp_path / "odd"
    folder.mkdir()
    for name in (b"a:b", b"\xff.txt", b"12:30", b"z.txt"):
        Path(os.fsdecode(os.path.join(os.fsencode(folder), name))).write_text("x")
    with pytest.raises(BadValue) as refused:
        shelduck.log_artifacts(folder)
    assert len(str(refused.value).splitlines()) == 2
    assert set(listing(shelduck)) == {"12:30", "z.txt"}
    assert fetched(shelduck, "12:30") == b"x"


def test_what_is_not_there_is_said(shelduck, run, tmp_path):
    shelduck.log_text("x", "notes/a.txt")
    with pytest.raises(BadValue, match=f"no file nothing.bin to log .looked in {tmp_path}"):
        shelduck.log_artifact("nothing.bin")
    with pytest.raises(BadValue, match="no folder"):
        shelduck.log_artifacts("nothing")
    with pytest.raises(NotFound, match=r"no artifact `notes/b.txt` .*did you mean `notes/a.txt`"):
        shelduck.download_artifacts(artifact_path="notes/b.txt")
    with pytest.raises(NotFound, match="no run"):
        shelduck.list_artifacts(run_id="nobody")


def test_addresses(shelduck, run):
    shelduck.log_text("x", "notes/a.txt")
    uri = shelduck.get_artifact_uri("notes/a.txt")
    assert uri == f"{run.info.artifact_uri}/notes/a.txt"
    assert Path(shelduck.download_artifacts(uri)).read_text() == "x"
    assert [f.path for f in shelduck.list_artifacts(run.info.artifact_uri)] == ["notes"]
    for bad in ("s3://bucket/x", "runs:/", "notes/a.txt"):
        with pytest.raises(BadValue, match="runs:/<run_id>/path"):
            shelduck.download_artifacts(bad)


def test_without_any_run_it_must_be_named(shelduck):
    with pytest.raises(NoActiveRun, match="say which run"):
        shelduck.list_artifacts()


def test_dicts_as_json_and_yaml(shelduck, run):
    content = {"a": [1, 2.5, None], "ü": {"when": Decimal("1.5")}}
    shelduck.log_dict(content, "x.json")
    assert json.loads(fetched(shelduck, "x.json")) == {"a": [1, 2.5, None], "ü": {"when": "1.5"}}
    shelduck.log_dict({"a": [1, 2], "ü": "é"}, "x.yaml")
    assert "ü" in fetched(shelduck, "x.yaml").decode()
    shelduck.log_dict([1, 2], "list.json")
    assert json.loads(fetched(shelduck, "list.json")) == [1, 2]


def test_tables_grow_and_keep_every_digit(shelduck, run):
    shelduck.log_table({"id": ["007", "008"], "x": [0.1234567890123456789, 1e-300]}, "t.json")
    shelduck.log_table(pd.DataFrame({"id": ["9"], "x": [math.nan]}), "t.json")
    shelduck.log_table({"id": "10", "x": 2}, "t.json")
    table = json.loads(fetched(shelduck, "t.json"))
    assert table["columns"] == ["id", "x"]
    assert table["data"] == [
        ["007", 0.1234567890123456789], ["008", 1e-300], ["9", None], ["10", 2.0],
    ]  # fmt: skip
    frame = pd.read_json(shelduck.download_artifacts(artifact_path="t.json"), orient="split")
    assert len(frame) == 4


def test_a_table_of_many_kinds(shelduck, run):
    when = pd.to_datetime(["2026-01-02", None], utc=True)
    frame = pd.DataFrame({"when": when, "n": pd.array([1, None], "Int64"), "b": [True, False]})
    shelduck.log_table(frame, "t.json")
    assert json.loads(fetched(shelduck, "t.json"))["data"] == [
        ["2026-01-02 00:00:00+00:00", 1, True], [None, None, False],
    ]  # fmt: skip
    with pytest.raises(BadValue, match="cannot be written as JSON"):
        shelduck.log_table({"n": [1 << 70]}, "big.json")


def test_a_table_as_parquet(shelduck, run):
    shelduck.log_table({"x": [1, 2]}, "t.parquet")
    shelduck.log_table({"x": [3]}, "t.parquet")
    frame = pd.read_parquet(shelduck.download_artifacts(artifact_path="t.parquet"))
    assert list(frame["x"]) == [1, 2, 3]
