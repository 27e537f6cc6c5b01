"""What a run knows of where it came from: the commit, the environment, the user, the host."""

from __future__ import annotations

import getpass
import os
import socket
import subprocess
import sys
from importlib.metadata import version

import pytest


@pytest.fixture
def commit(tmp_path, monkeypatch) -> str:
    """A git repository in ``tmp_path`` with one commit, whose id this is."""
    for name in ("GIT_DIR", "GIT_WORK_TREE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "train.py").write_text("alpha = 0.1\n")
    who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
    for arguments in (["init", "-q"], ["add", "train.py"], [*who, "commit", "-qm", "first"]):
        subprocess.run(["git", "-C", str(tmp_path), *arguments], check=True)
    shown = ["git", "-C", str(tmp_path), "rev-parse", "HEAD"]
    return subprocess.run(shown, check=True, capture_output=True, text=True).stdout.strip()


RUN = "import shelduck\nwith shelduck.start_run(): pass\n"


def tags_of_the_run(shelduck):
    [run] = shelduck.search_runs(output_format="list")
    return run.data.tags


def test_the_commit_and_a_clean_tree(shelduck, python, commit):
    python("-c", RUN)
    tags = tags_of_the_run(shelduck)
    assert tags["mlflow.source.git.commit"] == commit
    assert tags["shelduck.git.dirty"] is False


def test_a_changed_tree_is_dirty(shelduck, python, commit, tmp_path):
    (tmp_path / "train.py").write_text("alpha = 0.2\n")
    python("-c", RUN)
    assert tags_of_the_run(shelduck)["mlflow.source.git.commit"] == commit
    assert tags_of_the_run(shelduck)["shelduck.git.dirty"] is True


def test_a_script_belongs_to_the_tree_it_lies_in(shelduck, commit, tmp_path, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (tmp_path / "train.py").write_text(RUN)
    subprocess.run([sys.executable, str(tmp_path / "train.py")], cwd=elsewhere, check=True,
                   env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})  # fmt: skip
    shelduck.set_tracking_uri(elsewhere / "shelduck.duckdb")
    tags = tags_of_the_run(shelduck)
    assert tags["mlflow.source.git.commit"] == commit
    assert tags["mlflow.source.name"] == str(tmp_path / "train.py")


def test_without_a_repository_there_is_no_commit(shelduck, python):
    python("-c", RUN)
    assert "mlflow.source.git.commit" not in tags_of_the_run(shelduck)


def test_who_and_where(shelduck):
    with shelduck.start_run():
        pass
    tags = tags_of_the_run(shelduck)
    assert tags["mlflow.user"] == getpass.getuser()
    assert tags["shelduck.host"] == socket.gethostname()
    assert tags["mlflow.source.type"] == "LOCAL"


def test_every_run_knows_its_environment_and_it_is_kept_once(shelduck, python):
    for _ in range(2):
        python("-c", "import shelduck\nfor _ in range(3):\n    with shelduck.start_run(): pass")
    runs = [shelduck.get_run(run_id) for run_id in shelduck.search_runs()["run_id"]]
    assert len(runs) == 6
    [digest] = {run.environment.digest for run in runs}
    environment = runs[0].environment
    assert environment.python == sys.version.split()[0]
    assert environment.packages["orjson"] == version("orjson")
    kept = shelduck.sql("select count(*) as n from content_facts where digest = ?", [digest])
    assert kept["n"][0] == 1


def test_what_is_installed_later_is_seen(tmp_path, monkeypatch):
    from shelduck.tracking.provenance import Provenance

    place = tmp_path / "site-packages"
    place.mkdir()
    monkeypatch.syspath_prepend(str(place))
    provenance = Provenance()
    before = provenance._read_environment()
    assert provenance._read_environment() is before
    (place / "goose-1.0.dist-info").mkdir()
    (place / "goose-1.0.dist-info" / "METADATA").write_text("Name: goose\nVersion: 1.0\n")
    assert provenance._read_environment().packages["goose"] == "1.0"
