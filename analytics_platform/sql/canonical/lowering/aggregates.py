"""Aggregates and window functions."""

from __future__ import annotations

from sqlglot import exp

from analytics_platform.sql.canonical.casts import bare, call, cast_to
from analytics_platform.sql.canonical.lowering.arithmetic import grouped
from analytics_platform.sql.canonical.lowering.context import Lowering
from analytics_platform.sql.canonical.lowering.gathering import is_ordered


def mysql_filter(node: exp.Expr, context: Lowering) -> exp.Expr:
    """FILTER as a CASE inside the aggregate: null is what no aggregate counts."""
    aggregate: exp.Expr = node.this
    condition: exp.Expr = node.expression.this
    if isinstance(aggregate, exp.Count) and isinstance(aggregate.this, exp.Star):
        aggregate.set("this", _where(condition, exp.Literal.number(1)))
        return aggregate
    holder: exp.Expr = aggregate
    while isinstance(holder.this, exp.Distinct | exp.Order):
        holder = holder.this
    if isinstance(holder, exp.Distinct) and not isinstance(holder.this, exp.Expr):
        holder.set("expressions", [_where(condition, value) for value in holder.expressions])
    elif isinstance(holder, exp.Anonymous):
        holder.set("expressions", [_where(condition, holder.expressions[0]), *holder.expressions[1:]])
    else:
        holder.set("this", _where(condition, holder.this))
    return aggregate


def _where(condition: exp.Expr, value: exp.Expr) -> exp.Expr:
    return exp.Case(ifs=[exp.If(this=condition.copy(), true=value)])


def sqlite_filter(node: exp.Expr, context: Lowering) -> exp.Expr:
    if not isinstance(node.this, exp.AggFunc) or is_ordered(node.this):
        context.refuse(node, "FILTER on this aggregate")
    return node


def mysql_average(node: exp.Expr, context: Lowering) -> exp.Expr:
    """Four places more than the argument has are too few."""
    holder = node.this if isinstance(node.this, exp.Distinct) else node
    inner = holder.expressions[0] if isinstance(holder, exp.Distinct) else node.this
    if context.kind(inner) == "number":
        return node
    exact = cast_to(inner, "decimal", "mysql")
    if isinstance(holder, exp.Distinct):
        holder.set("expressions", [exact])
    else:
        node.set("this", exact)
    return node


def mysql_spread(node: exp.Expr, context: Lowering) -> exp.Expr:
    """STDDEV and VARIANCE are of the whole population there, of a sample in PostgreSQL."""
    name = "STDDEV_SAMP" if isinstance(node, exp.Stddev) else "VAR_SAMP" if isinstance(node, exp.Variance) else "VAR_POP"
    return call(name, bare(node.this))


def sqlite_spread(node: exp.Expr, context: Lowering) -> exp.Expr:
    """From sums and squares."""
    if isinstance(node.this, exp.Distinct) or isinstance(node.parent, exp.Window | exp.Filter):
        context.refuse(node, f"{node.key.upper()} over a window, of distinct values or with FILTER")
    value = cast_to(node.this, "number", "sqlite")
    squares = exp.Sum(this=exp.Mul(this=value.copy(), expression=value.copy()))
    total, count = exp.Sum(this=value.copy()), exp.Count(this=bare(node.this).copy())
    mean_part = exp.Div(this=exp.Mul(this=total, expression=total.copy()), expression=count, typed=True)
    spread = exp.Paren(this=exp.Sub(this=squares, expression=mean_part))
    is_sample = not isinstance(node, exp.StddevPop | exp.VariancePop)
    by = exp.Sub(this=count.copy(), expression=exp.Literal.number(1)) if is_sample else count.copy()
    variance = exp.Div(this=spread, expression=exp.Nullif(this=by, expression=exp.Literal.number(0)), typed=True)
    positive = call("MAX", exp.Literal.number("0.0"), variance)
    return positive if isinstance(node, exp.Variance | exp.VariancePop) else call("SQRT", positive)


def any_value(node: exp.Expr, context: Lowering) -> exp.Expr:
    """MariaDB has no ANY_VALUE; the greatest is one of them."""
    return exp.Max(this=node.this)


def count(node: exp.Expr, context: Lowering) -> exp.Expr:
    distinct = node.this if isinstance(node.this, exp.Distinct) else None
    if distinct is not None and (len(distinct.expressions) > 1 or any(isinstance(e, exp.Tuple) for e in distinct.expressions)):
        context.refuse(node, "COUNT(DISTINCT …) of more than one column")
    return node


def mysql_window(node: exp.Expr, context: Lowering) -> exp.Expr:
    neighbour = node.this
    default = neighbour.args.get("default") if isinstance(neighbour, exp.Lag | exp.Lead) else None
    if default is None:
        return node
    neighbour.set("default", None)
    offset = neighbour.args.get("offset") or exp.Literal.number(1)
    place = _over(node, exp.RowNumber())
    if isinstance(neighbour, exp.Lag):
        is_outside: exp.Expr = exp.LTE(this=place, expression=grouped(offset.copy()))
    else:
        whole = _over(node, exp.Count(this=exp.Star()))
        whole.set("order", None)
        is_outside = exp.LT(this=exp.Sub(this=whole, expression=place), expression=grouped(offset.copy()))
    return exp.Case(ifs=[exp.If(this=is_outside, true=default)], default=node)


def _over(node: exp.Expr, function: exp.Expr) -> exp.Expr:
    window = node.copy()
    window.set("this", function)
    return window
