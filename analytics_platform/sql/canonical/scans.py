"""Each reference to an entity becomes a derived table of the fields that are used, over the mapped rows."""

from __future__ import annotations

from sqlglot import exp

from analytics_platform.sql.canonical.mapped import MappedEntity, MappedSchema
from analytics_platform.sql.canonical.relations import Scan, named
from analytics_platform.sql.canonical.sources import SQL_ALIAS
from analytics_platform.sql.canonical.statements import pruned_statement
from analytics_platform.sql.trees import find_all


def substitute(scan: Scan, mapped: MappedSchema) -> None:
    """Replaces the scan's node in its tree."""
    entity = mapped.entities[scan.entity.name]
    projections = [_projection(entity, name, field) for name, field in scan.used.items()]
    projections += [_twin(entity, name, field) for name, field in scan.twins.items()]
    select = exp.Select(expressions=projections or [exp.Alias(this=exp.Literal.number(1), alias=named("present"))])
    condition = condition_of(entity, scan.predicates)
    select.set("from_", exp.From(this=rows_of(entity, [*projections, condition])))
    if condition is not None:
        select.set("where", exp.Where(this=condition))
    derived = exp.Subquery(this=select, alias=exp.TableAlias(this=named(scan.alias)))
    joins = scan.node.args.get("joins")
    if joins:
        derived.set("joins", joins)
    scan.node.replace(derived)


def rows_of(entity: MappedEntity, read_by: list[exp.Expr | None]) -> exp.Expr:
    """What the derived table reads from: of a mapping's SQL only the columns that these expressions read."""
    relation = entity.relation
    if relation.table is not None:
        return relation.table.copy()
    needed = frozenset(column.name for part in read_by if part is not None for column in find_all(part, exp.Column))
    return exp.Subquery(this=pruned_statement(relation, needed), alias=exp.TableAlias(this=named(SQL_ALIAS)))


def condition_of(entity: MappedEntity, predicates: list[exp.Expr]) -> exp.Expr | None:
    """The mapping's filter and what was pushed down, all of it."""
    own, _ = entity.filter
    parts = [own.copy()] if own is not None else []
    return exp.and_(*parts, *predicates, copy=False) if parts or predicates else None


def _projection(entity: MappedEntity, name: str, field: str) -> exp.Expr:
    mapped = entity.field(field)
    assert mapped is not None
    assert mapped.tree is not None
    return _aliased(mapped.tree.copy(), name)


def _twin(entity: MappedEntity, name: str, field: str) -> exp.Expr:
    mapped = entity.field(field)
    assert mapped is not None
    assert mapped.source is not None
    return _aliased(mapped.source.copy(), name)


def _aliased(tree: exp.Expr, name: str) -> exp.Expr:
    if isinstance(tree, exp.Column) and tree.name == name and not tree.this.args.get("quoted"):
        return tree
    inner = tree.this if isinstance(tree, exp.Paren) else tree
    return exp.Alias(this=inner, alias=named(name))
