"""The tour of the panels, executed as a user does, and as it is committed."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest

from shelduck.demo.notebook import execute

TOUR = Path(__file__).parents[2] / "notebooks" / "00-tour.ipynb"


def shown(cells):
    """What each code cell shows, as text, by the beginning of its source."""
    return {
        cell.source: "\n".join(
            str(output.get("text") or output.get("data", {}).get("text/plain", ""))
            for output in cell.outputs
        )
        for cell in cells
        if cell.cell_type == "code"
    }


@pytest.fixture(scope="module")
def toured(tmp_path_factory):
    path = tmp_path_factory.mktemp("tour") / TOUR.name
    shutil.copyfile(TOUR, path)
    execute(path, {"SHELDUCK_STORE": str(path.with_name("shelduck.duckdb"))})
    return path, nbformat.read(path, as_version=4).cells


def of(texts, source):
    [text] = [text for cell, text in texts.items() if cell.startswith(source)]
    return text


def test_every_panel_is_shown(toured):
    path, cells = toured
    texts = shown(cells)
    assert "● first  FINISHED" in of(texts, "%%track first")
    assert "48 runs" in of(texts, "%%track grid")
    assert "2 runs in two-moons" in texts["%runs"]
    assert "relu" in of(texts, "%runs metrics.accuracy")
    assert "50 runs in two-moons" in of(texts, "%compare")
    assert "tanh" in of(texts, "best = ")
    page = path.with_name("compare.html").read_text(encoding="utf-8")
    assert "3 runs" in page and "<script type='module'>" in page


def test_nothing_goes_wrong_on_the_way(toured):
    outputs = [output for cell in toured[1] for output in cell.get("outputs", [])]
    assert [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"] == []


def test_it_is_committed_executed_small_and_of_no_one_machine():
    code = [cell for cell in nbformat.read(TOUR, as_version=4).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert TOUR.stat().st_size < 200_000
    outputs = json.dumps([cell.outputs for cell in code])
    for private in ("/home/", "/root", "/tmp/", str(TOUR.parents[1])):
        assert private not in outputs
