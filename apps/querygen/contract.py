"""From a question in plain words to checked SQL: generation, validation, suggestions, templates, feedback."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from analytics_platform.kernel.declare import CursorPage, Dto, Event, Page, Problem, Service, command, local, query
from apps.datasources.contract import DataSources
from apps.execution.contract import Executions, ResultPage, Validation
from apps.schema.contract import Schemas
from apps.viz.contract import Visualization, Visualizations

Engine = Literal["auto", "llm", "offline"]
EngineUsed = Literal["llm", "offline"]
Scalar = str | int | float | bool | None
ParameterType = Literal["string", "integer", "number", "boolean", "date", "datetime"]


class Generation(Dto):
    """One question and the SQL written for it. `confidence` is computed, from 0 to 1; `model` is empty for the offline engine."""

    id: UUID
    data_source_id: UUID
    question: str
    sql: str
    dialect: str
    explanation: str
    confidence: float
    tables: list[str] = []
    columns: list[str] = []
    assumptions: list[str] = []
    warnings: list[str] = []
    engine: EngineUsed
    model: str = ""
    cached: bool = False
    duration_ms: int = 0
    conversation_id: UUID
    schema_version: int = 0
    created_at: datetime


class AgentStep(Dto):
    """What one step of the agent did, in a sentence."""

    node: str
    summary: str
    duration_ms: int


class AgentGeneration(Generation):
    """A generation with the steps that led to it and, where asked for, its result and its chart."""

    steps: list[AgentStep] = []
    attempts: int = 1
    execution: ResultPage | None = None
    visualization: Visualization | None = None


class AgentEvent(Dto):
    """One event of the stream; `data` is the JSON that goes out."""

    event: Literal["step", "sql", "result", "done", "error"]
    data: dict[str, Any]


class GenerationSummary(Dto):
    """A line of the history of questions, failed ones too (`sql` is then empty and `error_code` set)."""

    id: UUID
    data_source_id: UUID
    question: str
    sql: str
    engine: str
    model: str
    confidence: float
    withheld: bool = Field(
        default=False,
        description="Somebody else's SQL, written under other rights at the source than the reader's: it may hold values, and is left out.",
    )
    error_code: str = ""
    rating: int | None = None
    conversation_id: UUID
    created_at: datetime
    created_by: UUID | None = None


class Optimization(Dto):
    """A proposed improvement of a statement; `sql` is the better one where it can be written."""

    code: str
    message: str
    sql: str | None = None


class Suggestions(Dto):
    """Questions worth asking of a source, and improvements of the statement that was sent."""

    questions: list[str] = []
    optimizations: list[Optimization] = []


class TemplateParameter(Dto):
    """A typed parameter of a template, written `:name` in its SQL."""

    name: str
    type: ParameterType
    required: bool = True
    default: Scalar = None
    allowed: list[Scalar] = []
    description: str = ""


class QueryTemplate(Dto):
    """Named SQL with typed parameters."""

    id: UUID
    name: str
    description: str
    data_source_id: UUID
    sql: str
    parameters: list[TemplateParameter]
    version: int
    created_at: datetime
    updated_at: datetime
    created_by: UUID | None = None


class RenderedTemplate(Dto):
    """A template ready to run: `sql` with `parameters` to bind; no value is pasted into the text. `execution` is its result where it was run."""

    template_id: UUID
    data_source_id: UUID
    sql: str
    parameters: dict[str, Scalar]
    execution: ResultPage | None = None


class QueryExample(Dto):
    """A question with its confirmed SQL, shown to the model for later questions."""

    id: UUID
    data_source_id: UUID
    question: str
    sql: str
    created_at: datetime
    created_by: UUID | None = None


class QueryGenerated(Event):
    """SQL was written for a question."""

    key_field = "query_id"
    query_id: UUID
    data_source_id: UUID
    question: str
    sql: str
    engine: str
    model: str
    confidence: float
    duration_ms: int
    tokens_in: int = 0
    tokens_out: int = 0


class QueryValidated(Event):
    """A statement was checked on a person's request."""

    key_field = "data_source_id"
    data_source_id: UUID
    sql: str
    valid: bool
    error_codes: list[str] = []


class CannotAnswer(Problem):
    """The schema does not hold what was asked for; `closest` names what it does hold.

    `reason` is `not_there`, or `hidden_by_policy` where words of the question fit something that a policy keeps from whoever asks.
    """

    code = "cannot_answer"
    status = 422
    title = "The question cannot be answered from this data source."


class Ambiguous(Problem):
    """Readings of the question would give different results; `clarifications` asks which is meant."""

    code = "ambiguous"
    status = 422
    title = "The question can be read in more than one way."


class ModelAnswerInvalid(Problem):
    code = "model_answer_invalid"
    status = 502
    title = "The language model gave no usable SQL. Put the question differently, or ask with the offline engine."


class QueryNotFound(Problem):
    code = "query_not_found"
    status = 404
    title = "There is no such question."


