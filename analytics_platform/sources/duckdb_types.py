"""DuckDB's Arrow columns made fit for everybody: nested values and intervals as text, enums as strings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analytics_platform.sources.batches import json_text
from analytics_platform.sources.logical_types import JSON_FIELD

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class ColumnShape:
    """A result column's field, and how DuckDB's array becomes one of its type."""

    field: pa.Field
    reshape: Callable[[Any], Any] | None = None


def shape_columns(schema: pa.Schema, native: Sequence[str]) -> list[ColumnShape]:
    """The shape of each column; `native` are DuckDB's own names of the types."""
    return [_shape(field, kind) for field, kind in zip(schema, native, strict=True)]


def to_batch(batch: pa.RecordBatch, shapes: Sequence[ColumnShape], schema: pa.Schema) -> pa.RecordBatch:
    """A batch in the result's schema."""
    import pyarrow as pa

    columns = [shape.reshape(column) if shape.reshape else column for column, shape in zip(batch.columns, shapes, strict=True)]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _shape(field: pa.Field, native: str) -> ColumnShape:
    import pyarrow as pa
    import pyarrow.types as at

    kind = field.type
    if native == "JSON":
        return ColumnShape(pa.field(field.name, pa.string(), metadata=JSON_FIELD), lambda a: a.cast(pa.string()))
    if at.is_nested(kind):
        return ColumnShape(pa.field(field.name, pa.string(), metadata=JSON_FIELD), _texts(json_text))
    if at.is_interval(kind):
        return ColumnShape(pa.field(field.name, pa.string()), _texts(_interval))
    if at.is_dictionary(kind) or at.is_null(kind) or at.is_large_string(kind) or at.is_string_view(kind):
        return ColumnShape(pa.field(field.name, pa.string()), lambda a: a.cast(pa.string()))
    if at.is_timestamp(kind) and kind.tz:
        utc = pa.timestamp(kind.unit, "UTC")
        return ColumnShape(pa.field(field.name, utc), lambda a: a.cast(utc))
    return ColumnShape(pa.field(field.name, kind))


def _texts(render: Callable[[Any], str]) -> Callable[[Any], Any]:
    import pyarrow as pa

    def reshape(array: pa.Array) -> pa.Array:
        return pa.array([None if v is None else render(v) for v in array.to_pylist()], pa.string())

    return reshape


def _interval(value: Any) -> str:
    """A length of time as PostgreSQL writes it."""
    years, months = divmod(value.months, 12)
    named = [(years, "year"), (months, "mon"), (value.days, "day")]
    words = [f"{n} {unit}{'' if abs(n) == 1 else 's'}" for n, unit in named if n]
    seconds, micros = divmod(abs(value.nanoseconds) // 1000, 1_000_000)
    if seconds or micros or not words:
        sign = "-" if value.nanoseconds < 0 else ""
        fraction = f".{micros:06d}".rstrip("0") if micros else ""
        words.append(f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{fraction}")
    return " ".join(words)
