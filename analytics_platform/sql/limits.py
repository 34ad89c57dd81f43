"""One row more than may be shown, so that it can be known whether there were more; a smaller limit of the statement's own is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from analytics_platform.sql.problems import BadParameter, NotReadOnly


def limit_parameter(tree: exp.Expr) -> str | None:
    """The parameter that the outermost LIMIT is given by, if it is."""
    count = _own_count(tree)
    return str(count.this) if isinstance(count, exp.Placeholder) else None


def with_limit(tree: exp.Expr, *, max_rows: int, parameters: Mapping[str, Any]) -> exp.Expr:
    """The tree with a limit of at most `max_rows` + 1 rows on the outermost query."""
    most = max_rows + 1
    own = _own_limit(tree, parameters)
    if isinstance(tree, exp.Values):
        return tree  # a literal list, as long as its text; the reader of the rows counts them
    if own is not None and own <= most:
        if isinstance(_own_count(tree), exp.Placeholder):
            tree.set("limit", exp.Limit(expression=exp.Literal.number(own)))
        return tree
    if own is None and _own_count(tree) is not None:
        raise NotReadOnly("LIMIT takes a number or a parameter.")
    tree.set("limit", exp.Limit(expression=exp.Literal.number(most)))
    return tree


def _own_count(tree: exp.Expr) -> exp.Expr | None:
    limit = tree.args.get("limit")
    if isinstance(limit, exp.Fetch):
        return limit.args.get("count") or exp.Literal.number(1)
    count = limit.expression if isinstance(limit, exp.Limit) else None
    is_all = isinstance(count, exp.Null | exp.Neg) or (isinstance(count, exp.Column | exp.Var) and count.name.lower() == "all")
    return None if is_all else count


def _own_limit(tree: exp.Expr, parameters: Mapping[str, Any]) -> int | None:
    limit, count = tree.args.get("limit"), _own_count(tree)
    options = limit.args.get("limit_options") if limit is not None else None
    if options is not None and (options.args.get("percent") or options.args.get("with_ties")):
        raise NotReadOnly("LIMIT … PERCENT and WITH TIES are not accepted for the whole result.")
    if isinstance(count, exp.Placeholder):
        value = parameters.get(str(count.this))
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise BadParameter(f"The parameter {count.this} is a LIMIT, so it must be a whole number.")
        return value
    if isinstance(count, exp.Literal) and not count.is_string and count.name.isdigit():
        return int(count.name)
    return None
