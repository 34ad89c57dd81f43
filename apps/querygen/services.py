"""The implementation of the contract."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Q, QuerySet
from django.utils import timezone

from analytics_platform.kernel.context import principal_or_none
from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.declare import CursorPage, FieldError, Page, Problem
from analytics_platform.kernel.events import publish
from analytics_platform.kernel.http.pagination import decode_cursor, encode_cursor
from analytics_platform.kernel.problems import Invalid, PermissionDenied, StaleVersion, body_of
from analytics_platform.sql.dialects import Dialect
from apps.datasources.contract import data_sources
from apps.execution.contract import Canonical, Validation, executions
from apps.querygen import models
from apps.querygen.asking import Asked, ask, rights_over, sources_of_row
from apps.querygen.catalog import catalog_of
from apps.querygen.contract import (
    AgentEvent,
    AgentGeneration,
    AgentStep,
    Engine,
    Generation,
    GenerationSummary,
    QueryExample,
    QueryExampleNotFound,
    QueryGeneration,
    QueryNotFound,
    QueryTemplate,
    QueryTemplateExists,
    QueryTemplateNotFound,
    QueryValidated,
    RenderedTemplate,
    Scalar,
    SqlRefused,
    Suggestions,
    TemplateParameter,
)
from apps.querygen.records import example_dto, summary_dto, template_dto
from apps.querygen.suggesting import optimizations, suggested_questions
from apps.querygen.templates import bound_values, check_template
from apps.schema.contract import schemas

_GONE = ["source gone"]
"""Rights that nothing was written under."""


class QueryGenerationService(QueryGeneration):
    """Questions of the tenant in force. People see their own; `querygen.admin` sees everybody's."""

    def generate(
        self,
        *,
        data_source_id: UUID | None = None,
        data_source_ids: list[UUID] | None = None,
        canonical: Canonical = None,
        question: str | None = None,
        engine: Engine = "auto",
        conversation_id: UUID | None = None,
        clarification: str | None = None,
    ) -> Generation:
        """SQL for a question."""
        told = _last(ask(_asked(data_source_id, data_source_ids, canonical, question, engine, conversation_id, clarification)))
        return Generation.model_validate(told.model_dump())

    def generate_with_agent(
        self,
        *,
        data_source_id: UUID | None = None,
        data_source_ids: list[UUID] | None = None,
        canonical: Canonical = None,
        question: str | None = None,
        engine: Engine = "auto",
        conversation_id: UUID | None = None,
        clarification: str | None = None,
        execute: bool = False,
    ) -> AgentGeneration:
        """SQL with its steps, and with `execute` its rows and a chart."""
        return _last(
            ask(_asked(data_source_id, data_source_ids, canonical, question, engine, conversation_id, clarification, execute=execute))
        )

    def stream_with_agent(
        self,
        *,
        data_source_id: UUID | None = None,
        data_source_ids: list[UUID] | None = None,
        canonical: Canonical = None,
        question: str | None = None,
        engine: Engine = "auto",
        conversation_id: UUID | None = None,
        clarification: str | None = None,
        execute: bool = False,
    ) -> Iterator[AgentEvent]:
        """The same, told as it happens."""
        told: AgentGeneration | None = None
        try:
            for item in ask(
                _asked(data_source_id, data_source_ids, canonical, question, engine, conversation_id, clarification, execute=execute)
            ):
                if isinstance(item, AgentStep):
                    yield AgentEvent(event="step", data=item.model_dump(mode="json"))
                    continue
                first, told = told is None, item
                if first:
                    yield AgentEvent(event="sql", data=generation_data(item))
                else:
                    yield AgentEvent(event="result", data=item.model_dump(mode="json", include={"execution", "visualization"}))
        except Problem as problem:
            yield AgentEvent(event="error", data=body_of(problem))
            return
        if told is not None:
            yield AgentEvent(event="done", data=told.model_dump(mode="json"))

    def validate(self, *, data_source_id: UUID, sql: str, canonical: Canonical = None) -> Validation:
        """Execution's verdict, published."""
        verdict = executions.validate(data_source_id=data_source_id, sql=sql, canonical=canonical)
        with transaction_for("querygen"):
            publish(
                QueryValidated(
                    data_source_id=data_source_id, sql=sql, valid=verdict.valid, error_codes=[error.code for error in verdict.errors]
                )
            )
        return verdict

    def history(
        self, *, cursor: str | None = None, page_size: int = 50, data_source_id: UUID | None = None, conversation_id: UUID | None = None
    ) -> CursorPage[GenerationSummary]:
        """Newest first."""
        rows = _visible().order_by("-created_at", "-id")
        if data_source_id is not None:
            rows = rows.filter(data_source_id=data_source_id)
        if conversation_id is not None:
            rows = rows.filter(conversation_id=conversation_id)
        if cursor is not None:
            at, last_id = _position(cursor)
            rows = rows.filter(Q(created_at__lt=at) | Q(created_at=at, id__lt=last_id))
        found = list(rows[: page_size + 1])
        shown = found[:page_size]
        following = encode_cursor([shown[-1].created_at.isoformat(), str(shown[-1].id)]) if len(found) > page_size else None
        return CursorPage[GenerationSummary](results=_summaries(shown), next=following)

    def get(self, *, query_id: UUID) -> GenerationSummary:
        """One question."""
        return _summaries([_generation(query_id)])[0]

    def give_feedback(self, *, query_id: UUID, rating: Literal[1, -1], comment: str = "", corrected_sql: str | None = None) -> None:
        """A verdict; what was confirmed or corrected becomes an example."""
        row = _generation(query_id)
        sql = (corrected_sql or "").strip()
        if sql:
            _require("querygen.write")
            _check_runs(row.data_source_id, sql, canonical=row.canonical or None)
        rights = schemas.rights(data_source_ids=[row.data_source_id]).get(row.data_source_id, []) if sql else row.rights
        sql = sql.rstrip("; \n")
        with transaction_for("querygen"):
            models.Generation.objects.filter(id=row.id).update(rating=rating, comment=comment)
            examples = models.Example.objects.filter(generation_id=row.id)
            if sql or (rating == 1 and row.sql):
                values = {
                    "data_source_id": row.data_source_id,
                    "canonical": row.canonical,
                    "question": row.reading or row.question,
                    "sql": sql or row.sql,
                    "rights": rights,
                }
                models.Example.objects.update_or_create(generation_id=row.id, defaults={**values, "created_by": _user_id()})
            else:
                examples.delete()

    def suggestions(self, *, data_source_id: UUID, sql: str | None = None) -> Suggestions:
        """Questions, and advice on `sql`."""
        verdict = _check_runs(data_source_id, sql) if sql and sql.strip() else None
        catalog = catalog_of(schemas.get(data_source_id=data_source_id))
        advice = [] if sql is None or verdict is None else optimizations(sql, catalog, verdict.warnings)
        return Suggestions(questions=suggested_questions(catalog, today=timezone.now().date()), optimizations=advice)

    def list_templates(
        self, *, page: int = 1, page_size: int = 50, data_source_id: UUID | None = None, search: str | None = None
    ) -> Page[QueryTemplate]:
        """By name."""
        rows = models.Template.objects.order_by("name")
        if data_source_id is not None:
            rows = rows.filter(data_source_id=data_source_id)
        if search:
            rows = rows.filter(Q(name__icontains=search) | Q(description__icontains=search))
        shown = rows[(page - 1) * page_size : page * page_size]
        return Page[QueryTemplate](count=rows.count(), results=[template_dto(row) for row in shown])

    def get_template(self, *, template_id: UUID) -> QueryTemplate:
        """One template."""
        return template_dto(_template(template_id))

    def create_template(
        self, *, name: str, data_source_id: UUID, sql: str, parameters: list[TemplateParameter] | None = None, description: str = ""
    ) -> QueryTemplate:
        """Keep named SQL that would run."""
        declared = parameters or []
        _check_template_runs(data_source_id, sql, declared)
        try:
            with transaction_for("querygen"):
                row = models.Template.objects.create(
                    name=name,
                    description=description,
                    data_source_id=data_source_id,
                    sql=sql,
                    parameters=[parameter.model_dump(mode="json") for parameter in declared],
                    created_by=_user_id(),
                )
        except IntegrityError as fault:
            raise QueryTemplateExists(f"There is a query template named {name!r} already.") from fault
        return template_dto(row)

    def update_template(
        self,
        *,
        template_id: UUID,
        name: str | None = None,
        description: str | None = None,
        sql: str | None = None,
        parameters: list[TemplateParameter] | None = None,
        version: int | None = None,
    ) -> QueryTemplate:
        """Change what is given, unless somebody else did since."""
        known = template_dto(_template(template_id))
        declared = known.parameters if parameters is None else parameters
        if sql is not None or parameters is not None:
            _check_template_runs(known.data_source_id, sql or known.sql, declared)
        try:
            with transaction_for("querygen"):
                row = models.Template.objects.select_for_update().filter(id=template_id).first()
                if row is None:
                    raise QueryTemplateNotFound
                if version is not None and version != row.version:
                    raise StaleVersion
                row.name = name if name is not None else row.name
                row.description = description if description is not None else row.description
                row.sql = sql if sql is not None else row.sql
                row.parameters = [parameter.model_dump(mode="json") for parameter in declared]
                row.version += 1
                row.save()
        except IntegrityError as fault:
            raise QueryTemplateExists(f"There is a query template named {name!r} already.") from fault
        return template_dto(row)

    def delete_template(self, *, template_id: UUID) -> None:
        """Remove it."""
        with transaction_for("querygen"):
            deleted, _ = models.Template.objects.filter(id=template_id).delete()
        if not deleted:
            raise QueryTemplateNotFound

    def render_template(self, *, template_id: UUID, parameters: dict[str, Scalar] | None = None, execute: bool = False) -> RenderedTemplate:
        """SQL and the values to bind, and its rows."""
        template = template_dto(_template(template_id))
        values = bound_values(template.parameters, parameters or {})
        result = executions.run(data_source_id=template.data_source_id, sql=template.sql, parameters=values) if execute else None
        return RenderedTemplate(
            template_id=template.id, data_source_id=template.data_source_id, sql=template.sql, parameters=values, execution=result
        )

    def list_examples(self, *, page: int = 1, page_size: int = 50, data_source_id: UUID | None = None) -> Page[QueryExample]:
        """Newest first."""
        rows = _readable_examples().order_by("-created_at", "-id")
        if data_source_id is not None:
            rows = rows.filter(data_source_id=data_source_id)
        shown = rows[(page - 1) * page_size : page * page_size]
        return Page[QueryExample](count=rows.count(), results=[example_dto(row) for row in shown])

    def delete_example(self, *, example_id: UUID) -> None:
        """Forget it."""
        with transaction_for("querygen"):
            deleted, _ = models.Example.objects.filter(id=example_id).delete()  # one may forget what one may not read
        if not deleted:
            raise QueryExampleNotFound


