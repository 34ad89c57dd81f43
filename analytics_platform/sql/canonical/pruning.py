"""What nobody reads is left out: columns of subqueries, columns of a mapping's SQL, and left joins of it that add nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlglot import exp

from analytics_platform.sql.canonical.relations import Attribute, named
from analytics_platform.sql.trees import walk

if TYPE_CHECKING:
    from analytics_platform.sql.canonical.binding import Binder, BoundSelect


def prune(binder: Binder) -> None:
    """Leaves out the projections of subqueries that nothing needs, then completes GROUP BY where a key stands for its entity's fields."""
    for bound in reversed(binder.selects):
        if bound.is_prunable:
            _prune_outputs(bound)
        _complete_group(bound, binder)


def _prune_outputs(bound: BoundSelect) -> None:
    pairs = list(zip(bound.node.expressions, bound.outputs, strict=True))
    kept = [(projection, output) for projection, output in pairs if output.is_needed]
    if len(kept) == len(pairs):
        return
    is_one_row = bound.node.args.get("group") is None and any(_aggregates(projection) for projection, _ in pairs)
    if is_one_row and not any(_aggregates(projection) for projection, _ in kept):
        first = next(pair for pair in pairs if _aggregates(pair[0]))
        first[1].need()
        kept = [pair for pair in pairs if pair[1].is_needed]
    bound.outputs = [output for _, output in kept]
    bound.node.set("expressions", [projection for projection, _ in kept] or [exp.Alias(this=exp.Literal.number(1), alias=named("present"))])
    if not kept:
        bound.outputs = [Attribute("present", "integer")]


def _aggregates(projection: exp.Expr) -> bool:
    return any(not isinstance(node.parent, exp.Window) for node in own_nodes(projection) if isinstance(node, exp.AggFunc))


def own_nodes(root: exp.Expr) -> Iterator[exp.Expr]:
    """The nodes of an expression that are not inside a query of their own."""
    return walk(root, closed=exp.Query)


def _complete_group(bound: BoundSelect, binder: Binder) -> None:
    """PostgreSQL lets a primary key in GROUP BY stand for its table's columns; a derived table has no key, so they are written out."""
    group = bound.node.args.get("group")
    if group is None or any(isinstance(part, exp.Rollup | exp.Cube | exp.GroupingSets) for part in group.expressions):
        return
    grouped = {id(binder.attribute_of[id(part)]) for part in group.expressions if id(part) in binder.attribute_of}
    whole = [
        relation.scan
        for relation in bound.scope.relations
        if relation.scan is not None and relation.scan.entity.keys
        and all(any(id(a) in grouped for a in relation.attributes.values() if a.field_name == key) for key in relation.scan.entity.keys)
    ]  # fmt: skip
    if not whole:
        return
    parts = [*bound.node.expressions, bound.node.args.get("having"), bound.node.args.get("order")]
    for part in parts:
        for node in _outside_aggregates(part) if part is not None else ():
            attribute = binder.attribute_of.get(id(node))
            if attribute is not None and attribute.scan in whole and id(attribute) not in grouped:
                grouped.add(id(attribute))
                copy = binder.copied(exp.Paren(this=node.copy())).this
                binder.kinds.put(copy, attribute.kind)
                group.append("expressions", copy)


def _outside_aggregates(root: exp.Expr) -> Iterator[exp.Expr]:
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, exp.Column):
            yield node
        elif not isinstance(node, exp.AggFunc | exp.Filter | exp.WithinGroup):
            stack.extend(node.iter_expressions())
