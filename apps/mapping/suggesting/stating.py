"""Where a proposed entity's rows come from: its table, a statement that joins the labels of its codes, or its rows once each out of a wide table."""

from __future__ import annotations

from apps.mapping.suggesting.facts import Facts
from apps.mapping.suggesting.placing import Place

Stated = tuple[str | None, str | None, list[str]]


def statement_of(place: Place, facts: Facts) -> Stated:
    """The source or the statement, one of the two, and why it is one."""
    joined = {one.column.join.clause: one.column.join for one in place.chosen.values() if one.column.join is not None}
    if _repeats(place):
        return _distinct(place, facts)
    if not joined:
        return place.table.reference, None, []
    labels = ", ".join(join.select for join in joined.values())
    clauses = " ".join(joined)
    return (
        None,
        f"SELECT t.*, {labels} FROM {place.table.reference} AS t {clauses}",
        ["Codes are looked up in the tables that say what they mean."],
    )


def _repeats(place: Place) -> bool:
    """Whether the entity's key comes more than once: the table's rows are of something finer."""
    key = next((place.chosen[target.name].column for target in place.entity.fields if target.key and target.name in place.chosen), None)
    if key is None or key.is_primary or key.is_unique:
        return False
    return key.is_unique is False or bool(place.table.primary_key)


def _distinct(place: Place, facts: Facts) -> Stated:
    columns = dict.fromkeys(one.column.reference for one in place.chosen.values() if one.column.join is None)
    plain = {one.column.reference: one.column for one in place.chosen.values()}
    key = next(place.chosen[target.name].column for target in place.entity.fields if target.key and target.name in place.chosen)
    joins = [one.column.join for one in place.chosen.values() if one.column.join is not None]
    selected = ", ".join([*(f"t.{name}" if joins else name for name in columns), *(join.select for join in joins)])
    where = f" WHERE {'t.' if joins else ''}{key.reference} IS NOT NULL" if plain[key.reference].has_nulls else ""
    clauses = "".join(f" {join.clause}" for join in joins)
    sql = f"SELECT DISTINCT {selected} FROM {place.table.reference}{' AS t' if joins else ''}{clauses}{where}"
    return None, sql, [f"{key.name} comes more than once in {place.table.name}, so its rows are taken once each."]
