"""The endpoints of query generation."""

from __future__ import annotations

from uuid import UUID

from django.http.response import HttpResponseBase
from rest_framework.request import Request

from analytics_platform.kernel.declare import CursorPage, Page
from analytics_platform.kernel.http.endpoint import ApiView, endpoint
from analytics_platform.kernel.http.streaming import TooManyStreams, event_stream
from analytics_platform.kernel.problems import ServiceTimedOut, StaleVersion
from analytics_platform.llm.model import ModelUnavailable
from analytics_platform.sql.problems import PolicyDoesNotResolve
from apps.datasources.contract import DataSourceNotFound
from apps.execution.contract import Validation
from apps.querygen.api import serializers
from apps.querygen.contract import (
    AgentGeneration,
    Ambiguous,
    CannotAnswer,
    ConversationNotFound,
    Generation,
    GenerationSummary,
    ModelAnswerInvalid,
    ParameterInvalid,
    QueryExample,
    QueryExampleNotFound,
    QueryNotFound,
    QueryTemplate,
    QueryTemplateExists,
    QueryTemplateNotFound,
    RenderedTemplate,
    SqlRefused,
    Suggestions,
    TemplateInvalid,
    queries,
)
from apps.schema.contract import IntrospectionFailed

_SOURCE = (DataSourceNotFound, IntrospectionFailed, PolicyDoesNotResolve, ServiceTimedOut)
_ASKING = (CannotAnswer, Ambiguous, ModelUnavailable, ModelAnswerInvalid, ConversationNotFound, *_SOURCE)
_WRITING = (*_SOURCE, TemplateInvalid, SqlRefused, QueryTemplateExists)


class Generate(ApiView):
    """A question in plain words."""

    @endpoint(summary="Write SQL for a question", permission="querygen.run", body=serializers.AskBody, answer=Generation, errors=_ASKING)
    def post(self, request: Request, body: serializers.AskBody) -> Generation:
        """Nothing is run."""
        return queries.generate(**body.model_dump())


class GenerateWithAgent(ApiView):
    """The same with its steps."""

    @endpoint(
        summary="Write SQL for a question, and run it",
        description="With `Accept: text/event-stream` the steps are streamed as `step`, `sql`, `result`, `done` and `error` events.",
        permission="querygen.run",
        body=serializers.AgentBody,
        answer=AgentGeneration,
        errors=(*_ASKING, TooManyStreams),
        media_types=("application/json", "text/event-stream"),
    )
    def post(self, request: Request, body: serializers.AgentBody) -> AgentGeneration | HttpResponseBase:
        """JSON, or a stream where one is asked for."""
        if "text/event-stream" in request.headers.get("Accept", ""):
            return event_stream((event.event, event.data) for event in queries.stream_with_agent(**body.model_dump()))
        return queries.generate_with_agent(**body.model_dump())


class Validate(ApiView):
    """SQL that somebody wrote."""

    @endpoint(
        summary="Check SQL without running it",
        permission="querygen.run",
        body=serializers.ValidateBody,
        answer=Validation,
        errors=_SOURCE,
    )
    def post(self, request: Request, body: serializers.ValidateBody) -> Validation:
        """Faults are in the answer."""
        return queries.validate(**body.model_dump())


class History(ApiView):
    """What was asked."""

    @endpoint(
        summary="What was asked and generated",
        permission="querygen.read",
        query=serializers.HistoryQuery,
        answer=CursorPage[GenerationSummary],
    )
    def get(self, request: Request, query: serializers.HistoryQuery) -> CursorPage[GenerationSummary]:
        """Newest first."""
        return queries.history(**query.model_dump())


class QueryDetail(ApiView):
    """One question."""

    @endpoint(summary="One question and its SQL", permission="querygen.read", answer=GenerationSummary, errors=(QueryNotFound,))
    def get(self, request: Request, query_id: UUID) -> GenerationSummary:
        """One's own, or anybody's with querygen.admin."""
        return queries.get(query_id=query_id)


class Feedback(ApiView):
    """A verdict."""

    @endpoint(
        summary="Say whether an answer was right",
        permission="querygen.run",
        body=serializers.FeedbackBody,
        errors=(QueryNotFound, SqlRefused, *_SOURCE),
    )
    def post(self, request: Request, query_id: UUID, body: serializers.FeedbackBody) -> None:
        """A good or corrected answer becomes an example; correcting needs querygen.write."""
        return queries.give_feedback(query_id=query_id, **body.model_dump())


