"""The schema endpoints: parse, one call, answer."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from analytics_platform.kernel.declare import Page, Problem
from analytics_platform.kernel.http.endpoint import Answer, ApiView, endpoint
from analytics_platform.kernel.http.pagination import PageQuery
from analytics_platform.kernel.jobs import job_location
from analytics_platform.sources import problems as source_problems
from analytics_platform.sql.problems import PolicyDoesNotResolve
from apps.datasources.contract import DataSourceNotFound
from apps.files.contract import FileNotFound, FileNotReady
from apps.schema.api.serializers import AnnotateTable, CatalogQuery, DiffQuery, Introspect, TablesQuery
from apps.schema.contract import (
    AmbiguousTable,
    CatalogHit,
    IntrospectionFailed,
    IntrospectionJob,
    IntrospectionTarget,
    RefreshResult,
    SchemaDiff,
    SchemaTable,
    SchemaTableNotFound,
    SchemaVersion,
    SchemaVersionNotFound,
    SourceSchema,
    TableAnnotation,
    TableDetail,
    TableSummary,
    UnknownColumn,
    schemas,
)

_READING_ERRORS: tuple[type[Problem], ...] = (
    DataSourceNotFound,
    PolicyDoesNotResolve,
    IntrospectionFailed,
    source_problems.SourceUnreachable,
    source_problems.AddressRefused,
    source_problems.SourceAuthFailed,
    source_problems.SourceTlsFailed,
    source_problems.SourceConfigInvalid,
    source_problems.PathRefused,
    source_problems.DriverMissing,
    source_problems.QueryTimedOut,
)
_TABLE_ERRORS = (*_READING_ERRORS, SchemaTableNotFound, AmbiguousTable)


class Introspection(ApiView):
    """Reading a source or a file."""

    @endpoint(
        summary="Read a source's catalog, or a file's columns",
        permission="schema.write",
        body=Introspect,
        answer=SourceSchema,
        also={202: IntrospectionJob},
        errors=(*_READING_ERRORS, IntrospectionTarget, FileNotFound, FileNotReady),
    )
    def post(self, request: Request, body: Introspect) -> SourceSchema | Answer:
        """Now, or as a job."""
        if body.in_background:
            job = schemas.start_introspection(data_source_id=body.data_source_id, file_id=body.file_id)
            return Answer(job, status=202, headers={"Location": job_location(job.job_id)})
        return schemas.introspect(data_source_id=body.data_source_id, file_id=body.file_id)


class SchemaDetail(ApiView):
    """What a source holds."""

    @endpoint(
        summary="The newest schema of a source",
        description="From the cache; a source that was never read is read now.",
        permission="schema.read",
        answer=SourceSchema,
        errors=_READING_ERRORS,
    )
    def get(self, request: Request, data_source_id: UUID) -> HttpResponse:
        """With what people say of it."""
        return HttpResponse(schemas.rendered(data_source_id=data_source_id), content_type="application/json")


class Refresh(ApiView):
    """Reading again."""

    @endpoint(summary="Read a source again and say what changed", permission="schema.write", answer=RefreshResult, errors=_READING_ERRORS)
    def post(self, request: Request, data_source_id: UUID) -> RefreshResult:
        """A new version only where the structure differs."""
        return schemas.refresh(data_source_id=data_source_id)


class Tables(ApiView):
    """The tables of a source."""

    @endpoint(summary="List tables", permission="schema.read", query=TablesQuery, answer=Page[TableSummary], errors=_READING_ERRORS)
    def get(self, request: Request, data_source_id: UUID, query: TablesQuery) -> Page[TableSummary]:
        """By name."""
        return schemas.tables(data_source_id=data_source_id, search=query.search, page=query.page, page_size=query.page_size)


class Table(ApiView):
    """One table."""

    @endpoint(
        summary="One table with columns and sample rows",
        description="`orders`, or `sales.orders` where several schemas hold one.",
        permission="schema.read",
        answer=TableDetail,
        errors=_TABLE_ERRORS,
    )
    def get(self, request: Request, data_source_id: UUID, table_name: str) -> TableDetail:
        """Rows as the source has them now."""
        return schemas.table(data_source_id=data_source_id, table_name=table_name)

    @endpoint(
        summary="Describe a table and its columns",
        description="Descriptions, synonyms, hidden columns and marks of personal data survive a refresh. What is left out stays.",
        permission="schema.write",
        body=AnnotateTable,
        answer=SchemaTable,
        errors=(*_TABLE_ERRORS, UnknownColumn),
    )
    def patch(self, request: Request, data_source_id: UUID, table_name: str, body: AnnotateTable) -> SchemaTable:
        """What people say."""
        annotation = TableAnnotation.model_validate(body.model_dump())
        return schemas.annotate(data_source_id=data_source_id, table_name=table_name, annotation=annotation)


class Versions(ApiView):
    """The history."""

    @endpoint(
        summary="Versions of a source's schema",
        permission="schema.read",
        query=PageQuery,
        answer=Page[SchemaVersion],
        errors=_READING_ERRORS,
    )
    def get(self, request: Request, data_source_id: UUID, query: PageQuery) -> Page[SchemaVersion]:
        """Newest first."""
        return schemas.versions(data_source_id=data_source_id, page=query.page, page_size=query.page_size)


class VersionDetail(ApiView):
    """One version."""

    @endpoint(
        summary="The schema as it was at a version",
        permission="schema.read",
        answer=SourceSchema,
        errors=(*_READING_ERRORS, SchemaVersionNotFound),
    )
    def get(self, request: Request, data_source_id: UUID, version: int) -> SourceSchema:
        """Without figures."""
        return schemas.version(data_source_id=data_source_id, version=version)


class Diff(ApiView):
    """The difference of two versions."""

    @endpoint(
        summary="What changed between two versions",
        permission="schema.read",
        query=DiffQuery,
        answer=SchemaDiff,
        errors=(*_READING_ERRORS, SchemaVersionNotFound),
    )
    def get(self, request: Request, data_source_id: UUID, query: DiffQuery) -> SchemaDiff:
        """Tables and columns that came, went and changed."""
        return schemas.diff(data_source_id=data_source_id, from_version=query.from_version, to_version=query.to_version)


class Catalog(ApiView):
    """Full-text search."""

    @endpoint(
        summary="Search tables, columns and descriptions",
        permission="schema.read",
        query=CatalogQuery,
        answer=Page[CatalogHit],
        errors=_READING_ERRORS,
    )
    def get(self, request: Request, data_source_id: UUID, query: CatalogQuery) -> Page[CatalogHit]:
        """Best first."""
        return schemas.catalog(data_source_id=data_source_id, search=query.search, page=query.page, page_size=query.page_size)
