"""What is shown of an artifact."""

import json
import pickle
import sys
from datetime import datetime

import pandas as pd
import pytest

from shelduck.errors import NotFound
from shelduck.panels import previews
from shelduck.panels.mlmodel import card, read_mlmodel
from shelduck.panels.previews import contents, file_at, preview
from shelduck.records import FileInfo
from shelduck.store.blobs import Blobs


@pytest.fixture
def keep(tmp_path):
    """Keep a file, and return where it is kept and what a run knows of it."""
    blobs, files = Blobs(tmp_path / "artifacts"), []

    def keep(path, content):
        draft = tmp_path / "draft"
        draft.write_bytes(content if isinstance(content, bytes) else content.encode())
        digest, size = blobs.put(draft)
        files.append(FileInfo(path, False, size, digest))
        return blobs, files

    return keep


def _shown(keep, path, content):
    blobs, files = keep(path, content)
    answer = preview(blobs, files, path)
    json.dumps(answer.result, allow_nan=False)  # it travels as JSON
    return answer


def _text(answer):
    assert answer.result["kind"] == "text"
    return "".join(part for _, part in answer.result["tokens"])


TEXTS = {
    "log.txt": "two\nlines",
    "no ending": "text",
    "page.md": "# <script>alert(1)</script>",
    "train.py": "x = 1",
    "conda.yaml": "a: 1\n",
    "broken.json": "{not json",
    "empty.txt": "",
    "unicode.txt": "שלום 🦆",
}


@pytest.mark.parametrize(("path", "text"), TEXTS.items())
def test_texts(keep, path, text):
    assert _text(_shown(keep, path, text)) == text


def test_json_is_laid_out(keep):
    answer = _shown(keep, "config.json", '{"b":[1,{"c":NaN}],"a":"é"}')
    assert _text(answer) == '{\n  "b": [\n    1,\n    {\n      "c": NaN\n    }\n  ],\n  "a": "é"\n}'


def test_json_of_half_a_character_stays_as_it_is(keep):
    assert _text(_shown(keep, "half.json", '{"a":"\\ud83d"}')) == '{"a":"\\ud83d"}'


def test_of_a_long_text_the_beginning_is_shown_and_that_is_said(keep, monkeypatch):
    monkeypatch.setattr(previews, "TEXT", 10)
    answer = _shown(keep, "log.txt", "ääääää\n" * 1000)
    assert _text(answer) == "äääää"
    assert answer.result["said"] == "The first 10 B of 13 kB."
    assert _text(_shown(keep, "odd.txt", "xääääääää")) == "xääää"  # a character is cut in two


def test_a_table_of_csv(keep):
    rows = "".join(f'{i},"zone, {i}"\n' for i in range(12_345))
    table = _shown(keep, "trips.csv", "﻿id,zone\n" + rows).result
    assert table["kind"] == "table" and table["columns"] == ["id", "zone"]
    assert table["rows"][:2] == [["0", "zone, 0"], ["1", "zone, 1"]]
    assert (len(table["rows"]), table["total"], table["width"]) == (100, 12_345, 2)


def test_a_table_with_other_signs_between_its_columns(keep):
    assert _shown(keep, "a.tsv", "a\tb\n1\t2\n").result["rows"] == [["1", "2"]]
    assert _shown(keep, "b.csv", "a;b\n1,5;2\n").result["rows"] == [["1,5", "2"]]


def test_a_csv_that_is_none(keep):
    assert _text(_shown(keep, "long.csv", f"a,{'x' * 200_000}")).startswith("a,xxx")
    assert _shown(keep, "binary.csv", b"\x00\xff\xfe").result["kind"] == "other"
    empty = _shown(keep, "empty.csv", "").result
    assert (empty["columns"], empty["rows"], empty["total"]) == ([], [], 0)


def test_a_table_of_parquet(keep, tmp_path):
    frame = pd.DataFrame({"n": range(250), "when": datetime(2021, 1, 2), "x": [float("inf")] * 250})
    frame["none"], frame["text"] = None, "<b>"
    frame.to_parquet(tmp_path / "trips.parquet")
    table = _shown(keep, "trips.parquet", (tmp_path / "trips.parquet").read_bytes()).result
    assert (len(table["rows"]), table["total"], table["width"]) == (100, 250, 5)
    assert table["rows"][3] == [3, {"v": "2021-01-02 00:00:00"}, {"f": "Infinity"}, None, "<b>"]


def test_parquet_of_many_columns_or_none_at_all(keep, tmp_path):
    pd.DataFrame({f"c{i}": [i] for i in range(80)}).to_parquet(tmp_path / "wide.parquet")
    wide = _shown(keep, "wide.parquet", (tmp_path / "wide.parquet").read_bytes()).result
    assert (len(wide["columns"]), len(wide["rows"][0]), wide["width"]) == (50, 50, 80)
    broken = _shown(keep, "broken.parquet", "PAR1 or so").result
    assert broken["kind"] == "other" and "cannot be read" in broken["said"]


