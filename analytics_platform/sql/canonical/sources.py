"""Where an entity's rows come from: a table of the source, or a reading statement, and what columns it has."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from analytics_platform.sql.canonical.kinds import Kinds
from analytics_platform.sql.canonical.model import EntityMapping
from analytics_platform.sql.canonical.relations import Kind
from analytics_platform.sql.canonical.vocabulary import PLAIN_NAME
from analytics_platform.sql.catalog import Catalog, CatalogTable, close_matches
from analytics_platform.sql.dialects import Dialect
from analytics_platform.sql.guard import check_tree
from analytics_platform.sql.parsing import parse_statement, placeholder_names
from analytics_platform.sql.problems import SqlProblem
from analytics_platform.sql.resolve import Resolution, resolve
from analytics_platform.sql.trees import find_all

SQL_ALIAS = "mapped"


@dataclass(frozen=True)
class Flaw:
    """One fault of an entity's mapping; `columns` are what the source lacks, where that is the fault."""

    part: str
    code: str
    message: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class SourceColumn:
    """A column of where rows come from: its type, and which columns of tables it is made of."""

    name: str
    kind: Kind
    actual: tuple[str, ...]


@dataclass(eq=False)
class SourceRelation:
    """Rows of one entity. Exactly one of `table` and `statement` is set, unless there are flaws."""

    columns: dict[str, SourceColumn] = field(default_factory=dict)
    table: exp.Table | None = None
    table_name: str = ""
    statement: exp.Expr | None = None
    resolution: Resolution | None = None
    tables: tuple[str, ...] = ()
    flaws: list[Flaw] = field(default_factory=list)
    pruned: dict[frozenset[str], exp.Expr] = field(default_factory=dict)

    def find(self, name: str) -> SourceColumn | None:
        """The column of this name, else the only one that differs in case alone."""
        found = self.columns.get(name)
        if found is not None:
            return found
        folded = [column for other, column in self.columns.items() if other.casefold() == name.casefold()]
        return folded[0] if len(folded) == 1 else None


def source_of(mapping: EntityMapping, *, dialect: Dialect, catalog: Catalog) -> SourceRelation:
    """Resolves `source` or `sql` of an entity's mapping against the source's catalog."""
    if (mapping.source is None) == (mapping.sql is None):
        return SourceRelation(
            flaws=[Flaw("source", "source_or_sql", "An entity's rows come from a table or from SQL: give one of the two.")]
        )
    if mapping.source is not None:
        return _table(mapping.source, dialect=dialect, catalog=catalog)
    return _statement(mapping.sql or "", dialect=dialect, catalog=catalog)


def _table(written: str, *, dialect: Dialect, catalog: Catalog) -> SourceRelation:
    try:
        statement = parse_statement(f"SELECT 1 FROM {written}", dialect=dialect)
        node = statement.args["from_"].this
    except (SqlProblem, KeyError):
        return SourceRelation(flaws=[Flaw("source", "unknown_table", f"{written[:80]!r} is not the name of a table.")])
    schema = node.db or None if isinstance(node, exp.Table) else None
    is_alone = {name for name, value in statement.args.items() if value} == {"expressions", "from_"}
    is_name = is_alone and isinstance(node.this, exp.Identifier) and {name for name, value in node.args.items() if value} <= {"this", "db"}
    candidates = catalog.find_tables(node.name, schema=schema) if is_name and not node.args.get("catalog") else []
    if len(candidates) != 1:
        return SourceRelation(flaws=[_unknown(written, candidates, catalog)])
    table = candidates[0]
    columns = {c.name: SourceColumn(c.name, c.type, (f"{table.full_name}.{c.name}",)) for c in table.columns}
    return SourceRelation(columns, table=table_node(table), table_name=table.name, tables=(table.full_name,))


