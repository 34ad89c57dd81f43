"""Which tables and columns a statement uses. Names are looked up scope by scope, and what the source will read is written into the tree.

A table's reference is replaced by its exact, schema-qualified name and a CTE's by the name it was defined under, so that the source cannot
understand another table by it than the one that was checked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sqlglot import exp

from analytics_platform.sql.catalog import Catalog, CatalogTable, close_matches
from analytics_platform.sql.dialects import Dialect
from analytics_platform.sql.parsing import fault_at
from analytics_platform.sql.problems import Fault, HiddenByPolicy
from analytics_platform.sql.scopes import CteDefinition, Ctes, Relation, Scope, fold, folded_identifier

_PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]*\Z")
_CALLED = re.compile(r"(\w+)\(")
_WITH_OWN_NAMES = (exp.Lambda, exp.Comprehension)
_NAMED_VALUES = (exp.PropertyEQ, exp.Kwarg)
_OF_ALL = (exp.Star, exp.Columns)
_ROW_IDS: dict[Dialect, frozenset[str]] = {
    "postgres": frozenset(),
    "mysql": frozenset(),
    "sqlite": frozenset(["rowid", "oid", "_rowid_"]),
    "duckdb": frozenset(["rowid"]),
}
Outputs = tuple[str, ...] | None


@dataclass(frozen=True)
class Scan:
    """One reference to a table of the source, at any depth: where a policy takes hold."""

    node: exp.Table
    table: CatalogTable


@dataclass(eq=False)
class Resolution:
    """What a statement reads. `relation_of` gives the relation of a column node by its id."""

    scans: list[Scan] = field(default_factory=list)
    columns: dict[str, None] = field(default_factory=dict)
    outputs: Outputs = None
    relation_of: dict[int, Relation] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def tables(self) -> list[str]:
        """Full names of the tables that are read, each once."""
        return list(dict.fromkeys(scan.table.full_name for scan in self.scans))


def resolve(tree: exp.Expr, *, catalog: Catalog, dialect: Dialect) -> Resolution:
    """Looks up every name of a checked tree and rewrites references to tables in place. What is not found is a fault of the answer."""
    resolver = _Resolver(catalog, dialect)
    resolver.found.outputs = resolver.query(tree, {}, None)
    return resolver.found


class _Resolver:
    def __init__(self, catalog: Catalog, dialect: Dialect) -> None:
        self.catalog = catalog
        self.dialect = dialect
        self.found = Resolution()

    # Queries

    def query(self, node: exp.Expr, ctes: Ctes, outer: Scope | None) -> Outputs:
        """Resolves a query of any form and answers the names of its columns."""
        ctes = self.with_clause(node, ctes, outer)
        if isinstance(node, exp.Select):
            return self.select(node, ctes, outer)
        if isinstance(node, exp.SetOperation):
            outputs = self.query(node.this, ctes, outer)
            self.query(node.expression, ctes, outer)
        elif isinstance(node, exp.Subquery) and isinstance(node.this, exp.Query):
            outputs = self.query(node.this, ctes, outer)
        elif isinstance(node, exp.Values):
            return self.values(node, Scope(ctes, outer))
        else:
            scope = Scope(ctes, outer)
            self.add_relation(node, scope)
            return _star(scope)
        self.tail(node, outputs, Scope(ctes, outer))
        return outputs

    def with_clause(self, node: exp.Expr, ctes: Ctes, outer: Scope | None) -> Ctes:
        clause = node.args.get("with_")
        if clause is None:
            return ctes
        known = dict(ctes)
        for cte in clause.expressions:
            identifier = cte.args["alias"].this
            key = folded_identifier(identifier, self.dialect)
            renamed = tuple(column.name for column in cte.args["alias"].columns)
            # SQLite recurses without being told to.
            may_recurse = clause.args.get("recursive") or self.dialect == "sqlite"
            if may_recurse and isinstance(cte.this, exp.SetOperation):
                outputs = self.recursive(cte.this, known, outer, key=key, identifier=identifier, renamed=renamed)
            else:
                outputs = self.query(cte.this, known, outer)
            known[key] = CteDefinition(identifier, _renamed(outputs, renamed))
        return known

    def recursive(
        self, node: exp.SetOperation, ctes: Ctes, outer: Scope | None, *, key: str, identifier: exp.Identifier, renamed: tuple[str, ...]
    ) -> Outputs:
        """A CTE that may read itself: its first branch says what its columns are, its second sees them."""
        ctes = self.with_clause(node, ctes, outer)
        outputs = self.query(node.this, ctes, outer)
        self.query(node.expression, {**ctes, key: CteDefinition(identifier, _renamed(outputs, renamed))}, outer)
        self.tail(node, outputs, Scope(ctes, outer))
        return outputs

    def select(self, node: exp.Select, ctes: Ctes, outer: Scope | None) -> Outputs:
        scope = Scope(ctes, outer)
        source = node.args.get("from_")
        if source is not None:
            self.add_relation(source.this, scope)
        self.add_joined(node, scope)
        for projection in node.expressions:
            aliases = projection.aliases if isinstance(projection, exp.Aliases) else [projection.alias]
            scope.aliases.update(fold(str(alias)) for alias in aliases if alias)
        for name, value in node.args.items():
            if name not in ("with_", "from_", "joins", "laterals"):
                for part in value if isinstance(value, list) else [value]:
                    if isinstance(part, exp.Expr):
                        self.expression(part, scope)
        return self.outputs(node, scope)

    def tail(self, node: exp.Expr, outputs: Outputs, scope: Scope) -> None:
        """ORDER BY, LIMIT and OFFSET of a set operation or of a query in parentheses: they see its columns alone."""
        scope.relations.append(Relation("", outputs))
        for name in ("order", "limit", "offset"):
            part = node.args.get(name)
            if part is not None:
                self.expression(part, scope)

    def values(self, node: exp.Values, scope: Scope) -> Outputs:
        for row in node.expressions:
            self.expression(row, scope)
        self.tail(node, None, scope)
        width = len(node.expressions[0].expressions) if node.expressions else 0
        first, prefix = {"mysql": (0, "column_"), "duckdb": (0, "col")}.get(self.dialect, (1, "column"))
        return tuple(f"{prefix}{i}" for i in range(first, first + width))

    def outputs(self, node: exp.Select, scope: Scope) -> Outputs:
        names: list[str] = []
        for projection in node.expressions:
            if isinstance(projection, exp.Aliases):
                names += map(str, projection.aliases)
            elif isinstance(projection.unalias(), exp.Columns) or (isinstance(projection, exp.Explode) and self.dialect != "postgres"):
                return None
            elif projection.is_star:
                named = isinstance(projection, exp.Column) and projection.table
                relation = scope.relation(projection.table) if named else None
                star = relation.columns if relation is not None else _star(scope)
                inner = projection.this if isinstance(projection, exp.Column) else projection
                if star is None or not isinstance(inner, exp.Star) or inner.args.get("rename"):
                    return None
                excluded = {fold(column.name) for column in inner.args.get("except_") or ()}
                names += [name for name in star if fold(name) not in excluded]
            else:
                names.append(projection.output_name or self.label(projection))
        return tuple(names)

    def label(self, projection: exp.Expr) -> str:
        """What PostgreSQL calls an expression without an alias; other dialects use its text, which nobody writes again."""
        called = _CALLED.match(projection.sql(self.dialect))
        if self.dialect != "postgres":
            return called.group(1).lower() if called and isinstance(projection.parent, exp.Table) else ""
        return called.group(1).lower() if called else "?column?"

    # Relations

    def add_joined(self, node: exp.Expr, scope: Scope) -> None:
        joins = node.args.get("joins") or []
        for join in joins:
            self.add_relation(join.this, scope)
        for lateral in node.args.get("laterals") or []:
            self.add_relation(lateral, scope)
        for join in joins:
            if join.args.get("on") is not None:
                self.expression(join.args["on"], scope)
            if join.args.get("match_condition") is not None:
                self.expression(join.args["match_condition"], scope)
            for identifier in join.args.get("using") or []:
                self.merged_column(identifier, scope)

    def add_relation(self, node: exp.Expr, scope: Scope) -> None:
        if isinstance(node, exp.Table):
            self.add_table(node, scope)
        elif isinstance(node, exp.Subquery):
            self.add_subquery(node, scope)
        elif isinstance(node, exp.Values):
            outputs = self.values(node, scope)
            scope.relations.append(_aliased(node, outputs))
        elif isinstance(node, exp.Lateral) and isinstance(node.this, exp.Subquery):
            outputs = self.query(node.this, scope.ctes, scope)
            scope.relations.append(_aliased(node, outputs))
        elif isinstance(node, exp.Lateral | exp.Unnest):
            for child in node.iter_expressions():
                if not isinstance(child, exp.TableAlias):
                    self.expression(child, scope)
            scope.relations.append(Relation(node.alias or self.label(node), self.function_columns(node, node.this or node)))
        else:
            self.fault(node, "unknown_table", f"Rows cannot come from {node.sql(self.dialect)}.")

    def add_subquery(self, node: exp.Subquery, scope: Scope) -> None:
        if isinstance(node.this, exp.Query) and not _is_joined(node.this):
            # DuckDB lets every subquery see its siblings, as if it were LATERAL.
            outer = scope if self.dialect == "duckdb" else scope.parent
            ctes = self.with_clause(node, scope.ctes, outer)
            outputs = self.query(node.this, ctes, outer)
            self.tail(node, outputs, Scope(ctes, outer))
            scope.relations.append(_aliased(node, outputs))
        elif node.alias:
            inner = Scope(scope.ctes, scope.parent)
            self.add_relation(node.this, inner)
            scope.relations.append(_aliased(node, _star(inner)))
        else:
            self.add_relation(node.this, scope)
        self.add_joined(node, scope)

    def add_table(self, node: exp.Table, scope: Scope) -> None:
        if isinstance(node.this, exp.Func) or node.args.get("rows_from"):
            functions = [node.this] if node.this else [table.this or table for table in node.args["rows_from"]]
            for function in functions:
                self.expression(function, scope)
            scope.relations.append(Relation(node.alias or self.label(functions[0]), self.function_columns(node, functions[0])))
        else:
            self.add_named_table(node, scope)
        self.add_joined(node, scope)

    def function_columns(self, node: exp.Expr, function: exp.Expr) -> Outputs:
        """Columns of a table function. PostgreSQL takes `x.f` for f(x) where x has no column f, so there every name has to be known."""
        if self.dialect != "postgres":
            return None
        alias = node.args.get("alias")
        renamed = tuple(column.name for column in alias.columns) if isinstance(alias, exp.TableAlias) else ()
        offset = node.args.get("offset")  # where sqlglot keeps the name that WITH ORDINALITY was given
        numbered = (offset.name,) if isinstance(offset, exp.Identifier) else ()
        return (*(renamed or (node.alias or self.label(function),)), *numbered, "key", "value", "ordinality")

    def add_named_table(self, node: exp.Table, scope: Scope) -> None:
        written = node.this
        if not isinstance(written, exp.Identifier):
            return self.fault(node, "unknown_table", f"Rows cannot come from {node.sql(self.dialect)}.")
        if not node.args.get("db"):
            cte = scope.ctes.get(folded_identifier(written, self.dialect))
            if cte is not None:
                node.set("this", cte.identifier.copy())
                relation = _aliased(node, cte.columns, name=written.name)
                scope.relations.append(relation)
                return None
        table = self.find_table(node)
        if table is None:
            scope.relations.append(Relation(node.alias_or_name, None))
            return None
        self.found.scans.append(Scan(node, table))
        relation = _aliased(node, tuple(column.name for column in table.columns), name=written.name)
        relation.table, relation.node = table, node
        scope.relations.append(relation)
        self.write_exact_name(node, written, table)
        return None

    def find_table(self, node: exp.Table) -> CatalogTable | None:
        schema = node.args.get("db")
        candidates = [] if node.args.get("catalog") else self.catalog.find_tables(node.name, schema=schema.name if schema else None)
        if len(candidates) == 1:
            return candidates[0]
        full = f"{schema.name}.{node.name}" if schema else node.name
        if candidates:
            names = [table.full_name for table in candidates]
            self.fault(node, "ambiguous_name", f"{full} may be any of {', '.join(names)}.", names)
        elif self.catalog.denied and self.catalog.is_denied(node.name, schema=schema.name if schema else None):
            self.fault(node, HiddenByPolicy.code, HiddenByPolicy.title)
        else:
            closest = self.catalog.close_tables(node.name)
            hint = f" Did you mean {' or '.join(closest)}?" if closest else ""
            self.fault(node, "unknown_table", f"There is no table {full} in this source.{hint}", closest)
        return None

    def write_exact_name(self, node: exp.Table, written: exp.Identifier, table: CatalogTable) -> None:
        if not node.alias and written.name != table.name:
            node.set("alias", exp.TableAlias(this=written.copy()))
        quoted = bool(written.quoted) or not _PLAIN_NAME.match(table.name)
        node.set("this", exp.to_identifier(table.name, quoted=quoted))
        if table.schema:
            node.set("db", exp.to_identifier(table.schema, quoted=table.schema not in ("public", "main")))

    # Expressions

    def expression(self, root: exp.Expr, scope: Scope) -> None:
        stack = [root]
        while stack:
            node = stack.pop()
            if isinstance(node, exp.Query):
                self.query(node, scope.ctes, scope)
            elif isinstance(node, exp.Column):
                self.column(node, scope)
            elif isinstance(node, exp.Table):
                self.fault(node, "unknown_table", f"Rows cannot come from {node.sql(self.dialect)} here.")
            elif isinstance(node, _WITH_OWN_NAMES):
                self.bound_names(node, scope)
            elif isinstance(node, exp.Dot):
                stack.append(node.this)
            elif isinstance(node, _NAMED_VALUES):
                stack.append(node.expression)
            else:
                if isinstance(node, _OF_ALL) and not isinstance(node.parent, exp.Count):
                    self.use_all(scope.relations)
                stack.extend(reversed(list(node.iter_expressions())))

    def bound_names(self, node: exp.Lambda | exp.Comprehension, scope: Scope) -> None:
        """A lambda or a list comprehension: its own names hold inside it alone."""
        names = node.expressions if isinstance(node, exp.Lambda) else [node.expression]
        inner = Scope(scope.ctes, scope, aliases={fold(name.name) for name in names})
        if isinstance(node, exp.Lambda):
            self.expression(node.this, inner)
            return
        self.expression(node.args["iterator"], scope)
        for part in (node.this, node.args.get("condition")):
            if isinstance(part, exp.Expr):
                self.expression(part, inner)

    def column(self, node: exp.Column, scope: Scope) -> None:
        if node.table:
            self.qualified_column(node, scope)
            return
        name = node.name
        relation = scope.relation_with(name)
        if relation is not None:
            self.use(node, relation, name, node.this)
        elif scope.knows(name):
            return
        elif (whole_row := scope.relation(name)) is not None and self.dialect in ("postgres", "duckdb"):
            self.use_all([whole_row])
        elif not self.is_row_id(name, scope.relations):
            self.unknown_column(node, name, scope.names(), [relation for inner in scope.outward() for relation in inner.relations])

    def qualified_column(self, node: exp.Column, scope: Scope) -> None:
        relation = scope.relation(node.table)
        if relation is None:
            self.struct_field(node, scope)
        elif isinstance(node.this, exp.Star):
            self.use_all([relation])
        elif relation.has(node.name):
            self.use(node, relation, node.name, node.this)
        elif not relation.is_open and not self.is_row_id(node.name, [relation]):
            self.unknown_column(node, f"{node.table}.{node.name}", list(relation.columns or ()), [relation])

    def struct_field(self, node: exp.Column, scope: Scope) -> None:
        """`column.field` or `table.column.field` of a nested value; otherwise nothing here has that name."""
        table_part, schema_part = node.args["table"], node.args.get("db")
        relation = scope.relation(schema_part.name) if schema_part else None
        if self.dialect != "duckdb":
            self.nothing_called(node, scope)
        elif relation is not None and relation.has(table_part.name):
            self.use(node, relation, table_part.name, table_part)
        elif schema_part is None and (owner := scope.relation_with(table_part.name)) is not None:
            self.use(node, owner, table_part.name, table_part)
        elif schema_part is None and scope.knows(table_part.name):
            return
        else:
            self.nothing_called(node, scope)

    def nothing_called(self, node: exp.Column, scope: Scope) -> None:
        names = [relation.name for inner in scope.outward() for relation in inner.relations]
        closest = close_matches(node.table, names)
        hint = f" Did you mean {' or '.join(closest)}?" if closest else ""
        self.fault(node, "unknown_column", f"Nothing that is read here is called {node.table}.{hint}", closest)

    def merged_column(self, identifier: exp.Expr, scope: Scope) -> None:
        relations = [relation for relation in scope.relations if relation.has(identifier.name)]
        for relation in relations:
            self.use(identifier, relation, identifier.name, None)
        if not relations and not any(relation.is_open for relation in scope.relations):
            self.unknown_column(identifier, identifier.name, scope.names(), scope.relations)

    def use(self, node: exp.Expr, relation: Relation, name: str, identifier: exp.Expr | None) -> None:
        self.found.relation_of[id(node)] = relation
        if relation.table is None or relation.renamed is not None:
            return
        column = relation.table.find_column(name)
        if column is None:
            return
        self.found.columns[f"{relation.table.full_name}.{column.name}"] = None
        if isinstance(identifier, exp.Identifier) and identifier.name != column.name:
            written_folds_to_it = self.dialect != "postgres" or (not identifier.quoted and fold(identifier.name) == column.name)
            if not written_folds_to_it:
                identifier.set("this", column.name)
                identifier.set("quoted", True)

    def use_all(self, relations: list[Relation]) -> None:
        for relation in relations:
            if relation.table is not None:
                full_name = relation.table.full_name
                self.found.columns.update(dict.fromkeys(f"{full_name}.{column.name}" for column in relation.table.columns))

    def is_row_id(self, name: str, relations: list[Relation]) -> bool:
        tables = [relation.table for relation in relations if relation.table is not None]
        return fold(name) in _ROW_IDS[self.dialect] and bool(tables) and not any(table.is_restricted for table in tables)

    def unknown_column(self, node: exp.Expr, name: str, candidates: list[str], relations: list[Relation]) -> None:
        bare = fold(name.rpartition(".")[2])
        if any(relation.table is not None and bare in relation.table.hidden for relation in relations):
            return self.fault(node, HiddenByPolicy.code, HiddenByPolicy.title)
        closest = close_matches(name.rpartition(".")[2], candidates)
        hint = f" Did you mean {' or '.join(closest)}?" if closest else ""
        return self.fault(node, "unknown_column", f"There is no column {name} here.{hint}", closest)

    def fault(self, node: exp.Expr, code: str, message: str, closest: list[str] | None = None) -> None:
        self.found.faults.append(fault_at(node, code=code, message=message, closest=closest or ()))


def _is_joined(node: exp.Expr) -> bool:
    """Whether it is the first of several items in parentheses: `((SELECT …) AS a JOIN b ON …)`."""
    return isinstance(node, exp.Subquery) and bool(node.args.get("joins") or node.alias)


def _star(scope: Scope) -> Outputs:
    """What `*` gives; None where a relation's columns are unknown."""
    names: list[str] = []
    for relation in scope.relations:
        if relation.columns is None:
            return None
        names += relation.columns
    return tuple(names)


def _renamed(outputs: Outputs, names: tuple[str, ...]) -> Outputs:
    if outputs is None:
        return names or None
    return names + outputs[len(names) :]


def _aliased(node: exp.Expr, outputs: Outputs, *, name: str = "") -> Relation:
    """The relation that a FROM item makes, under its alias and with the column names its alias gives."""
    alias = node.args.get("alias")
    renamed = tuple(column.name for column in alias.columns) if isinstance(alias, exp.TableAlias) else ()
    return Relation(node.alias or name, _renamed(outputs, renamed), renamed=renamed or None)
