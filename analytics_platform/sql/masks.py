"""What is shown of a masked column instead of its value, in each dialect.

`null` nothing; `hash` 32 hex digits, equal for equal values of one source and keyed, so that they cannot be looked up; `range` the lower end of a band:
a number's leading digit (52,300 is 50,000; below 10 it is 0), the first day of a date's year; `partial` the first two characters of a text of
five or more, then three asterisks. Null stays null under every mask.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Final

from sqlglot import exp

from analytics_platform.sql.dialects import Dialect
from analytics_platform.sql.rights import Mask
from analytics_platform.sql.row_filters import HASH_KEY

HASH_FUNCTION: Final = "keyed_hash"
"""The function that SQLite has no like of; its connector adds it: (key, value) → hex."""

HASH_DIGITS: Final = 32
_NUMBERS: Final = ("integer", "number", "decimal")
_MOMENTS: Final = ("date", "datetime")
_HIGHEST_POWER: Final = 15
_TEXT: Final[dict[Dialect, str]] = {"postgres": "TEXT", "mysql": "CHAR", "sqlite": "TEXT", "duckdb": "TEXT"}


def fits(mask: Mask, type: str) -> bool:
    """Whether a mask means something for a column of this type."""
    return mask != "range" or type in (*_NUMBERS, *_MOMENTS)


def masked_type(mask: Mask, type: str) -> str:
    """The platform's name of the type that is shown."""
    return "string" if mask in ("hash", "partial") else type


def masked(column: exp.Expr, mask: Mask, *, type: str, dialect: Dialect) -> exp.Expr:
    """The expression that stands in a column's place. The column is used up."""
    if mask == "null":
        never = exp.EQ(this=exp.Literal.number(1), expression=exp.Literal.number(0))
        # a text may be of an enumerated type, whose values its name tells
        return exp.Case(ifs=[exp.If(this=never, true=_text(column, dialect) if type == "string" else column)])
    if mask == "hash":
        return _hashed(column, dialect)
    if mask == "partial":
        return _partial(column, dialect)
    return _banded(column, type, dialect) if type in _NUMBERS else _year(column, type, dialect)


def keyed_hash(key: str, value: object) -> str | None:
    """What a masked column shows, as SQLite has no such function of its own."""
    if value is None:
        return None
    raw = value if isinstance(value, bytes) else str(value).encode()
    return hashlib.sha256(key.encode() + raw).hexdigest()[:HASH_DIGITS]


def _type(name: str, dialect: Dialect | None = None) -> exp.DataType:
    return _parsed_type(name, dialect).copy()


@lru_cache(maxsize=50)
def _parsed_type(name: str, dialect: Dialect | None) -> exp.DataType:
    return exp.DataType.build(name, dialect=dialect)


def _text(column: exp.Expr, dialect: Dialect) -> exp.Expr:
    return exp.Cast(this=column, to=_type(_TEXT[dialect], dialect))


def _call(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=list(arguments))


def _hashed(column: exp.Expr, dialect: Dialect) -> exp.Expr:
    key: exp.Expr = exp.Placeholder(this=HASH_KEY)
    digits = exp.Literal.number(HASH_DIGITS)
    if dialect == "sqlite":
        return _call(HASH_FUNCTION, key, column)
    if dialect == "mysql":
        salted = _call("CONCAT", key, _text(column, dialect))
        return _call("LEFT", _call("SHA2", salted, exp.Literal.number(256)), digits)
    salted = exp.DPipe(this=_text(key, dialect), expression=_text(column, dialect), safe=True)
    if dialect == "duckdb":
        return _call("LEFT", _call("SHA256", salted), digits)
    raw = _call("SHA256", _call("CONVERT_TO", salted, exp.Literal.string("UTF8")))
    return _call("LEFT", _call("ENCODE", raw, exp.Literal.string("hex")), digits)


def _partial(column: exp.Expr, dialect: Dialect) -> exp.Expr:
    length = "CHAR_LENGTH" if dialect == "mysql" else "LENGTH"
    stars = exp.Literal.string("***")
    is_long = exp.GT(this=_call(length, _text(column.copy(), dialect)), expression=exp.Literal.number(4))
    start = _call("SUBSTR", _text(column.copy(), dialect), exp.Literal.number(1), exp.Literal.number(2))
    shown = _call("CONCAT", start, stars) if dialect == "mysql" else exp.DPipe(this=start, expression=stars.copy(), safe=True)
    is_there = exp.Not(this=exp.Is(this=column, expression=exp.Null()))
    return exp.Case(ifs=[exp.If(this=is_long, true=shown), exp.If(this=is_there, true=stars)])


def _banded(column: exp.Expr, type: str, dialect: Dialect) -> exp.Expr:
    size = exp.Abs(this=column.copy())
    bands = [_band(column, size, power, type, dialect) for power in range(1, _HIGHEST_POWER + 1)]
    largest = _truncated(column.copy(), 10**_HIGHEST_POWER, type, dialect)
    is_there = exp.Not(this=exp.Is(this=column, expression=exp.Null()))
    return exp.Case(ifs=[*bands, exp.If(this=is_there, true=largest)])


def _band(column: exp.Expr, size: exp.Expr, power: int, type: str, dialect: Dialect) -> exp.If:
    is_below = exp.LT(this=size.copy(), expression=exp.Literal.number(10**power))
    return exp.If(this=is_below, true=_truncated(column.copy(), max(10, 10 ** (power - 1)), type, dialect))


def _truncated(column: exp.Expr, width: int, type: str, dialect: Dialect) -> exp.Expr:
    quotient = exp.Div(this=column, expression=exp.Literal.number(f"{width}.0"), typed=True)
    whole: exp.Expr
    if dialect == "sqlite":
        whole = exp.Cast(this=quotient, to=_type("INTEGER"))
    elif dialect == "mysql":
        whole = _call("TRUNCATE", quotient, exp.Literal.number(0))
    else:
        whole = _call("TRUNC", quotient)
    banded = exp.Mul(this=exp.Paren(this=whole), expression=exp.Literal.number(width))
    if type != "integer" or dialect == "sqlite":
        return banded
    return exp.Cast(this=banded, to=_type("SIGNED" if dialect == "mysql" else "BIGINT", dialect))


def _year(column: exp.Expr, type: str, dialect: Dialect) -> exp.Expr:
    if dialect == "sqlite":
        return _call("STRFTIME", exp.Literal.string("%Y-01-01" if type == "date" else "%Y-01-01 00:00:00"), column)
    if dialect == "mysql":
        first = _call("MAKEDATE", _call("YEAR", column), exp.Literal.number(1))
        return first if type == "date" else exp.Cast(this=first, to=_type("DATETIME", dialect))
    first = _call("DATE_TRUNC", exp.Literal.string("year"), column)
    return exp.Cast(this=first, to=_type("DATE")) if type == "date" else first
