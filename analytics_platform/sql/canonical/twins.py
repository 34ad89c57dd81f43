"""Equal keys compared as the source keeps them: two integers read as text are compared as integers, so that an index on them serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from analytics_platform.sql.canonical.fields import MappedField
from analytics_platform.sql.canonical.mapped import MappedSchema
from analytics_platform.sql.canonical.relations import column

if TYPE_CHECKING:
    from analytics_platform.sql.canonical.binding import Binder


def compare_as_kept(tree: exp.Expr, binder: Binder, mapped: MappedSchema) -> None:
    """Rewrites `a.x = b.y` where both come from columns of one type in the source and are only converted alike."""
    for node in list(tree.find_all(exp.EQ)):
        sides = (node.this, node.expression)
        if not all(isinstance(side, exp.Column) and id(side) in binder.attribute_of for side in sides):
            continue
        fields = [_field_of(side, binder, mapped) for side in sides]
        first, second = fields
        if first is None or second is None or first.source_kind != second.source_kind:
            continue
        if first.field.type != second.field.type:
            continue
        if mapped.dialect == "mysql" and first.source_kind == first.field.type == "string":
            _add_twins(node, binder)
        elif first.source_kind == "integer" and first.field.type == "string":
            node.set("this", _twin(node.this, binder))
            node.set("expression", _twin(node.expression, binder))


def _field_of(side: exp.Expr, binder: Binder, mapped: MappedSchema) -> MappedField | None:
    """The mapped field, where it is a column of the source with nothing done to it but a cast."""
    relation, attribute = binder.relation_of[id(side)], binder.attribute_of[id(side)]
    if relation.scan is None:
        return None
    field = mapped.entities[relation.scan.entity.name].field(attribute.field_name)
    if field is None or field.mapping.values or field.mapping.default is not None or not isinstance(field.source, exp.Column):
        return None
    return field


def _twin(side: exp.Expr, binder: Binder) -> exp.Column:
    relation, attribute = binder.relation_of[id(side)], binder.attribute_of[id(side)]
    assert relation.scan is not None
    name = f"{attribute.name}__kept"
    relation.scan.twins[name] = attribute.field_name
    return column(name, table=relation.name)


def _add_twins(node: exp.Expr, binder: Binder) -> None:
    """MariaDB's and MySQL's own collation finds the rows by index, the exact one keeps those that are meant."""
    rough = exp.EQ(this=_twin(node.this, binder), expression=_twin(node.expression, binder))
    both = exp.Paren()
    node.replace(both)
    both.set("this", exp.And(this=rough, expression=node))