def generation_data(told: AgentGeneration) -> dict[str, Any]:
    """The generation alone, without steps and result."""
    return Generation.model_validate(told.model_dump()).model_dump(mode="json")


def _last(items: Iterator[AgentStep | AgentGeneration]) -> AgentGeneration:
    told = [item for item in items if isinstance(item, AgentGeneration)]
    return told[-1]


def _user_id() -> UUID | None:
    principal = principal_or_none()
    return principal.user_id if principal is not None else None


def _require(permission: str) -> None:
    principal = principal_or_none()
    if principal is None or not principal.may(permission):
        raise PermissionDenied(f"This needs the permission {permission}.")


def _visible() -> QuerySet[models.Generation]:
    """One's own questions; everybody's with `querygen.admin`."""
    principal = principal_or_none()
    if principal is not None and principal.may("querygen.admin"):
        return models.Generation.objects.all()
    return models.Generation.objects.filter(created_by=principal.user_id if principal else None)


def _summaries(rows: list[models.Generation]) -> list[GenerationSummary]:
    """Lines of the history. SQL of others may hold values that its reader must not see: it is shown under equal rights, and to who sees everything."""
    own = _user_id()
    others = [row for row in rows if row.created_by != own and row.sql]
    mine = schemas.rights(data_source_ids=sorted({one for row in others for one in sources_of_row(row)})) if others else {}
    return [summary_dto(row, withheld=row in others and not _may_read_sql(row, mine)) for row in rows]


