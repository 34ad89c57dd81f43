"""What a variable of a row filter stands beside, so that no text is taken for a number.

Beside a number MySQL reads a text by the digits that it begins with ('3abc' is 3, 'abc' is 0), SQLite puts every text behind every number, PostgreSQL
and DuckDB fail. So a variable that stands beside a number is bound as one, and a viewer who has something else for it is refused. Where it cannot
be told what a variable stands beside, MySQL is not asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, get_args

from sqlglot import exp

from analytics_platform.sql.dialects import Dialect
from analytics_platform.sql.resolve import Resolution

Kind = Literal["text", "number", "truth"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

_KIND_OF_TYPE: Final[dict[str, Kind]] = {"integer": "number", "number": "number", "decimal": "number", "boolean": "truth"}
"""All others are compared as texts are."""

_COMPARISONS: Final = (exp.EQ, exp.NEQ, exp.NullSafeEQ, exp.NullSafeNEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Between)
_CONNECTORS: Final = (exp.And, exp.Or, exp.Xor, exp.Not, exp.Where)
_AMONG_TEXTS: Final = (exp.Like, exp.ILike, exp.RegexpLike, exp.RegexpILike, exp.SimilarTo, exp.Glob)
_TEXTS: Final = (exp.Trim, exp.Substring, exp.DPipe)
_NUMBERS: Final = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Count)
_GIVES_TEXT: Final = frozenset(
    ("concat", "concat_ws", "left", "lower", "lpad", "ltrim", "replace", "right", "rpad", "rtrim", "substr", "substring", "trim", "upper")
)
_GIVES_NUMBER: Final = frozenset(("abs", "ceil", "ceiling", "char_length", "day", "floor", "length", "mod", "month", "round", "year"))
_AS_INSIDE: Final = (exp.Paren, exp.Neg, exp.Collate, exp.Min, exp.Max)


def variable_kinds(predicate: exp.Expr, resolution: Resolution, *, dialect: Dialect) -> Iterator[tuple[exp.Placeholder, Kind | None]]:
    """Each variable of a resolved predicate with what it stands beside; None where that cannot be told."""
    for node in list(predicate.find_all(exp.Placeholder)):
        kind = _beside(node, resolution)
        # a column of SQLite's may hold anything: only numbers are sure to be told apart
        yield node, None if dialect == "sqlite" and kind == "text" else kind


def _beside(variable: exp.Placeholder, resolution: Resolution) -> Kind | None:
    node: exp.Expr = variable
    is_bare = True
    while node.parent is not None and (isinstance(node.parent, exp.Paren) or _gives_text(node.parent)):
        node = node.parent
        is_bare = is_bare and isinstance(node, exp.Paren)
    judge = node.parent
    if isinstance(judge, _AMONG_TEXTS):
        return "text"
    if judge is None or isinstance(judge, _CONNECTORS):
        return "truth" if is_bare else None
    if not isinstance(judge, _COMPARISONS):
        return None
    others = [other for other in _operands(judge) if other is not node and not isinstance(other.unnest(), exp.Placeholder)]
    kinds = {_kind_of(other, resolution) for other in others} or {"text"}
    kind = kinds.pop() if len(kinds) == 1 else None
    return kind if is_bare or kind == "text" else None


def _operands(comparison: exp.Expr) -> Iterator[exp.Expr]:
    for name in ("this", "expression", "low", "high", "query"):
        operand = comparison.args.get(name)
        if isinstance(operand, exp.Expr):
            yield operand
    yield from comparison.expressions


def _kind_of(node: exp.Expr, resolution: Resolution) -> Kind | None:
    """What an expression gives; None where that is not plain."""
    if isinstance(node, exp.Column):
        return _kind_of_column(node, resolution)
    if isinstance(node, exp.Literal):
        return "text" if node.is_string else "number"
    if isinstance(node, exp.Cast):
        return "text" if node.is_type(*exp.DataType.TEXT_TYPES) else "number" if node.is_type(*exp.DataType.NUMERIC_TYPES) else None
    if isinstance(node, (exp.Subquery, exp.Select)):
        inner = node.unnest()
        shown = inner.expressions if isinstance(inner, exp.Select) else []
        return _kind_of(shown[0].unalias(), resolution) if len(shown) == 1 else None
    if isinstance(node, exp.Boolean):
        return "truth"
    if isinstance(node, _AS_INSIDE):
        return _kind_of(node.this, resolution)
    return "text" if _gives_text(node) else "number" if _gives_number(node) else None


def _gives_text(node: exp.Expr) -> bool:
    return isinstance(node, _TEXTS) or (isinstance(node, exp.Anonymous) and node.name.lower() in _GIVES_TEXT)


def _gives_number(node: exp.Expr) -> bool:
    return isinstance(node, _NUMBERS) or (isinstance(node, exp.Anonymous) and node.name.lower() in _GIVES_NUMBER)


def _kind_of_column(node: exp.Column, resolution: Resolution) -> Kind | None:
    relation = resolution.relation_of.get(id(node))
    column = relation.table.find_column(node.name) if relation is not None and relation.table is not None and not relation.renamed else None
    return None if column is None else _KIND_OF_TYPE.get(column.type, "text")
