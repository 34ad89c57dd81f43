"""What PostgreSQL would refuse, and another engine would answer with whatever it likes: refused for all of them alike, before any is asked."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from sqlglot import exp

from analytics_platform.sql.canonical.casts import bare
from analytics_platform.sql.canonical.kinds import DATED, NUMERIC
from analytics_platform.sql.canonical.moments import as_text
from analytics_platform.sql.trees import walk

if TYPE_CHECKING:
    from analytics_platform.sql.canonical.binding import Binder, BoundSelect

_CODE = "syntax_error"
_AGGREGATED = (exp.AggFunc, exp.Filter, exp.WithinGroup)
_COMPUTING = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.Sum, exp.Avg)
_NOT_LOOKED_INTO = (exp.Query, exp.Anonymous)
_NOT_COMPUTED_WITH = ("string", "boolean")
_COMPARED = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
_USES = frozenset((*_COMPUTING, *_COMPARED, exp.In, exp.Between))


def check_sense(binder: Binder, bound: BoundSelect) -> None:
    """Adds a fault for each column that is neither grouped nor aggregated, and for each that is used as something that it is not."""
    _check_grouping(binder, bound)
    for clause in _own_expressions(bound.node):
        for node in _own_nodes(clause):
            if type(node) in _USES:
                _check_use(binder, node)
    for condition in _conditions(bound.node):
        if binder.kinds.of(condition) not in ("", "boolean") and _field_of(binder, condition):
            binder.fault(condition, _CODE, f"{_named(condition)} is no condition: compare it with something.")


def _check_use(binder: Binder, node: exp.Expr) -> None:
    if isinstance(node, _COMPUTING):
        for side in (node.this, node.args.get("expression")):
            kind = _field_of(binder, side)
            if kind in _NOT_COMPUTED_WITH:
                binder.fault(node, _CODE, f"{_named(side)} is a {kind}: it cannot be computed with.")
    elif isinstance(node, _COMPARED):
        _check_constant(binder, node, node.this, [node.expression])
        _check_constant(binder, node, node.expression, [node.this])
    elif isinstance(node, exp.In):
        _check_constant(binder, node, node.this, node.expressions)
    elif isinstance(node, exp.Between):
        _check_constant(binder, node, node.this, [node.args["low"], node.args["high"]])


def _check_constant(binder: Binder, node: exp.Expr, column: exp.Expr, values: list[exp.Expr]) -> None:
    """A written text that is compared with a number or a moment has to be one."""
    kind = _field_of(binder, column)
    for value in map(bare, values):
        if isinstance(value, exp.Literal) and value.is_string and not _can_be(value.name, kind):
            binder.fault(node, _CODE, f"{value.name!r} is no {kind}, which {_named(column)} is.")


def _can_be(text: str, kind: str) -> bool:
    if kind in (*DATED, "time"):
        return as_text(text, kind) is not None
    if kind in NUMERIC:
        try:
            return Decimal(text.strip()).is_finite()
        except InvalidOperation:
            return False
    return True


def _field_of(binder: Binder, node: exp.Expr | None) -> str:
    """The type of a field that is read straight from its entity; nothing for all else, whose type is only inferred."""
    inner = bare(node) if isinstance(node, exp.Expr) else None
    attribute = binder.attribute_of.get(id(inner)) if isinstance(inner, exp.Column) else None
    return attribute.kind if attribute is not None and attribute.scan is not None else ""


def _named(node: exp.Expr | None) -> str:
    inner = bare(node) if isinstance(node, exp.Expr) else None
    return f"{inner.table}.{inner.name}" if isinstance(inner, exp.Column) else "This"


# Grouping


def _check_grouping(binder: Binder, bound: BoundSelect) -> None:
    group = bound.node.args.get("group")
    roots = list(_grouped_roots(bound.node))
    if group is None and not any(_is_aggregate(node) for root in roots for node in _own_nodes(root)):
        return
    items = list(_group_items(bound, group)) if group is not None else []
    allowed = {_text_of(item) for item in items}
    keyed = _keyed_relations(binder, items)
    reported: set[str] = set()
    for column in (column for root in roots for column in _loose(root, allowed)):
        relation = binder.relation_of.get(id(column))
        if relation is None or relation not in bound.scope.relations or id(relation) in keyed or column.sql() in reported:
            continue
        reported.add(column.sql())
        binder.fault(column, _CODE, f"{_named(column)} has to stand in GROUP BY or in an aggregate such as max(…).")


def _grouped_roots(node: exp.Select) -> Iterator[exp.Expr]:
    yield from node.expressions
    for name in ("having", "qualify", "order"):
        part = node.args.get(name)
        if isinstance(part, exp.Expr):
            yield part


def _group_items(bound: BoundSelect, group: exp.Expr) -> Iterator[exp.Expr]:
    """Everything that any of the sets groups by; an ordinal that was kept is its projection."""
    stack = list(group.iter_expressions())
    while stack:
        item = stack.pop()
        if isinstance(item, exp.Literal) and item.name.isdigit() and 0 < int(item.name) <= len(bound.node.expressions):
            yield bound.node.expressions[int(item.name) - 1].unalias()
            continue
        yield bare(item)
        if isinstance(item, exp.Tuple | exp.Paren | exp.Rollup | exp.Cube | exp.GroupingSets):
            stack.extend(item.iter_expressions())


def _keyed_relations(binder: Binder, items: list[exp.Expr]) -> set[int]:
    """A key in GROUP BY stands for its entity's fields."""
    fields: dict[int, set[str]] = {}
    for item in items:
        relation = binder.relation_of.get(id(item))
        if relation is not None and relation.scan is not None:
            fields.setdefault(id(relation), set()).add(binder.attribute_of[id(item)].field_name)
    scans = {id(relation): relation.scan for relation in binder.relation_of.values() if relation.scan is not None}
    return {one for one, names in fields.items() if scans[one].entity.keys and scans[one].entity.keys <= names}


