"""How MySQL's result columns become Arrow: the server's own text, cast all at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import time
from typing import TYPE_CHECKING, Any, Final

from analytics_platform.sources.batches import ColumnPlan, decimal_plan, json_plan

if TYPE_CHECKING:
    import pyarrow as pa

_BINARY_CHARSET: Final = 63
_UNSIGNED: Final = 32
_TINY, _SHORT, _LONG, _FLOAT, _DOUBLE, _TIMESTAMP, _LONGLONG, _INT24 = 1, 2, 3, 4, 5, 7, 8, 9
_DATE, _TIME, _DATETIME, _YEAR, _BIT, _JSON, _DECIMALS = 10, 11, 12, 13, 16, 245, (0, 246)


def plan_column(field: Any, values: Sequence[Any]) -> ColumnPlan:
    """The plan of one column; `field` is the driver's descriptor, `values` are those of the first batch."""
    import pyarrow as pa

    name, code = field.name, field.type_code
    if code in _DECIMALS:
        return decimal_plan(name, values, *_precision_and_scale(field), is_text=True)
    if code == _TINY and field.length == 1 and all(v in ("0", "1", None) for v in values):
        return ColumnPlan(pa.field(name, pa.bool_()), _boolean)
    if code == _BIT:
        return _bit_plan(field)
    if code == _JSON:
        return json_plan(name)
    if code == _TIME:
        return _time_plan(name, values)
    kind = _kind(field)
    if kind is not None:
        convert = _or_null(kind) if code in (_DATE, _DATETIME, _TIMESTAMP) else None
        return ColumnPlan(pa.field(name, kind), convert, is_text=True)
    if field.charsetnr == _BINARY_CHARSET and any(isinstance(v, bytes) for v in values):
        return ColumnPlan(pa.field(name, pa.binary()), _bytes)
    return ColumnPlan(pa.field(name, pa.string()), _text)


def _kind(field: Any) -> pa.DataType | None:
    import pyarrow as pa

    is_unsigned = bool(field.flags & _UNSIGNED)
    kinds = {
        _TINY: pa.int16(),
        _SHORT: pa.int32(),
        _INT24: pa.int32(),
        _LONG: pa.int64(),
        _LONGLONG: pa.uint64() if is_unsigned else pa.int64(),
        _YEAR: pa.int16(),
        _FLOAT: pa.float64(),
        _DOUBLE: pa.float64(),
        _DATE: pa.date32(),
        _DATETIME: pa.timestamp("us"),
        _TIMESTAMP: pa.timestamp("us", "UTC"),
    }
    return kinds.get(field.type_code)


def _precision_and_scale(field: Any) -> tuple[int, int]:
    """The display length counts a sign and a point beside the digits."""
    scale = int(field.scale)
    return int(field.length) - (0 if field.flags & _UNSIGNED else 1) - (1 if scale else 0), scale


def _boolean(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError("not a boolean")
    return text == "1"


def _bit_plan(field: Any) -> ColumnPlan:
    import pyarrow as pa

    if field.length == 1:
        return ColumnPlan(pa.field(field.name, pa.bool_()), lambda v: any(v))
    return ColumnPlan(pa.field(field.name, pa.uint64()), lambda v: int.from_bytes(v, "big"))


def _time_plan(name: str, values: Sequence[Any]) -> ColumnPlan:
    """A TIME may also be a length of time, negative or longer than a day: it then stays text."""
    import pyarrow as pa

    try:
        for value in values:
            if value is not None:
                time.fromisoformat(value)
    except ValueError:
        return ColumnPlan(pa.field(name, pa.string()), _text)
    return ColumnPlan(pa.field(name, pa.time64("us")), time.fromisoformat)


def _or_null(kind: pa.DataType) -> Callable[[str], Any]:
    """Reads one value alone; a date that is none (0000-00-00) is null."""
    import pyarrow as pa

    def read(text: str) -> Any:
        try:
            return pa.scalar(text).cast(kind).as_py()
        except pa.ArrowInvalid:
            return None

    return read


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def _text(value: Any) -> str:
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)
