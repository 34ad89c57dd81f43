"""Parameters whose type PostgreSQL cannot tell from where they stand: `:since IS NULL OR day >= :since`."""

from __future__ import annotations

from sqlglot import exp

from analytics_platform.sql.canonical.casts import bare, cast_to
from analytics_platform.sql.canonical.kinds import Kinds
from analytics_platform.sql.canonical.relations import Kind
from analytics_platform.sql.trees import find_all


def say_types_of_tested(tree: exp.Expr, kinds: Kinds) -> None:
    """Casts each parameter that is tested for null to the type that it has elsewhere in the statement, text where it has none."""
    tested = [node for node in find_all(tree, exp.Placeholder) if isinstance(node.parent, exp.Is) and node.parent.this is node]
    if not tested:
        return
    elsewhere = _kinds_elsewhere(tree, kinds)
    for node in tested:
        node.replace(cast_to(node.copy(), elsewhere.get(str(node.this), "string"), "postgres"))


def _kinds_elsewhere(tree: exp.Expr, kinds: Kinds) -> dict[str, Kind]:
    found: dict[str, Kind] = {}
    for node in find_all(tree, exp.Placeholder):
        holder = node.parent
        if not isinstance(holder, exp.Binary | exp.Between | exp.In | exp.Coalesce):
            continue
        others = [other for other in holder.iter_expressions() if id(other) != id(node)]
        kind = next((kind for other in others if (kind := kinds.of(bare(other)))), "")
        if kind not in ("", "interval"):
            found.setdefault(str(node.this), kind)
    return found
