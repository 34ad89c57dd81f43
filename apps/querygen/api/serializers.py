"""What the endpoints take."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from analytics_platform.kernel.declare import Dto
from analytics_platform.kernel.http.pagination import CursorQuery, PageQuery
from apps.querygen.contract import Engine, Scalar, TemplateParameter

MAX_QUESTION = 2_000
MAX_SQL = 100_000


InCanonicalWords = Annotated[
    bool | Annotated[str, Field(min_length=1, max_length=63)] | None,
    Field(description="The canonical schema that is spoken of; true where the source is mapped to exactly one."),
]


class AskBody(Dto):
    """A question, or the answer to a clarification (`clarification` and `conversation_id`)."""

    model_config = ConfigDict(extra="forbid")

    data_source_id: UUID | None = None
    data_source_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=20, description="Several sources, with `canonical`.")
    canonical: InCanonicalWords = None
    question: str | None = Field(default=None, min_length=1, max_length=MAX_QUESTION)
    engine: Engine = "auto"
    conversation_id: UUID | None = None
    clarification: str | None = Field(default=None, min_length=1, max_length=500)

    @model_validator(mode="after")
    def _says_what_and_of_what(self) -> AskBody:
        if self.question is None and self.clarification is None:
            raise ValueError("send a question, or a clarification")
        if self.data_source_id is not None and self.data_source_ids is not None:
            raise ValueError("name a data_source_id, or data_source_ids, not both")
        if self.data_source_id is None and self.data_source_ids is None and self.conversation_id is None:
            raise ValueError("name a data_source_id, or a conversation_id")
        if self.data_source_ids is not None and not self.canonical:
            raise ValueError("several sources are asked in canonical words: send canonical")
        return self


class AgentBody(AskBody):
    """The same, and whether to run what was written."""

    execute: bool = False


class ValidateBody(Dto):
    """SQL to check."""

    data_source_id: UUID
    sql: str = Field(min_length=1, max_length=MAX_SQL)
    canonical: InCanonicalWords = None


class FeedbackBody(Dto):
    """A verdict on an answer."""

    rating: Literal[1, -1]
    comment: str = Field(default="", max_length=4_000)
    corrected_sql: str | None = Field(default=None, max_length=MAX_SQL)


class HistoryQuery(CursorQuery):
    """Whose and which questions."""

    data_source_id: UUID | None = None
    conversation_id: UUID | None = None


class SuggestionsQuery(Dto):
    """The source to suggest for, and SQL to improve."""

    data_source_id: UUID
    sql: str | None = Field(default=None, max_length=MAX_SQL)


class TemplatesQuery(PageQuery):
    """Which templates."""

    data_source_id: UUID | None = None
    search: str | None = Field(default=None, max_length=200)


class ExamplesQuery(PageQuery):
    """Which examples."""

    data_source_id: UUID | None = None


class TemplateBody(Dto):
    """A new template."""

    name: str = Field(min_length=1, max_length=200)
    description: str = Field(default="", max_length=4_000)
    data_source_id: UUID
    sql: str = Field(min_length=1, max_length=MAX_SQL)
    parameters: list[TemplateParameter] = Field(default=[], max_length=50)


class TemplateReplacement(Dto):
    """The template as it should be from now on; a stale `version` is refused."""

    name: str = Field(min_length=1, max_length=200)
    description: str = Field(default="", max_length=4_000)
    sql: str = Field(min_length=1, max_length=MAX_SQL)
    parameters: list[TemplateParameter] = Field(default=[], max_length=50)
    version: int | None = None


class TemplateChange(Dto):
    """What should change of a template; a stale `version` is refused."""

    name: str | None = Field(default=None, min_length=1, max_length=200)
    description: str | None = Field(default=None, max_length=4_000)
    sql: str | None = Field(default=None, min_length=1, max_length=MAX_SQL)
    parameters: list[TemplateParameter] | None = Field(default=None, max_length=50)
    version: int | None = None


class RenderBody(Dto):
    """Values by parameter name, and whether to run the SQL with them."""

    parameters: dict[str, Scalar] = {}
    execute: bool = False
