"""Cells of Arrow as JSON: decimals and integers past 2^53 are strings, NaN and infinities null, times ISO 8601, binary base64.

`rows_of` makes Python lists for a page. `json_texts` makes JSON text a column at a time, for streams of many rows; both say the same.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from apps.execution.contract import ColumnType, ResultColumn

if TYPE_CHECKING:
    import pyarrow as pa

SAFE_INTEGER: Final = 2**53
_NEEDS_ESCAPE: Final = r'["\\\x00-\x1f]'


def rows_of(table: pa.Table, columns: list[ResultColumn]) -> list[list[Any]]:
    """Rows as JSON-ready lists."""
    cells = [_column(table.column(i), column.type) for i, column in enumerate(columns)]
    return [list(row) for row in zip(*cells, strict=True)] if cells else [[] for _ in range(table.num_rows)]


def _column(values: pa.ChunkedArray, kind: ColumnType) -> list[Any]:
    found: list[Any] = values.to_pylist()
    convert = _CONVERT.get(kind)
    return found if convert is None else [None if value is None else convert(value) for value in found]


def _integer(value: Any) -> int | str:
    number = int(value)
    return number if -SAFE_INTEGER <= number <= SAFE_INTEGER else str(number)


def _number(value: Any) -> float | None:
    return value if math.isfinite(value) else None


def _decimal(value: Decimal) -> str:
    return f"{value:f}"


def _datetime(value: datetime) -> str:
    return value.isoformat() if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _iso(value: date | time | timedelta) -> str:
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _json(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value, parse_constant=lambda _: None)
    except ValueError:
        return value


def _binary(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


_CONVERT: Final[dict[ColumnType, Callable[[Any], Any]]] = {
    "integer": _integer,
    "number": _number,
    "decimal": _decimal,
    "datetime": _datetime,
    "date": _iso,
    "time": _iso,
    "json": _json,
    "binary": _binary,
}


def json_texts(values: pa.Array, kind: ColumnType) -> pa.Array:
    """Each cell as JSON text; nulls as `null`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if kind == "integer" and pa.types.is_integer(values.type) and not pa.types.is_uint64(values.type):
        texts = _integer_texts(values)
    elif kind == "boolean":
        texts = pc.cast(values, pa.string())
    elif kind == "string" and pa.types.is_string(values.type):
        texts = _string_texts(values)
    elif kind == "decimal":
        texts = _quoted(pc.cast(values, pa.string()))
        if pc.any(pc.match_substring(texts, "E")).as_py():
            texts = _slow_texts(values, kind)
    elif kind == "date" and pa.types.is_date(values.type):
        texts = _quoted(pc.cast(values, pa.string()))
    elif kind == "number" and pa.types.is_floating(values.type):
        texts = pc.cast(pc.if_else(pc.is_finite(values), values, None), pa.string())
    elif kind == "datetime" and pa.types.is_timestamp(values.type):
        texts = _quoted(datetime_texts(values))
    else:
        texts = _slow_texts(values, kind)
    return pc.fill_null(texts, "null")


def datetime_texts(values: pa.Array) -> pa.Array:
    """Timestamps as ISO 8601, with Z where they have a zone (then they are in UTC), without a fraction that is nothing."""
    import pyarrow as pa
    import pyarrow.compute as pc

    plain = pc.cast(values, pa.timestamp("us"), safe=False)
    try:
        texts = pc.cast(pc.cast(plain, pa.timestamp("s")), pa.string())
    except pa.ArrowInvalid:  # some have fractions
        texts = pc.replace_substring_regex(pc.cast(plain, pa.string()), r"\.0+$", "")
    texts = pc.replace_substring(texts, " ", "T", max_replacements=1)
    return pc.binary_join_element_wise(texts, "Z", "") if values.type.tz else texts


def _quoted(texts: pa.Array) -> pa.Array:
    import pyarrow.compute as pc

    return pc.binary_join_element_wise('"', texts, '"', "")


def _integer_texts(values: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = pc.cast(values, pa.string())
    if values.type.bit_width < 64:
        return texts
    bounds = pc.min_max(values).as_py()
    if bounds["min"] is None or (bounds["min"] >= -SAFE_INTEGER and bounds["max"] <= SAFE_INTEGER):
        return texts
    past = pc.or_(pc.greater(values, SAFE_INTEGER), pc.less(values, -SAFE_INTEGER))
    return pc.if_else(past, _quoted(texts), texts)


def _string_texts(values: pa.Array) -> pa.Array:
    import pyarrow.compute as pc

    if pc.any(pc.match_substring_regex(values, _NEEDS_ESCAPE)).as_py():
        return _slow_texts(values, "string")
    return _quoted(values)


def _slow_texts(values: pa.Array, kind: ColumnType) -> pa.Array:
    """A distinct value at a time: most columns hold far fewer of them than cells."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_nested(values.type) or pa.types.is_decimal(values.type):
        distinct, indices = values, None
    else:
        encoded = pc.dictionary_encode(values)
        distinct, indices = encoded.dictionary, encoded.indices
    cells = _column(distinct, kind)
    texts = pa.array([None if cell is None else json.dumps(cell, ensure_ascii=False, separators=(",", ":")) for cell in cells], pa.string())
    return texts if indices is None else texts.take(indices)
