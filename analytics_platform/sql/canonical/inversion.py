"""A canonical predicate over one entity as a predicate over the source's columns, turned around where that lets an index serve.

A translated enum is looked up by its codes, an amount in euros by its cents, a key read as text by its number, a day by its moments.
What cannot be turned around is asked of the mapped expression.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from analytics_platform.sql.canonical.casts import bare
from analytics_platform.sql.canonical.codes import codes_predicate
from analytics_platform.sql.canonical.comparisons import Comparison, comparison_of
from analytics_platform.sql.canonical.fields import MappedField, binary_text
from analytics_platform.sql.canonical.kinds import Kinds
from analytics_platform.sql.canonical.linear import linear_predicate
from analytics_platform.sql.canonical.lowering import lowered
from analytics_platform.sql.canonical.mapped import MappedEntity
from analytics_platform.sql.canonical.moments import as_text, next_day
from analytics_platform.sql.canonical.relations import Attribute
from analytics_platform.sql.dialects import Dialect
from analytics_platform.sql.trees import find_all, holds


@dataclass(frozen=True)
class _Turning:
    attribute_of: Mapping[int, Attribute]
    kinds: Kinds
    entity: MappedEntity
    dialect: Dialect

    def field(self, column: exp.Expr) -> MappedField:
        field = self.entity.field(self.attribute_of[id(column)].field_name)
        assert field is not None
        return field


def source_predicate(
    node: exp.Expr, attribute_of: Mapping[int, Attribute], kinds: Kinds, entity: MappedEntity, dialect: Dialect
) -> exp.Expr:
    """The predicate over the source's columns. Null and false are the same here, as it stands in a WHERE. The node is used up."""
    return _turned(node, _Turning(attribute_of, kinds, entity, dialect))


def _turned(node: exp.Expr, turning: _Turning) -> exp.Expr:
    if isinstance(node, exp.Paren):
        return exp.Paren(this=_turned(node.this, turning))
    if isinstance(node, exp.And | exp.Or):
        return type(node)(this=_turned(node.this, turning), expression=_turned(node.expression, turning))
    if isinstance(node, exp.Between):
        return _between(node, turning) or _as_mapped(node, turning)
    test = comparison_of(node, turning.attribute_of)
    found = _inverted(test, turning.field(test.column), turning) if test is not None else None
    return found if found is not None else _as_mapped(node, turning)


def _between(node: exp.Between, turning: _Turning) -> exp.Expr | None:
    """Its two ends, each turned around by itself."""
    column, ends = bare(node.this), (node.args["low"], node.args["high"])
    if (
        not isinstance(column, exp.Column)
        or id(column) not in turning.attribute_of
        or node.args.get("symmetric")
        or any(holds(end, exp.Column) for end in ends)
    ):
        return None
    field = turning.field(column)
    tests = [Comparison(column, operator, (end,)) for operator, end in zip((">=", "<="), ends, strict=True)]
    low, high = (_inverted(test, field, turning) for test in tests)
    return exp.And(this=low, expression=high) if low is not None and high is not None else None


def _as_mapped(node: exp.Expr, turning: _Turning) -> exp.Expr:
    """The predicate with the mapped expressions in the fields' places."""
    fields = {column.name: turning.field(column) for column in find_all(node, exp.Column)}
    holder = exp.Paren(this=lowered(node, turning.kinds, turning.dialect))
    for column in list(find_all(holder, exp.Column)):  # a rule may have copied some, so they go by name
        field = fields[column.name]
        assert field.tree is not None
        column.replace(_grouped(field.tree.copy()))
    return holder.this if not isinstance(holder.this, exp.Or) else holder


