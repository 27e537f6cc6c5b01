"""One virtual environment per peer, each with the versions pinned here."""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent
PEERS = ROOT / "benchmarks" / ".peers"

# Everybody reads into the same pandas, and is looked at through the same browser.
_FRAMES = ("pandas==3.1.1", "numpy==2.4.6")
_BROWSER = "playwright==1.65.2"
PINS: dict[str, tuple[str, ...]] = {
    "shelduck": ("-e", ".", "duckdb==2.0.0", *_FRAMES, _BROWSER, "jupyterlab==4.6.6"),
    "mlflow": ("mlflow==3.17.2", *_FRAMES, _BROWSER),
    "trackio": ("trackio==0.43.0", *_FRAMES),
    "wandb": ("wandb==0.31.0",),
}


def python(peer: str) -> Path:
    """Return the interpreter of a peer's environment, which is made if it is not there."""
    folder = PEERS / peer
    stamp = folder / "pins.txt"
    interpreter = folder / "bin" / "python"
    wanted = "\n".join(PINS[peer])
    if "-e" in PINS[peer]:
        wanted += "\n" + (ROOT / "pyproject.toml").read_text()
    if not stamp.is_file() or stamp.read_text() != wanted:
        print(f"making {folder.relative_to(ROOT)}: {' '.join(PINS[peer])}", flush=True)
        venv.create(folder, with_pip=True, clear=True)
        install = [interpreter, "-m", "pip", "install", "--quiet", *PINS[peer]]
        subprocess.run(install, cwd=ROOT, check=True)
        # Else the first import would be measured with the compiler.
        subprocess.run([interpreter, "-m", "compileall", "-q", folder], check=False)
        stamp.write_text(wanted)
    return interpreter
