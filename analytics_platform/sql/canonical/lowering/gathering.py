"""STRING_AGG with an order of its own in SQLite: gathered as JSON with its keys, then put in order and joined one level up."""

from __future__ import annotations

from sqlglot import exp

from analytics_platform.sql.canonical.casts import bare, call
from analytics_platform.sql.canonical.lowering.context import Lowering
from analytics_platform.sql.canonical.relations import column, named

_GATHERED = "gathered"
_TAIL = ("order", "limit", "offset")


def string_agg(node: exp.Expr, context: Lowering) -> exp.Expr:
    """What GROUP_CONCAT can do itself stays; what `gather` will do has to be a column of its SELECT."""
    separator = node.args.get("separator")
    if isinstance(node.this, exp.Distinct) and isinstance(separator, exp.Literal) and separator.name == ",":
        node.set("separator", None)  # its own, and the only one that it takes with DISTINCT
    if not is_ordered(node):
        return node
    holder = node.parent if isinstance(node.parent, exp.Alias) else node
    select = holder.parent if holder is not None else None
    if not isinstance(select, exp.Select) or select.args.get("distinct") is not None or not any(holder is p for p in select.expressions):
        context.refuse(node, "STRING_AGG with an order or DISTINCT as part of another expression")
    return node


def is_ordered(node: exp.Expr) -> bool:
    """Whether it asks for more than GROUP_CONCAT of SQLite 3.40 takes."""
    if not isinstance(node, exp.GroupConcat):
        return False
    return isinstance(node.this, exp.Order) or (isinstance(node.this, exp.Distinct) and node.args.get("separator") is not None)


def gather(node: exp.Expr, context: Lowering) -> exp.Expr:
    """A SELECT with such aggregates as one over itself, in which they are arrays."""
    aggregates = [projection.unalias() for projection in node.expressions if is_ordered(projection.unalias())]
    if not aggregates:
        return node
    outer = exp.Select(expressions=[_handed_on(projection) for projection in node.expressions])
    for name in _TAIL:
        part = node.args.get(name)
        if part is not None:
            node.set(name, None)
            outer.set(name, part)
    _reorder(outer, node, context)
    with_ = node.args.get("with_")
    if with_ is not None:
        node.set("with_", None)
        outer.set("with_", with_)
    for aggregate in aggregates:
        aggregate.replace(_array(aggregate))
    outer.set("from_", exp.From(this=exp.Subquery(this=node, alias=exp.TableAlias(this=named(_GATHERED)))))
    return outer


def _handed_on(projection: exp.Expr) -> exp.Expr:
    name = projection.alias_or_name
    whole = column(name, table=_GATHERED)
    aggregate = projection.unalias()
    return exp.Alias(this=_joined(aggregate, whole), alias=named(name)) if is_ordered(aggregate) else whole


def _array(aggregate: exp.Expr) -> exp.Expr:
    value, keys, _ = _parts(aggregate)
    return call("JSON_GROUP_ARRAY", call("JSON_ARRAY", value.copy(), *[key.this.copy() for key in keys]))


def _joined(aggregate: exp.Expr, whole: exp.Column) -> exp.Expr:
    """The array's texts, without nulls, in the order of their keys."""
    _, keys, is_distinct = _parts(aggregate)
    value = call("JSON_EXTRACT", column("value", table="each"), "$[0]")
    rows = exp.Select(expressions=[exp.Alias(this=value, alias=named("part"))])
    rows.set("from_", exp.From(this=exp.Table(this=call("JSON_EACH", whole), alias=exp.TableAlias(this=named("each")))))
    rows.set("where", exp.Where(this=exp.Not(this=exp.Is(this=value.copy(), expression=exp.Null()))))
    if is_distinct:
        rows.set("distinct", exp.Distinct())
    ordered = [
        exp.Ordered(
            this=exp.Column(this=named("part")) if is_distinct else call("JSON_EXTRACT", column("value", table="each"), f"$[{i}]"),
            desc=key.args.get("desc"),
            nulls_first=key.args.get("nulls_first"),
        )
        for i, key in enumerate(keys, 1)
    ]
    if ordered:
        rows.set("order", exp.Order(expressions=ordered))
    text = exp.GroupConcat(this=exp.Column(this=named("part")), separator=aggregate.args["separator"].copy())
    source = exp.From(this=exp.Subquery(this=rows, alias=exp.TableAlias(this=named("parts"))))
    joined = exp.Select(expressions=[text])
    joined.set("from_", source)
    return exp.Subquery(this=joined)


def _parts(aggregate: exp.Expr) -> tuple[exp.Expr, list[exp.Expr], bool]:
    """What is joined, its keys, whether each text counts once."""
    inner = aggregate.this
    keys = list(inner.expressions) if isinstance(inner, exp.Order) else []
    value = inner.this if isinstance(inner, exp.Order) else inner
    is_distinct = isinstance(value, exp.Distinct)
    return (value.expressions[0] if is_distinct else value), keys, is_distinct


def _reorder(outer: exp.Select, inner: exp.Expr, context: Lowering) -> None:
    """ORDER BY sees the outputs alone now."""
    order = outer.args.get("order")
    outputs = {projection.unalias(): projection.alias_or_name for projection in inner.expressions}
    for item in order.expressions if order is not None else ():
        part = bare(item.this)
        name = part.name if isinstance(part, exp.Column) and not part.table else outputs.get(part)
        if name is None:
            context.refuse(part, "STRING_AGG with an order, beside an ORDER BY of something that is not selected,")
        item.set("this", column(name, table=_GATHERED))