class ConversationNotFound(Problem):
    code = "conversation_not_found"
    status = 404
    title = "There is no such conversation."


class QueryTemplateNotFound(Problem):
    code = "query_template_not_found"
    status = 404
    title = "There is no such query template."


class QueryTemplateExists(Problem):
    code = "query_template_exists"
    status = 409
    title = "A query template of this name exists already."


class TemplateInvalid(Problem):
    code = "template_invalid"
    status = 422
    title = "The template's SQL and its parameters do not fit together."


class SqlRefused(Problem):
    code = "sql_refused"
    status = 422
    title = "This SQL would not be run; see errors."


class ParameterInvalid(Problem):
    code = "parameter_invalid"
    status = 422
    title = "A parameter is missing or is not of its declared type."


class QueryExampleNotFound(Problem):
    code = "query_example_not_found"
    status = 404
    title = "There is no such example."


class QueryGeneration(Service):
    """Questions of the tenant in force, and the SQL written for them. Nothing here runs a statement but through execution."""

    app = "querygen"
    publishes = (QueryGenerated, QueryValidated)
    consumes = ("datasources.DataSourceDeleted",)
    depends_on = (DataSources, Schemas, Executions, Visualizations)

    @command
    def generate(
        self,
        *,
        data_source_id: UUID | None = None,
        question: str | None = None,
        engine: Engine = "auto",
        conversation_id: UUID | None = None,
        clarification: str | None = None,
    ) -> Generation:
        """SQL for a question. With a `conversation_id` the question is a follow-up, or the answer to a clarification.

        Raises CannotAnswer, Ambiguous, ModelUnavailable, ModelAnswerInvalid, ConversationNotFound.
        """

    @command
    def generate_with_agent(
        self,
        *,
        data_source_id: UUID | None = None,
        question: str | None = None,
        engine: Engine = "auto",
        conversation_id: UUID | None = None,
        clarification: str | None = None,
        execute: bool = False,
    ) -> AgentGeneration:
        """The same as `generate`, with the steps taken, and with `execute` the rows and a chart."""

    @local
    def stream_with_agent(
        self,
        *,
        data_source_id: UUID | None = None,
        question: str | None = None,
        engine: Engine = "auto",
        conversation_id: UUID | None = None,
        clarification: str | None = None,
        execute: bool = False,
    ) -> Iterator[AgentEvent]:
        """The same as `generate_with_agent`, told as it happens; a problem is the last event, `error`."""

    @command
    def validate(self, *, data_source_id: UUID, sql: str) -> Validation:
        """Whether a statement would be run, without running it."""

    @query
    def history(
        self, *, cursor: str | None = None, page_size: int = 50, data_source_id: UUID | None = None, conversation_id: UUID | None = None
    ) -> CursorPage[GenerationSummary]:
        """What was asked and generated, newest first."""

    @query
    def get(self, *, query_id: UUID) -> GenerationSummary:
        """One question. Raises QueryNotFound."""

    @command
    def give_feedback(self, *, query_id: UUID, rating: Literal[1, -1], comment: str = "", corrected_sql: str | None = None) -> None:
        """Keep a verdict; a good or corrected answer becomes an example. Raises QueryNotFound, and execution's errors for SQL that would not run."""

    @query
    def suggestions(self, *, data_source_id: UUID, sql: str | None = None) -> Suggestions:
        """Questions that the source can answer, and improvements of `sql`."""

    @query
    def list_templates(
        self, *, page: int = 1, page_size: int = 50, data_source_id: UUID | None = None, search: str | None = None
    ) -> Page[QueryTemplate]:
        """Templates by name."""

    @query
    def get_template(self, *, template_id: UUID) -> QueryTemplate:
        """One template. Raises QueryTemplateNotFound."""

    @command
    def create_template(
        self, *, name: str, data_source_id: UUID, sql: str, parameters: list[TemplateParameter] | None = None, description: str = ""
    ) -> QueryTemplate:
        """Keep named SQL. Raises QueryTemplateExists, TemplateInvalid, and the SQL pipeline's errors."""

    @command
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
        """Change what is given. A stale `version` is refused."""

    @command
    def delete_template(self, *, template_id: UUID) -> None:
        """Remove a template. Raises QueryTemplateNotFound."""

    @command
    def render_template(self, *, template_id: UUID, parameters: dict[str, Scalar] | None = None, execute: bool = False) -> RenderedTemplate:
        """The template's SQL with checked values beside it, to be bound by the driver; with `execute` it is run. Raises ParameterInvalid."""

    @query
    def list_examples(self, *, page: int = 1, page_size: int = 50, data_source_id: UUID | None = None) -> Page[QueryExample]:
        """Confirmed questions and their SQL, which later questions learn from; those that were confirmed under rights equal to one's own, or all where one sees everything."""

    @command
    def delete_example(self, *, example_id: UUID) -> None:
        """Forget an example. Raises QueryExampleNotFound."""


queries = QueryGeneration.client()
