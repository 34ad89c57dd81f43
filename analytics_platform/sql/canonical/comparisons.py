"""One field compared with constants, whichever way round and however it was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeGuard

from sqlglot import exp

from analytics_platform.sql.canonical.casts import bare
from analytics_platform.sql.canonical.relations import Attribute
from analytics_platform.sql.trees import holds

_OPERATORS: dict[type[exp.Expr], str] = {exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}
TURNED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True)
class Comparison:
    """`column operator values`; the operator is one of `= <> < <= > >= in not_in is_null is_not_null`."""

    column: exp.Column
    operator: str
    values: tuple[exp.Expr, ...] = ()


def comparison_of(node: exp.Expr, attribute_of: Mapping[int, Attribute]) -> Comparison | None:
    """What a predicate compares; None where it is something else."""
    is_not = isinstance(node, exp.Not)
    inner = bare(node.this) if is_not else node
    found = _positive(inner, attribute_of)
    if found is None or not is_not:
        return found
    negated = {"in": "not_in", "is_null": "is_not_null"}.get(found.operator)
    if isinstance(inner, exp.Column):
        return Comparison(found.column, "=", (exp.false(),))
    return Comparison(found.column, negated, found.values) if negated is not None else None


def _positive(node: exp.Expr, attribute_of: Mapping[int, Attribute]) -> Comparison | None:
    if isinstance(node, exp.Column) and _is_field(node, attribute_of):
        return Comparison(node, "=", (exp.true(),))
    operator = _OPERATORS.get(type(node))
    if operator is not None:
        left, right = bare(node.this), bare(node.expression)
        if _is_field(left, attribute_of) and not _reads(right):
            return Comparison(left, operator, (right,))
        if _is_field(right, attribute_of) and not _reads(left):
            return Comparison(right, TURNED[operator], (left,))
        return None
    column = bare(node.this) if isinstance(node.args.get("this"), exp.Expr) else None
    if not _is_field(column, attribute_of):
        return None
    if isinstance(node, exp.In) and node.expressions and not any(_reads(value) for value in node.expressions):
        return Comparison(column, "in", tuple(node.expressions))
    if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
        return Comparison(column, "is_null")
    return None


def _is_field(node: exp.Expr | None, attribute_of: Mapping[int, Attribute]) -> TypeGuard[exp.Column]:
    return isinstance(node, exp.Column) and id(node) in attribute_of


def _reads(node: exp.Expr) -> bool:
    return holds(node, exp.Column)
