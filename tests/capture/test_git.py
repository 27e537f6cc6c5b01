"""The state of real repositories."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

from shelduck.capture import GitState, git_state


def git(folder: Path, *arguments: str) -> str:
    identity = [
        "-c",
        "user.name=ann",
        "-c",
        "user.email=ann@example.org",
        "-c",
        "commit.gpgsign=false",
    ]
    done = subprocess.run(
        ["git", *identity, "-C", str(folder), *arguments], capture_output=True, check=True
    )
    return done.stdout.decode().strip()


@pytest.fixture(autouse=True)
def no_configuration(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "a ré pository"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    return folder


def commit(folder: Path, text: str = "x = 1\n") -> str:
    (folder / "train.py").write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "work")
    return git(folder, "rev-parse", "HEAD")


def test_no_repository(tmp_path):
    assert git_state(tmp_path / "gone") is None


def test_no_git(repository, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert git_state(repository) is None


def test_before_the_first_commit(repository):
    assert git_state(repository) == GitState(None, False, "main", None)
    (repository / "train.py").write_text("x = 1\n")
    git(repository, "add", "train.py")
    assert git_state(repository) == GitState(None, True, "main", None)


def test_a_commit_and_what_makes_it_dirty(repository):
    head = commit(repository)
    assert git_state(repository) == GitState(head, False, "main", None)
    (repository / "shelduck.duckdb").write_text("untracked: a store must not make every tree dirty")
    assert git_state(repository) == GitState(head, False, "main", None)
    (repository / "train.py").write_text("x = 2\n")
    assert git_state(repository) == GitState(head, True, "main", None)
    git(repository, "add", "train.py")
    assert git_state(repository) == GitState(head, True, "main", None)
    git(repository, "rm", "-q", "-f", "train.py")
    assert git_state(repository) == GitState(head, True, "main", None)


def test_a_folder_below_and_a_detached_head(repository):
    head = commit(repository)
    git(repository, "checkout", "-q", "--detach")
    below = repository / "notebooks" / "deep"
    below.mkdir(parents=True)
    assert git_state(below) == GitState(head, False, None, None)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://ann:hunter2@example.org/a.git", "https://example.org/a.git"),
        ("https://ghp_0123456789@example.org/a.git", "https://example.org/a.git"),
        ("https://ann:p@ss@example.org:8443/a.git", "https://example.org:8443/a.git"),
        ("ssh://git@example.org/a.git", "ssh://example.org/a.git"),
        ("git@example.org:a/b.git", "git@example.org:a/b.git"),
        ("/srv/git/a@b.git", "/srv/git/a@b.git"),
    ],
)
def test_the_remote_has_no_credentials(repository, url, told):
    git(repository, "remote", "add", "origin", url)
    state = git_state(repository)
    assert state is not None
    assert state.remote == told


def test_the_remote_of_the_branch_counts(repository):
    commit(repository)
    git(repository, "remote", "add", "origin", "https://example.org/origin.git")
    git(repository, "remote", "add", "fork", "https://example.org/fork.git")
    git(repository, "config", "branch.main.remote", "fork")
    assert git_state(repository).remote == "https://example.org/fork.git"


def test_a_hook_s_environment_does_not_reach_another_repository(repository, tmp_path, monkeypatch):
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q", "-b", "else")
    head = commit(repository)
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    assert git_state(repository) == GitState(head, False, "main", None)


def test_nothing_is_written_to_the_repository(repository):
    commit(repository)
    index = repository / ".git" / "index"
    os.utime(repository / "train.py", (1, 1))  # what makes an ordinary status refresh the index
    before = index.read_bytes()
    git_state(repository)
    assert index.read_bytes() == before


def test_a_repository_that_cannot_be_read(repository):
    commit(repository)
    (repository / ".git" / "HEAD").write_text("nonsense")
    assert git_state(repository) is None


def test_a_git_that_hangs_is_given_up(repository, tmp_path, monkeypatch):
    binary = tmp_path / "bin" / "git"
    binary.parent.mkdir()
    binary.write_text("#!/bin/sh\nexec /bin/sleep 60\n")
    binary.chmod(binary.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(binary.parent))
    monkeypatch.setattr("shelduck.capture.git._TIMEOUT", 0.05)
    assert git_state(repository) is None
