"""An amount in another unit, compared: the constant is converted in place of the column, in exact arithmetic."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from sqlglot import exp

from analytics_platform.sql.canonical.casts import bare
from analytics_platform.sql.canonical.comparisons import TURNED, Comparison
from analytics_platform.sql.canonical.fields import MappedField
from analytics_platform.sql.canonical.kinds import kind_of_type
from analytics_platform.sql.canonical.sources import SourceRelation
from analytics_platform.sql.dialects import Dialect
from analytics_platform.sql.trees import find_all

_NODES: dict[str, type[exp.Binary]] = {"=": exp.EQ, "<>": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}


@dataclass(frozen=True)
class _Line:
    """factor × column + offset; a constant where there is no column. `is_whole` while every step so far gives integers."""

    factor: Fraction
    offset: Fraction
    column: exp.Column | None
    is_whole: bool


def linear_predicate(comparison: Comparison, field: MappedField, relation: SourceRelation, dialect: Dialect) -> exp.Expr | None:
    """The predicate over the column itself; None where the field is not a line over one whole or decimal column."""
    if comparison.operator not in _NODES or len(comparison.values) != 1 or field.source is None:
        return None
    if (field.source_kind, field.field.type) == ("decimal", "integer"):
        return None  # rounded
    line = _line_of(field.source, relation, dialect)
    constant = _number_of(comparison.values[0])
    if line is None or line.column is None or line.factor == 0 or constant is None:
        return None
    known = relation.find(line.column.name)
    threshold = (constant - line.offset) / line.factor
    operator = comparison.operator if line.factor > 0 else TURNED[comparison.operator]
    if known is not None and known.kind == "integer":
        return _over_integers(line.column, operator, threshold)
    literal = _literal(threshold)
    return _NODES[operator](this=line.column.copy(), expression=literal) if literal is not None else None


def _over_integers(column: exp.Column, operator: str, threshold: Fraction) -> exp.Expr:
    """An integer is compared with an integer, as an index on it wants."""
    is_whole = threshold.denominator == 1
    if operator in ("=", "<>") and not is_whole:
        return exp.false() if operator == "=" else exp.Not(this=exp.Is(this=column.copy(), expression=exp.Null()))
    whole = math.floor(threshold) if operator in (">", "<=") else math.ceil(threshold)
    return _NODES[operator](this=column.copy(), expression=_whole_number(whole))


def _line_of(node: exp.Expr, relation: SourceRelation, dialect: Dialect) -> _Line | None:
    inner = bare(node)
    if isinstance(inner, exp.Column):
        known = relation.find(inner.name)
        is_exact = known is not None and known.kind in ("integer", "decimal")
        return _Line(Fraction(1), Fraction(0), inner, known is not None and known.kind == "integer") if is_exact else None
    constant = _number_of(inner)
    if constant is not None:
        return _Line(Fraction(0), constant, None, not any("." in literal.name for literal in find_all(inner, exp.Literal)))
    if isinstance(inner, exp.Neg):
        line = _line_of(inner.this, relation, dialect)
        return _scaled(line, Fraction(-1), line.is_whole) if line is not None else None
    if isinstance(inner, exp.Cast):
        line = _line_of(inner.this, relation, dialect)
        return (
            _Line(line.factor, line.offset, line.column, False)
            if line is not None and line.is_whole and kind_of_type(inner.to) in ("decimal", "number")
            else None
        )
    if isinstance(inner, exp.Mul | exp.Div | exp.Add | exp.Sub):
        left, right = _line_of(inner.this, relation, dialect), _line_of(inner.expression, relation, dialect)
        return _combined(inner, left, right, dialect) if left is not None and right is not None else None
    return None


def _combined(node: exp.Expr, left: _Line, right: _Line, dialect: Dialect) -> _Line | None:
    is_whole = left.is_whole and right.is_whole
    if isinstance(node, exp.Mul):
        if right.column is None:
            return _scaled(left, right.offset, is_whole)
        return _scaled(right, left.offset, is_whole) if left.column is None else None
    if isinstance(node, exp.Div):
        divides_whole = is_whole and dialect in ("postgres", "sqlite")
        if right.column is not None or right.offset == 0 or divides_whole:
            return None
        return _scaled(left, 1 / right.offset, False)
    if left.column is not None and right.column is not None:
        return None
    sign = -1 if isinstance(node, exp.Sub) else 1
    return _Line(left.factor + sign * right.factor, left.offset + sign * right.offset, left.column or right.column, is_whole)


def _scaled(line: _Line, by: Fraction, is_whole: bool) -> _Line:
    return _Line(line.factor * by, line.offset * by, line.column, is_whole)


def _number_of(node: exp.Expr) -> Fraction | None:
    inner = bare(node)
    if isinstance(inner, exp.Neg):
        found = _number_of(inner.this)
        return -found if found is not None else None
    if isinstance(inner, exp.Literal) and not inner.is_string and inner.name.replace(".", "", 1).isdigit():
        return Fraction(inner.name if inner.name != "." else "0")
    return None


def _whole_number(value: int) -> exp.Expr:
    literal = exp.Literal.number(abs(value))
    return exp.Neg(this=literal) if value < 0 else literal


def _literal(value: Fraction) -> exp.Expr | None:
    """The number written out; None where its decimals never end."""
    denominator = value.denominator
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    if denominator != 1:
        return None
    places = 0
    while (value * 10**places).denominator != 1:
        places += 1
    digits = str(abs(int(value * 10**places))).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return exp.Neg(this=exp.Literal.number(text)) if value < 0 else exp.Literal.number(text)
