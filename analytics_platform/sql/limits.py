"""One row more than may be shown, so that it can be known whether there were more; a smaller limit of the statement's own is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from analytics_platform.sql.problems import BadParameter, NotReadOnly
from analytics_platform.sql.rendering import LIMIT_MARK


@dataclass(frozen=True)
class OwnLimit:
    """The limit that a statement brings: a number, a parameter, or neither."""

    count: int | None = None
    parameter: str | None = None

    def at_most(self, rows: int, parameters: Mapping[str, Any]) -> int:
        """The limit that is set: its own, or `rows` where that is less. Raises BadParameter."""
        own = self.count
        if self.parameter is not None:
            own = parameters.get(self.parameter)
            if isinstance(own, bool) or not isinstance(own, int) or own < 0:
                raise BadParameter(f"The parameter {self.parameter} is a LIMIT, so it must be a whole number.")
        return rows if own is None else min(own, rows)


def take_limit(tree: exp.Expr) -> OwnLimit | None:
    """Puts a mark where the limit of the outermost query goes, and answers what stood there. None for a literal list, which is as long as its text.

    Raises NotReadOnly for a limit that is no number.
    """
    if isinstance(tree, exp.Values):
        return None
    own = _own_limit(tree)
    tree.set("limit", exp.Limit(expression=exp.Literal.number(LIMIT_MARK)))
    return own


def _own_count(tree: exp.Expr) -> exp.Expr | None:
    limit = tree.args.get("limit")
    if isinstance(limit, exp.Fetch):
        return limit.args.get("count") or exp.Literal.number(1)
    count = limit.expression if isinstance(limit, exp.Limit) else None
    is_all = isinstance(count, exp.Null | exp.Neg) or (isinstance(count, exp.Column | exp.Var) and count.name.lower() == "all")
    return None if is_all else count


def _own_limit(tree: exp.Expr) -> OwnLimit:
    limit, count = tree.args.get("limit"), _own_count(tree)
    options = limit.args.get("limit_options") if limit is not None else None
    if options is not None and (options.args.get("percent") or options.args.get("with_ties")):
        raise NotReadOnly("LIMIT … PERCENT and WITH TIES are not accepted for the whole result.")
    if count is None:
        return OwnLimit()
    if isinstance(count, exp.Placeholder):
        return OwnLimit(parameter=str(count.this))
    if isinstance(count, exp.Literal) and not count.is_string and count.name.isdigit():
        return OwnLimit(count=int(count.name))
    raise NotReadOnly("LIMIT takes a number or a parameter.")
