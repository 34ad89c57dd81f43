"""The mapping contract, answered. Each method is one use case; the work is in the modules beside it."""

from __future__ import annotations

from uuid import UUID

from analytics_platform.kernel.declare import Page
from analytics_platform.sql.canonical.model import CanonicalSchema, EntityMapping, SourceMapping, TransformationRule
from apps.mapping import covering, describing, keeping, registry, translating
from apps.mapping import rules as transformation_rules
from apps.mapping.contract import CanonicalSource, Coverage, Mapping, Mappings, PublishedSchema, Rule, Suggestion, Translation
from apps.mapping.suggesting import suggest


class MappingsService(Mappings):
    """Canonical schemas, mappings and rules of the tenant in force."""

    def schemas(self, *, search: str = "", page: int = 1, page_size: int = 50) -> Page[PublishedSchema]:
        return registry.listed(search=search, page=page, page_size=page_size)

    def schema(self, *, name: str, version: int | None = None) -> PublishedSchema:
        return registry.published(name, version)

    def publish_schema(self, *, schema: CanonicalSchema, version: int | None = None) -> PublishedSchema:
        return registry.publish(schema, version=version)

    def mappings_of(self, *, data_source_id: UUID) -> list[Mapping]:
        return keeping.of_source(data_source_id)

    def mapping(self, *, data_source_id: UUID, schema: str | None = None) -> Mapping:
        return keeping.get(data_source_id, schema)

    def create(self, *, data_source_id: UUID, mapping: SourceMapping) -> Mapping:
        return keeping.create(data_source_id, mapping)

    def update(self, *, data_source_id: UUID, mapping: SourceMapping, version: int | None = None) -> Mapping:
        return keeping.update(data_source_id, mapping, version=version)

    def change(
        self,
        *,
        data_source_id: UUID,
        schema: str | None = None,
        schema_version: int | None = None,
        entities: list[EntityMapping] | None = None,
        version: int | None = None,
    ) -> Mapping:
        return keeping.change(data_source_id, schema, schema_version=schema_version, entities=entities, version=version)

    def delete(self, *, data_source_id: UUID, schema: str | None = None) -> None:
        keeping.delete(data_source_id, schema)

    def suggest(self, *, data_source_id: UUID, schema: str, version: int | None = None) -> Suggestion:
        return suggest(data_source_id, registry.plain(schema, version), transformation_rules.all_of_tenant())

    def coverage(self, *, schema: str, version: int | None = None, sql: str | None = None) -> Coverage:
        return covering.coverage(schema, version, sql)

    def translate(self, *, data_source_id: UUID, sql: str, schema: str | None = None) -> Translation:
        return translating.translate(data_source_id, sql, schema)

    def translate_for_user(self, *, data_source_id: UUID, sql: str, schema: str | None = None) -> Translation:
        return translating.translate_for_user(data_source_id, sql, schema)

    def canonical(self, *, data_source_id: UUID, schema: str | None = None) -> CanonicalSource:
        return describing.canonical(data_source_id, schema)

    def rules(self, *, page: int = 1, page_size: int = 50) -> Page[Rule]:
        return transformation_rules.listed(page=page, page_size=page_size)

    def rule(self, *, rule_id: UUID) -> Rule:
        return transformation_rules.get(rule_id)

    def create_rule(self, *, rule: TransformationRule) -> Rule:
        return transformation_rules.create(rule)

    def update_rule(self, *, rule_id: UUID, rule: TransformationRule, version: int | None = None) -> Rule:
        return transformation_rules.update(rule_id, rule, version=version)

    def delete_rule(self, *, rule_id: UUID) -> None:
        transformation_rules.delete(rule_id)
