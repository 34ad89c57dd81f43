"""The endpoints of canonical schemas and transformation rules."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from analytics_platform.kernel.declare import Page
from analytics_platform.kernel.http.endpoint import Answer, ApiView, endpoint
from analytics_platform.kernel.http.pagination import PageQuery
from analytics_platform.kernel.problems import Invalid, Malformed, StaleVersion, TooLarge, UnsupportedMediaType
from analytics_platform.sql.canonical.model import TransformationRule
from apps.mapping.api.documents import MEDIA_TYPES, schema_from, yaml_answer
from apps.mapping.api.serializers import ChangeRule, PublishSchema, SchemaListQuery, SchemaQuery, SchemaVersionQuery, WriteRule
from apps.mapping.contract import (
    CanonicalSchemaExists,
    CanonicalSchemaInvalid,
    CanonicalSchemaNotFound,
    PublishedSchema,
    Rule,
    RuleExists,
    RuleInUse,
    RuleInvalid,
    RuleNotFound,
    mappings,
)

_PUBLISHING = (CanonicalSchemaExists, CanonicalSchemaInvalid)


class SchemaList(ApiView):
    """The registry."""

    @endpoint(
        summary="List canonical schemas",
        description="The newest version of each, those that come with the platform too.",
        permission="mapping.read",
        query=SchemaListQuery,
        answer=Page[PublishedSchema],
    )
    def get(self, request: Request, query: SchemaListQuery) -> Page[PublishedSchema]:
        """By name."""
        return mappings.schemas(search=query.search, page=query.page, page_size=query.page_size)

    @endpoint(
        summary="Publish a canonical schema",
        description="A name that is there gets its next version; a published version never changes. An explicit `version` must be the next one.",
        permission="mapping.write",
        body=PublishSchema,
        answer=PublishedSchema,
        status=201,
        errors=_PUBLISHING,
    )
    def post(self, request: Request, body: PublishSchema) -> Answer:
        """The first or the next version."""
        return _published(mappings.publish_schema(schema=body.schema_of_body, version=body.version))


class SchemaImport(ApiView):
    """A schema from a document."""

    @endpoint(
        summary="Publish a canonical schema from a YAML document",
        description="As `?format=yaml` gives it.",
        permission="mapping.write",
        text_types=MEDIA_TYPES,
        answer=PublishedSchema,
        status=201,
        errors=(Invalid, Malformed, TooLarge, UnsupportedMediaType, *_PUBLISHING),
    )
    def post(self, request: Request, text: bytes) -> Answer:
        """The first or the next version."""
        body = schema_from(text)
        return _published(mappings.publish_schema(schema=body.schema_of_body, version=body.version))


class SchemaDetail(ApiView):
    """One canonical schema."""

    @endpoint(
        summary="A canonical schema",
        permission="mapping.read",
        query=SchemaQuery,
        answer=PublishedSchema,
        media_types=("application/json", "application/yaml"),
        errors=(CanonicalSchemaNotFound,),
    )
    def get(self, request: Request, name: str, query: SchemaQuery) -> PublishedSchema | HttpResponse:
        """The newest version, or `?version=`."""
        found = mappings.schema(name=name, version=query.version)
        return yaml_answer(found) if query.format == "yaml" else found


class SchemaVersionDetail(ApiView):
    """One version of it."""

    @endpoint(
        summary="One version of a canonical schema",
        permission="mapping.read",
        query=SchemaVersionQuery,
        answer=PublishedSchema,
        media_types=("application/json", "application/yaml"),
        errors=(CanonicalSchemaNotFound,),
    )
    def get(self, request: Request, name: str, version: int, query: SchemaVersionQuery) -> PublishedSchema | HttpResponse:
        """It never changes."""
        found = mappings.schema(name=name, version=version)
        return yaml_answer(found) if query.format == "yaml" else found


class RuleList(ApiView):
    """The tenant's transformation rules."""

    @endpoint(summary="List transformation rules", permission="mapping.read", query=PageQuery, answer=Page[Rule])
    def get(self, request: Request, query: PageQuery) -> Page[Rule]:
        """By name."""
        return mappings.rules(page=query.page, page_size=query.page_size)

    @endpoint(
        summary="Make a transformation rule",
        description="A named expression with one `input`; with `rates` it may use `rate`, looked up by the currency that a mapping names.",
        permission="mapping.write",
        body=WriteRule,
        answer=Rule,
        status=201,
        errors=(RuleExists, RuleInvalid),
    )
    def post(self, request: Request, body: WriteRule) -> Answer:
        """Mappings name it."""
        made = mappings.create_rule(rule=body.rule)
        return Answer(made, headers={"Location": f"/api/v1/mappings/rules/{made.id}"})


class RuleDetail(ApiView):
    """One rule."""

    @endpoint(summary="A transformation rule", permission="mapping.read", answer=Rule, errors=(RuleNotFound,))
    def get(self, request: Request, rule_id: UUID) -> Rule:
        """Its expression and rates."""
        return mappings.rule(rule_id=rule_id)

    @endpoint(
        summary="Replace a transformation rule",
        description="What mappings read through it changes at once. Its name stays while they do.",
        permission="mapping.write",
        body=WriteRule,
        answer=Rule,
        errors=(RuleNotFound, RuleExists, RuleInvalid, RuleInUse, StaleVersion),
    )
    def put(self, request: Request, rule_id: UUID, body: WriteRule) -> Rule:
        """All of it anew."""
        return mappings.update_rule(rule_id=rule_id, rule=body.rule, version=body.version)

    @endpoint(
        summary="Change a transformation rule",
        permission="mapping.write",
        body=ChangeRule,
        answer=Rule,
        errors=(RuleNotFound, RuleExists, RuleInvalid, RuleInUse, StaleVersion),
    )
    def patch(self, request: Request, rule_id: UUID, body: ChangeRule) -> Rule:
        """New rates, for instance."""
        kept = mappings.rule(rule_id=rule_id)
        given = {name: value for name, value in body.model_dump(exclude={"version"}).items() if value is not None}
        whole = {name: getattr(kept, name) for name in TransformationRule.model_fields}
        rule = TransformationRule(**{**whole, **given})
        return mappings.update_rule(rule_id=rule_id, rule=rule, version=kept.version if body.version is None else body.version)

    @endpoint(summary="Delete a transformation rule", permission="mapping.delete", errors=(RuleNotFound, RuleInUse))
    def delete(self, request: Request, rule_id: UUID) -> None:
        """204; one that mappings use stays."""
        mappings.delete_rule(rule_id=rule_id)


def _published(schema: PublishedSchema) -> Answer:
    return Answer(schema, headers={"Location": f"/api/v1/mappings/schemas/{schema.name}/{schema.version}"})
