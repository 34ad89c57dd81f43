"""The endpoints of sources' mappings: kept, proposed, translated with, and what they cover."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from analytics_platform.kernel.declare import FieldError, Problem
from analytics_platform.kernel.http.endpoint import Answer, ApiView, endpoint
from analytics_platform.kernel.problems import Invalid, Malformed, StaleVersion, TooLarge, UnsupportedMediaType
from analytics_platform.sql import problems as sql_problems
from apps.datasources.contract import DataSourceNotFound
from apps.mapping.api.documents import MEDIA_TYPES, mapping_from, yaml_answer
from apps.mapping.api.serializers import (
    ChangeMapping,
    CoverageQuery,
    ImportMappingQuery,
    MappingQuery,
    MapSource,
    OneMappingQuery,
    Suggest,
    Translate,
)
from apps.mapping.contract import (
    CanonicalSchemaNotFound,
    Coverage,
    Mapping,
    MappingAmbiguous,
    MappingExists,
    MappingInvalid,
    MappingNotFound,
    Suggestion,
    Translation,
    mappings,
)
from apps.schema.contract import IntrospectionFailed

_ONE: tuple[type[Problem], ...] = (MappingNotFound, MappingAmbiguous)
_READING: tuple[type[Problem], ...] = (DataSourceNotFound, IntrospectionFailed, sql_problems.PolicyDoesNotResolve)
_WRITING: tuple[type[Problem], ...] = (*_READING, MappingInvalid, CanonicalSchemaNotFound)
_SQL: tuple[type[Problem], ...] = (
    sql_problems.SqlSyntaxError,
    sql_problems.MultipleStatements,
    sql_problems.NotReadOnly,
    sql_problems.FunctionNotAllowed,
    sql_problems.UnknownTable,
    sql_problems.UnknownColumn,
    sql_problems.AmbiguousName,
)


class SourceMappingDetail(ApiView):
    """The mapping of one source to a canonical schema."""

    @endpoint(
        summary="The mapping of a source",
        description="`?schema=` where there are several. Fields that read something which a policy hides from you are withheld.",
        permission="mapping.read",
        query=MappingQuery,
        answer=Mapping,
        media_types=("application/json", "application/yaml"),
        errors=(*_ONE, *_READING),
    )
    def get(self, request: Request, data_source_id: UUID, query: MappingQuery) -> Mapping | HttpResponse:
        """As JSON or as a document."""
        found = mappings.mapping(data_source_id=data_source_id, schema=query.schema_name)
        return yaml_answer(found) if query.format == "yaml" else found

    @endpoint(
        summary="Map a source to a canonical schema",
        description="Checked against both schemas; every fault is listed under `errors`, with its place.",
        permission="mapping.write",
        body=MapSource,
        answer=Mapping,
        status=201,
        errors=(MappingExists, *_WRITING),
    )
    def post(self, request: Request, data_source_id: UUID, body: MapSource) -> Answer:
        """A source may have one mapping for each schema."""
        made = mappings.create(data_source_id=data_source_id, mapping=body.mapping_to(_version(body)))
        return Answer(made, headers={"Location": f"/api/v1/mappings/{data_source_id}?schema={made.schema_name}"})

    @endpoint(
        summary="Replace the mapping of a source",
        description="The way to take up a newer version of the canonical schema, too.",
        permission="mapping.write",
        body=MapSource,
        query=OneMappingQuery,
        answer=Mapping,
        errors=(MappingNotFound, StaleVersion, sql_problems.HiddenByPolicy, *_WRITING),
    )
    def put(self, request: Request, data_source_id: UUID, body: MapSource, query: OneMappingQuery) -> Mapping:
        """All entities anew."""
        if query.schema_name not in (None, body.schema_name):
            message = "The body speaks of another schema than the address."
            raise Invalid(errors=[FieldError(field="schema", code="schema_differs", message=message)])
        return mappings.update(data_source_id=data_source_id, mapping=body.mapping_to(_version(body)), version=body.version)

    @endpoint(
        summary="Change the mapping of a source",
        description="Entities that are sent replace those of their name; the others stay.",
        permission="mapping.write",
        body=ChangeMapping,
        query=OneMappingQuery,
        answer=Mapping,
        errors=(*_ONE, StaleVersion, sql_problems.HiddenByPolicy, *_WRITING),
    )
    def patch(self, request: Request, data_source_id: UUID, body: ChangeMapping, query: OneMappingQuery) -> Mapping:
        """Some entities, or another version of the schema."""
        return mappings.change(
            data_source_id=data_source_id,
            schema=query.schema_name,
            schema_version=body.schema_version,
            entities=body.entities,
            version=body.version,
        )

    @endpoint(
        summary="Remove the mapping of a source",
        permission="mapping.delete",
        query=OneMappingQuery,
        errors=(*_ONE, sql_problems.HiddenByPolicy),
    )
    def delete(self, request: Request, data_source_id: UUID, query: OneMappingQuery) -> None:
        """204."""
        mappings.delete(data_source_id=data_source_id, schema=query.schema_name)


class SourceMappingImport(ApiView):
    """A mapping from a document."""

    @endpoint(
        summary="Map a source by a YAML document",
        description="As `?format=yaml` gives it. `?replace=true` replaces the mapping that there is.",
        permission="mapping.write",
        text_types=MEDIA_TYPES,
        query=ImportMappingQuery,
        answer=Mapping,
        status=201,
        errors=(Invalid, Malformed, TooLarge, UnsupportedMediaType, MappingExists, sql_problems.HiddenByPolicy, *_WRITING),
    )
    def post(self, request: Request, data_source_id: UUID, text: bytes, query: ImportMappingQuery) -> Mapping:
        """Checked as every mapping is."""
        mapping = mapping_from(text)
        if query.replace:
            try:
                return mappings.update(data_source_id=data_source_id, mapping=mapping)
            except MappingNotFound:
                pass
        return mappings.create(data_source_id=data_source_id, mapping=mapping)


class SuggestionView(ApiView):
    """A first draft."""

    @endpoint(
        summary="Propose a mapping",
        description="Each field with a score (name, type, values, key), the evidence and alternatives. Nothing is kept: send `mapping` to keep it.",
        permission="mapping.write",
        body=Suggest,
        answer=Suggestion,
        idempotent=False,
        errors=(CanonicalSchemaNotFound, *_READING),
    )
    def post(self, request: Request, data_source_id: UUID, body: Suggest) -> Suggestion:
        """From what you may see of the source."""
        return mappings.suggest(data_source_id=data_source_id, schema=body.schema_name, version=body.schema_version)


class TranslationView(ApiView):
    """Canonical SQL in a source's words."""

    @endpoint(
        summary="Translate canonical SQL for a source",
        description="PostgreSQL's dialect over entities and fields, in the source's dialect over its tables; nothing is run.",
        permission="mapping.read",
        body=Translate,
        answer=Translation,
        idempotent=False,
        errors=(*_ONE, *_READING, *_SQL, sql_problems.NotMapped, sql_problems.BrokenMapping, sql_problems.HiddenByPolicy),
    )
    def post(self, request: Request, body: Translate) -> Translation:
        """With the lineage of every output column."""
        return mappings.translate_for_user(data_source_id=body.data_source_id, sql=body.sql, schema=body.schema_name)


class CoverageView(ApiView):
    """Who has what."""

    @endpoint(
        summary="Every mapped source against every field of a canonical schema",
        description="With `?sql=` which sources can answer that statement, and what each lacks.",
        permission="mapping.read",
        query=CoverageQuery,
        answer=Coverage,
        errors=(CanonicalSchemaNotFound, *_SQL),
    )
    def get(self, request: Request, query: CoverageQuery) -> Coverage:
        """Mapped, missing, or broken since."""
        return mappings.coverage(schema=query.schema_name, version=query.version, sql=query.sql)


def _version(body: MapSource) -> int:
    return body.schema_version or mappings.schema(name=body.schema_name).version
