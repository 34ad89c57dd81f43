"""Names of canonical SQL looked up, scope by scope: entities, fields, stars, USING. What is found is written into the tree, qualified.

What an output of a subquery reads is needed only if the output is: so a source is asked for no field, and no mapping for none, that does not matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from analytics_platform.sql.canonical.expressions import ExpressionBinder
from analytics_platform.sql.canonical.joins import add_joins
from analytics_platform.sql.canonical.kinds import common
from analytics_platform.sql.canonical.ordering import bind_group, bind_order, bind_tail
from analytics_platform.sql.canonical.relations import Attribute, CteColumns, Ctes, Relation, Scan, Scope, column_aliases, name_of, named
from analytics_platform.sql.canonical.sense import check_sense
from analytics_platform.sql.canonical.stars import expand_stars, label_of
from analytics_platform.sql.canonical.vocabulary import Vocabulary
from analytics_platform.sql.catalog import close_matches


@dataclass(eq=False)
class BoundSelect:
    """One SELECT with its outputs, each beside its projection."""

    node: exp.Select
    scope: Scope
    outputs: list[Attribute]
    is_prunable: bool


class Binder(ExpressionBinder):
    """Binds one statement. `selects` are inner before outer ones; `faults` is every name that was not found."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__(vocabulary)
        self.scans: list[Scan] = []
        self.selects: list[BoundSelect] = []

    def statement(self, tree: exp.Expr) -> list[Attribute]:
        """Binds the whole statement and answers its columns, all of them needed."""
        outputs = self.query(tree, {}, None)
        for output in outputs:
            output.need()
        return outputs

    def query(self, node: exp.Expr, ctes: Ctes, outer: Scope | None, *, prunable: bool = False) -> list[Attribute]:
        ctes = self.with_clause(node, ctes, outer)
        if isinstance(node, exp.Select):
            return self.select(node, ctes, outer, prunable=prunable)
        if isinstance(node, exp.SetOperation):
            return self.set_operation(node, ctes, outer)
        if isinstance(node, exp.Subquery) and isinstance(node.this, exp.Query):
            outputs = self.query(node.this, ctes, outer, prunable=prunable and not _has_tail(node))
            bind_tail(self, node, outputs, Scope(ctes, outer))
            return outputs
        if isinstance(node, exp.Values):
            return self.values(node, Scope(ctes, outer))
        self.fault(node, "not_read_only", "Canonical SQL reads with SELECT or VALUES.")
        return []

    def set_operation(self, node: exp.SetOperation, ctes: Ctes, outer: Scope | None) -> list[Attribute]:
        left = self.query(node.this, ctes, outer)
        right = self.query(node.expression, ctes, outer)
        if len(left) != len(right):
            self.fault(node, "syntax_error", f"A set operation puts {len(left)} columns over {len(right)}: it needs as many on both sides.")
        outputs = _together(left, right)
        bind_tail(self, node, outputs, Scope(ctes, outer))
        return outputs

    def with_clause(self, node: exp.Expr, ctes: Ctes, outer: Scope | None) -> Ctes:
        clause = node.args.get("with_")
        if clause is None:
            return ctes
        known = dict(ctes)
        for cte in clause.expressions:
            identifier = cte.args["alias"].this
            name = name_of(identifier)
            identifier.replace(named(name))
            renamed = [name_of(column) for column in cte.args["alias"].columns]
            if clause.args.get("recursive") and isinstance(cte.this, exp.SetOperation):
                outputs = self.recursive(cte.this, known, outer, name=name, renamed=renamed)
            else:
                outputs = self.query(cte.this, known, outer, prunable=not renamed)
            known[name] = CteColumns(name, tuple(_renamed(outputs, renamed)))
        return known

    def recursive(self, node: exp.SetOperation, ctes: Ctes, outer: Scope | None, *, name: str, renamed: list[str]) -> list[Attribute]:
        """A CTE that may read itself: its first branch says what its columns are, its second sees them."""
        ctes = self.with_clause(node, ctes, outer)
        left = self.query(node.this, ctes, outer)
        own = CteColumns(name, tuple(_renamed(left, renamed)))
        right = self.query(node.expression, {**ctes, name: own}, outer)
        outputs = _together(left, right)
        bind_tail(self, node, outputs, Scope(ctes, outer))
        return outputs

    def values(self, node: exp.Values, scope: Scope) -> list[Attribute]:
        for row in node.expressions:
            self.expression(row, scope)
        rows = [row.expressions for row in node.expressions]
        width = len(rows[0]) if rows else 0
        kinds = [common(self.kinds.of(row[i]) for row in rows if i < len(row)) for i in range(width)]
        return [Attribute(f"column{i + 1}", kind) for i, kind in enumerate(kinds)]

    # One SELECT

    def select(self, node: exp.Select, ctes: Ctes, outer: Scope | None, *, prunable: bool) -> list[Attribute]:
        scope = Scope(ctes, outer)
        source = node.args.get("from_")
        if source is not None:
            self.add_relation(source.this, scope)
        add_joins(self, node, scope)
        for clause in ("where",):
            self.clause(node, clause, scope)
        expand_stars(self, node, scope)
        prunable = prunable and node.args.get("distinct") is None
        bound = BoundSelect(node, scope, [], prunable)
        bound.outputs = [self.output(i, node, scope, prunable=prunable) for i in range(len(node.expressions))]
        scope.projections = {output.name: node.expressions[i] for i, output in reversed(list(enumerate(bound.outputs)))}
        bind_group(self, bound)
        for clause in ("having", "qualify", "distinct", "limit", "offset"):
            self.clause(node, clause, scope)
        for window in node.args.get("windows") or ():
            self.expression(window, scope)
        bind_order(self, bound)
        check_sense(self, bound)
        self.selects.append(bound)
        return bound.outputs

    def clause(self, node: exp.Expr, name: str, scope: Scope) -> None:
        part = node.args.get(name)
        if isinstance(part, exp.Expr):
            with self.where_metrics_are(allowed=name in ("having", "qualify"), place=name.upper()):
                self.expression(part, scope)

    def output(self, index: int, node: exp.Select, scope: Scope, *, prunable: bool) -> Attribute:
        """One projection: bound, named as PostgreSQL would, with what it reads."""
        written = node.expressions[index]
        name = name_of(written.args["alias"]) if isinstance(written, exp.Alias) else label_of(written, index)
        with self.reading(apart=prunable) as reads, self.tracing() as origin:
            kind = self.expression(written, scope)
        projection = node.expressions[index]
        inner = projection.unalias()
        if not (isinstance(inner, exp.Column) and inner.name == name):
            aliased = exp.Alias(alias=named(name))
            projection.replace(aliased)
            aliased.set("this", inner)
            self.kinds.put(aliased, kind)
        elif inner is not projection:
            projection.replace(inner)
        return Attribute(name, kind, tuple(origin), reads)

    # Relations

    def add_relation(self, node: exp.Expr, scope: Scope) -> Relation:
        """Binds one item of a FROM and puts it in scope; items nested in it join it there."""
        if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
            relation = self.named_relation(node, scope)
        elif isinstance(node, exp.Subquery) and isinstance(node.this, exp.Query):
            outputs = self.query(node, scope.ctes, scope.parent, prunable=not column_aliases(node))
            relation = self.derived(node, outputs)
        elif isinstance(node, exp.Lateral) and isinstance(node.this, exp.Subquery):
            outputs = self.query(node.this, scope.ctes, scope, prunable=not column_aliases(node))
            relation = self.derived(node, outputs)
        elif isinstance(node, exp.Subquery):
            relation = self.add_relation(node.this, scope)
            add_joins(self, node, scope)
            return relation
        elif isinstance(node, exp.Values):
            relation = self.derived(node, self.values(node, scope))
        else:
            relation = self.function_relation(node, scope)
        if any(other.name == relation.name for other in scope.relations):
            self.fault(node, "ambiguous_name", f"Two things that are read here are called {relation.name}. Give one of them an alias.")
        relation.node = node
        scope.relations.append(relation)
        add_joins(self, node, scope)
        return relation

    def named_relation(self, node: exp.Table, scope: Scope) -> Relation:
        name = name_of(node.this)
        alias = name_of(node.args["alias"].this) if node.alias else name
        cte = scope.ctes.get(name) if not node.args.get("db") else None
        if cte is not None:
            node.set("this", named(cte.name))
            relation = Relation(alias, self.visible(node, alias, cte.attributes))
            if alias == cte.name and not column_aliases(node):
                node.set("alias", None)
            return relation
        entity = self.vocabulary.entities.get(name) if not node.args.get("db") else None
        if entity is None:
            self.unknown_table(node)
            return Relation(alias, {}, is_open=True)
        scan = Scan(entity, node, alias)
        self.scans.append(scan)
        shown = dict(zip(entity.fields, column_aliases(node), strict=False))
        if shown:
            node.set("alias", exp.TableAlias(this=named(alias)))
        fields = entity.entity.fields
        attributes = [Attribute(shown.get(f.name, f.name), f.type, (f"{name}.{f.name}",), scan=scan, field_name=f.name) for f in fields]
        return Relation(alias, self.visible(node, alias, attributes), scan)

    def derived(self, node: exp.Expr, outputs: Sequence[Attribute]) -> Relation:
        alias = name_of(node.args["alias"].this) if node.alias else f"unnamed_{len(self.selects)}"
        return Relation(alias, self.visible(node, alias, outputs))

    def visible(self, node: exp.Expr, alias: str, attributes: Sequence[Attribute]) -> dict[str, Attribute]:
        """The columns under the names that the alias gives them; writes the alias as the tree keeps it."""
        renamed = column_aliases(node)
        node.set("alias", exp.TableAlias(this=named(alias), columns=[named(name) for name in renamed] or None))
        shown = _renamed(list(attributes), renamed)
        found: dict[str, Attribute] = {}
        for attribute in shown:
            if attribute.name in found:
                self.fault(node, "ambiguous_name", f"Two columns of {alias} are called {attribute.name}. Give one of them an alias.")
            found[attribute.name] = attribute
        return found

    def function_relation(self, node: exp.Expr, scope: Scope) -> Relation:
        """Rows made by a function: its columns are named by its alias, and nothing is known of their types."""
        alias = node.args.get("alias")
        function = node.this if isinstance(node, exp.Table) else node
        if function is None:
            self.fault(node, "unknown_table", "Rows cannot come from several functions side by side.")
        for child in function.iter_expressions() if function is not None else ():
            if not isinstance(child, exp.TableAlias):
                self.expression(child, scope)
        name = name_of(alias.this) if isinstance(alias, exp.TableAlias) and alias.this else "rows"
        columns = column_aliases(node) or [name]
        return Relation(name, {column: Attribute(column, "") for column in (*columns, "key", "value", "ordinality")})

    def unknown_table(self, node: exp.Table) -> None:
        full = f"{node.db}.{node.name}" if node.db else node.name
        closest = close_matches(node.name, self.vocabulary.entities)
        hint = f" Did you mean {' or '.join(closest)}?" if closest else ""
        self.fault(node, "unknown_table", f"The canonical schema has no entity {full}.{hint}", closest)


def _renamed(outputs: Sequence[Attribute], names: Sequence[str]) -> list[Attribute]:
    if not names:
        return list(outputs)
    fresh = [Attribute(name, output.kind, output.origin, [output]) for name, output in zip(names, outputs, strict=False)]
    return fresh + list(outputs[len(names) :])


def _together(left: Sequence[Attribute], right: Sequence[Attribute]) -> list[Attribute]:
    pairs = zip(left, right, strict=False)
    return [Attribute(a.name, common([a.kind, b.kind]), tuple(dict.fromkeys([*a.origin, *b.origin])), [a, b]) for a, b in pairs]


def _has_tail(node: exp.Expr) -> bool:
    return any(node.args.get(name) is not None for name in ("order", "limit", "offset"))
