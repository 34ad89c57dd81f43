"""How SQLite's values, each with a type of its own, become one Arrow column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analytics_platform.sources.batches import ColumnPlan


def plan_column(name: str, values: Sequence[Any]) -> ColumnPlan:
    """The widest type that holds what was seen: integer → number → text; bytes among texts read as text."""
    import pyarrow as pa

    seen = {type(v) for v in values if v is not None}
    if seen == {int}:
        return ColumnPlan(pa.field(name, pa.int64()), _integer)
    if seen and seen <= {int, float}:
        return ColumnPlan(pa.field(name, pa.float64()), _number)
    if seen == {bytes}:
        return ColumnPlan(pa.field(name, pa.binary()), _bytes)
    return ColumnPlan(pa.field(name, pa.string()), None if seen <= {str} and seen else text)


def _integer(value: Any) -> int:
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return int(value)
    raise ValueError("not an integer")


def _number(value: Any) -> float:
    if isinstance(value, (int, float)):
        return float(value)
    raise ValueError("not a number")


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def text(value: Any) -> str:
    """Any value as text."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