def test_parquet_without_pyarrow(keep, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert "pip install pyarrow" in _shown(keep, "x.parquet", "PAR1").result["said"]


def test_a_picture_is_bytes_of_a_type(keep, monkeypatch):
    answer = _shown(keep, "plot.PNG", b"\x89PNG...")
    assert (answer.result["kind"], answer.result["type"]) == ("image", "image/png")
    assert answer.buffers == [b"\x89PNG..."]
    monkeypatch.setattr(previews, "IMAGE", 5)
    large = _shown(keep, "large.png", b"\x89PNG...")
    assert large.result["kind"] == "other" and large.buffers == []


def test_a_page_and_whether_it_has_scripts(keep):
    assert _shown(keep, "a.html", "<p>fine</p>").result["said"] is None
    page = _shown(keep, "b.htm", "<SCRIPT>x</SCRIPT>").result
    assert page["kind"] == "html" and "switched off" in page["said"]


class Bomb:
    def __reduce__(self):
        return (pytest.fail, ("a pickle was loaded",))


@pytest.mark.parametrize("path", ["model.pkl", "model.joblib", "net.pt", "no ending"])
def test_a_pickle_is_named_and_never_loaded(keep, path):
    answer = _shown(keep, path, pickle.dumps(Bomb()))
    assert answer.result["kind"] == "other" and answer.result["said"].startswith("A pickle: ")


def test_what_is_nothing_of_these(keep):
    shown = _shown(keep, "net.bin", b"\x00\x01" * 50).result
    assert shown["kind"] == "other" and shown["size"] == 100 and len(shown["digest"]) == 64


@pytest.mark.parametrize("path", ["modle/net.bin", "../model/net.bin", "/etc/passwd", "", "model"])
def test_only_artifacts_of_the_run_are_found(keep, path):
    blobs, files = keep("model/net.bin", "x")
    with pytest.raises(NotFound, match="The run has no artifact"):
        preview(blobs, files, path)
    assert file_at(files, "model/net.bin") is files[0]


def test_what_is_downloaded(keep, monkeypatch):
    blobs, [file] = keep("a.bin", b"\x00" * 100)
    assert contents(blobs, file) == b"\x00" * 100
    monkeypatch.setattr(previews, "DOWNLOAD", 99)
    assert contents(blobs, file) is None


MLMODEL = """artifact_path: model
flavors:
  python_function:
    env:
      conda: conda.yaml
    loader_module: mlflow.xgboost
    python_version: 3.11.7
  xgboost:
    model_class: xgboost.core.Booster
    xgb_version: 2.1.1
mlflow_version: 2.16.0
signature:
  inputs: '[{"type": "string", "name": "it''s a zone", "required": true}, {"type":
    "double", "name": "distance"}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1]}}]'
  params: null
utc_time_created: '2024-09-20 10:11:12'
"""


def test_a_model(keep):
    keep("model/MLmodel", MLMODEL)
    shown = _shown(keep, "model/net.bin", "12345") and preview(*keep("x", "x"), "model").result
    assert shown["kind"] == "model" and shown["files"] == 2
    assert shown["size"] == len(MLMODEL) + 5
    assert shown["flavors"] == [["python_function", "3.11.7"], ["xgboost", "2.1.1"]]
    assert shown["inputs"] == [["it's a zone", "string"], ["distance", "double"]]
    assert shown["outputs"] == [["float32 [-1]", ""]]
    assert ["utc_time_created", "2024-09-20 10:11:12"] in shown["facts"]


def test_a_model_is_read_as_yaml_reads_it():
    yaml = pytest.importorskip("yaml")

    def texts(read):
        return {k: texts(v) if isinstance(v, dict) else str(v) for k, v in read.items()}

    ours = texts(read_mlmodel(MLMODEL))
    ours["signature"]["params"] = "None"
    assert ours == texts(yaml.safe_load(MLMODEL))


def test_a_quotation_without_an_end_is_read_once():
    lines = 200_000
    found = read_mlmodel("a: 1\nb: 'x\n" + "y\n" * lines)
    assert found["a"] == "1" and len(found["b"]) == 2 + 2 * lines


@pytest.mark.parametrize(
    "text",
    ["", "flavors: {}", "signature:\n  inputs: '[1, 2]'", "- a\n- b", "flavors:\n  x: 'open"],
)
def test_a_model_that_says_little(text):
    said = card(text)
    assert said["inputs"] == said["outputs"] == []
