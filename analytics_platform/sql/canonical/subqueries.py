"""Predicates on a subquery's or CTE's columns taken into it, where its rows are only fewer for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from analytics_platform.sql.canonical.pruning import own_nodes
from analytics_platform.sql.canonical.relations import Relation
from analytics_platform.sql.trees import find_all

if TYPE_CHECKING:
    from analytics_platform.sql.canonical.binding import Binder, BoundSelect


class Inner:
    """The SELECTs behind the relations of a statement."""

    def __init__(self, binder: Binder) -> None:
        self._binder = binder
        self._behind: dict[int, BoundSelect] = {id(output): bound for bound in binder.selects for output in bound.outputs}
        self._uses: dict[int, int] = {}
        for bound in binder.selects:
            for relation in bound.scope.relations:
                behind = self._select_behind(relation)
                if behind is not None:
                    self._uses[id(behind)] = self._uses.get(id(behind), 0) + 1

    def take(self, conjunct: exp.Expr, relation: Relation) -> bool:
        """Takes a conjunct over the relation's columns into its SELECT; false where it has to stay outside.

        It stays where somebody else reads the same CTE, and never goes below a window or a limit, nor below an aggregate but by its groups.
        """
        bound = self._select_behind(relation)
        if bound is None or self._uses.get(id(bound)) != 1 or not _may_have_fewer_rows(bound.node):
            return False
        by_name = {output.name: projection.unalias() for output, projection in zip(bound.outputs, bound.node.expressions, strict=True)}
        columns = list(find_all(conjunct, exp.Column))
        expressions = [by_name.get(column.name) for column in columns]
        if not all(expression is not None and _is_movable(expression, bound.node) for expression in expressions):
            return False
        holder = exp.Paren(this=conjunct)
        for column, expression in zip(columns, expressions, strict=True):
            assert expression is not None
            copy = self._binder.copied(expression)
            column.replace(exp.Paren(this=copy) if isinstance(copy, exp.Binary | exp.Connector | exp.Predicate) else copy)
        where = bound.node.args.get("where")
        both = exp.and_(where.this, holder.this, copy=False) if where is not None else holder.this
        bound.node.set("where", exp.Where(this=both))
        return True

    def handed_on(self, column: exp.Expr, relation: Relation) -> tuple[exp.Select, exp.Column] | None:
        """The SELECT behind a relation and the column that it hands on under this name; None where rows are put together in it."""
        bound = self._select_behind(relation)
        if bound is None or bound.node.args.get("distinct") is not None or bound.node.args.get("group") is not None:
            return None
        found = [
            projection.unalias()
            for output, projection in zip(bound.outputs, bound.node.expressions, strict=False)
            if output.name == column.name
        ]
        return (bound.node, found[0]) if len(found) == 1 and isinstance(found[0], exp.Column) else None

    def _select_behind(self, relation: Relation) -> BoundSelect | None:
        if relation.scan is not None:
            return None
        return next((self._behind[id(attribute)] for attribute in relation.attributes.values() if id(attribute) in self._behind), None)


def _may_have_fewer_rows(select: exp.Select) -> bool:
    if any(select.args.get(name) for name in ("limit", "offset", "qualify")):
        return False
    distinct, group = select.args.get("distinct"), select.args.get("group")
    if distinct is not None and distinct.args.get("on") is not None:
        return False
    parts = [*select.expressions, select.args.get("having")]
    nodes = [node for part in parts if part is not None for node in own_nodes(part)]
    if any(isinstance(node, exp.Window) for node in nodes):
        return False
    return group is not None or not any(isinstance(node, exp.AggFunc) for node in nodes)


def _is_movable(expression: exp.Expr, select: exp.Select) -> bool:
    """Whether an output may stand in WHERE: a plain column, and a group's key where there are groups."""
    if not isinstance(expression, exp.Column):
        return False
    group = select.args.get("group")
    return group is None or expression in group.expressions