def _unknown(written: str, candidates: list[CatalogTable], catalog: Catalog) -> Flaw:
    if candidates:
        names = ", ".join(table.full_name for table in candidates)
        return Flaw("source", "ambiguous_name", f"{written} may be any of {names}.", (written,))
    closest = close_matches(written.rpartition(".")[2], [table.name for table in catalog.tables])
    hint = f" Did you mean {' or '.join(closest)}?" if closest else ""
    return Flaw("source", "unknown_table", f"There is no table {written} in this source.{hint}", (written,))


def table_node(table: CatalogTable) -> exp.Table:
    """A table by its exact name."""
    identifiers = [exp.Identifier(this=name, quoted=not PLAIN_NAME.match(name)) for name in (table.name, table.schema) if name]
    return exp.Table(this=identifiers[0], db=identifiers[1] if len(identifiers) > 1 else None)


def _statement(sql: str, *, dialect: Dialect, catalog: Catalog) -> SourceRelation:
    try:
        tree = parse_statement(sql, dialect=dialect)
        names = placeholder_names(check_tree(tree, dialect=dialect))
    except SqlProblem as problem:
        return SourceRelation(flaws=[Flaw("sql", problem.code, problem.detail)])
    if names:
        return SourceRelation(flaws=[Flaw("sql", "bad_parameter", "A mapping's SQL takes no parameters.")])
    resolution = resolve(tree, catalog=catalog, dialect=dialect)
    if resolution.faults:
        missing = tuple(_missing_name(fault.message) for fault in resolution.faults)
        flaws = [Flaw("sql", fault.code, fault.message, (name,)) for fault, name in zip(resolution.faults, missing, strict=True)]
        return SourceRelation(flaws=flaws)
    if resolution.outputs is None:
        return SourceRelation(flaws=[Flaw("sql", "unnamed_columns", "Name the columns that the statement gives.")])
    columns = _columns_of(tree, resolution)
    if len(columns) != len(resolution.outputs) or "" in columns:
        return SourceRelation(flaws=[Flaw("sql", "unnamed_columns", "Give each column of the statement a name of its own.")])
    return SourceRelation(columns, statement=tree, resolution=resolution, tables=tuple(resolution.tables))


def _missing_name(message: str) -> str:
    words = message.split()
    return next((words[i + 1] for i, word in enumerate(words[:-1]) if word in ("table", "column", "called")), "").rstrip(".")


def _columns_of(tree: exp.Expr, resolution: Resolution) -> dict[str, SourceColumn]:
    """Names, types and origins of a statement's columns; a star's or a set operation's have no known types."""
    outputs = list(resolution.outputs or ())
    projections = tree.expressions if isinstance(tree, exp.Select) else []
    if len(projections) != len(outputs) or any(projection.is_star for projection in projections):
        return {name: SourceColumn(name, _known_kind(name, resolution), _called(name, resolution)) for name in outputs}
    kinds = Kinds()
    found = {}
    for name, projection in zip(outputs, projections, strict=True):
        actual: dict[str, None] = {}
        for column in find_all(projection, exp.Column):
            relation = resolution.relation_of.get(id(column))
            table = relation.table if relation is not None else None
            known = table.find_column(column.name) if table is not None else None
            if table is not None and known is not None:
                kinds.put(column, known.type)
                actual[f"{table.full_name}.{known.name}"] = None
            else:
                actual.update(dict.fromkeys(_called(column.name, resolution)))
        found[name] = SourceColumn(name, infer_tree(projection, kinds), tuple(actual))
    return found


def _called(name: str, resolution: Resolution) -> tuple[str, ...]:
    return tuple(full for full in resolution.columns if full.rpartition(".")[2] == name)


def _known_kind(name: str, resolution: Resolution) -> Kind:
    """The type of a column under a star, where only one table that is read has such a column."""
    found = [column.type for scan in resolution.scans for column in scan.table.columns if column.name == name]
    return found[0] if len(found) == 1 else ""


def infer_tree(tree: exp.Expr, kinds: Kinds) -> Kind:
    """The type of a tree in which the columns' types are known."""
    if isinstance(tree, exp.Column):
        return kinds.of(tree)
    for child in tree.iter_expressions():
        infer_tree(child, kinds)
    return kinds.infer(tree)
