"""From a driver's Python rows to Arrow batches, with one schema for the whole result."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from analytics_platform.sources.logical_types import JSON_FIELD
from analytics_platform.sources.problems import QueryRefusedBySource

if TYPE_CHECKING:
    import pyarrow as pa

Convert = Callable[[Any], Any]
Rows = Sequence[Sequence[Any]]


class ColumnPlan:
    """How one column becomes Arrow: its field and, where values need it, a conversion of each value that is not null."""

    __slots__ = ("convert", "field")

    def __init__(self, field: pa.Field, convert: Convert | None = None) -> None:
        self.field = field
        self.convert = convert


def json_field(name: str) -> pa.Field:
    """A column of JSON text."""
    import pyarrow as pa

    return pa.field(name, pa.string(), metadata=JSON_FIELD)


def json_text(value: Any) -> str:
    """JSON text of a nested value; what JSON does not know reads as its own text."""
    return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)


def decimal_plan(name: str, values: Sequence[Decimal | None], precision: int | None = None, scale: int | None = None) -> ColumnPlan:
    """A decimal column. Without a declared scale the first values decide it, and later ones are rounded to it."""
    import pyarrow as pa

    exponents = [-int(v.as_tuple().exponent) for v in values if v is not None and v.is_finite()] if scale is None else []
    places = scale if scale is not None else min(max([0, *exponents]), 38)
    kind = pa.decimal128(38, places) if places <= 18 and (precision or 38) <= 38 else pa.decimal256(76, places)
    if precision is not None and precision <= 38:
        kind = pa.decimal128(precision, min(places, precision))
    quantum = Decimal(1).scaleb(-places)

    def convert(value: Decimal) -> Decimal | None:
        if not value.is_finite():
            return None
        return value if -int(value.as_tuple().exponent) == places else value.quantize(quantum, context=_WIDE)

    return ColumnPlan(pa.field(name, kind), convert)


def _wide_context() -> Any:
    from decimal import Context

    return Context(prec=76)


_WIDE = _wide_context()


def schema_of(plans: Sequence[ColumnPlan]) -> pa.Schema:
    """The schema of a planned result."""
    import pyarrow as pa

    return pa.schema([plan.field for plan in plans])


def to_batch(rows: Rows, plans: Sequence[ColumnPlan], schema: pa.Schema) -> pa.RecordBatch:
    """Rows as one batch. Raises QueryRefusedBySource where a value does not fit its column's type."""
    import pyarrow as pa

    columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * len(plans)
    arrays = []
    for values, plan in zip(columns, plans, strict=True):
        if plan.convert is not None:
            convert = plan.convert
            values = [None if v is None else convert(v) for v in values]
        try:
            arrays.append(pa.array(values, type=plan.field.type))
        except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, ValueError) as e:
            message = f"The column {plan.field.name!r} holds values that do not fit {plan.field.type}; cast it in the statement."
            raise QueryRefusedBySource(message) from e
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
