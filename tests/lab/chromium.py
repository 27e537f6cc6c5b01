"""Where Chromium is; ``python chromium.py`` installs it on Debian when it is nowhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
"""Root has no sandbox; a container's /dev/shm is small."""


def find() -> str:
    """Return the path of Chromium or Chrome.

    Raises
    ------
    LookupError
        When there is none; says how to get one.
    """
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found or MAC.exists():
        return found or str(MAC)
    raise LookupError(
        f"Panels are tested in Chromium, and none of {', '.join(NAMES)} is on the path. "
        "On Debian: apt-get install chromium. Elsewhere: install Chrome or Chromium."
    )


def install() -> None:
    """Install Chromium where that is Debian's and ours to do; else say what to do and exit."""
    try:
        find()
    except LookupError as missing:
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            sys.exit(str(missing))
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        subprocess.run(["apt-get", "install", "-qq", "-y", "chromium"], check=True)


if __name__ == "__main__":
    install()
