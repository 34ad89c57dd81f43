"""Moments and spans of time that are written out in a statement."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from sqlglot import exp

_PART = re.compile(r"\s*([+-]?\d+(?:\.\d+)?)\s*([a-z]+)", re.IGNORECASE)
_CLOCK = re.compile(r"\s*([+-]?)(\d{1,2}):(\d{2})(?::(\d{2}))?\s*\Z")
_UNITS = {
    **dict.fromkeys(["y", "yr", "yrs", "year", "years"], ("month", 12)),
    **dict.fromkeys(["quarter", "quarters"], ("month", 3)),
    **dict.fromkeys(["mon", "mons", "month", "months"], ("month", 1)),
    **dict.fromkeys(["w", "week", "weeks"], ("day", 7)),
    **dict.fromkeys(["d", "day", "days"], ("day", 1)),
    **dict.fromkeys(["h", "hr", "hrs", "hour", "hours"], ("second", 3600)),
    **dict.fromkeys(["m", "min", "mins", "minute", "minutes"], ("second", 60)),
    **dict.fromkeys(["s", "sec", "secs", "second", "seconds"], ("second", 1)),
}
Span = tuple[tuple[exp.Expr, str], ...]
"""How many of which unit: months, days and seconds, as PostgreSQL keeps them apart."""


def moment_of(text: str) -> datetime | None:
    """A date or a moment in ISO form, or with a single-digit month or day."""
    parts = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](.+))?", text.strip())
    if parts is None:
        return None
    year, month, day, clock = parts.groups()
    try:
        found = datetime.fromisoformat(f"{year}-{int(month):02}-{int(day):02}" + (f"T{clock}" if clock else ""))
    except ValueError:
        return None
    return found.astimezone(tz=None).replace(tzinfo=None) if found.tzinfo is not None and found.utcoffset() else found.replace(tzinfo=None)


def as_text(text: str, kind: str) -> str | None:
    """A written moment as SQLite keeps it: `2024-01-31`, `2024-01-31 10:00:00`, `10:00:00`; None where it is not one."""
    if kind == "time":
        return _clock_as_text(text)
    found = moment_of(text)
    if found is None:
        return None
    return found.date().isoformat() if kind == "date" else found.isoformat(" ", "microseconds" if found.microsecond else "seconds")


def _clock_as_text(text: str) -> str | None:
    written = text.strip()
    try:
        return time.fromisoformat(f"0{written}" if written[1:2] == ":" else written).isoformat()
    except ValueError:
        return None


def next_day(text: str) -> str | None:
    """The day after a written date."""
    found = moment_of(text)
    return (found.date() + timedelta(days=1)).isoformat() if found is not None and found.date() < date.max else None


def span_of(node: exp.Expr) -> Span | None:
    """The parts of an interval; None where they cannot be read off it."""
    if isinstance(node, exp.Paren):
        return span_of(node.this)
    if isinstance(node, exp.Neg):
        inner = span_of(node.this)
        return tuple((exp.Neg(this=_grouped(count)), unit) for count, unit in inner) if inner is not None else None
    if isinstance(node, exp.Cast) and isinstance(node.this, exp.Literal):
        return _written(node.this.name, None)
    if isinstance(node, exp.Interval) and isinstance(node.this, exp.Literal):
        unit = node.args.get("unit")
        return _written(node.this.name, unit.name.lower() if unit is not None else None)
    if isinstance(node, exp.Mul):
        for count, interval in ((node.this, node.expression), (node.expression, node.this)):
            inner = span_of(interval)
            if inner is not None and span_of(count) is None:
                return tuple((_times(count, n), unit) for n, unit in inner)
    if isinstance(node, exp.Add):
        left, right = span_of(node.this), span_of(node.expression)
        return left + right if left is not None and right is not None else None
    return None


def _written(text: str, unit: str | None) -> Span | None:
    if unit is not None:
        text = f"{text} {unit}"
    clock = _CLOCK.match(text)
    if clock:
        sign, hours, minutes, seconds = clock.groups()
        total = int(hours) * 3600 + int(minutes) * 60 + int(seconds or 0)
        return ((_number(Decimal(-total if sign == "-" else total)), "second"),)
    found: dict[str, Decimal] = {}
    at = 0
    while at < len(text.rstrip()):
        part = _PART.match(text, at)
        known = _UNITS.get(part.group(2).lower()) if part else None
        if part is None or known is None:
            return None
        found[known[0]] = found.get(known[0], Decimal(0)) + Decimal(part.group(1)) * known[1]
        at = part.end()
    if any(count != count.to_integral_value() for count in found.values()):
        return None
    return tuple((_number(count), unit) for unit, count in found.items()) or None


def _number(count: Decimal) -> exp.Expr:
    literal = exp.Literal.number(str(abs(int(count))))
    return exp.Neg(this=literal) if count < 0 else literal


def _times(count: exp.Expr, n: exp.Expr) -> exp.Expr:
    return count.copy() if n.sql() == "1" else exp.Mul(this=_grouped(count.copy()), expression=_grouped(n))


def _grouped(node: exp.Expr) -> exp.Expr:
    return exp.Paren(this=node) if isinstance(node, exp.Binary | exp.Neg) else node
