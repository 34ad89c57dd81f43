"""Where each column of a result comes from: the canonical fields that it reads, and the source's columns behind them."""

from __future__ import annotations

from collections.abc import Sequence

from analytics_platform.sql.canonical.mapped import MappedSchema
from analytics_platform.sql.canonical.model import LineageEntry
from analytics_platform.sql.canonical.relations import Attribute


def lineage_of(outputs: Sequence[Attribute], mapped: MappedSchema) -> tuple[LineageEntry, ...]:
    """One entry for each column of the result."""
    return tuple(LineageEntry(output=output.name, canonical=list(output.origin), actual=_actual(output, mapped)) for output in outputs)


def _actual(output: Attribute, mapped: MappedSchema) -> list[str]:
    found: dict[str, None] = {}
    for name in output.origin:
        entity_name, _, field_name = name.partition(".")
        entity = mapped.entities.get(entity_name)
        field = entity.field(field_name) if entity is not None else None
        found.update(dict.fromkeys(field.actual if field is not None else ()))
    return list(found)
