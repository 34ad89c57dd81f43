"""The first rows of a Parquet file as JSON values: decimals and whole numbers past 2^53 are strings, NaN and infinities null."""

from __future__ import annotations

import base64
import datetime as dt
import math
from decimal import Decimal
from pathlib import Path
from typing import Any

_LARGEST_EXACT = 2**53


def first_rows(path: Path, count: int) -> list[list[Any]]:
    """At most `count` rows; only the first row groups are read."""
    import pyarrow.parquet as pq

    rows: list[list[Any]] = []
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=max(count, 1)):
            columns = [column.to_pylist() for column in batch.columns]
            rows.extend([json_value(cell) for cell in row] for row in zip(*columns, strict=True))
            if len(rows) >= count:
                break
    return rows[:count]


def json_value(value: Any) -> Any:
    """One cell."""
    match value:
        case bool() | str() | None:
            return value
        case int():
            return value if abs(value) <= _LARGEST_EXACT else str(value)
        case float():
            return value if math.isfinite(value) else None
        case Decimal():
            return format(value, "f")
        case dt.datetime() | dt.date() | dt.time():
            return value.isoformat()
        case bytes():
            return base64.b64encode(value).decode()
    return str(value)