class SuggestionList(ApiView):
    """What could be asked."""

    @endpoint(
        summary="Questions to ask, and improvements of SQL",
        permission="querygen.read",
        query=serializers.SuggestionsQuery,
        answer=Suggestions,
        errors=(SqlRefused, *_SOURCE),
    )
    def get(self, request: Request, query: serializers.SuggestionsQuery) -> Suggestions:
        """Out of the schema; nothing is run."""
        return queries.suggestions(**query.model_dump())


class TemplateList(ApiView):
    """Query templates."""

    @endpoint(summary="List query templates", permission="querygen.read", query=serializers.TemplatesQuery, answer=Page[QueryTemplate])
    def get(self, request: Request, query: serializers.TemplatesQuery) -> Page[QueryTemplate]:
        """By name."""
        return queries.list_templates(**query.model_dump())

    @endpoint(
        summary="Create a query template",
        permission="querygen.write",
        body=serializers.TemplateBody,
        answer=QueryTemplate,
        status=201,
        errors=_WRITING,
    )
    def post(self, request: Request, body: serializers.TemplateBody) -> QueryTemplate:
        """The SQL is checked against the source."""
        return queries.create_template(
            name=body.name, description=body.description, data_source_id=body.data_source_id, sql=body.sql, parameters=body.parameters
        )


class TemplateDetail(ApiView):
    """One query template."""

    @endpoint(summary="One query template", permission="querygen.read", answer=QueryTemplate, errors=(QueryTemplateNotFound,))
    def get(self, request: Request, template_id: UUID) -> QueryTemplate:
        """With its parameters."""
        return queries.get_template(template_id=template_id)

    @endpoint(
        summary="Replace a query template",
        permission="querygen.write",
        body=serializers.TemplateReplacement,
        answer=QueryTemplate,
        errors=(QueryTemplateNotFound, StaleVersion, *_WRITING),
    )
    def put(self, request: Request, template_id: UUID, body: serializers.TemplateReplacement) -> QueryTemplate:
        """Its source stays."""
        return _update(template_id, body)

    @endpoint(
        summary="Change a query template",
        permission="querygen.write",
        body=serializers.TemplateChange,
        answer=QueryTemplate,
        errors=(QueryTemplateNotFound, StaleVersion, *_WRITING),
    )
    def patch(self, request: Request, template_id: UUID, body: serializers.TemplateChange) -> QueryTemplate:
        """What is not sent stays."""
        return _update(template_id, body)

    @endpoint(summary="Delete a query template", permission="querygen.delete", errors=(QueryTemplateNotFound,))
    def delete(self, request: Request, template_id: UUID) -> None:
        """It is gone at once."""
        return queries.delete_template(template_id=template_id)


def _update(template_id: UUID, body: serializers.TemplateReplacement | serializers.TemplateChange) -> QueryTemplate:
    return queries.update_template(
        template_id=template_id,
        name=body.name,
        description=body.description,
        sql=body.sql,
        parameters=body.parameters,
        version=body.version,
    )


class TemplateRender(ApiView):
    """A template with values."""

    @endpoint(
        summary="Fill a template's parameters, and run it",
        permission="querygen.run",
        body=serializers.RenderBody,
        answer=RenderedTemplate,
        errors=(QueryTemplateNotFound, ParameterInvalid, *_SOURCE),
    )
    def post(self, request: Request, template_id: UUID, body: serializers.RenderBody) -> RenderedTemplate:
        """SQL and the values to bind beside it."""
        return queries.render_template(template_id=template_id, parameters=body.parameters, execute=body.execute)


class ExampleList(ApiView):
    """Confirmed questions."""

    @endpoint(
        summary="Confirmed questions that later ones learn from",
        permission="querygen.read",
        query=serializers.ExamplesQuery,
        answer=Page[QueryExample],
    )
    def get(self, request: Request, query: serializers.ExamplesQuery) -> Page[QueryExample]:
        """Newest first."""
        return queries.list_examples(**query.model_dump())


class ExampleDetail(ApiView):
    """One confirmed question."""

    @endpoint(summary="Forget an example", permission="querygen.delete", errors=(QueryExampleNotFound,))
    def delete(self, request: Request, example_id: UUID) -> None:
        """Later questions no longer see it."""
        return queries.delete_example(example_id=example_id)
