"""A mapping's SQL with only what is asked of it: other columns left out, and left joins to at most one row of which nothing is read."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from analytics_platform.sql.canonical.pushdown import conjuncts
from analytics_platform.sql.canonical.relations import named
from analytics_platform.sql.canonical.sources import SourceRelation
from analytics_platform.sql.catalog import CatalogTable
from analytics_platform.sql.resolve import Resolution
from analytics_platform.sql.scopes import fold
from analytics_platform.sql.trees import find_all, holds

_COUNTED = ("group", "order")  # where an ordinal names a column by its place
_OTHERS = ("where", "group", "having", "order", "qualify", "windows")


def pruned_statement(relation: SourceRelation, needed: frozenset[str]) -> exp.Expr:
    """A fresh tree of the statement that gives these columns at least. Made once for each set of columns."""
    found = relation.pruned.get(needed)
    if found is None:
        found = relation.pruned[needed] = _pruned(relation, needed)
    return found.copy()


def _pruned(relation: SourceRelation, needed: frozenset[str]) -> exp.Expr:
    statement, resolution = relation.statement, relation.resolution
    assert statement is not None
    assert resolution is not None
    if not isinstance(statement, exp.Select) or not _may_lose_columns(statement):
        return statement
    kept = _kept_projections(statement, resolution, needed)
    if kept is None:
        return statement
    dropped = _dropped_joins(statement, resolution, kept)
    copy = statement.copy()
    copy.set(
        "expressions",
        [projection.copy() for projection in kept] or [exp.Alias(this=exp.Literal.number(1), alias=exp.to_identifier("present"))],
    )
    joins = copy.args.get("joins") or []
    copy.set("joins", [join for i, join in enumerate(joins) if i not in dropped] or None)
    return copy


def _may_lose_columns(statement: exp.Select) -> bool:
    if any(statement.args.get(name) for name in ("distinct", "with_", "having", "qualify", "laterals", "kind")):
        return False
    parts = [part for name in _COUNTED if statement.args.get(name) is not None for part in statement.args[name].expressions]
    is_counted = any(isinstance(part.this if isinstance(part, exp.Ordered) else part, exp.Literal) for part in parts)
    is_one_row = statement.args.get("group") is None and any(holds(projection, exp.AggFunc) for projection in statement.expressions)
    return not is_counted and not is_one_row


def _kept_projections(statement: exp.Select, resolution: Resolution, needed: frozenset[str]) -> list[exp.Expr] | None:
    """The projections of these columns, stars written out; None where a star's columns are not known."""
    kept: list[exp.Expr] = []
    aliases = {projection.alias for projection in statement.expressions if projection.alias}
    if any(column.name in aliases and not column.table for column in _columns_of_others(statement)):
        return None  # an alias may be what GROUP BY or ORDER BY means
    for projection in statement.expressions:
        if not projection.is_star or isinstance(projection, exp.Count):
            if projection.alias_or_name in needed:
                kept.append(projection)
            continue
        tables = _tables_of_star(statement, projection, resolution)
        if tables is None:
            return None
        kept += [
            exp.Column(this=named(column.name), table=named(name))
            for name, table in tables
            for column in table.columns
            if column.name in needed
        ]
    return kept


def _columns_of_others(statement: exp.Select) -> Iterator[exp.Column]:
    for name in ("group", "order"):
        part = statement.args.get(name)
        if part is not None:
            yield from find_all(part, exp.Column)


def _tables_of_star(statement: exp.Select, projection: exp.Expr, resolution: Resolution) -> list[tuple[str, CatalogTable]] | None:
    by_node = {id(scan.node): scan.table for scan in resolution.scans}
    items = [statement.args["from_"].this, *(join.this for join in statement.args.get("joins") or ())]
    if any(join.args.get("using") or join.args.get("method") for join in statement.args.get("joins") or ()):
        return None
    if isinstance(projection, exp.Column):
        items = [item for item in items if fold(item.alias_or_name) == fold(projection.table)]
    if not isinstance(projection.this if isinstance(projection, exp.Column) else projection, exp.Star):
        return None
    inner = projection.this if isinstance(projection, exp.Column) else projection
    if any(inner.args.values()) or not items or any(id(item) not in by_node for item in items):
        return None
    return [(item.alias_or_name, by_node[id(item)]) for item in items]


# Joins


def _dropped_joins(statement: exp.Select, resolution: Resolution, kept: list[exp.Expr]) -> set[int]:
    """Indices of left joins that neither multiply rows nor are read, from the last to the first."""
    joins = statement.args.get("joins") or []
    dropped: set[int] = set()
    by_node = {id(scan.node): scan.table for scan in resolution.scans}
    for i in range(len(joins) - 1, -1, -1):
        join = joins[i]
        table = by_node.get(id(join.this))
        if join.side.upper() != "LEFT" or table is None or join.args.get("using") or join.this.args.get("joins"):
            continue
        others = [
            *kept,
            *(statement.args.get(name) for name in _OTHERS),
            *(other.args.get("on") for k, other in enumerate(joins) if k != i and k not in dropped),
        ]
        alias = fold(join.this.alias_or_name)
        if not any(_reads(part, join.this, alias, resolution) for part in others) and _gives_one_row(join, table, resolution):
            dropped.add(i)
    return dropped


def _reads(part: object, node: exp.Expr, alias: str, resolution: Resolution) -> bool:
    parts = part if isinstance(part, list) else [part]
    for each in parts:
        for column in find_all(each, exp.Column) if isinstance(each, exp.Expr) else ():
            relation = resolution.relation_of.get(id(column))
            if (relation is None and (not column.table or fold(column.table) == alias)) or (relation is not None and relation.node is node):
                return True
            if relation is not None and relation.node is None and fold(column.table or "") == alias:
                return True
    return False


def _gives_one_row(join: exp.Join, table: CatalogTable, resolution: Resolution) -> bool:
    """Whether the condition fixes every column of a unique key."""
    condition, item = join.args.get("on"), join.this
    assert isinstance(item, exp.Table)
    fixed: set[str] = set()
    for conjunct in conjuncts(condition) if condition is not None else ():
        if not isinstance(conjunct, exp.EQ):
            continue
        for mine, other in ((conjunct.this, conjunct.expression), (conjunct.expression, conjunct.this)):
            relation = resolution.relation_of.get(id(mine))
            if relation is not None and relation.node is item and not _reads(other, item, fold(item.alias_or_name), resolution):
                fixed.add(fold(mine.name))
    return any({fold(name) for name in key} <= fixed for key in table.unique_keys)
