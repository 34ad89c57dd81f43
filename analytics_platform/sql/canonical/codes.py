"""A predicate over an enum's words as one over the source's codes."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlglot import exp

from analytics_platform.sql.canonical.casts import bare
from analytics_platform.sql.canonical.comparisons import Comparison
from analytics_platform.sql.canonical.fields import FieldCompiler, MappedField, binary_text
from analytics_platform.sql.canonical.kinds import NUMERIC

_ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def codes_predicate(comparison: Comparison, field: MappedField, compiler: FieldCompiler) -> exp.Expr | None:
    """Which codes give a word that passes, and whether the default does; None where a value is not written out.

    The default also stands for null and for codes that the mapping does not know, so where it passes the predicate names the codes that do not.
    """
    kind = field.field.type
    values = [constant_of(value, kind) for value in comparison.values]
    if any(value is None for value in values):
        return None

    def passes(word: Any) -> bool:
        known = _as_kind(word, kind)
        if comparison.operator in ("is_null", "is_not_null"):
            return (known is None) == (comparison.operator == "is_null")
        if known is None:
            return False
        if comparison.operator in ("in", "not_in"):
            return (known in values) == (comparison.operator == "in")
        return _ORDERED[comparison.operator](known, values[0])

    source = field.source
    assert source is not None
    passing = [code for code, word in field.mapping.values.items() if passes(word)]
    if not passes(field.mapping.default):
        return _among(source, passing, field, compiler) if passing else exp.false()
    failing = [code for code in field.mapping.values if code not in passing]
    if not failing:
        return exp.true()
    is_null = exp.Is(this=source.copy(), expression=exp.Null())
    return exp.Paren(this=exp.Or(this=exp.Not(this=_exactly(source, failing, field, compiler)), expression=is_null))


def constant_of(node: exp.Expr, kind: str) -> Any:
    """The value of a literal as one of the field's type; None where it is none."""
    inner = bare(node)
    if isinstance(inner, exp.Boolean):
        return bool(inner.this) if kind == "boolean" else None
    if isinstance(inner, exp.Neg) and isinstance(inner.this, exp.Literal):
        return _as_kind(f"-{inner.this.name}", kind) if kind in NUMERIC else None
    if not isinstance(inner, exp.Literal) or (inner.is_string and kind in NUMERIC) or (not inner.is_string and kind == "string"):
        return None
    return _as_kind(inner.name, kind) if kind in ("string", *NUMERIC) else None


def _as_kind(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind == "boolean":
        return value if isinstance(value, bool) else str(value).strip().lower() in ("1", "t", "true", "y", "yes")
    if kind in NUMERIC:
        try:
            return Decimal(str(value))
        except InvalidOperation:
            return None
    return str(value)


def _among(source: exp.Expr, codes: list[str], field: MappedField, compiler: FieldCompiler) -> exp.Expr:
    """In MySQL and MariaDB the column's own collation finds the rows by index, and the exact one keeps those that are meant."""
    exact = _exactly(source, codes, field, compiler)
    if compiler.dialect == "mysql" and field.source_kind == "string" and isinstance(source, exp.Column):
        return exp.And(this=_any_of(source, codes, field, compiler), expression=exact)
    return exact


def _exactly(source: exp.Expr, codes: list[str], field: MappedField, compiler: FieldCompiler) -> exp.Expr:
    is_text = compiler.dialect == "mysql" and field.source_kind in ("string", "")
    return _any_of(binary_text(source.copy()) if is_text else source, codes, field, compiler)


def _any_of(source: exp.Expr, codes: list[str], field: MappedField, compiler: FieldCompiler) -> exp.Expr:
    literals = [compiler.literal(code, field.source_kind) for code in codes]
    left = exp.Paren(this=source.copy()) if isinstance(source, exp.Binary) else source.copy()
    if len(literals) == 1:
        return exp.EQ(this=left, expression=literals[0])
    return exp.In(this=left, expressions=literals)
