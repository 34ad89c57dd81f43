"""Whether a statement could learn of rows that a filter leaves out by making the source fail on them, and the fence that prevents it.

A source may evaluate a predicate before the row filter beside it. A comparison tells nothing by that; a cast, a division or a function can raise an error
that quotes the value or betrays that the row is there. Such a statement reads restricted tables behind a limit, through which no engine moves a predicate.
"""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from analytics_platform.sql.dialects import Dialect
from analytics_platform.sql.functions import words
from analytics_platform.sql.guard import is_volatile
from analytics_platform.sql.trees import find_all, holds, walk

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
    exp.Count,
    exp.Min,
    exp.Max,
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
    exp.SetOperation,
    exp.Table,
    exp.TableAlias,
    exp.With,
    exp.CTE,
)
_PATTERNS: Final = (exp.Like, exp.ILike)
_ADDED_UP: Final = (exp.Sum, exp.Avg)
_AFTER_THE_FILTER: Final = frozenset(("expressions", "group", "order", "distinct", "limit", "offset"))
"""Parts of the outermost query that are evaluated on rows that have passed every filter."""

_MOMENTS: Final = (exp.CurrentDate, exp.CurrentTime, exp.CurrentTimestamp, exp.Localtime, exp.Localtimestamp)
_OF_TIME: Final = frozenset(
    words("""
    adddate curdate current_date current_time current_timestamp curtime date date_add date_format date_sub date_trunc datetime julianday last_day
    localtime localtimestamp make_date now strftime subdate sysdate timestampadd unixepoch utc_date utc_timestamp
    """)
)
"""Functions that fail on no constant, or at once."""

_OF_A_CONSTANT: Final = (exp.DataType, exp.DataTypeParam, exp.Var, exp.Interval, exp.IntervalSpan, exp.Neg, *_MOMENTS)
_ROWS_COME_FROM: Final = (exp.From, exp.Join, exp.Lateral, exp.CTE, exp.SetOperation, exp.Subquery, exp.Exists)
_NO_LIMIT: Final[dict[Dialect, str]] = {"mysql": "18446744073709551615", "sqlite": "9223372036854775807", "duckdb": "9223372036854775807"}


def needs_fence(tree: exp.Expr, *, dialect: Dialect, filters_read_tables: bool) -> bool:
    """Whether anything in the statement could fail on a row before the row filters have been applied.

    DuckDB casts a text column where it is compared with a number, so there every statement does. MySQL sorts a table before it joins the others, so
    there a filter that reads other tables (`filters_read_tables`) may come after the outermost ORDER BY.
    """
    if dialect == "duckdb" or not isinstance(tree, exp.Select):
        return True
    for name, value in tree.args.items():
        for part in value if isinstance(value, list) else [value]:
            if not isinstance(part, exp.Expr):
                continue
            is_late = name in _AFTER_THE_FILTER and not (dialect == "mysql" and filters_read_tables)
            parts = (query for query in find_all(part, exp.Query) if not isinstance(query, exp.Subquery)) if is_late else [part]
            if any(_may_fail(query, dialect) for query in parts):
                return True
    return False


def fence(select: exp.Select, *, dialect: Dialect) -> exp.Select:
    """The query behind a limit that takes nothing away."""
    if dialect == "postgres":
        select.set("offset", exp.Offset(expression=exp.Literal.number(0)))
    else:
        select.set("limit", exp.Limit(expression=exp.Literal.number(_NO_LIMIT[dialect])))
    return select


def _may_fail(root: exp.Expr, dialect: Dialect) -> bool:
    return any(not _is_harmless(node, dialect) for node in walk(root))


def _is_harmless(node: exp.Expr, dialect: Dialect) -> bool:
    if isinstance(node, _PATTERNS):
        return _is_whole_pattern(node.expression, dialect)
    if isinstance(node, _ADDED_UP):
        return dialect != "sqlite" and holds(node, exp.Column) and not _holds_made_values(node.root())
    if isinstance(node, exp.Subquery):
        return _is_no_value(node) or _gives_one_row(node.this)
    return isinstance(node, _HARMLESS) or (not holds(node, exp.Column, exp.Query) and _is_harmless_constant(node, dialect))


def _is_whole_pattern(pattern: exp.Expr, dialect: Dialect) -> bool:
    """PostgreSQL fails on a pattern that ends in its escape character, but only where a value gets so far."""
    if isinstance(pattern, exp.Placeholder):
        return dialect != "postgres"
    return isinstance(pattern, exp.Literal) and not pattern.name.endswith("\\")


def _holds_made_values(root: exp.Expr) -> bool:
    """Whether an inner query has values of the author's own among its columns, which may be too large to be added up."""
    made = (select for select in find_all(root, exp.Select) if select is not root and not isinstance(select.parent, exp.Exists))
    return holds(root, exp.Values) or any(
        not column.is_star and not holds(column, exp.Column, exp.AggFunc) for select in made for column in select.expressions
    )


def _is_no_value(node: exp.Subquery) -> bool:
    """Whether a query in parentheses may have any number of rows. One that stands for a value fails where it has several."""
    return node.parent is None or isinstance(node.parent, _ROWS_COME_FROM) or (isinstance(node.parent, exp.In) and node.arg_key == "query")


def _gives_one_row(query: exp.Expr) -> bool:
    if not isinstance(query, exp.Select):
        return False
    limit = query.args.get("limit")
    if isinstance(limit, exp.Limit) and isinstance(limit.expression, exp.Literal) and limit.expression.name == "1":
        return True
    return not query.args.get("group") and all(isinstance(column.unalias(), exp.AggFunc) for column in query.expressions)


def _is_harmless_constant(node: exp.Expr, dialect: Dialect) -> bool:
    """PostgreSQL evaluates what is constant before it reads any row; the others where the first row needs it. Moments are harmless in all."""
    if dialect == "postgres" and not is_volatile(walk(node), dialect=dialect):
        return True
    if isinstance(node, exp.Add | exp.Sub):
        return holds(node, exp.Interval, *_MOMENTS) or any(_is_of_time(part) for part in find_all(node, exp.Anonymous))
    if isinstance(node, exp.Cast):
        return node.to.is_type(*exp.DataType.TEMPORAL_TYPES)
    return isinstance(node, _OF_A_CONSTANT) or _is_of_time(node)


def _is_of_time(node: exp.Expr) -> bool:
    return isinstance(node, exp.Anonymous) and node.name.lower() in _OF_TIME
