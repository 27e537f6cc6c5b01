"""The first rows of a table in a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from itertools import islice
from typing import IO, Any

from shelduck.panels.wire import Json, cell

ROWS, COLUMNS = 100, 50
COUNTED = 20_000_000  # bytes of a CSV file up to which its rows are counted
_HEAD = 10_000  # bytes looked at for what parts the columns


def csv_rows(source: IO[bytes], size: int) -> Json:
    """Return ``columns``, ``rows``, ``total`` (None when not counted) and ``width`` of a CSV file.

    Raises
    ------
    ValueError
        When it is not UTF-8 or cannot be read as a table.
    """
    head = source.read(_HEAD).decode("utf-8-sig", "ignore")
    source.seek(0)
    lines = io.TextIOWrapper(source, "utf-8-sig", newline="")
    try:
        rows = csv.reader(lines, delimiter=_delimiter(head))
        names = next(rows, [])
        first = list(islice(rows, ROWS))
        total = len(first) + sum(1 for _ in rows) if size <= COUNTED else None
    except csv.Error as e:
        raise ValueError(str(e)) from e
    return _cut(names, first, total)


def _delimiter(head: str) -> str:
    first = head.partition("\n")[0]
    return max(",;\t|", key=first.count)


def parquet_rows(source: IO[bytes]) -> Json:
    """Return the same of a Parquet file; raises ImportError without pyarrow."""
    from pyarrow import parquet

    file = parquet.ParquetFile(source)
    names = file.schema_arrow.names
    shown = list(dict.fromkeys(names[:COLUMNS]))
    batch = next(file.iter_batches(batch_size=ROWS, columns=shown), None)
    columns = [column.to_pylist() for column in batch.columns] if batch is not None else []
    rows = zip(*columns, strict=True)
    return _cut(names, rows, file.metadata.num_rows)


def _cut(names: list[str], rows: Iterable[Iterable[Any]], total: int | None) -> Json:
    shown = [[_cell(value) for value in islice(row, COLUMNS)] for row in rows]
    columns = [str(cell(name)) for name in names[:COLUMNS]]
    return {"columns": columns, "rows": shown, "total": total, "width": len(names)}


def _cell(value: Any) -> Any:
    return None if value is None else cell(value)
