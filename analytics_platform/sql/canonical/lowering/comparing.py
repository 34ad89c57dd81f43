"""Comparisons of moments with text and with each other, where a dialect would compare letters or refuse."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from analytics_platform.sql.canonical.casts import bare, call, cast_to
from analytics_platform.sql.canonical.kinds import DATED, common
from analytics_platform.sql.canonical.lowering.context import Lowering
from analytics_platform.sql.canonical.moments import as_text


def sqlite(node: exp.Expr, context: Lowering) -> exp.Expr:
    """Moments are text there: both sides are brought to one form."""
    return _rewritten(node, context)


def duckdb(node: exp.Expr, context: Lowering) -> exp.Expr:
    """A parameter's text is not compared with a date there."""
    return _rewritten(node, context)


def sqlite_coalesce(node: exp.Expr, context: Lowering) -> exp.Expr:
    values = promoted([node.this, *node.expressions], context)
    node.set("this", values[0])
    node.set("expressions", values[1:])
    return node


def promoted(values: Sequence[exp.Expr], context: Lowering) -> list[exp.Expr]:
    """Values of which one is a moment, all as moments of one kind."""
    kinds = [context.kind(value) for value in values]
    wanted = common(kind for kind in kinds if kind in DATED) or ("time" if "time" in kinds else "")
    if not wanted:
        return list(values)
    return [_as(value, kind, wanted, context) for value, kind in zip(values, kinds, strict=True)]


def _rewritten(node: exp.Expr, context: Lowering) -> exp.Expr:
    if isinstance(node, exp.Between):
        node.set("low", *_second(node.this, node.args["low"], context, node, "this"))
        node.set("high", *_second(node.this, node.args["high"], context, node, "this"))
    elif isinstance(node, exp.In):
        if node.expressions:
            values = promoted([node.this, *node.expressions], context)
            node.set("this", values[0])
            node.set("expressions", values[1:])
    else:
        left, right = promoted([node.this, node.expression], context)
        node.set("this", left)
        node.set("expression", right)
    return node


def _second(first: exp.Expr, second: exp.Expr, context: Lowering, node: exp.Expr, key: str) -> tuple[exp.Expr]:
    left, right = promoted([first, second], context)
    if left is not first:
        node.set(key, left)
    return (right,)


def _as(value: exp.Expr, kind: str, wanted: str, context: Lowering) -> exp.Expr:
    inner = bare(value)
    if isinstance(inner, exp.Null) or (kind == wanted and not isinstance(inner, exp.Literal)):
        return value
    if context.dialect == "duckdb":
        return cast_to(inner, wanted, "duckdb") if isinstance(inner, exp.Placeholder) else value
    if isinstance(inner, exp.Literal) and inner.is_string:
        text = as_text(inner.name, wanted)
        return exp.Literal.string(text) if text is not None else value
    if kind in DATED or kind in ("", "string"):
        changed = call(wanted.upper(), inner)
        context.kinds.put(changed, wanted)
        return changed
    return value
