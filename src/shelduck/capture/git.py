"""The state of a git work tree."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

_TIMEOUT = 5.0  # seconds; a work tree on a slow network share is not worth more
_CREDENTIALS = re.compile(r"(?<=://)[^/@]+@")


@dataclass(frozen=True, slots=True)
class GitState:
    """What a folder's work tree stood at."""

    commit: str | None
    """Hexadecimal; None before the first commit."""
    dirty: bool
    """Whether tracked files differ from the commit."""
    branch: str | None
    """None when no branch is checked out."""
    remote: str | None
    """Address of ``origin``, without credentials."""


def git_state(folder: Path) -> GitState | None:
    """Return the state of the work tree that ``folder`` is in; None without git or a tree."""
    status = _git(folder, "status", "--porcelain=v2", "--branch", "--untracked-files=no")
    if status is None:
        return None
    lines = status.splitlines()
    heads = dict(line[2:].split(" ", 1) for line in lines if line.startswith("# branch."))
    commit, branch = heads.get("branch.oid"), heads.get("branch.head")
    remote = _git(folder, "remote", "get-url", "origin")
    return GitState(
        commit=None if commit == "(initial)" else commit,
        dirty=any(not line.startswith("#") for line in lines),
        branch=None if branch == "(detached)" else branch,
        remote=_CREDENTIALS.sub("", remote.strip()) if remote else None,
    )


def _git(folder: Path, *arguments: str) -> str | None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    try:
        done = subprocess.run(  # noqa: S603 - fixed words and a folder
            ["git", "--no-optional-locks", "-C", str(folder), *arguments],  # noqa: S607
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=_TIMEOUT,
            env=environment,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout if done.returncode == 0 else None
