"""No store outlives its test: a fold at the end of the interpreter would be cut off."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shelduck.store import store


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    yield
    for left in list(store._stores):
        left._background.stop()
