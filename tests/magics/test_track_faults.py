"""A fault of tracking is one warning; the cell runs as it would untracked."""

import threading
import warnings

import IPython.display
import pytest

import shelduck
from shelduck.capture import CellPlan
from shelduck.errors import ShelduckWarning
from shelduck.magics import track
from shelduck.panels.card import Card
from shelduck.store import Store
from shelduck.tracking.current import current

CELL = "%%track named\nrate = 0.5\nscore = rate / 3\nscore * 6"


@pytest.fixture
def store(own_store):
    return own_store


@pytest.fixture(autouse=True)
def state_folder(tmp_path, monkeypatch):
    """Where journals go that have no room beside their store."""
    folder = tmp_path / "state"
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    return folder


@pytest.fixture
def warned(run):
    """Run a cell; return what it came to, and the warnings of ours."""

    def warned(shell, cell):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            ran = run(shell, cell)
        return ran, [w for w in caught if issubclass(w.category, ShelduckWarning)]

    return warned


def _went_well(shell, ran):
    assert ran.result.success and ran.result.result == 1.0
    assert shell.user_ns["score"] == 0.5 / 3
    assert ran.out == "Out[1]: 1.0\n"


def _raise(*args, **kwargs):
    raise RuntimeError("a fault of ours")


def _broken_append(monkeypatch, *, after):
    append, calls = Store.append, []

    def broken(self, *facts):
        mine = threading.current_thread() is threading.main_thread()
        calls.extend([facts] * mine)
        if mine and len(calls) > after:
            raise OSError("no such disk")
        append(self, *facts)

    monkeypatch.setattr(Store, "append", broken)


# A run begins with an append, its literals are another, then its metrics, then its end.
@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_the_store_refuses(shell, warned, monkeypatch, after):
    _broken_append(monkeypatch, after=after)
    ran, warnings_ = warned(shell, CELL)
    _went_well(shell, ran)
    assert len(warnings_) == 1 and "no such disk" in str(warnings_[0].message)
    assert shelduck.active_run() is None
    monkeypatch.undo()


def test_the_error_of_the_cell_is_still_the_cells(shell, warned, monkeypatch):
    _broken_append(monkeypatch, after=1)
    ran, warnings_ = warned(shell, "%%track\n1 / 0")
    assert isinstance(ran.result.error_in_exec, ZeroDivisionError)
    assert "----> 2 1 / 0" in ran.out and len(warnings_) == 1
    monkeypatch.undo()


FAULTS = {
    "reading the cell": (track, "read_cell"),
    "redacting it": (track.secrets, "redact_source"),
    "remembering": (CellPlan, "remember"),
    "capturing": (CellPlan, "captured"),
    "the card": (Card, "of"),
    "showing it": (IPython.display, "display"),
    "starting": (current, "start"),
    "reading options": (track, "_asked"),
}


@pytest.mark.parametrize(("where", "name"), FAULTS.values(), ids=FAULTS)
def test_a_fault_anywhere(shell, warned, runs, monkeypatch, where, name):
    if name == "_asked":  # the transformer has no fault, only the tracker
        monkeypatch.setattr(track.CellTracker, "_asked", _raise)
    else:
        monkeypatch.setattr(where, name, _raise)
    ran, warnings_ = warned(shell, CELL)
    _went_well(shell, ran)
    assert len(warnings_) == 1 and "a fault of ours" in str(warnings_[0].message)
    monkeypatch.undo()
    assert shelduck.active_run() is None
    assert {run.info.status for run in runs()} <= {"FINISHED"}
    assert warned(shell, "%%track next\nscore = 1 / 3")[1] == []


@pytest.mark.filterwarnings("ignore:this cell is not tracked")
def test_a_broken_transformer_of_somebody_else(shell, run, runs):
    def broken(lines):
        raise ValueError("of somebody else")

    shell.input_transformers_cleanup.insert(0, broken)
    assert not run(shell, "x = 1").result.success  # as without us
    ran = run(shell, "%%track\nx = 1")
    assert "of somebody else" in ran.out and not ran.result.success
    shell.input_transformers_cleanup.remove(broken)
    assert runs() == []


def test_a_file_stands_where_the_folder_should_be(shell, warned, tmp_path, state_folder):
    (tmp_path / "taken").write_text("a file")
    shelduck.set_tracking_uri(tmp_path / "taken" / "shelduck.duckdb")
    ran, warnings_ = warned(shell, CELL)
    _went_well(shell, ran)
    assert len(warnings_) == 1
    assert "named  FINISHED" in ran.shown[0]["text/plain"]
    # What was logged is kept where there is room.
    journals = [p.read_text() for p in (state_folder / "shelduck").rglob("*.jsonl")]
    assert any('"rate"' in text and '"score"' in text for text in journals)


def test_there_is_no_room_at_all(shell, warned, tmp_path, state_folder):
    (tmp_path / "taken").write_text("a file")
    state_folder.write_text("another")
    shelduck.set_tracking_uri(tmp_path / "taken" / "shelduck.duckdb")
    ran, warnings_ = warned(shell, CELL)
    _went_well(shell, ran)
    assert len({str(w.message) for w in warnings_}) == len(warnings_) == 1


@pytest.mark.filterwarnings("ignore:DuckDB cannot open")
@pytest.mark.parametrize("kind", ["a folder", "no database"])
def test_something_else_lies_at_the_stores_path(shell, warned, store, kind):
    if kind == "a folder":
        store.mkdir()
    else:
        store.write_bytes(b"no database, but 4096 bytes of something" * 100)
    ran, warnings_ = warned(shell, CELL)
    _went_well(shell, ran)
    assert len(warnings_) <= 1


def test_a_line_magic_is_as_harmless(shell, warned, monkeypatch):
    _broken_append(monkeypatch, after=0)
    ran, warnings_ = warned(shell, "%track -n named 6 * 7")
    assert ran.result.result == 42 and len(warnings_) == 1
    assert "this line is not tracked" in str(warnings_[0].message)
    monkeypatch.undo()
