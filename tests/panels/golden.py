"""States that Python writes and the views' own tests read, so that the seam stays honest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def check(name: str, content: Any) -> None:
    """Hold ``<name>.json`` against what Python says now; it is written anew, to be committed."""
    path = FOLDER / f"{name}.json"
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    now = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    path.write_text(now, encoding="utf-8")
    assert now == before, f"{path.name} was out of date; look at the difference and commit it"
