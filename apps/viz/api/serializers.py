"""Bodies and queries of the viz endpoints."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from analytics_platform.kernel.declare import Dto
from analytics_platform.kernel.http.pagination import PageQuery
from apps.viz.contract import ChartOptions, ChartType, PictureFormat, ResultColumn, Row, TemplateSlot, Theme

Columns = Annotated[list[ResultColumn], Field(min_length=1, max_length=200)]
Rows = Annotated[list[Row], Field(max_length=10_000)]


class SelectType(Dto):
    """Either `execution_id`, or `columns` and `rows`."""

    execution_id: UUID | None = None
    columns: Columns | None = None
    rows: Rows | None = None
    question: str = Field(default="", max_length=2000)


class GenerateConfig(SelectType):
    """As for select-type; without `type` the best one is chosen."""

    type: ChartType | None = None
    title: str = Field(default="", max_length=300)
    options: ChartOptions | None = None


class RenderQuery(Dto):
    """How the picture should be."""

    format: PictureFormat = "svg"
    width: int | None = Field(default=None, ge=200, le=4000, description="In pixels.")
    theme: Theme = "light"


class TemplateQuery(PageQuery):
    """`search` looks in names and descriptions."""

    search: str = Field(default="", max_length=200)


class NewTemplate(Dto):
    """A layout on the 12-column grid."""

    name: str = Field(min_length=1, max_length=200)
    description: str = Field(default="", max_length=2000)
    slots: list[TemplateSlot] = Field(min_length=1, max_length=100)


class ReplacedTemplate(NewTemplate):
    """The whole template; with `version` only if it is still that one."""

    version: int | None = None


class ChangedTemplate(Dto):
    """What is given changes."""

    name: str | None = Field(default=None, min_length=1, max_length=200)
    description: str | None = Field(default=None, max_length=2000)
    slots: list[TemplateSlot] | None = Field(default=None, min_length=1, max_length=100)
    version: int | None = None
