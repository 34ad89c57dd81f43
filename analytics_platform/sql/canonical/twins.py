"""Equal keys compared as the source keeps them: two integers read as text are compared as integers, so that an index on them serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from analytics_platform.sql.canonical.fields import MappedField
from analytics_platform.sql.canonical.mapped import MappedSchema
from analytics_platform.sql.canonical.relations import column, named
from analytics_platform.sql.canonical.subqueries import Inner
from analytics_platform.sql.trees import find_all

if TYPE_CHECKING:
    from analytics_platform.sql.canonical.binding import Binder


def compare_as_kept(tree: exp.Expr, binder: Binder, mapped: MappedSchema, inner: Inner) -> None:
    """Rewrites `a.x = b.y` where both come from columns of one type in the source and are only converted alike."""
    twins = _Twins(binder, mapped, inner)
    for node in list(find_all(tree, exp.EQ)):
        first, second = twins.field_of(node.this), twins.field_of(node.expression)
        if first is None or second is None or first.source_kind != second.source_kind or first.field.type != second.field.type:
            continue
        if mapped.dialect == "mysql" and first.source_kind == first.field.type == "string":
            twins.add(node)
        elif first.source_kind == "integer" and first.field.type == "string":
            node.set("this", twins.of(node.this))
            node.set("expression", twins.of(node.expression))


class _Twins:
    """Gives columns of relations beside them as the source keeps them, through subqueries that hand them on."""

    def __init__(self, binder: Binder, mapped: MappedSchema, inner: Inner) -> None:
        self._binder = binder
        self._mapped = mapped
        self._inner = inner

    def field_of(self, side: exp.Expr) -> MappedField | None:
        """The mapped field, where it is a column of the source with nothing done to it but a cast."""
        relation = self._binder.relation_of.get(id(side))
        if relation is None:
            return None
        if relation.scan is None:
            behind = self._inner.handed_on(side, relation)
            return self.field_of(behind[1]) if behind is not None else None
        field = self._mapped.entities[relation.scan.entity.name].field(self._binder.attribute_of[id(side)].field_name)
        if field is None or field.mapping.values or field.mapping.default is not None or not isinstance(field.source, exp.Column):
            return None
        return field

    def of(self, side: exp.Expr) -> exp.Column:
        """The column's twin, given out by every relation on the way."""
        relation = self._binder.relation_of[id(side)]
        name = f"{side.name}__kept"
        if relation.scan is not None:
            relation.scan.twins[name] = self._binder.attribute_of[id(side)].field_name
        else:
            behind = self._inner.handed_on(side, relation)
            assert behind is not None
            select, handed = behind
            if name not in (projection.alias_or_name for projection in select.expressions):
                select.append("expressions", exp.Alias(this=self.of(handed), alias=named(name)))
        return column(name, table=relation.name)

    def add(self, node: exp.Expr) -> None:
        """MariaDB's and MySQL's own collation finds the rows by index, the exact one keeps those that are meant."""
        rough = exp.EQ(this=self.of(node.this), expression=self.of(node.expression))
        both = exp.Paren()
        node.replace(both)
        both.set("this", exp.And(this=rough, expression=node))
