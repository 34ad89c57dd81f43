"""What is allowed but probably not meant: joins that multiply rows, joins of everything with everything, reading all of a large table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from analytics_platform.sql.functions import AGGREGATES
from analytics_platform.sql.resolve import Resolution
from analytics_platform.sql.scopes import Relation, fold
from analytics_platform.sql.trees import find_all, walk

LARGE_TABLE_ROWS = 100_000
_ADDING = (exp.Sum, exp.Avg, exp.Count)


@dataclass(frozen=True)
class Caution:
    """A warning with a stable code and a sentence."""

    code: str
    message: str


def cautions(nodes: list[exp.Expr], resolution: Resolution) -> tuple[Caution, ...]:
    """Every caution about a resolved statement, which is given as all of its nodes, each once."""
    found: dict[Caution, None] = {}
    for select in nodes:
        if isinstance(select, exp.Select):
            found.update(dict.fromkeys(_of_select(select, resolution)))
    unbounded = _unbounded_scan(nodes[0], resolution)
    if unbounded is not None:
        found[unbounded] = None
    return tuple(found)


def _of_select(select: exp.Select, resolution: Resolution) -> Iterator[Caution]:
    joins = select.args.get("joins") or []
    if not joins:
        return
    pairs = list(_linked_columns(select, resolution))
    if _is_cartesian(select, joins, pairs, resolution):
        yield Caution("cartesian_join", "A join has no condition, so every row of one side meets every row of the other.")
    for aggregate in _own_aggregates(select):
        repeated = _repeated_by(aggregate, pairs, resolution)
        if repeated is not None:
            name, other = repeated
            message = (
                f"{aggregate.sql_name()} over {name} counts a row once for each row of {other} that it joins: aggregate before the join."
            )
            yield Caution("fan_out_join", message)


def _linked_columns(select: exp.Select, resolution: Resolution) -> Iterator[tuple[exp.Column, exp.Column]]:
    """Pairs of columns of two relations that this SELECT compares, in ON or in WHERE."""
    conditions = [join.args.get("on") for join in select.args.get("joins") or []]
    where = select.args.get("where")
    conditions.append(where.this if where is not None else None)
    for condition in conditions:
        for node in find_all(condition, exp.Binary) if condition is not None else ():
            if not isinstance(node, exp.Predicate):
                continue
            left = [c for c in find_all(node.left, exp.Column) if id(c) in resolution.relation_of]
            right = [c for c in find_all(node.right, exp.Column) if id(c) in resolution.relation_of]
            for a in left:
                for b in right:
                    if resolution.relation_of[id(a)] is not resolution.relation_of[id(b)]:
                        yield a, b


def _is_cartesian(select: exp.Select, joins: list[exp.Join], pairs: list[tuple[exp.Column, exp.Column]], resolution: Resolution) -> bool:
    """Whether a join without a condition brings in a table that no comparison ties to the others."""
    tied = {id(resolution.relation_of[id(column)]) for pair in pairs for column in pair}
    by_node = {id(relation.node): relation for relation in _relations(resolution) if relation.node is not None}
    scans = {id(scan.node) for scan in resolution.scans}
    for join in joins:
        bare = not any(join.args.get(name) for name in ("on", "using", "method", "match_condition"))
        if bare and isinstance(join.this, exp.Table) and id(join.this) in scans:
            relation = by_node.get(id(join.this))
            if relation is None or id(relation) not in tied:
                return not _is_one_row(select)
    return False


def _relations(resolution: Resolution) -> Iterator[Relation]:
    yield from {id(relation): relation for relation in resolution.relation_of.values()}.values()


def _is_one_row(select: exp.Select) -> bool:
    return select.args.get("from_") is None


def _own_aggregates(select: exp.Select) -> Iterator[exp.AggFunc]:
    for projection in select.expressions:
        for node in find_all(projection, *_ADDING):
            if node.parent_select is select and not isinstance(node.this, exp.Distinct | exp.Star):
                yield node


def _is_aggregate(node: exp.Expr) -> bool:
    return isinstance(node, exp.AggFunc) or (isinstance(node, exp.Anonymous) and node.name.lower() in AGGREGATES)


def _repeated_by(aggregate: exp.AggFunc, pairs: list[tuple[exp.Column, exp.Column]], resolution: Resolution) -> tuple[str, str] | None:
    """The relation an aggregate is over, and the one whose rows repeat it: joined by columns that are no key of the latter."""
    relations = {id(r): r for c in find_all(aggregate, exp.Column) if (r := resolution.relation_of.get(id(c))) is not None}
    if len(relations) != 1:
        return None
    over = next(iter(relations.values()))
    joined: dict[int, tuple[Relation, set[str]]] = {}
    for a, b in pairs:
        for mine, other in ((a, b), (b, a)):
            if resolution.relation_of[id(mine)] is over:
                relation = resolution.relation_of[id(other)]
                joined.setdefault(id(relation), (relation, set()))[1].add(fold(other.name))
    for relation, columns in joined.values():
        table = relation.table
        if table is not None and table.unique_keys and not any({fold(c) for c in key} <= columns for key in table.unique_keys):
            return over.name, relation.name
    return None


def _unbounded_scan(tree: exp.Expr, resolution: Resolution) -> Caution | None:
    """A plain SELECT over a large table that neither filters, groups nor limits."""
    if not isinstance(tree, exp.Select) or any(tree.args.get(name) for name in ("where", "group", "limit", "joins", "having")):
        return None
    if any(_is_aggregate(node) for projection in tree.expressions for node in walk(projection)):
        return None
    for scan in resolution.scans:
        if (scan.table.row_count or 0) > LARGE_TABLE_ROWS:
            return Caution("unbounded_scan", f"Reads {scan.table.full_name} without a filter: about {scan.table.row_count:,} rows.")
    return None
