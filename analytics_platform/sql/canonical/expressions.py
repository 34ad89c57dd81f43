"""Columns of expressions bound to what is in scope, metrics expanded, types inferred from the leaves up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlglot import exp

from analytics_platform.sql.canonical.kinds import Kinds
from analytics_platform.sql.canonical.metrics import metric_tree
from analytics_platform.sql.canonical.model import Metric
from analytics_platform.sql.canonical.relations import Attribute, Ctes, Kind, Relation, Scope, column, name_of, named
from analytics_platform.sql.canonical.vocabulary import Vocabulary
from analytics_platform.sql.catalog import close_matches
from analytics_platform.sql.parsing import fault_at
from analytics_platform.sql.problems import Fault
from analytics_platform.sql.trees import find_all

_MOST_NESTED_METRICS = 8


class ExpressionBinder:
    """What binds an expression; the queries in it are the subclass's."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.kinds = Kinds()
        self.faults: list[Fault] = []
        self.attribute_of: dict[int, Attribute] = {}
        self.relation_of: dict[int, Relation] = {}
        self.columns: list[exp.Column] = []  # holds them, so that their ids stay theirs
        self._reads: list[Attribute] | None = None
        self._origin: dict[str, None] = {}
        self._metric_place: str = "an expression"
        self._takes_metrics = True
        self._metric_depth = 0

    def query(self, node: exp.Expr, ctes: Ctes, outer: Scope | None, *, prunable: bool = False) -> list[Attribute]:
        """Binds a query of any form and answers its columns."""
        raise NotImplementedError

    def expression(self, node: exp.Expr, scope: Scope) -> Kind:
        """Binds everything in an expression. The node itself may be replaced in its parent."""
        if isinstance(node, exp.Column):
            return self.column(node, scope)
        if isinstance(node, exp.Query):
            return self.subquery(node, scope)
        if isinstance(node, exp.Table):
            self.fault(node, "unknown_table", "Rows cannot come from here.")
        is_aggregate = isinstance(node, exp.AggFunc) and not _is_over_a_window(node)
        if is_aggregate:
            with self.where_metrics_are(allowed=False, place="an aggregate"):
                self.children(node, scope)
        else:
            self.children(node, scope)
        return self.kinds.infer(node)

    def children(self, node: exp.Expr, scope: Scope) -> None:
        for child in list(node.iter_expressions()):
            self.expression(child, scope)

    def subquery(self, node: exp.Expr, scope: Scope) -> Kind:
        with self.tracing() as own, self.where_metrics_are(allowed=True, place=""):
            outputs = self.query(node, scope.ctes, scope)
        own.clear()
        for output in outputs:
            self._origin.update(dict.fromkeys(output.origin))
            self.read(output)
        return self.kinds.put(node, outputs[0].kind if len(outputs) == 1 else "")

    # Columns

    def column(self, node: exp.Column, scope: Scope) -> Kind:
        if isinstance(node.this, exp.Star):
            self.fault(node, "unknown_column", "A star stands in the list of a SELECT, or in COUNT(*).")
            return ""
        name = name_of(node.this)
        if node.table:
            return self.qualified(node, name_of(node.args["table"]), name, scope)
        for inner in scope.outward():
            found = [relation for relation in inner.relations if name in relation.attributes]
            if name in inner.merged and all(name in relation.merged for relation in found):
                merged = self.kinds.copied(inner.merged[name])
                node.replace(merged)
                return self.expression(merged, scope)
            if len(found) > 1:
                choices = " or ".join(f"{relation.name}.{name}" for relation in found)
                self.fault(node, "ambiguous_name", f"{name} may be {choices}.")
                return ""
            if found:
                return self.use(node, found[0], name)
        return self.other_name(node, name, scope)

    def qualified(self, node: exp.Column, table: str, name: str, scope: Scope) -> Kind:
        relation = scope.relation(table)
        if relation is None:
            names = [r.name for inner in scope.outward() for r in inner.relations]
            closest = close_matches(table, names)
            hint = f" Did you mean {' or '.join(closest)}?" if closest else ""
            self.fault(node, "unknown_column", f"Nothing that is read here is called {table}.{hint}", closest)
        elif name in relation.attributes:
            return self.use(node, relation, name)
        elif (metric := self.vocabulary.metrics.get(name)) is not None and relation.scan is not None:
            return self.metric(node, metric, scope, relation)
        elif not relation.is_open:
            self.unknown_column(node, f"{table}.{name}", list(relation.attributes))
        return ""

    def use(self, node: exp.Column, relation: Relation, name: str) -> Kind:
        """A column that was found: written as `relation.name`, its attribute read."""
        attribute = relation.attributes[name]
        node.set("this", named(name))
        node.set("table", named(relation.name))
        node.set("db", None)
        self.attribute_of[id(node)] = attribute
        self.relation_of[id(node)] = relation
        self.columns.append(node)
        self._origin.update(dict.fromkeys(attribute.origin))
        self.read(attribute)
        return self.kinds.put(node, attribute.kind)

    def other_name(self, node: exp.Column, name: str, scope: Scope) -> Kind:
        """A bare name that is no column: a metric, or an alias of the SELECT where PostgreSQL's stricter rule would only be in the way."""
        metric = self.vocabulary.metrics.get(name)
        if metric is not None:
            return self.metric(node, metric, scope, None)
        if any(relation.is_open for inner in scope.outward() for relation in inner.relations):
            return self.kinds.put(node, "")
        projection = scope.projections.get(name)
        if projection is not None:
            copy = self.copied(projection.unalias())
            node.replace(exp.Paren(this=copy) if isinstance(copy, exp.Binary | exp.Connector) else copy)
            return self.kinds.put(copy.parent, self.kinds.of(copy)) if isinstance(copy.parent, exp.Paren) else self.kinds.of(copy)
        self.unknown_column(node, name, [*scope.names(), *self.vocabulary.metrics])
        return ""

    def copied(self, node: exp.Expr) -> exp.Expr:
        """A copy whose columns are bound as the original's are."""
        copy = self.kinds.copied(node)
        for mine, other in zip(find_all(node, exp.Column), find_all(copy, exp.Column), strict=True):
            if id(mine) in self.attribute_of:
                self.attribute_of[id(other)] = self.attribute_of[id(mine)]
                self.relation_of[id(other)] = self.relation_of[id(mine)]
                self.columns.append(other)
                self.read(self.attribute_of[id(mine)])
        return copy

    # Metrics

    def metric(self, node: exp.Column, metric: Metric, scope: Scope, relation: Relation | None) -> Kind:
        """Puts a metric's aggregate in the place of its name, over the entity that it is about."""
        if not self._takes_metrics:
            self.fault(node, "unknown_column", f"{metric.name} is a metric, an aggregate: it cannot stand in {self._metric_place}.")
            return ""
        if self._metric_depth >= _MOST_NESTED_METRICS:
            self.fault(node, "unknown_column", f"The metric {metric.name} is made of itself.")
            return ""
        tree = metric_tree(metric)
        if not self.aim(tree, metric, node, scope, relation):
            return ""
        is_part = not isinstance(node.parent, exp.Select | exp.Alias | exp.Ordered | exp.Having)
        wrapped = exp.Paren(this=tree) if is_part and isinstance(tree, exp.Binary) else tree
        node.replace(wrapped)
        self._metric_depth += 1
        try:
            return self.expression(wrapped, scope)
        finally:
            self._metric_depth -= 1

    def aim(self, tree: exp.Expr, metric: Metric, node: exp.Column, scope: Scope, relation: Relation | None) -> bool:
        """Qualifies the metric's columns with the relation that stands for its entity here."""
        entity = metric.entity
        if relation is None and entity is not None:
            standing = [r for r in scope.relations if r.scan is not None and r.scan.entity.name == entity]
            if len(standing) > 1:
                choices = " or ".join(f"{r.name}.{metric.name}" for r in standing)
                self.fault(node, "ambiguous_name", f"{metric.name} may be {choices}.")
                return False
            relation = standing[0] if standing else None
        for part in list(find_all(tree, exp.Column)):
            name, table = part.name, part.table
            if table:
                standing = [r for r in scope.relations if r.scan is not None and r.scan.entity.name == table]
                if standing:
                    part.set("table", named(standing[0].name))
            elif relation is not None and name in relation.attributes:
                part.set("table", named(relation.name))
            elif name not in self.vocabulary.metrics and not any(name in r.attributes for r in scope.relations):
                about = f" is over {entity}, which" if entity else f" needs {name}, which"
                self.fault(node, "unknown_column", f"The metric {metric.name}{about} this statement does not read.")
                return False
        return True

    # Bookkeeping

    def read(self, attribute: Attribute) -> None:
        if self._reads is None:
            attribute.need()
        else:
            self._reads.append(attribute)

    @contextmanager
    def reading(self, *, apart: bool) -> Iterator[list[Attribute]]:
        """Within it, what is read is kept in a list in place of being needed at once."""
        before, own = self._reads, []  # type: ignore[var-annotated]
        if apart:
            self._reads = own
        yield own
        self._reads = before

    @contextmanager
    def tracing(self) -> Iterator[dict[str, None]]:
        """Within it, the fields that are read are noted apart, in order."""
        before, own = self._origin, {}  # type: ignore[var-annotated]
        self._origin = own
        yield own
        self._origin = before

    @contextmanager
    def where_metrics_are(self, *, allowed: bool, place: str) -> Iterator[None]:
        before = self._takes_metrics, self._metric_place
        self._takes_metrics, self._metric_place = allowed, place or self._metric_place
        yield
        self._takes_metrics, self._metric_place = before

    def unknown_column(self, node: exp.Expr, name: str, candidates: Sequence[str]) -> None:
        closest = close_matches(name.rpartition(".")[2], candidates)
        hint = f" Did you mean {' or '.join(closest)}?" if closest else ""
        self.fault(node, "unknown_column", f"There is no column {name} here.{hint}", closest)

    def fault(self, node: exp.Expr, code: str, message: str, closest: Sequence[str] = ()) -> None:
        self.faults.append(fault_at(node, code=code, message=message, closest=closest))


def _is_over_a_window(node: exp.Expr) -> bool:
    """Such a function is taken of rows that are grouped already, so aggregates may stand in it."""
    holder = node.parent.parent if isinstance(node.parent, exp.Filter | exp.IgnoreNulls | exp.RespectNulls) else node.parent
    return isinstance(holder, exp.Window)


def bound_column(binder: ExpressionBinder, relation: Relation, name: str) -> exp.Column:
    """A new column of a relation, bound."""
    node = column(name, table=relation.name)
    binder.use(node, relation, name)
    return node
