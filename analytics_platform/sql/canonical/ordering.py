"""GROUP BY and ORDER BY: ordinals and aliases resolved as PostgreSQL does, so that no dialect's own rule decides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from analytics_platform.sql.canonical.relations import Attribute, Relation, Scope, name_of, named
from analytics_platform.sql.trees import holds

if TYPE_CHECKING:
    from analytics_platform.sql.canonical.binding import Binder, BoundSelect


def bind_group(binder: Binder, bound: BoundSelect) -> None:
    """Binds GROUP BY. An ordinal or an alias becomes the expression that it stands for."""
    group = bound.node.args.get("group")
    if group is None:
        return
    with binder.where_metrics_are(allowed=False, place="GROUP BY"):
        for name, value in list(group.args.items()):
            for part in list(value) if isinstance(value, list) else [value]:
                if isinstance(part, exp.Expr):
                    if name == "expressions":
                        _bind_group_item(binder, part, bound)
                    else:
                        binder.expression(part, bound.scope)


def _bind_group_item(binder: Binder, part: exp.Expr, bound: BoundSelect) -> None:
    projection = _meant_by(part, bound, columns_first=True)
    if projection is None:
        binder.expression(part, bound.scope)
    elif holds(projection, exp.Placeholder):
        _keep_ordinal(binder, part, projection, bound)
    else:
        part.replace(binder.copied(projection.unalias()))


def _keep_ordinal(binder: Binder, part: exp.Expr, projection: exp.Expr, bound: BoundSelect) -> None:
    """A parameter bound twice is two values to PostgreSQL, so the ordinal is what is written, and the list may not be pruned."""
    bound.is_prunable = False
    for output in bound.outputs:
        for attribute in output.reads:
            binder.read(attribute)
    index = next(i for i, other in enumerate(bound.node.expressions) if other is projection)
    part.replace(exp.Literal.number(index + 1))


def bind_order(binder: Binder, bound: BoundSelect) -> None:
    """Binds ORDER BY of a SELECT: an output's name first, else its relations' columns."""
    order = bound.node.args.get("order")
    for item in order.expressions if order is not None else ():
        part = item.this if isinstance(item, exp.Ordered) else item
        projection = _meant_by(part, bound, columns_first=False)
        if projection is None:
            binder.expression(part, bound.scope)
            continue
        index = next(i for i, other in enumerate(bound.node.expressions) if other is projection)
        output = bound.outputs[index]
        binder.read(output)
        inner = projection.unalias()
        if isinstance(inner, exp.Column):
            copy = binder.copied(inner)
            part.replace(copy)
            if isinstance(item, exp.Ordered):
                binder.kinds.put(item, output.kind)
            continue
        is_unique = sum(other.name == output.name for other in bound.outputs) == 1
        written = exp.Column(this=named(output.name)) if is_unique else exp.Literal.number(index + 1)
        if not is_unique:
            bound.is_prunable = False
        part.replace(written)
        binder.kinds.put(written, output.kind)
        if isinstance(item, exp.Ordered):
            binder.kinds.put(item, output.kind)


def bind_tail(binder: Binder, node: exp.Expr, outputs: Sequence[Attribute], scope: Scope) -> None:
    """ORDER BY, LIMIT and OFFSET of a set operation or of a query in parentheses: they see its columns alone."""
    order = node.args.get("order")
    named_outputs = {output.name: output for output in reversed(outputs)}
    for item in order.expressions if order is not None else ():
        part = item.this if isinstance(item, exp.Ordered) else item
        if isinstance(part, exp.Literal) and not part.is_string and part.name.isdigit() and 0 < int(part.name) <= len(outputs):
            output = outputs[int(part.name) - 1]
        elif isinstance(part, exp.Column) and not part.table and name_of(part.this) in named_outputs:
            output = named_outputs[name_of(part.this)]
        else:
            scope.relations = [Relation("", dict(named_outputs))]
            binder.fault(part, "unknown_column", "A set operation is ordered by its columns' names or numbers.")
            continue
        binder.read(output)
        written = exp.Column(this=named(output.name))
        part.replace(written)
        binder.kinds.put(written, output.kind)
    for name in ("limit", "offset"):
        part = node.args.get(name)
        if part is not None:
            binder.expression(part, scope)


def _meant_by(part: exp.Expr, bound: BoundSelect, *, columns_first: bool) -> exp.Expr | None:
    """The projection that an ordinal or a bare alias stands for."""
    if isinstance(part, exp.Literal) and not part.is_string and part.name.isdigit():
        index = int(part.name) - 1
        return bound.node.expressions[index] if 0 <= index < len(bound.node.expressions) else None
    if not isinstance(part, exp.Column) or part.table:
        return None
    name = name_of(part.this)
    if columns_first and any(name in relation.attributes for relation in bound.scope.relations):
        return None
    return bound.scope.projections.get(name)
