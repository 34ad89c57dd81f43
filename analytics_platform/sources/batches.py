"""From a driver's Python rows to Arrow batches, with one schema for the whole result."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from decimal import Context, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from analytics_platform.sources.logical_types import JSON_FIELD
from analytics_platform.sources.problems import QueryRefusedBySource

if TYPE_CHECKING:
    import pyarrow as pa

Convert = Callable[[Any], Any]
Rows = Sequence[Sequence[Any]]
_WIDE: Final = Context(prec=76)


class ColumnPlan:
    """How one column becomes Arrow.

    With `is_text` the values are the source's own text, which Arrow casts all at once; `convert` then helps only where that fails.
    Otherwise `convert` (if any) is applied to each value that is not null.
    """

    __slots__ = ("convert", "field", "is_text")

    def __init__(self, field: pa.Field, convert: Convert | None = None, *, is_text: bool = False) -> None:
        self.field = field
        self.convert = convert
        self.is_text = is_text


def json_plan(name: str, convert: Convert | None = None) -> ColumnPlan:
    """A column of JSON text."""
    import pyarrow as pa

    return ColumnPlan(pa.field(name, pa.string(), metadata=JSON_FIELD), convert or json_text)


def json_text(value: Any) -> str:
    """JSON text of a nested value; what JSON does not know reads as its own text."""
    return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)


def decimal_plan(name: str, values: Sequence[Any], precision: int | None, scale: int | None, *, is_text: bool = False) -> ColumnPlan:
    """A decimal column. Without a declared scale the first `values` decide it, and later ones are rounded to it."""
    import pyarrow as pa

    if precision is not None and scale is not None and 0 <= scale <= precision <= 76:
        kind = pa.decimal128(precision, scale) if precision <= 38 else pa.decimal256(precision, scale)
    else:
        scale = max([0, *(places(v) for v in values if v is not None)])
        widest = max([0, *(_integer_digits(v) for v in values if v is not None)])
        scale = min(scale, 38)
        kind = pa.decimal128(38, scale) if scale + max(widest, 12) <= 38 else pa.decimal256(76, scale)
    return ColumnPlan(pa.field(name, kind), _quantizer(scale), is_text=is_text)


def places(value: Any) -> int:
    """Digits after the decimal point, of a Decimal or of its text."""
    exponent = Decimal(value).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _integer_digits(value: Any) -> int:
    number = Decimal(value)
    return max(0, number.adjusted() + 1) if number.is_finite() else 0


def _quantizer(scale: int) -> Convert:
    quantum = Decimal(1).scaleb(-scale)

    def quantize(value: Any) -> Decimal | None:
        number = Decimal(value)
        try:
            return number.quantize(quantum, context=_WIDE) if number.is_finite() else None
        except InvalidOperation as e:
            raise ValueError("too many digits") from e

    return quantize


def schema_of(plans: Sequence[ColumnPlan]) -> pa.Schema:
    """The schema of a planned result."""
    import pyarrow as pa

    return pa.schema([plan.field for plan in plans])


def to_batch(rows: Rows, plans: Sequence[ColumnPlan], schema: pa.Schema) -> pa.RecordBatch:
    """Rows as one batch. Raises QueryRefusedBySource where a value does not fit its column's type."""
    import pyarrow as pa

    columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * len(plans)
    return pa.RecordBatch.from_arrays([_array(v, p) for v, p in zip(columns, plans, strict=True)], schema=schema)


def text_array(texts: pa.Array, plan: ColumnPlan, values: Callable[[], Sequence[Any]]) -> pa.Array:
    """A column out of the source's own text; `values` are what the driver makes of it, asked for only where Arrow cannot read the text."""
    import pyarrow as pa

    kind = plan.field.type
    if plan.is_text:
        try:
            return texts.cast(kind)
        except pa.ArrowInvalid:
            return _converted(texts.to_pylist(), plan)
    return _converted(values(), plan)


def _array(values: Sequence[Any], plan: ColumnPlan) -> pa.Array:
    import pyarrow as pa

    if plan.is_text:
        try:
            return pa.array(values, type=pa.string()).cast(plan.field.type)
        except pa.ArrowInvalid:
            pass
    return _converted(values, plan)


def _converted(values: Sequence[Any], plan: ColumnPlan) -> pa.Array:
    import pyarrow as pa

    kind = plan.field.type
    try:
        if plan.convert is not None:
            values = [None if v is None else plan.convert(v) for v in values]
        return pa.array(values, type=kind)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, ValueError) as e:
        message = f"The column {plan.field.name!r} holds values that do not fit {kind}; cast it in the statement."
        raise QueryRefusedBySource(message) from e
