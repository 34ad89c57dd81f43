"""`*` and `t.*` written out in canonical order, and what a projection without an alias is called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlglot import exp

from analytics_platform.sql.canonical.relations import Scope, column, name_of, named

if TYPE_CHECKING:
    from analytics_platform.sql.canonical.binding import Binder

_CALLED = re.compile(r"(\w+)\(")


def expand_stars(binder: Binder, node: exp.Select, scope: Scope) -> None:
    """Replaces every star of a SELECT by the columns that it stands for."""
    if not node.expressions:  # as in EXISTS (SELECT FROM …), which other dialects do not take
        node.set("expressions", [exp.Alias(this=exp.Literal.number(1), alias=named("present"))])
    if not any(projection.is_star for projection in node.expressions):
        return
    written: list[exp.Expr] = []
    for projection in node.expressions:
        if not projection.is_star or isinstance(projection, exp.Count):
            written.append(projection)
        elif isinstance(projection, exp.Column):
            written += _of_relation(binder, projection, scope)
        else:
            written += _of_all(scope)
    if not written:
        binder.fault(node, "syntax_error", "There is nothing that * could stand for.")
    node.set("expressions", written)


def _of_relation(binder: Binder, projection: exp.Column, scope: Scope) -> list[exp.Expr]:
    relation = scope.relation(name_of(projection.args["table"]))
    if relation is None:
        binder.fault(projection, "unknown_column", f"Nothing that is read here is called {projection.table}.")
        return []
    return [column(name, table=relation.name) for name in relation.attributes]


def _of_all(scope: Scope) -> list[exp.Expr]:
    """Columns that USING merged come first and once, as in PostgreSQL."""
    merged: list[exp.Expr] = [exp.Alias(this=whole.copy(), alias=named(name)) for name, whole in scope.merged.items()]
    return merged + [
        column(name, table=relation.name) for relation in scope.relations for name in relation.attributes if name not in relation.merged
    ]


def label_of(projection: exp.Expr, index: int) -> str:
    """What PostgreSQL calls a projection that has no alias; `column_<n>` where it would say `?column?`."""
    inner = projection
    while isinstance(inner, exp.Cast | exp.Paren | exp.Window | exp.Filter | exp.WithinGroup | exp.Subquery):
        inner = inner.this
        if isinstance(inner, exp.Select) and len(inner.expressions) == 1:
            inner = inner.expressions[0]
    if isinstance(inner, exp.Alias):
        return name_of(inner.args["alias"])
    if isinstance(inner, exp.Column):
        return name_of(inner.this)
    if isinstance(inner, exp.Case):
        return "case"
    if isinstance(inner, exp.Func) and not isinstance(inner, exp.Connector):
        called = _CALLED.match(inner.sql("postgres"))
        return called.group(1).lower() if called else f"column_{index + 1}"
    return f"column_{index + 1}"