def _text_of(node: exp.Expr) -> tuple[object, ...]:
    """Equal for nodes of the same type that are written the same. Most are columns, of which no SQL has to be made to tell."""
    parts = node.parts if isinstance(node, exp.Column) else ()
    if parts and all(isinstance(part, exp.Identifier) for part in parts):
        return (exp.Column, *((part.name, bool(part.args.get("quoted"))) for part in parts))
    return (type(node), node.sql())


def _loose(root: exp.Expr, allowed: set[tuple[object, ...]]) -> Iterator[exp.Column]:
    """Columns outside of aggregates and of what is grouped by."""
    kinds = {text[0] for text in allowed}
    stack = [root]
    while stack:
        node = stack.pop()
        inner = bare(node)
        if isinstance(node, _NOT_LOOKED_INTO) or _is_aggregate(node) or (type(inner) in kinds and _text_of(inner) in allowed):
            continue
        if isinstance(node, exp.Column):
            yield node
        elif isinstance(node, exp.Window) and isinstance(node.this, exp.Expr):
            stack.extend(child for child in node.iter_expressions() if child is not node.this)
            stack.extend(_arguments(node.this))
        else:
            stack.extend(node.iter_expressions())


def _arguments(function: exp.Expr) -> Iterator[exp.Expr]:
    """Of a window function, whatever stands around it: they are computed after grouping."""
    while isinstance(function, exp.Filter | exp.IgnoreNulls | exp.RespectNulls):
        if isinstance(function, exp.Filter):
            yield function.expression
        function = function.this
    yield from function.iter_expressions()


def _is_aggregate(node: exp.Expr) -> bool:
    return isinstance(node, _AGGREGATED) and not _is_windowed(node)


def _is_windowed(node: exp.Expr) -> bool:
    holder = node.parent
    while isinstance(holder, exp.Filter | exp.IgnoreNulls | exp.RespectNulls | exp.WithinGroup):
        holder = holder.parent
    return isinstance(holder, exp.Window)


# The select's own expressions, without those of queries in it


def _own_expressions(node: exp.Select) -> Iterator[exp.Expr]:
    yield from node.expressions
    for name in ("where", "group", "having", "qualify", "order"):
        part = node.args.get(name)
        if isinstance(part, exp.Expr):
            yield part
    yield from (join.args["on"] for join in node.args.get("joins") or () if isinstance(join.args.get("on"), exp.Expr))


def _own_nodes(root: exp.Expr) -> Iterator[exp.Expr]:
    return iter((root,)) if isinstance(root, exp.Query) else walk(root, closed=exp.Query)


def _conditions(node: exp.Select) -> Iterator[exp.Expr]:
    for name in ("where", "having"):
        part = node.args.get(name)
        if part is not None:
            yield part.this
    yield from (join.args["on"] for join in node.args.get("joins") or () if isinstance(join.args.get("on"), exp.Expr))
