"""Canonical SQL on its way to a source, and its rows on their way back: the types of the result are the canonical ones, whatever the source returns."""

from __future__ import annotations

from datetime import time
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from analytics_platform.sources.problems import QueryRefusedBySource
from analytics_platform.sql.canonical.model import FieldType, OutputColumn
from apps.execution.contract import Canonical
from apps.mapping.contract import Translation, mappings

if TYPE_CHECKING:
    import pyarrow as pa

DECIMALS: Final = 6
"""Digits after the point that a canonical decimal keeps; sources that count in floating point know no more."""
_LEAST_DECIMALS: Final = 2


def translated(data_source_id: UUID, sql: str, canonical: Canonical) -> Translation:
    """The statement in the source's words. Raises MappingNotFound, MappingAmbiguous, NotMapped, BrokenMapping and the pipeline's problems."""
    return mappings.translate(data_source_id=data_source_id, sql=sql, schema=canonical if isinstance(canonical, str) else None)


def in_canonical_types(table: pa.Table, columns: list[OutputColumn], *, is_part: bool = False) -> pa.Table:
    """The rows in the canonical types, under the canonical names; of a `part` decimals keep every digit, so that all parts have one type.

    Raises QueryRefusedBySource where the source holds something else.
    """
    import pyarrow as pa

    arrays = [_coerced(table.column(place), column) for place, column in enumerate(columns)]
    if is_part:
        arrays = [array.cast(pa.decimal128(38, DECIMALS)) if pa.types.is_decimal(array.type) else array for array in arrays]
    return pa.table(arrays, schema=pa.schema([_field(column, array.type) for column, array in zip(columns, arrays, strict=True)]))


def _field(column: OutputColumn, kind: pa.DataType) -> pa.Field:
    import pyarrow as pa

    from analytics_platform.sources.logical_types import JSON_FIELD

    return pa.field(column.name, kind, metadata=JSON_FIELD if column.type == "json" else None)


def _coerced(values: pa.ChunkedArray, column: OutputColumn) -> pa.ChunkedArray:
    import pyarrow as pa

    try:
        return _CONVERT[column.type](values) if column.type in _CONVERT else _cast(values, column.type)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ArithmeticError, ValueError) as fault:
        raise QueryRefusedBySource(f"The source holds values of {column.name} that are no {column.type}.") from fault


def _cast(values: pa.ChunkedArray, type: FieldType) -> pa.ChunkedArray:
    import pyarrow as pa

    wanted = {
        "integer": pa.int64(),
        "number": pa.float64(),
        "string": pa.string(),
        "json": pa.string(),
        "binary": pa.binary(),
    }
    return values.cast(wanted[type])


def _boolean(values: pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow as pa

    return values.cast(pa.bool_()) if not pa.types.is_decimal(values.type) else values.cast(pa.int64()).cast(pa.bool_())


def _datetime(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Moments without a zone, in UTC."""
    import pyarrow as pa

    return values.cast(pa.timestamp("us", tz="UTC") if pa.types.is_timestamp(values.type) and values.type.tz else pa.timestamp("us")).cast(
        pa.timestamp("us")
    )


def _date(values: pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow as pa

    return values if values.type == pa.date32() else _datetime(values).cast(pa.date32(), safe=False)


def _time(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """What has no type for it gives text, or the moment's own clock."""
    import pyarrow as pa

    if pa.types.is_timestamp(values.type):
        return _datetime(values).cast(pa.time64("us"))
    if not pa.types.is_string(values.type) and not pa.types.is_large_string(values.type):
        return values.cast(pa.time64("us"))
    return pa.chunked_array(
        [pa.array([None if text is None else time.fromisoformat(text) for text in values.to_pylist()], pa.time64("us"))]
    )


def _decimal(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Rounded to what every source can know, with as many digits after the point as are needed, two at least."""
    import pyarrow as pa

    step = Decimal(1).scaleb(-DECIMALS)
    found = [None if value is None else _exact(value).quantize(step, ROUND_HALF_UP) for value in values.to_pylist()]
    needed = max((-int(value.normalize().as_tuple().exponent) for value in found if value), default=_LEAST_DECIMALS)
    scale = min(max(needed, _LEAST_DECIMALS), DECIMALS)
    return pa.chunked_array([pa.array(found, pa.decimal128(38, DECIMALS))]).cast(pa.decimal128(38, scale))


def _exact(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(repr(value) if isinstance(value, float) else str(value))


_CONVERT: Final = {"boolean": _boolean, "datetime": _datetime, "date": _date, "time": _time, "decimal": _decimal}
