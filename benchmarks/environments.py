"""One virtual environment per peer, each with the versions pinned here."""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent
PEERS = ROOT / "benchmarks" / ".peers"

# Everybody reads into the same pandas.
_FRAMES = ("pandas==3.1.1", "numpy==2.4.6")
PINS: dict[str, tuple[str, ...]] = {
    "shelduck": ("-e", str(ROOT), "duckdb==2.0.0", *_FRAMES),
    "mlflow": ("mlflow==3.17.2", *_FRAMES),
    "trackio": ("trackio==0.43.0", *_FRAMES),
    "wandb": ("wandb==0.31.0",),
}


def python(peer: str) -> Path:
    """Return the interpreter of a peer's environment, which is made if it is not there."""
    folder = PEERS / peer
    stamp = folder / "pins.txt"
    wanted = "\n".join(PINS[peer])
    if not stamp.is_file() or stamp.read_text() != wanted:
        print(f"making {folder.relative_to(ROOT)}: {' '.join(PINS[peer])}", flush=True)
        venv.create(folder, with_pip=True, clear=True)
        _install(folder, PINS[peer])
        stamp.write_text(wanted)
    return _interpreter(folder)


def _install(folder: Path, pins: tuple[str, ...]) -> None:
    interpreter = _interpreter(folder)
    subprocess.run([interpreter, "-m", "pip", "install", "--quiet", *pins], check=True)
    subprocess.run([interpreter, "-m", "compileall", "-q", folder], check=False)


def _interpreter(folder: Path) -> Path:
    posix = folder / "bin" / "python"
    return posix if posix.exists() else folder / "Scripts" / "python.exe"
