import threading
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer

import pandas as pd
import pytest

from shelduck.demo import trips
from shelduck.demo.sample import sample_trips
from shelduck.demo.trips import read_trips
from shelduck.errors import BadValue, NotFound

FILE = "green_tripdata_2021-01.parquet"
NOWHERE = "http://127.0.0.1:1"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """A machine with no trips on it, and no way to the TLC."""
    monkeypatch.delenv("SHELDUCK_DATA", raising=False)
    for name in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(trips, "ADDRESS", NOWHERE)
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")


def put(folder, rows):
    folder.mkdir(parents=True, exist_ok=True)
    sample_trips("2021-01", rows).to_parquet(folder / FILE)


@contextmanager
def serving(handler):
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def answering(body, length=None):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", str(length or len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Handler


def cached(tmp_path):
    return list((tmp_path / "home").rglob("*.p*"))


def test_the_named_folder_comes_first(tmp_path, monkeypatch, capsys):
    put(tmp_path / "named", 11)
    put(tmp_path / "shared" / "data", 22)
    monkeypatch.setenv("SHELDUCK_DATA", str(tmp_path / "named"))
    found = read_trips("2021-01")
    assert len(found) == 11
    assert found.attrs["source"] == str(tmp_path / "named" / FILE)
    assert f"2021-01: 11 trips from {tmp_path / 'named' / FILE}\n" == capsys.readouterr().out


@pytest.mark.parametrize(
    ("folder", "shown"),
    [(".", f"../shared/data/{FILE}"), ("notebooks", f"../../shared/data/{FILE}")],
)
def test_the_shared_folder_is_found_from_the_project_and_below(
    tmp_path, monkeypatch, capsys, folder, shown
):
    put(tmp_path / "shared" / "data", 22)
    (tmp_path / "project" / folder).mkdir(exist_ok=True)
    monkeypatch.chdir(tmp_path / "project" / folder)
    assert read_trips("2021-01").attrs["source"] == shown
    assert capsys.readouterr().out == f"2021-01: 22 trips from {shown}\n"


def test_a_named_folder_without_the_month_is_said(tmp_path, monkeypatch, capsys):
    put(tmp_path / "shared" / "data", 22)
    monkeypatch.setenv("SHELDUCK_DATA", str(tmp_path))
    assert len(read_trips("2021-01")) == 22
    assert f"SHELDUCK_DATA has no {FILE}" in capsys.readouterr().out


def test_a_folder_given_is_the_only_place(tmp_path, monkeypatch):
    put(tmp_path / "named", 11)
    put(tmp_path / "given", 33)
    monkeypatch.setenv("SHELDUCK_DATA", str(tmp_path / "named"))
    assert len(read_trips("2021-01", tmp_path / "given")) == 33
    with pytest.raises(NotFound, match=r"no green_tripdata_2021-02.*it has green_tripdata_2021-01"):
        read_trips("2021-02", tmp_path / "given")


def test_a_download_is_kept(tmp_path, monkeypatch, capsys):
    put(tmp_path / "tlc", 44)
    with serving(partial(Quiet, directory=tmp_path / "tlc")) as address:
        monkeypatch.setattr(trips, "ADDRESS", address)
        assert len(read_trips("2021-01")) == 44
    told = capsys.readouterr().out
    assert f"Downloading {address}/{FILE}\n2021-01: 44 trips from {address}/{FILE}\n" == told
    assert len(read_trips("2021-01")) == 44
    assert "Downloading" not in capsys.readouterr().out
    assert [path.name for path in cached(tmp_path)] == [FILE]


@pytest.mark.parametrize(
    ("handler", "reason"),
    [
        (answering(b"<html>Log in, please</html>"), "is not a Parquet file"),
        (answering(b"PAR1 and the line went dead", length=1000), "IncompleteRead"),
        (Quiet, "File not found"),
    ],
    ids=["a login page", "half a file", "no such file"],
)
def test_a_failed_download_is_said_and_the_sample_taken(
    tmp_path, monkeypatch, capsys, handler, reason
):
    with serving(handler) as address:
        monkeypatch.setattr(trips, "ADDRESS", address)
        found = read_trips("2021-01")
    told = capsys.readouterr().out
    assert f"Could not have {FILE} from the TLC" in told
    assert reason in told
    assert "SYNTHETIC" in found.attrs["source"]
    assert cached(tmp_path) == []


def test_without_a_network_the_sample_says_what_it_is(capsys):
    found = read_trips("2021-01")
    pd.testing.assert_frame_equal(found, sample_trips("2021-01"))
    told = capsys.readouterr().out
    assert "Connection refused" in told
    assert "2021-01: 25,000 trips from a SYNTHETIC sample: not real trips\n" in told


def test_another_month_is_refused():
    with pytest.raises(BadValue, match="2021-01, 2021-02, 2021-03"):
        read_trips("2020-12")


def test_a_damaged_file_is_named(tmp_path):
    (tmp_path / FILE).write_bytes(b"PAR1 nothing PAR1")
    with pytest.raises(BadValue, match=f"{FILE} cannot be read as Parquet"):
        read_trips("2021-01", tmp_path)


def test_a_file_of_something_else_is_named(tmp_path):
    sample_trips("2021-01", 5).drop(columns="trip_distance").to_parquet(tmp_path / FILE)
    with pytest.raises(BadValue, match="no column trip_distance"):
        read_trips("2021-01", tmp_path)
