"""Order: nulls last going up as in PostgreSQL, text by its code points everywhere, whatever a source's collation says."""

from __future__ import annotations

from sqlglot import exp

from analytics_platform.sql.canonical.lowering.context import Lowering
from analytics_platform.sql.trees import holds

_NEVER_NULL = (exp.Count, exp.RowNumber, exp.Rank, exp.DenseRank, exp.Literal)


def postgres(node: exp.Expr, context: Lowering) -> exp.Expr:
    """Text in C's order, where the expression may stand in ORDER BY."""
    query = node.parent
    if isinstance(node.this, exp.Distinct):
        return node  # DISTINCT in an aggregate is ordered by its argument as it stands
    if isinstance(query, exp.SetOperation) or (isinstance(query, exp.Select) and query.args.get("distinct") is not None):
        return node
    for item in node.expressions:
        if isinstance(item, exp.Ordered) and context.kind(item.this) == "string":
            expression = _written_out(item.this, query)
            if expression is not None:
                item.set("this", in_code_points(expression))
    return node


def postgres_extreme(node: exp.Expr, context: Lowering) -> exp.Expr:
    if context.kind(node.this) == "string" and not isinstance(node.this, exp.Distinct):
        node.set("this", in_code_points(node.this))
    return node


def postgres_comparison(node: exp.Expr, context: Lowering) -> exp.Expr:
    others = [node.args.get(name) for name in ("expression", "low", "high")]
    if context.kind(node.this) == "string" and all(context.kind(other) in ("string", "") for other in others if other is not None):
        node.set("this", in_code_points(node.this))
    return node


def in_code_points(node: exp.Expr) -> exp.Expr:
    inner = exp.Paren(this=node) if isinstance(node, exp.Binary) else node
    return exp.Collate(this=inner, expression=exp.Identifier(this="C", quoted=True))


def _written_out(part: exp.Expr, query: exp.Expr | None) -> exp.Expr | None:
    """An output's name may only stand alone in PostgreSQL's ORDER BY: its expression may be part of another."""
    if not isinstance(part, exp.Column) or part.table:
        return None if isinstance(part, exp.Literal) else part
    if not isinstance(query, exp.Select):
        return None
    found = next((p for p in query.expressions if p.alias_or_name == part.name), None)
    return found.unalias().copy() if found is not None else None


def mysql(node: exp.Expr, context: Lowering) -> exp.Expr:
    """A key before the key says where nulls go, unless they go there anyway."""
    window = node.parent
    spec = window.args.get("spec") if isinstance(window, exp.Window) else None
    if spec is not None and str(spec.args.get("kind")).upper() == "RANGE" and len(node.expressions) == 1:
        return node
    items: list[exp.Expr] = []
    for item in node.expressions:
        if not isinstance(item, exp.Ordered):
            items.append(item)
            continue
        is_down, nulls_first = bool(item.args.get("desc")), bool(item.args.get("nulls_first"))
        if nulls_first == is_down and not isinstance(item.this, _NEVER_NULL) and not _is_count(item.this, node):
            key = exp.Is(this=_tested(item.this, node), expression=exp.Null())
            items.append(exp.Ordered(this=key, desc=nulls_first, nulls_first=not nulls_first))
        item.set("nulls_first", not is_down)
        items.append(item)
    node.set("expressions", items)
    return node


def _tested(part: exp.Expr, node: exp.Expr) -> exp.Expr:
    """What is looked at for null. The name of an aggregate may only stand alone there."""
    whole = _written_out(part, node.parent)
    return whole if whole is not None and holds(whole, exp.AggFunc) else part.copy()


def _is_count(part: exp.Expr, node: exp.Expr) -> bool:
    query = node.parent
    if not isinstance(part, exp.Column) or part.table or not isinstance(query, exp.Select):
        return False
    found = next((p for p in query.expressions if p.alias_or_name == part.name), None)
    return found is not None and isinstance(found.unalias(), _NEVER_NULL)
