"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from pathlib import Path


def describe(folder: Path) -> dict[str, str]:
    """Return the machine in words, with the filesystem that ``folder`` is on."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "processor": f"{os.cpu_count()} cores, {_processor()}",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "filesystem": _filesystem(folder.resolve()),
        "system": f"{platform.system()}, {platform.machine()}",
    }


def _processor() -> str:
    for line in _lines(Path("/proc/cpuinfo")):
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def _filesystem(folder: Path) -> str:
    mounts = (line.split() for line in _lines(Path("/proc/mounts")))
    above = {
        Path(point): kind for _device, point, kind, *_ in mounts if folder.is_relative_to(point)
    }
    return above[max(above, key=lambda point: len(point.parts))] if above else "unknown"


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []
