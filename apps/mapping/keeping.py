"""Mappings as they are kept: checked against both schemas before they are written, with their event and the source's stamp."""

from __future__ import annotations

import json
from uuid import UUID

from django.db import IntegrityError

from analytics_platform.kernel.context import principal_or_none
from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.events import publish
from analytics_platform.kernel.problems import StaleVersion
from analytics_platform.kernel.stamps import touch
from analytics_platform.sql.canonical.checking import broken_fields, mapping_faults
from analytics_platform.sql.canonical.model import EntityMapping, SourceMapping, TransformationRule
from analytics_platform.sql.problems import HiddenByPolicy
from apps.mapping import registry
from apps.mapping.contract import Mapping, MappingAmbiguous, MappingCreated, MappingExists, MappingInvalid, MappingNotFound, MappingUpdated
from apps.mapping.faults import field_errors_of
from apps.mapping.models import MappingRow, RuleRow, mapping_of, source_mapping_of, transformation_of
from apps.mapping.reaching import Structure, visible, whole


def found(data_source_id: UUID, schema: str | None, *, for_update: bool = False) -> MappingRow:
    """The mapping of a source to a schema, the only one where none is named. Raises MappingNotFound, MappingAmbiguous."""
    rows = MappingRow.objects.select_for_update() if for_update else MappingRow.objects.all()
    rows = rows.filter(data_source_id=data_source_id)
    candidates = list(rows if schema is None else rows.filter(schema_name=schema))
    if not candidates:
        raise MappingNotFound
    if len(candidates) > 1:
        raise MappingAmbiguous(f"Name one of {', '.join(row.schema_name for row in candidates)}.")
    return candidates[0]


def rules_of(mapping: SourceMapping) -> dict[str, TransformationRule]:
    """The rules that a mapping names, by name."""
    return {row.name: transformation_of(row) for row in rule_rows_of(mapping)}


def rule_rows_of(mapping: SourceMapping) -> list[RuleRow]:
    """The same as rows, for what depends on their versions."""
    names = {field.rule for entity in mapping.entities for field in entity.fields if field.rule}
    return list(RuleRow.objects.filter(name__in=names)) if names else []


def get(data_source_id: UUID, schema: str | None) -> Mapping:
    """One mapping as the asking user may see it. Raises MappingNotFound, MappingAmbiguous."""
    return _shown(found(data_source_id, schema))


def of_source(data_source_id: UUID) -> list[Mapping]:
    """All of a source, by schema name."""
    return [_shown(row) for row in MappingRow.objects.filter(data_source_id=data_source_id).order_by("schema_name")]


def create(data_source_id: UUID, mapping: SourceMapping) -> Mapping:
    """Raises MappingInvalid, MappingExists, CanonicalSchemaNotFound, and what the source's schema raises."""
    structure = _checked(data_source_id, mapping)
    principal = principal_or_none()
    row = MappingRow(data_source_id=data_source_id, schema_name=mapping.schema_name, created_by=principal.user_id if principal else None)
    _apply(row, mapping, structure)
    try:
        with transaction_for("mapping"):
            row.save(force_insert=True)
            touch("mapping", data_source_id, app="mapping")
            publish(
                MappingCreated(data_source_id=data_source_id, canonical_schema=row.schema_name, schema_version=row.schema_version),
            )
    except IntegrityError as fault:
        raise MappingExists from fault
    return mapping_of(row)


def update(data_source_id: UUID, mapping: SourceMapping, *, version: int | None) -> Mapping:
    """Raises MappingNotFound, MappingInvalid, StaleVersion, CanonicalSchemaNotFound, HiddenByPolicy."""
    current = found(data_source_id, mapping.schema_name)
    if version is not None and version != current.version:
        raise StaleVersion
    if withheld_from_user(current, visible(data_source_id)):
        raise HiddenByPolicy("The mapping reads something that a policy of this source hides from you, so you cannot replace it.")
    structure = _checked(data_source_id, mapping)
    with transaction_for("mapping"):
        row = found(data_source_id, mapping.schema_name, for_update=True)
        if version is not None and version != row.version:
            raise StaleVersion
        _apply(row, mapping, structure)
        row.version += 1
        row.save()
        tell_updated(row)
    return mapping_of(row)


def change(
    data_source_id: UUID, schema: str | None, *, schema_version: int | None, entities: list[EntityMapping] | None, version: int | None
) -> Mapping:
    """Entities that are given replace those of their name. Raises as `update`; a change in between is StaleVersion."""
    row = found(data_source_id, schema)
    if version is not None and version != row.version:
        raise StaleVersion
    kept = source_mapping_of(row)
    given = {entity.entity: entity for entity in entities or []}
    merged = [given.pop(entity.entity, entity) for entity in kept.entities] + list(given.values())
    mapping = SourceMapping(schema_name=kept.schema_name, schema_version=schema_version or kept.schema_version, entities=merged)
    return update(data_source_id, mapping, version=row.version)


def delete(data_source_id: UUID, schema: str | None) -> None:
    """Raises MappingNotFound, MappingAmbiguous, HiddenByPolicy where it reads what the user may not see."""
    if withheld_from_user(found(data_source_id, schema), visible(data_source_id)):
        raise HiddenByPolicy
    with transaction_for("mapping"):
        row = found(data_source_id, schema, for_update=True)
        touch("mapping", data_source_id, app="mapping")
        row.delete()


def tell_updated(row: MappingRow) -> None:
    """The stamp and the event of a changed mapping, inside the caller's transaction."""
    touch("mapping", row.data_source_id, app="mapping")
    publish(MappingUpdated(data_source_id=row.data_source_id, canonical_schema=row.schema_name, schema_version=row.schema_version))


def broken_in(row: MappingRow, structure: Structure) -> list[str]:
    """Fields of a mapping that do not resolve against a structure."""
    mapping = source_mapping_of(row)
    schema = registry.plain(row.schema_name, row.schema_version)
    return broken_fields(mapping, schema=schema, rules=rules_of(mapping), dialect=structure.dialect, catalog=structure.catalog)


def withheld_from_user(row: MappingRow, seen: Structure) -> list[str]:
    """Fields that read something which a policy hides from the asking user: they resolve against the source, but not against what is seen."""
    if seen.is_whole:
        return []
    broken = set(broken_in(row, whole(row.data_source_id)))
    return [field for field in broken_in(row, seen) if field not in broken]


def _shown(row: MappingRow) -> Mapping:
    mapping = mapping_of(row)
    withheld = withheld_from_user(row, visible(row.data_source_id))
    if not withheld:
        return mapping
    return mapping.model_copy(update={"entities": without(mapping.entities, withheld), "withheld": withheld, "broken_columns": []})


def without(entities: list[EntityMapping], fields: list[str]) -> list[EntityMapping]:
    """The entities without some fields (`order.total`); one that has none left is left out, and with it where it comes from."""
    gone = set(fields)
    cut = [
        entity.model_copy(update={"fields": [field for field in entity.fields if f"{entity.entity}.{field.field}" not in gone]})
        for entity in entities
    ]
    return [entity for entity in cut if entity.fields]


def _checked(data_source_id: UUID, mapping: SourceMapping) -> Structure:
    """What the mapping was held against. Raises MappingInvalid with every fault; what the user may not see is not there for them."""
    structure = visible(data_source_id)
    schema = registry.plain(mapping.schema_name, mapping.schema_version)
    faults = mapping_faults(mapping, schema=schema, rules=rules_of(mapping), dialect=structure.dialect, catalog=structure.catalog)
    if faults:
        raise MappingInvalid(errors=field_errors_of(faults))
    return structure


def _apply(row: MappingRow, mapping: SourceMapping, structure: Structure) -> None:
    row.schema_version = mapping.schema_version
    row.entities = [json.loads(entity.model_dump_json(exclude_defaults=True)) for entity in mapping.entities]
    row.status, row.broken_fields, row.broken_columns = "ok", [], []
    row.checked_version = structure.version
