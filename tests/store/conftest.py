"""A store of each test's own; none outlives its test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from shelduck.store import Store
from shelduck.store import store as module


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    """A fold at the end of the interpreter would be cut off."""
    yield
    for left in list(module._stores):
        left._background.stop()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the store is; a folder of its own, so that it can be moved."""
    (tmp_path / "home").mkdir()
    return tmp_path / "home" / "shelduck.duckdb"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    """A store that folds only when it is asked to."""
    made = Store(path)
    made._background.stop()
    yield made
    made.journal.close()
