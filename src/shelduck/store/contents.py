"""What runs share by its digest: the source of cells, and environments."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def contents(con: DuckDBPyConnection, digests: Iterable[str | None]) -> dict[str, str]:
    """Return the texts of these digests, of those that the store has.

    A source is as the cell has it, with secrets redacted; an environment is JSON.
    """
    wanted = sorted({digest for digest in digests if digest})
    rows = con.execute(
        "SELECT digest, text FROM content_facts WHERE digest IN (SELECT unnest(?::VARCHAR[]))",
        [wanted],
    ).fetchall()
    return dict(rows)
