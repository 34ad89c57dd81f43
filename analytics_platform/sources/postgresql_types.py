"""How PostgreSQL's result columns become Arrow: the server's own text, cast all at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import TYPE_CHECKING, Any, Final

from analytics_platform.sources.batches import ColumnPlan, decimal_plan, json_plan

if TYPE_CHECKING:
    import psycopg
    import pyarrow as pa

_INTEGERS: Final = {20: 64, 21: 16, 23: 32, 26: 64, 28: 64}
_AS_TEXT: Final = ("numeric", "date", "timestamp", "timestamptz", "time", "timetz", "interval", "uuid", "json", "jsonb", "inet", "cidr")
_TEXTS: Final = frozenset((18, 19, 25, 705, 1042, 1043))
_KNOWN: Final = frozenset((16, 17, 18, 19, 20, 21, 23, 25, 26, 28, 114, 142, 600, 650, 700, 701, 705, 790, 829, 869, 1042, 1043))
_KNOWN_TOO: Final = frozenset((1082, 1083, 1114, 1184, 1186, 1266, 1560, 1562, 1700, 2278, 2950, 3614, 3802))


def register_loaders(connection: psycopg.Connection[Any]) -> None:
    """Leave to Arrow what Arrow reads faster from text, and what Python cannot hold (year 10,000, infinity)."""
    from psycopg.types.string import TextLoader

    for name in _AS_TEXT:
        connection.adapters.register_loader(name, TextLoader)


def is_known(oid: int) -> bool:
    """Whether a type's meaning is known without asking the server."""
    return oid in _KNOWN or oid in _KNOWN_TOO


_TEXT_LOADED: Final = frozenset((114, 650, 869, 1082, 1083, 1114, 1184, 1186, 1266, 1700, 2950, 3802))
"""The types of `_AS_TEXT`, whose values the driver hands on as the server wrote them."""


def is_read_as_text(oid: int) -> bool:
    """Whether the driver's value is the server's own text, or a number or truth that Arrow reads from it just so."""
    return oid in _TEXTS or oid in _TEXT_LOADED or oid in _INTEGERS or oid in (16, 700, 701)


def native_type(oid: int) -> pa.DataType | None:
    """What Arrow reads straight from the text; None for what stays text at first."""
    import pyarrow as pa

    if oid in _INTEGERS:
        return _integer(oid)
    return {16: pa.bool_(), 700: pa.float32(), 701: pa.float64()}.get(oid)


def _integer(oid: int) -> pa.DataType:
    import pyarrow as pa

    return {16: pa.int16(), 32: pa.int32(), 64: pa.int64()}[_INTEGERS[oid]]


def plan_column(name: str, oid: int, modifier: int, type_name: str, values: Sequence[Any]) -> ColumnPlan:
    """The plan of one column. `values` are those of the first batch."""
    import pyarrow as pa

    if oid in _INTEGERS:
        return ColumnPlan(pa.field(name, _integer(oid)))
    if oid == 1700:
        precision, scale = (((modifier - 4) >> 16) & 0xFFFF, (modifier - 4) & 0x7FF) if modifier >= 4 else (None, None)
        return decimal_plan(name, values, precision, scale, is_text=True)
    if oid in (114, 3802):
        return json_plan(name)
    plain = {
        16: lambda: ColumnPlan(pa.field(name, pa.bool_())),
        17: lambda: ColumnPlan(pa.field(name, pa.binary())),
        700: lambda: ColumnPlan(pa.field(name, pa.float32())),
        701: lambda: ColumnPlan(pa.field(name, pa.float64())),
        1082: lambda: ColumnPlan(pa.field(name, pa.date32()), _or_null(pa.date32()), is_text=True),
        1083: lambda: ColumnPlan(pa.field(name, pa.time64("us")), _time),
        1114: lambda: ColumnPlan(pa.field(name, pa.timestamp("us")), _or_null(pa.timestamp("us")), is_text=True),
        1184: lambda: ColumnPlan(pa.field(name, pa.timestamp("us", "UTC")), _or_null(pa.timestamp("us", "UTC")), is_text=True),
    }
    if oid in plain:
        return plain[oid]()
    if type_name.endswith("[]") or any(isinstance(v, (list, dict)) for v in values):
        return json_plan(name)
    return ColumnPlan(pa.field(name, pa.string()), None if oid in _TEXTS else str)


def _or_null(kind: Any) -> Any:
    """Reads one value alone; what the type cannot hold (infinity, a year before Christ) is null."""
    import pyarrow as pa

    def read(text: str) -> Any:
        try:
            return pa.scalar(text).cast(kind).as_py()
        except pa.ArrowInvalid:
            return None

    return read


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None
