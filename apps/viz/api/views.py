"""The viz endpoints: parse, one call, answer."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from analytics_platform.kernel.declare import Page
from analytics_platform.kernel.http.endpoint import ApiView, endpoint
from analytics_platform.kernel.problems import Invalid, StaleVersion
from analytics_platform.sql.problems import PolicyDoesNotResolve
from apps.datasources.contract import DataSourceNotFound
from apps.execution.contract import ExecutionNotFound, NotReady, ResultExpired, RightsChanged
from apps.viz.api.serializers import ChangedTemplate, GenerateConfig, NewTemplate, RenderQuery, ReplacedTemplate, SelectType, TemplateQuery
from apps.viz.contract import (
    BuiltInTemplate,
    ChartChoice,
    ChartData,
    ChartDataGone,
    ChartDoesNotFit,
    ChartTypeInfo,
    DashboardTemplate,
    TemplateNameTaken,
    TemplateNotFound,
    Visualization,
    VisualizationNotFound,
    visualizations,
)

_RIGHTS_ERRORS = (RightsChanged, PolicyDoesNotResolve, DataSourceNotFound)
_DATA_ERRORS = (ChartData, ExecutionNotFound, NotReady, ResultExpired, *_RIGHTS_ERRORS)


class ChartTypes(ApiView):
    """The closed set of chart types."""

    @endpoint(summary="Chart types with what each needs of the data", permission="viz.read", answer=Page[ChartTypeInfo])
    def get(self, request: Request) -> Page[ChartTypeInfo]:
        """All on one page."""
        types = visualizations.types()
        return Page(count=len(types), results=types)


class TypeSelection(ApiView):
    """Which type fits."""

    @endpoint(summary="The chart type that fits a result", permission="viz.read", body=SelectType, answer=ChartChoice, errors=_DATA_ERRORS)
    def post(self, request: Request, body: SelectType) -> ChartChoice:
        """Nothing is stored."""
        return visualizations.select_type(execution_id=body.execution_id, columns=body.columns, rows=body.rows, question=body.question)


class ConfigGeneration(ApiView):
    """Making charts."""

    @endpoint(
        summary="Make a chart: a Vega-Lite v6 spec",
        description="The answer's spec carries its rows in `datasets.rows`; what is stored does not.",
        permission="viz.read",
        body=GenerateConfig,
        answer=Visualization,
        errors=(*_DATA_ERRORS, ChartDoesNotFit),
    )
    def post(self, request: Request, body: GenerateConfig) -> Visualization:
        """Viewers may chart what they may see."""
        return visualizations.generate_config(
            execution_id=body.execution_id,
            columns=body.columns,
            rows=body.rows,
            type=body.type,
            title=body.title,
            question=body.question,
            options=body.options,
        )


class VisualizationDetail(ApiView):
    """One chart."""

    @endpoint(
        summary="A chart; with its rows where you may still read them",
        permission="viz.read",
        answer=Visualization,
        errors=(VisualizationNotFound, ChartDoesNotFit, *_RIGHTS_ERRORS),
    )
    def get(self, request: Request, visualization_id: UUID) -> Visualization:
        """The config."""
        return visualizations.get(visualization_id=visualization_id)


class VisualizationPicture(ApiView):
    """Its picture."""

    @endpoint(
        summary="The chart as a picture, rendered by the server",
        permission="viz.read",
        query=RenderQuery,
        answer=bytes,
        errors=(VisualizationNotFound, ChartDataGone, ChartDoesNotFit, ExecutionNotFound, NotReady, ResultExpired, *_RIGHTS_ERRORS),
        media_types=("image/svg+xml", "image/png", "application/pdf"),
    )
    def get(self, request: Request, visualization_id: UUID, query: RenderQuery) -> HttpResponse:
        """SVG, PNG or PDF."""
        picture = visualizations.render(visualization_id=visualization_id, format=query.format, width=query.width, theme=query.theme)
        headers = {
            "ETag": f'"{picture.etag}"',
            "Cache-Control": "private, no-cache",
            "Content-Disposition": f'inline; filename="chart.{query.format}"',
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
        }
        return HttpResponse(picture.content, content_type=picture.content_type, headers=headers)


class TemplateList(ApiView):
    """Dashboard templates."""

    @endpoint(summary="Dashboard templates: layouts to fill", permission="viz.read", query=TemplateQuery, answer=Page[DashboardTemplate])
    def get(self, request: Request, query: TemplateQuery) -> Page[DashboardTemplate]:
        """Built-in ones first."""
        return visualizations.templates(search=query.search, page=query.page, page_size=query.page_size)

    @endpoint(
        summary="Keep a layout as a template",
        permission="viz.write",
        body=NewTemplate,
        answer=DashboardTemplate,
        status=201,
        errors=(TemplateNameTaken, Invalid),
    )
    def post(self, request: Request, body: NewTemplate) -> DashboardTemplate:
        """On the 12-column grid."""
        return visualizations.create_template(name=body.name, description=body.description, slots=body.slots)


_CHANGE_ERRORS = (TemplateNotFound, BuiltInTemplate, TemplateNameTaken, StaleVersion, Invalid)


class TemplateDetail(ApiView):
    """One dashboard template."""

    @endpoint(summary="One dashboard template", permission="viz.read", answer=DashboardTemplate, errors=(TemplateNotFound,))
    def get(self, request: Request, template_id: UUID) -> DashboardTemplate:
        """Built-in or the tenant's own."""
        return visualizations.template(template_id=template_id)

    @endpoint(
        summary="Replace a dashboard template",
        permission="viz.write",
        body=ReplacedTemplate,
        answer=DashboardTemplate,
        errors=_CHANGE_ERRORS,
    )
    def put(self, request: Request, template_id: UUID, body: ReplacedTemplate) -> DashboardTemplate:
        """All fields."""
        return visualizations.update_template(
            template_id=template_id, name=body.name, description=body.description, slots=body.slots, version=body.version
        )

    @endpoint(
        summary="Change a dashboard template",
        permission="viz.write",
        body=ChangedTemplate,
        answer=DashboardTemplate,
        errors=_CHANGE_ERRORS,
    )
    def patch(self, request: Request, template_id: UUID, body: ChangedTemplate) -> DashboardTemplate:
        """The fields that are given."""
        return visualizations.update_template(
            template_id=template_id, name=body.name, description=body.description, slots=body.slots, version=body.version
        )

    @endpoint(summary="Remove a dashboard template", permission="viz.delete", errors=(TemplateNotFound, BuiltInTemplate))
    def delete(self, request: Request, template_id: UUID) -> None:
        """Dashboards made from it stay."""
        visualizations.delete_template(template_id=template_id)
