"""Canonical SQL to a source's own. Start here.

    parse → reads only → bind to the canonical schema → what is not mapped, what is broken → push predicates down → lower to the dialect
      → put the mapped rows in the entities' places → render

What comes out is text for the pipeline, which trusts it no more than any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from analytics_platform.sql.canonical.binding import Binder
from analytics_platform.sql.canonical.keeping import Kept
from analytics_platform.sql.canonical.kinds import field_type
from analytics_platform.sql.canonical.lineage import lineage_of
from analytics_platform.sql.canonical.lowering import lowered
from analytics_platform.sql.canonical.mapped import MappedSchema, mapped_schema, mapping_key
from analytics_platform.sql.canonical.metrics import parsed_statement
from analytics_platform.sql.canonical.model import CanonicalSchema, LineageEntry, OutputColumn, SourceMapping, TransformationRule
from analytics_platform.sql.canonical.parameters import say_types_of_tested
from analytics_platform.sql.canonical.pruning import prune
from analytics_platform.sql.canonical.pushdown import push_down
from analytics_platform.sql.canonical.relations import Attribute, Scan
from analytics_platform.sql.canonical.rendering import render
from analytics_platform.sql.canonical.scans import substitute
from analytics_platform.sql.canonical.vocabulary import Vocabulary, vocabulary_of
from analytics_platform.sql.catalog import Catalog
from analytics_platform.sql.dialects import Dialect
from analytics_platform.sql.guard import check_tree
from analytics_platform.sql.parsing import placeholder_names
from analytics_platform.sql.problems import BrokenMapping, NotMapped, SqlSyntaxError, raise_faults
from analytics_platform.sql.trees import walk


@dataclass(frozen=True)
class Translation:
    """A statement in the source's dialect, parameters kept as `:name`. `tables` are the source's, `columns` the canonical result's."""

    sql: str
    tables: tuple[str, ...]
    lineage: tuple[LineageEntry, ...]
    columns: tuple[OutputColumn, ...]


def translate(
    sql: str,
    *,
    schema: CanonicalSchema,
    mapping: SourceMapping,
    rules: Mapping[str, TransformationRule],
    dialect: Dialect,
    catalog: Catalog,
) -> Translation:
    """Canonical SQL as the source understands it. The same text comes from a cache.

    Raises the problems of `sql.problems`: those of a statement that is wrong, NotMapped (`missing`: every field and entity that the mapping
    lacks), BrokenMapping (`columns`: what it reads and the source no longer has), NotTranslatable.
    """
    vocabulary = vocabulary_of(schema)
    key = (sql, *mapping_key(mapping, vocabulary, rules, dialect, catalog))
    cached = _translations.get(key)
    if cached is not None:
        return cached
    mapped = mapped_schema(mapping, vocabulary=vocabulary, rules=rules, dialect=dialect, catalog=catalog)
    try:
        return _translations.put(key, _translate(sql, mapped))
    except RecursionError:
        raise SqlSyntaxError("The statement is nested too deeply.") from None


def requirements(sql: str, *, schema: CanonicalSchema) -> tuple[str, ...]:
    """The canonical fields that a statement needs (`order.total`), and the entities of which it needs rows alone (`order`)."""
    try:
        _, binder, _ = bound(sql, vocabulary_of(schema))
        prune(binder)
    except RecursionError:
        raise SqlSyntaxError("The statement is nested too deeply.") from None
    needed: dict[str, None] = {}
    for scan in binder.scans:
        needed.update(dict.fromkeys(f"{scan.entity.name}.{field}" for field in scan.used.values()))
        if not scan.used:
            needed[scan.entity.name] = None
    return tuple(needed)


def bound(sql: str, vocabulary: Vocabulary) -> tuple[exp.Expr, Binder, list[Attribute]]:
    """The tree with every name looked up. Raises what is wrong with it."""
    tree = parsed_statement(sql)
    placeholder_names(check_tree(tree, dialect="postgres"))
    binder = Binder(vocabulary)
    outputs = binder.statement(tree)
    raise_faults(binder.faults)
    return tree, binder, outputs


def _translate(sql: str, mapped: MappedSchema) -> Translation:
    tree, binder, outputs = bound(sql, mapped.vocabulary)
    prune(binder)
    _refuse_unmapped(binder.scans, mapped)
    if mapped.dialect == "postgres" and ":" in sql:  # which every parameter begins with
        say_types_of_tested(tree, binder.kinds)
    push_down(tree, binder, mapped)
    tree = lowered(tree, binder.kinds, mapped.dialect)
    for scan in binder.scans:
        substitute(scan, mapped)
    nodes = list(walk(tree))
    tables = _tables_left(nodes, binder.scans, mapped)
    return Translation(
        sql=render(nodes, dialect=mapped.dialect),
        tables=tuple(tables),
        lineage=lineage_of(outputs, mapped),
        columns=tuple(OutputColumn(name=output.name, type=field_type(output.kind)) for output in outputs),
    )


def _tables_left(nodes: list[exp.Expr], scans: list[Scan], mapped: MappedSchema) -> list[str]:
    """The source's tables that are read in the end: joins that a mapping's SQL makes for nothing that is asked are gone."""
    read = {node.name.casefold() for node in nodes if isinstance(node, exp.Table)}
    known = dict.fromkeys(table for scan in scans for table in mapped.entities[scan.entity.name].relation.tables)
    return [table for table in known if any(table.casefold() == name or table.casefold().endswith(f".{name}") for name in read)]


def _refuse_unmapped(scans: list[Scan], mapped: MappedSchema) -> None:
    """Raises NotMapped or BrokenMapping with all that is missing, not the first alone."""
    missing: dict[str, None] = {}
    broken: dict[str, None] = {}
    flaws: list[str] = []
    for scan in scans:
        entity = mapped.entities.get(scan.entity.name)
        if entity is None:
            missing[scan.entity.name] = None
            continue
        found = [*entity.relation.flaws, *entity.filter[1]]
        for name in scan.used.values():
            field = entity.field(name)
            if field is None:
                missing[f"{scan.entity.name}.{name}"] = None
            else:
                found += field.flaws
        broken.update(dict.fromkeys(column for flaw in found for column in flaw.columns))
        flaws += [flaw.message for flaw in found]
    if missing:
        names = ", ".join(missing)
        raise NotMapped(f"The source has no mapping for {names}.", missing=list(missing))
    if flaws:
        names = ", ".join(broken)
        raise BrokenMapping(f"The mapping reads {names}, which the source no longer has." if names else flaws[0], columns=list(broken))


_translations: Kept[Translation] = Kept(2_000)
