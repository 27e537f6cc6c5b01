"""What git says about a folder."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

_QUIETLY = ("--no-optional-locks", "-c", "core.fsmonitor=false")
_TIMEOUT = 5.0  # seconds; a status over a slow network file system is not worth more
_ABOUT_A_REPOSITORY = re.compile(r"GIT_(?!CONFIG)")
_USERINFO = re.compile(r"^([a-z][a-z0-9+.-]*://)[^/]*@", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class GitState:
    """A working tree at a moment."""

    commit: str | None
    """Hexadecimal; None before the first commit."""
    dirty: bool
    """Whether a tracked file is changed or staged."""
    branch: str | None
    """None when the head is detached."""
    remote: str | None
    """Address the branch is fetched from, else that of ``origin``, without user and password."""


def git_state(folder: Path) -> GitState | None:
    """Return the state of the repository ``folder`` lies in; None without one, or without git.

    It takes some milliseconds and at most ten seconds. Never raises.
    """
    status = _git(folder, "status", "--porcelain=v2", "--branch", "--untracked-files=no")
    if status is None:
        return None
    lines = status.splitlines()
    heads = dict(line[2:].split(" ", 1) for line in lines if line.startswith("# branch."))
    commit, branch = heads.get("branch.oid"), heads.get("branch.head")
    return GitState(
        None if commit == "(initial)" else commit,
        any(not line.startswith("#") for line in lines),
        None if branch == "(detached)" else branch,
        _remote(folder, branch),
    )


def _remote(folder: Path, branch: str | None) -> str | None:
    found = _git(
        folder, "config", "--null", "--get-regexp", r"^(branch\..*\.remote|remote\..*\.url)$"
    )
    pairs = (line.split("\n", 1) for line in (found or "").split("\0") if "\n" in line)
    config = {line[0]: line[1] for line in pairs}
    name = config.get(f"branch.{branch}.remote", "origin")
    url = config.get(f"remote.{name}.url")
    return _USERINFO.sub(r"\1", url) if url else None


def _git(folder: Path, *arguments: str) -> str | None:
    # Inside a hook git is told of another repository; what is configured so is to hold, though.
    environment = {k: v for k, v in os.environ.items() if not _ABOUT_A_REPOSITORY.match(k)}
    environment |= {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    try:
        done = subprocess.run(  # noqa: S603 - the arguments are all ours
            ["git", *_QUIETLY, "-C", str(folder), *arguments],  # noqa: S607
            capture_output=True,
            timeout=_TIMEOUT,
            env=environment,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return done.stdout.decode(errors="replace") if done.returncode == 0 else None