def _inverted(test: Comparison, field: MappedField, turning: _Turning) -> exp.Expr | None:
    if field.mapping.values:
        return codes_predicate(test, field, turning.entity.compiler)
    if field.mapping.default is not None:
        return None
    if test.operator in ("is_null", "is_not_null"):
        assert field.source is not None
        return _null_test(field.source.copy(), test.operator) if isinstance(field.source, exp.Column) else None
    source, wanted = field.source_kind, field.field.type
    if (source, wanted) == ("integer", "string"):
        return _number_read_as_text(test, field)
    if (source, wanted) == ("datetime", "date"):
        return _day_of_moment(test, field)
    if source == wanted == "string" and turning.dialect == "mysql":
        return _text_both_ways(test, field, turning)
    if wanted in ("integer", "decimal") and source in ("integer", "decimal"):
        return linear_predicate(test, field, turning.entity.relation, turning.dialect)
    return None


def _null_test(source: exp.Expr, operator: str) -> exp.Expr:
    is_null = exp.Is(this=source, expression=exp.Null())
    return is_null if operator == "is_null" else exp.Not(this=is_null)


def _number_read_as_text(test: Comparison, field: MappedField) -> exp.Expr | None:
    """`id = '5'` over an integer: the only text that an integer gives is its own digits."""
    source = field.source
    values = [bare(value) for value in test.values]
    if not isinstance(source, exp.Column) or test.operator not in ("=", "<>", "in", "not_in"):
        return None
    if not all(isinstance(value, exp.Literal) and value.is_string for value in values):
        return None
    numbers: list[exp.Expr] = [exp.Literal.number(value.name) for value in values if _is_whole(value.name)]
    if test.operator in ("=", "in"):
        return _one_of(source, numbers) if numbers else exp.false()
    if not numbers:
        return _null_test(source.copy(), "is_not_null")
    return (
        exp.NEQ(this=source.copy(), expression=numbers[0])
        if len(numbers) == 1
        else exp.Not(this=exp.In(this=source.copy(), expressions=numbers))
    )


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19 and str(int(text)) == text


def _one_of(source: exp.Expr, values: list[exp.Expr]) -> exp.Expr:
    if len(values) == 1:
        return exp.EQ(this=source.copy(), expression=values[0])
    return exp.In(this=source.copy(), expressions=values)


def _day_of_moment(test: Comparison, field: MappedField) -> exp.Expr | None:
    """A day's moments are those from its midnight to the next."""
    source = field.source
    if not isinstance(source, exp.Column) or test.operator not in ("=", "<", "<=", ">", ">=") or len(test.values) != 1:
        return None
    value = bare(test.values[0])
    if isinstance(value, exp.Cast):
        value = bare(value.this)
    if not isinstance(value, exp.Literal) or not value.is_string:
        return None
    day, after = as_text(value.name, "date"), next_day(value.name)
    if day is None or after is None:
        return None
    start, end = exp.Literal.string(f"{day} 00:00:00"), exp.Literal.string(f"{after} 00:00:00")
    if test.operator == "=":
        return exp.And(this=exp.GTE(this=source.copy(), expression=start), expression=exp.LT(this=source.copy(), expression=end))
    kind, bound = {"<": (exp.LT, start), "<=": (exp.LT, end), ">": (exp.GTE, end), ">=": (exp.GTE, start)}[test.operator]
    return kind(this=source.copy(), expression=bound)


def _text_both_ways(test: Comparison, field: MappedField, turning: _Turning) -> exp.Expr | None:
    """The column's own collation finds the rows by index, the exact one keeps those that are meant."""
    source = field.source
    values = [bare(value) for value in test.values]
    if not isinstance(source, exp.Column) or test.operator not in ("=", "in"):
        return None
    if not all(isinstance(value, exp.Placeholder) or (isinstance(value, exp.Literal) and value.is_string) for value in values):
        return None
    rough = _one_of(source, [value.copy() for value in values])
    exact = _one_of(binary_text(source.copy()), [value.copy() for value in values])
    return exp.And(this=rough, expression=exact)


def _grouped(tree: exp.Expr) -> exp.Expr:
    return exp.Paren(this=tree) if isinstance(tree, exp.Binary | exp.Connector | exp.Predicate | exp.Neg | exp.Not | exp.Collate) else tree
