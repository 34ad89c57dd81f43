"""Rows of different engines made comparable, by the canonical types of their columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from analytics_platform.sql.canonical.model import OutputColumn

CENT_FRACTION = Decimal("0.000001")


def comparable(rows: Iterable[Sequence[Any]], types: Sequence[str]) -> list[tuple[Any, ...]]:
    """Each value as its canonical type; amounts to six places."""
    return [tuple(_value(value, kind) for value, kind in zip(row, types, strict=True)) for row in rows]


def types_of(columns: Sequence[OutputColumn]) -> list[str]:
    """The canonical types of a translation's columns."""
    return [column.type for column in columns]


def _value(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind in ("decimal", "number"):
        return Decimal(str(value)).quantize(CENT_FRACTION) + 0
    if kind == "integer":
        assert int(value) == value, f"{value!r} is not whole"
        return int(value)
    if kind == "boolean":
        return bool(value)
    if kind == "date":
        return _moment(value).date()
    if kind == "datetime":
        return _moment(value)
    return str(value)


def _moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    return datetime.fromisoformat(value)
