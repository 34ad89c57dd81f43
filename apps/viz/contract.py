"""What the viz app offers: which chart fits a result, its Vega-Lite spec, its picture, and dashboard templates."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from analytics_platform.kernel.declare import Dto, Event, Page, Problem, Service, command, local, query
from apps.execution.contract import Executions

ChartType = Literal[
    "table",
    "number",
    "bar",
    "grouped_bar",
    "stacked_bar",
    "line",
    "multi_line",
    "area",
    "pie",
    "scatter",
    "bubble",
    "histogram",
    "box",
    "heatmap",
    "map_points",
    "funnel",
]
PictureFormat = Literal["svg", "png", "pdf"]
Theme = Literal["light", "dark"]
Cell = str | int | float | bool | list[Any] | dict[str, Any] | None
Row = list[Cell]


class ResultColumn(Dto):
    """A column of a result, typed as execution types them."""

    name: str = Field(max_length=500)
    type: Literal["string", "integer", "number", "decimal", "boolean", "date", "time", "datetime", "json", "binary"] = "string"


class ChartNeeds(Dto):
    """What a chart type needs of the data: how many columns of each kind (None: any number) and of rows."""

    measures_min: int
    measures_max: int | None
    categories_min: int
    categories_max: int | None
    times_min: int
    times_max: int | None
    places: bool = Field(default=False, description="Needs a latitude and a longitude.")
    rows_min: int = 1
    rows_max: int | None = None


class ChartTypeInfo(Dto):
    """One chart type: when to use it and what it needs."""

    type: ChartType
    title: str
    purpose: str
    needs: ChartNeeds


class ChartAlternative(Dto):
    """A type that fits too; scores are 0..1."""

    type: ChartType
    score: float


class ChartChoice(Dto):
    """The type that fits best, why, and what else would do (best first)."""

    type: ChartType
    score: float
    reason: str
    alternatives: list[ChartAlternative]


class ChartOptions(Dto):
    """What a person may decide about a chart. Columns are named as in the result; nothing here is ever executed."""

    x: str | None = Field(default=None, max_length=500)
    y: list[str] | None = Field(default=None, max_length=20)
    color: str | None = Field(default=None, max_length=500)
    size: str | None = Field(default=None, max_length=500)
    x_title: str | None = Field(default=None, max_length=200)
    y_title: str | None = Field(default=None, max_length=200)
    orientation: Literal["vertical", "horizontal"] | None = None
    sort: Literal["ascending", "descending", "none"] | None = None
    limit: int | None = Field(
        default=None, ge=1, le=200, description="Categories shown; the rest becomes Other where adding up makes sense."
    )
    bins: int | None = Field(default=None, ge=2, le=200)
    stack: Literal["zero", "normalize"] | None = None
    labels: bool | None = Field(default=None, description="Write the values on the marks.")
    log_scale: bool = False


class Visualization(Dto):
    """A chart. `spec` is Vega-Lite v6; the rows are in `spec.datasets.rows` only where the asking user may see them, and never stored with it."""

    id: UUID
    type: ChartType
    title: str
    spec: dict[str, Any]
    columns: list[ResultColumn]
    options: ChartOptions
    execution_id: UUID | None
    question: str = ""
    notes: list[str] = Field(default=[], description="What a reader should know, such as how many categories are not shown.")
    version: int = 1
    created_at: datetime
    created_by: UUID


class Picture(Dto):
    """A rendered chart."""

    content: bytes
    content_type: str
    etag: str = ""


class TemplateSlot(Dto):
    """A place to fill on the 12-column grid, and the kinds of chart that suit it."""

    name: str = Field(min_length=1, max_length=100)
    kind: Literal["chart", "number", "table", "text"] = "chart"
    types: list[ChartType] = []
    x: int = Field(ge=0, le=11)
    y: int = Field(ge=0, le=500)
    w: int = Field(ge=1, le=12)
    h: int = Field(ge=1, le=50)


class DashboardTemplate(Dto):
    """A layout to fill. Built-in ones belong to nobody and cannot be changed."""

    id: UUID
    name: str
    description: str
    slots: list[TemplateSlot]
    built_in: bool
    version: int
    created_at: datetime
    updated_at: datetime


class VisualizationGenerated(Event):
    """A chart was made; it carries no rows."""

    key_field = "visualization_id"

    visualization_id: UUID
    chart_type: str
    execution_id: UUID | None
    title: str


class VisualizationNotFound(Problem):
    code = "visualization_not_found"
    status = 404
    title = "There is no such visualization."


class TemplateNotFound(Problem):
    code = "dashboard_template_not_found"
    status = 404
    title = "There is no such dashboard template."


class TemplateNameTaken(Problem):
    code = "dashboard_template_name_taken"
    status = 409
    title = "A dashboard template of that name exists already."


class BuiltInTemplate(Problem):
    code = "built_in_template"
    status = 409
    title = "A built-in template cannot be changed; make one of your own."


class ChartData(Problem):
    code = "chart_data_required"
    status = 400
    title = "Send either `execution_id`, or `columns` with `rows` of as many cells."


class ChartDoesNotFit(Problem):
    code = "chart_does_not_fit"
    status = 422
    title = "The data does not have what that chart type needs."


class ChartDataGone(Problem):
    code = "chart_data_gone"
    status = 409
    title = "The rows behind this chart are no longer kept: run the query again."


class Visualizations(Service):
    """Charts of the tenant in force. Rows come from an execution that the asking user may read, or with the request."""

    app = "viz"
    publishes = (VisualizationGenerated,)
    consumes = ()
    depends_on = (Executions,)

    @query
    def types(self) -> list[ChartTypeInfo]:
        """Every chart type with what it needs."""

    @query
    def select_type(
        self,
        *,
        execution_id: UUID | None = None,
        columns: list[ResultColumn] | None = None,
        rows: list[Row] | None = None,
        question: str = "",
    ) -> ChartChoice:
        """The type that fits the data and the question's words. Raises ChartData, and execution's own errors for `execution_id`."""

    @command
    def generate_config(
        self,
        *,
        execution_id: UUID | None = None,
        columns: list[ResultColumn] | None = None,
        rows: list[Row] | None = None,
        type: ChartType | None = None,
        title: str = "",
        question: str = "",
        options: ChartOptions | None = None,
    ) -> Visualization:
        """Make and keep a chart; without `type` the best one. Raises ChartData, ChartDoesNotFit, and execution's own errors."""

    @query
    def get(self, *, visualization_id: UUID) -> Visualization:
        """One chart, with its rows where the asking user may still read them. Raises VisualizationNotFound, also for a chart of another's execution."""

    @query
    def get_many(self, *, visualization_ids: list[UUID]) -> list[Visualization]:
        """Charts without their rows, in the order asked for; those that are not there, or are of another's execution, are left out."""

    @local
    def render(
        self,
        *,
        visualization_id: UUID,
        format: PictureFormat = "svg",
        width: int | None = None,
        theme: Theme = "light",
    ) -> Picture:
        """The picture, from rows that the asking user may read now. Raises VisualizationNotFound, ChartDataGone, and execution's own errors."""

    @query
    def templates(self, *, search: str = "", page: int = 1, page_size: int = 50) -> Page[DashboardTemplate]:
        """Dashboard templates, built-in ones first, then by name."""

    @query
    def template(self, *, template_id: UUID) -> DashboardTemplate:
        """One template. Raises TemplateNotFound."""

    @command
    def create_template(self, *, name: str, description: str = "", slots: list[TemplateSlot]) -> DashboardTemplate:
        """Keep a layout. Raises TemplateNameTaken."""

    @command
    def update_template(
        self,
        *,
        template_id: UUID,
        name: str | None = None,
        description: str | None = None,
        slots: list[TemplateSlot] | None = None,
        version: int | None = None,
    ) -> DashboardTemplate:
        """Change what is given. Raises TemplateNotFound, BuiltInTemplate, TemplateNameTaken, and StaleVersion for an old `version`."""

    @command
    def delete_template(self, *, template_id: UUID) -> None:
        """Remove it. Raises TemplateNotFound, BuiltInTemplate."""


visualizations = Visualizations.client()
