"""Joins bound from left to right; USING and NATURAL become ON, so that every column says whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from analytics_platform.sql.canonical.relations import Relation, Scope, column, name_of

if TYPE_CHECKING:
    from analytics_platform.sql.canonical.binding import Binder


def add_joins(binder: Binder, node: exp.Expr, scope: Scope) -> None:
    """Binds the joins and laterals of a SELECT, or of a FROM item that has some of its own."""
    for join in node.args.get("joins") or ():
        left = list(scope.relations)
        relation = binder.add_relation(join.this, scope)
        names = _shared_names(binder, join, left, relation)
        if names is not None:
            _write_condition(binder, join, names, left, relation, scope)
        condition = join.args.get("on")
        if condition is not None:
            with binder.where_metrics_are(allowed=False, place="ON"):
                binder.expression(condition, scope)
    for lateral in node.args.get("laterals") or ():
        binder.add_relation(lateral, scope)


def _shared_names(binder: Binder, join: exp.Join, left: list[Relation], right: Relation) -> list[str] | None:
    """The columns that USING names or NATURAL finds; None for any other join."""
    if join.args.get("method") == "NATURAL":
        join.set("method", None)
        known = dict.fromkeys(name for relation in left for name in relation.attributes)
        return [name for name in known if name in right.attributes]
    using = join.args.get("using")
    if not using:
        return None
    join.set("using", None)
    names = []
    for identifier in using:
        name = name_of(identifier.this if isinstance(identifier, exp.Column) else identifier)
        if name in right.attributes and any(name in relation.attributes for relation in left):
            names.append(name)
        else:
            binder.unknown_column(identifier, name, list(right.attributes))
    return names


def _write_condition(binder: Binder, join: exp.Join, names: list[str], left: list[Relation], right: Relation, scope: Scope) -> None:
    conditions: list[exp.Expr] = []
    for name in names:
        owners = [relation for relation in left if name in relation.attributes]
        merged = scope.merged.get(name)
        if merged is None and len(owners) > 1:
            binder.fault(join, "ambiguous_name", f"{name} is in more than one thing on the left of the join.")
        mine = merged.copy() if merged is not None else column(name, table=owners[0].name)
        other = column(name, table=right.name)
        conditions.append(exp.EQ(this=mine, expression=other))
        scope.merged[name] = _merged(join, mine, other)
        for relation in (*owners, right):
            relation.merged.add(name)
    if conditions:
        join.set("on", exp.and_(*conditions, copy=False))
    else:
        join.set("kind", "CROSS")
        join.set("side", None)


def _merged(join: exp.Join, left: exp.Expr, right: exp.Expr) -> exp.Expr:
    side = join.side.upper()
    if side == "RIGHT":
        return right.copy()
    if side == "FULL":
        return exp.Coalesce(this=left.copy(), expressions=[right.copy()])
    return left.copy()
