"""Whole clauses that an engine writes differently or does not have."""

from __future__ import annotations

from sqlglot import exp

from analytics_platform.sql.canonical.lowering.context import Lowering
from analytics_platform.sql.canonical.relations import named


def mysql_join(node: exp.Expr, context: Lowering) -> exp.Expr:
    if isinstance(node, exp.Join) and node.side.upper() == "FULL":
        context.refuse(node, "FULL JOIN")
    return node


def no_lateral(node: exp.Expr, context: Lowering) -> exp.Expr:
    context.refuse(node, "LATERAL")


def no_quantifier(node: exp.Expr, context: Lowering) -> exp.Expr:
    context.refuse(node, "A comparison with ANY or ALL of a subquery")


def plain_group(node: exp.Expr, context: Lowering) -> exp.Expr:
    if any(isinstance(part, exp.Rollup | exp.Cube | exp.GroupingSets) for part in node.expressions):
        context.refuse(node, "GROUPING SETS, ROLLUP or CUBE")
    return node


def values_as_selects(node: exp.Expr, context: Lowering) -> exp.Expr:
    """VALUES as SELECTs, whose columns can be named."""
    alias = node.args.get("alias")
    names = [column.name for column in alias.columns] if isinstance(alias, exp.TableAlias) else []
    found: exp.Expr | None = None
    for row in node.expressions:
        cells = row.expressions if isinstance(row, exp.Tuple) else [row]
        labels = names or [f"column{i + 1}" for i in range(len(cells))]
        select = exp.Select(expressions=[exp.Alias(this=cell, alias=named(label)) for cell, label in zip(cells, labels, strict=False)])
        found = select if found is None else exp.Union(this=found, expression=select, distinct=False)
    assert found is not None
    if isinstance(alias, exp.TableAlias) and alias.this:
        return exp.Subquery(this=found, alias=exp.TableAlias(this=alias.this))
    return found


def named_columns(node: exp.Expr, context: Lowering) -> exp.Expr:
    """`(SELECT …) AS t(a, b)`: the names go to the columns themselves."""
    alias = node.args.get("alias")
    if not isinstance(alias, exp.TableAlias) or not alias.columns or not isinstance(node.this, exp.Query):
        return node
    first: exp.Expr = node.this
    while isinstance(first, exp.SetOperation | exp.Subquery):
        first = first.this
    if isinstance(first, exp.Select):
        renamed = [
            exp.Alias(this=projection.unalias(), alias=column.copy())
            for projection, column in zip(first.expressions, alias.columns, strict=False)
        ]
        first.set("expressions", renamed + first.expressions[len(renamed) :])
        alias.set("columns", None)
    return node


def sqlite_set_operation(node: exp.Expr, context: Lowering) -> exp.Expr:
    """SQLite takes no parentheses and works from left to right, whatever binds tighter elsewhere."""
    if not isinstance(node, exp.Union) and node.args.get("distinct") is False:
        context.refuse(node, f"{node.key.upper()} ALL")
    if _needs_wrapping(node.this, is_left=True, node=node):
        node.set("this", _wrapped(node.this))
    if _needs_wrapping(node.expression, is_left=False, node=node):
        node.set("expression", _wrapped(node.expression))
    return node


def _needs_wrapping(operand: exp.Expr, *, is_left: bool, node: exp.Expr) -> bool:
    if isinstance(operand, exp.Subquery) or any(operand.args.get(name) for name in ("order", "limit", "offset", "with_")):
        return True
    return isinstance(operand, exp.SetOperation) and not is_left


def _wrapped(operand: exp.Expr) -> exp.Expr:
    inner = operand
    while isinstance(inner, exp.Subquery) and not any(inner.args.get(name) for name in ("order", "limit", "offset")):
        inner = inner.this
    query = exp.Subquery(this=inner, alias=exp.TableAlias(this=named("part")))
    return exp.Select(expressions=[exp.Star()]).from_(query, copy=False)
