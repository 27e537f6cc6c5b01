"""``shelduck doctor`` on stores that something has happened to."""

from __future__ import annotations

import json
import shutil

import pytest

ENTRY = "from shelduck.cli import main; main(prog_name='shelduck')"


@pytest.fixture
def store(shelduck, tmp_path):
    """A folded store with an artifact, which nobody has open."""
    with shelduck.start_run():
        shelduck.log_metric("rmse", 1.0)
        shelduck.log_text("hello", "a.txt")
    shelduck.tracking.current.current.close()
    return tmp_path / "shelduck.duckdb"


@pytest.fixture
def findings(python):
    """What the doctor finds, and that it says the same as text."""

    def examine():
        done = python("-c", ENTRY, "doctor", "--json", status=None)
        assert "Traceback" not in done.stderr
        found = json.loads(done.stdout)
        assert done.returncode == (0 if all(f["ok"] for f in found) else 1)
        return [f for f in found if not f["ok"]]

    return examine


def test_nothing_to_find(store, findings):
    assert findings() == []


def test_a_file_that_is_no_database(store, findings):
    store.write_bytes(b"not a database " * 1000)
    [found] = findings()
    assert "DuckDB cannot open" in found["text"]
    assert "mv shelduck.duckdb" in found["advice"]


def test_a_file_that_is_no_database_and_no_journal_either(store, findings):
    store.write_bytes(b"not a database " * 1000)
    shutil.rmtree(f"{store}.journal")
    [found] = findings()
    assert "DuckDB cannot open" in found["text"]


def test_artifacts_that_are_missing(store, findings):
    shutil.rmtree(f"{store}.artifacts")
    [found] = findings()
    assert "1 artifacts of 1 are missing" in found["text"]


@pytest.mark.filterwarnings("ignore:.*is left alone")
def test_a_journal_of_another_store(store, findings):
    (store.parent / f"{store.name}.journal" / f"{'a' * 32}.00001.jsonl").write_text(
        '{"k":"head","h":1,"store":"ffffffffffff","format":1,"writer":"a","pid":1,"host":"h"}\n'
    )
    [found] = findings()
    assert "belongs to another store" in found["text"]


def test_damaged_lines(shelduck, store, findings, python):
    (journal,) = (store.parent / f"{store.name}.journal" / "folded").glob("*.jsonl")
    damaged = journal.parent.parent / f"{'b' * 32}.00001.jsonl"
    damaged.write_bytes(journal.read_bytes().splitlines(keepends=True)[0] + b"not json\n")
    folded = python("-c", ENTRY, "fold").stdout
    assert "1 damaged lines kept aside" in folded
    [found] = findings()
    assert "1 damaged lines" in found["text"]


def test_state_that_differs_from_the_facts_is_rebuilt(store, findings):
    import duckdb

    with duckdb.connect(str(store)) as con:
        con.execute("UPDATE run_state SET status = 'RUNNING'")
    [found] = findings()
    assert "differed from the facts" in found["text"]
    assert findings() == []


def test_a_store_that_somebody_holds(store, findings, python):
    import duckdb

    with duckdb.connect(str(store)):
        [found] = findings()
    assert "has" in found["text"] and "open" in found["text"]
    assert "Close" in found["advice"]
