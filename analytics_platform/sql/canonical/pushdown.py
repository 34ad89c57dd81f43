"""Predicates moved to where the rows are read, so that the source's indexes serve; keys of joins compared as the source keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlglot import exp

from analytics_platform.sql.canonical.inversion import source_predicate
from analytics_platform.sql.canonical.mapped import MappedSchema
from analytics_platform.sql.canonical.relations import Relation
from analytics_platform.sql.canonical.subqueries import Inner
from analytics_platform.sql.canonical.twins import compare_as_kept
from analytics_platform.sql.trees import find_all, walk

if TYPE_CHECKING:
    from analytics_platform.sql.canonical.binding import Binder, BoundSelect

_FIXED = (exp.Query, exp.AggFunc, exp.Window, exp.Rand, exp.Exists)


def push_down(tree: exp.Expr, binder: Binder, mapped: MappedSchema) -> None:
    """Moves each conjunct that reads one entity alone into its derived table, through subqueries where that changes nothing.

    Then it says anew which fields each scan has to give.
    """
    inner = Inner(binder)
    for bound in reversed(binder.selects):  # outer before inner ones, so that a predicate can go on
        _push_select(bound, binder, mapped, inner)
    compare_as_kept(tree, binder, mapped, inner)
    _recount(tree, binder)


def _push_select(bound: BoundSelect, binder: Binder, mapped: MappedSchema, inner: Inner) -> None:
    """Never across the nullable side of an outer join: there a row that the predicate leaves out would come back as nulls."""
    source = bound.node.args.get("from_")
    if source is None:
        return
    relations = {id(relation.node): relation for relation in bound.scope.relations}
    read: list[int] = [id(source.this)]
    nullable: set[int] = set()
    for join in bound.node.args.get("joins") or ():
        side, own = join.side.upper(), id(join.this)
        before = [node for node in read if node not in nullable]
        open_to = {"": [*before, own], "LEFT": [own], "RIGHT": before}.get(side, [])
        if join.args.get("on") is not None and open_to:
            rest = _pushed(join.args["on"], [relations[node] for node in open_to if node in relations], binder, mapped, inner)
            join.set("on", rest if rest is not None else exp.true())
        read.append(own)
        nullable |= {"LEFT": {own}, "RIGHT": set(read[:-1]), "FULL": set(read)}.get(side, set())
    where = bound.node.args.get("where")
    if where is not None:
        rest = _pushed(where.this, [relations[node] for node in read if node in relations and node not in nullable], binder, mapped, inner)
        bound.node.set("where", exp.Where(this=rest) if rest is not None else None)


def _pushed(condition: exp.Expr, open_to: list[Relation], binder: Binder, mapped: MappedSchema, inner: Inner) -> exp.Expr | None:
    """Gives the relations what is theirs, and answers what is left of the condition."""
    left: list[exp.Expr] = []
    for conjunct in list(conjuncts(condition)):
        relation = _only_relation(conjunct, binder)
        if relation is None or relation not in open_to:
            left.append(conjunct)
        elif relation.scan is not None:
            entity = mapped.entities[relation.scan.entity.name]
            relation.scan.predicates.append(source_predicate(conjunct, binder.attribute_of, binder.kinds, entity, mapped.dialect))
        elif not inner.take(conjunct, relation):
            left.append(conjunct)
    return exp.and_(*left, copy=False) if left else None


def conjuncts(condition: exp.Expr) -> Iterator[exp.Expr]:
    """What all has to hold."""
    if isinstance(condition, exp.And):
        yield from conjuncts(condition.this)
        yield from conjuncts(condition.expression)
    elif isinstance(condition, exp.Paren) and isinstance(condition.this, exp.And | exp.Paren):
        yield from conjuncts(condition.this)
    else:
        yield condition


def _only_relation(conjunct: exp.Expr, binder: Binder) -> Relation | None:
    """The one relation that all columns of a conjunct are of; None where there is another, none, or something that must stay where it is."""
    found: Relation | None = None
    for node in walk(conjunct):
        if isinstance(node, _FIXED):
            return None
        if isinstance(node, exp.Column):
            relation = binder.relation_of.get(id(node))
            if relation is None or (found is not None and relation is not found):
                return None
            found = relation
    return found


def _recount(tree: exp.Expr, binder: Binder) -> None:
    """A field that only a predicate inside the derived table reads is not given out of it."""
    for scan in binder.scans:
        scan.used = {}
    for column in find_all(tree, exp.Column):
        attribute = binder.attribute_of.get(id(column))
        if attribute is not None and attribute.scan is not None:
            attribute.scan.used[attribute.name] = attribute.field_name