def _may_read_sql(row: models.Generation, mine: dict[UUID, list[str]]) -> bool:
    """Whether the reader sees everything at every source it was written for, or exactly what its author saw."""
    known = {one: mine.get(one, _GONE) for one in sources_of_row(row)}
    if not any(known.values()):
        return True
    return bool(row.rights == (rights_over(known) if row.canonical else known[row.data_source_id]))


def _readable_examples() -> QuerySet[models.Example]:
    """Those of which the asker may see every value."""
    ids = list(models.Example.objects.order_by().values_list("data_source_id", flat=True).distinct())
    readable = Q(pk__in=[])
    for data_source_id, rights in schemas.rights(data_source_ids=ids).items():
        readable |= Q(data_source_id=data_source_id, rights=rights) if rights else Q(data_source_id=data_source_id)
    return models.Example.objects.filter(readable)


def _generation(query_id: UUID) -> models.Generation:
    row = _visible().filter(id=query_id).first()
    if row is None:
        raise QueryNotFound
    return row


def _template(template_id: UUID) -> models.Template:
    row = models.Template.objects.filter(id=template_id).first()
    if row is None:
        raise QueryTemplateNotFound
    return row


def _position(cursor: str) -> tuple[datetime, UUID]:
    at, last_id = decode_cursor(cursor, length=2)
    try:
        return datetime.fromisoformat(at), UUID(last_id)
    except (TypeError, ValueError, AttributeError) as fault:
        raise Invalid("This cursor was not given out by this list.") from fault


def _asked(
    data_source_id: UUID | None,
    data_source_ids: list[UUID] | None,
    canonical: Canonical,
    question: str | None,
    engine: Engine,
    conversation_id: UUID | None,
    clarification: str | None,
    *,
    execute: bool = False,
) -> Asked:
    named = list(dict.fromkeys(data_source_ids or ([data_source_id] if data_source_id else [])))
    return Asked(named, canonical, question, engine, conversation_id, clarification, execute)


def _check_runs(data_source_id: UUID, sql: str, *, canonical: Canonical = None) -> Validation:
    """Raises SqlRefused with every fault for SQL that would not run."""
    verdict = executions.validate(data_source_id=data_source_id, sql=sql, canonical=canonical)
    if not verdict.valid:
        faults = [FieldError(field="sql", code=error.code, message=error.message) for error in verdict.errors]
        raise SqlRefused(faults[0].message if faults else "", errors=faults)
    return verdict


def _check_template_runs(data_source_id: UUID, sql: str, parameters: list[TemplateParameter]) -> None:
    dialect: Dialect = data_sources.get(data_source_id=data_source_id).dialect
    check_template(sql, parameters, dialect=dialect)
    _check_runs(data_source_id, sql)
