"""Whether a statement could learn of rows that a filter leaves out by making the source fail on them, and the fence that prevents it.

A source may evaluate a predicate before the row filter beside it. A comparison tells nothing by that; a cast, a division or a function can raise an error
that quotes the value or betrays that the row is there. Such a statement reads restricted tables behind a limit, through which no engine moves a predicate.
"""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from analytics_platform.sql.dialects import Dialect

_HARMLESS: Final = (
    exp.Column,
    exp.Identifier,
    exp.Literal,
    exp.Boolean,
    exp.Null,
    exp.Placeholder,
    exp.Connector,
    exp.Not,
    exp.Paren,
    exp.EQ,
    exp.NEQ,
    exp.GT,
    exp.GTE,
    exp.LT,
    exp.LTE,
    exp.NullSafeEQ,
    exp.NullSafeNEQ,
    exp.Is,
    exp.In,
    exp.Between,
    exp.Exists,
    exp.Tuple,
    exp.Star,
    exp.Alias,
    exp.AggFunc,
    exp.Distinct,
    exp.Select,
    exp.From,
    exp.Join,
    exp.Where,
    exp.Group,
    exp.Order,
    exp.Ordered,
    exp.Limit,
    exp.Offset,
    exp.Subquery,
    exp.SetOperation,
    exp.Table,
    exp.TableAlias,
    exp.With,
    exp.CTE,
)
_AFTER_THE_FILTER: Final = frozenset(("expressions", "group", "order", "distinct", "limit", "offset"))
"""Parts of the outermost query that are evaluated on rows that have passed every filter."""

_NO_LIMIT: Final[dict[Dialect, str]] = {"mysql": "18446744073709551615", "sqlite": "9223372036854775807", "duckdb": "9223372036854775807"}


def needs_fence(tree: exp.Expr, *, dialect: Dialect) -> bool:
    """Whether anything in the statement could fail on a row before the row filters have been applied.

    DuckDB casts a text column where it is compared with a number, so there every statement does.
    """
    if dialect == "duckdb" or not isinstance(tree, exp.Select):
        return True
    for name, value in tree.args.items():
        for part in value if isinstance(value, list) else [value]:
            if not isinstance(part, exp.Expr):
                continue
            is_late = name in _AFTER_THE_FILTER
            parts = part.find_all(exp.Query) if is_late else [part]
            if any(_may_fail(query) for query in parts):
                return True
    return False


def fence(select: exp.Select, *, dialect: Dialect) -> exp.Select:
    """The query behind a limit that takes nothing away."""
    if dialect == "postgres":
        select.set("offset", exp.Offset(expression=exp.Literal.number(0)))
    else:
        select.set("limit", exp.Limit(expression=exp.Literal.number(_NO_LIMIT[dialect])))
    return select


def _may_fail(root: exp.Expr) -> bool:
    return any(not _is_harmless(node) and node.find(exp.Column) is not None for node in root.walk())


def _is_harmless(node: exp.Expr) -> bool:
    if isinstance(node, exp.Like | exp.ILike):
        return isinstance(node.expression, exp.Literal | exp.Placeholder)
    return isinstance(node, _HARMLESS)
