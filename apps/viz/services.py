"""The viz contract, answered: charts are made by the pure modules beside this one, kept without rows, drawn from rows read anew."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from analytics_platform.kernel.context import current_principal
from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.declare import FieldError, Page
from analytics_platform.kernel.events import publish
from analytics_platform.kernel.ids import uuid7
from analytics_platform.kernel.jobs import enqueue
from analytics_platform.kernel.problems import Invalid, StaleVersion
from apps.execution.contract import ExecutionNotFound, NotReady, ResultExpired
from apps.viz import charting, models
from apps.viz.catalogue import CATALOGUE
from apps.viz.contract import (
    BuiltInTemplate,
    ChartChoice,
    ChartDataGone,
    ChartOptions,
    ChartType,
    ChartTypeInfo,
    DashboardTemplate,
    Picture,
    PictureFormat,
    ResultColumn,
    Row,
    TemplateNameTaken,
    TemplateNotFound,
    TemplateSlot,
    Theme,
    Visualization,
    VisualizationGenerated,
    VisualizationNotFound,
    Visualizations,
)
from apps.viz.layouts import BUILT_IN
from apps.viz.rows import KEPT_FOR, asked_for, keep, of_visualization
from apps.viz.tasks import forget_rows

_BUILT_IN_BY_ID = {template.id: template for template in BUILT_IN}


class VisualizationsService(Visualizations):
    """Charts of the tenant in force."""

    def types(self) -> list[ChartTypeInfo]:
        return list(CATALOGUE.values())

    def select_type(
        self,
        *,
        execution_id: UUID | None = None,
        columns: list[ResultColumn] | None = None,
        rows: list[Row] | None = None,
        question: str = "",
    ) -> ChartChoice:
        data = asked_for(execution_id=execution_id, columns=columns, rows=rows)
        return charting.select(data.columns, data.rows, question)

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
        data = asked_for(execution_id=execution_id, columns=columns, rows=rows)
        chart = charting.draw(data.columns, data.rows, type=type, title=title, question=question, options=options)
        rows_key = "" if execution_id is not None else keep(data)
        with transaction_for("viz"):
            stored = models.Visualization.objects.create(
                id=uuid7(),
                type=chart.type,
                title=chart.title,
                question=question,
                spec=charting.without_notes(chart.spec),
                columns=[column.model_dump() for column in data.columns],
                options=(options or ChartOptions()).model_dump(exclude_none=True),
                execution_id=execution_id,
                rows_key=rows_key,
                created_by=current_principal().user_id,
            )
            publish(VisualizationGenerated(visualization_id=stored.id, chart_type=chart.type, execution_id=execution_id, title=chart.title))
            if rows_key:
                enqueue(forget_rows, due_at=datetime.now(UTC) + KEPT_FOR, rows_key=rows_key)
        return _visualization(stored, charting.filled(chart.spec, chart.records), chart.notes)

    def get(self, *, visualization_id: UUID) -> Visualization:
        stored = _stored(visualization_id)
        try:
            chart = _drawn(stored)
        except (ExecutionNotFound, NotReady, ResultExpired, ChartDataGone):
            if not _may_be_named(stored):
                raise VisualizationNotFound from None
            return _visualization(stored, charting.without_notes(stored.spec))
        return _visualization(stored, charting.filled(_as_drawn(stored, chart), chart.records), chart.notes)

    def get_many(self, *, visualization_ids: list[UUID]) -> list[Visualization]:
        found = models.Visualization.objects.in_bulk(visualization_ids)
        named = [found[id_] for id_ in visualization_ids if id_ in found and _may_be_named(found[id_])]
        return [_visualization(stored, charting.without_notes(stored.spec)) for stored in named]

    def render(self, *, visualization_id: UUID, format: PictureFormat = "svg", width: int | None = None, theme: Theme = "light") -> Picture:
        from apps.viz.rendering import CONTENT_TYPES, render

        stored = _stored(visualization_id)
        chart = _drawn(stored)
        spec = charting.filled(_as_drawn(stored, chart), chart.records)
        content = render(spec, format=format, width=width, theme=theme)
        etag = hashlib.sha256(json.dumps([spec, format, width, theme], sort_keys=True).encode()).hexdigest()[:32]
        return Picture(content=content, content_type=CONTENT_TYPES[format], etag=etag)

    def templates(self, *, search: str = "", page: int = 1, page_size: int = 50) -> Page[DashboardTemplate]:
        wanted = search.casefold()
        built_in = [t for t in BUILT_IN if wanted in t.name.casefold() or wanted in t.description.casefold()]
        own = models.DashboardTemplate.objects.filter(name__icontains=search).order_by("name")
        start, end = (page - 1) * page_size, page * page_size
        results = built_in[start:end]
        results += [_template(stored) for stored in own[max(start - len(built_in), 0) : max(end - len(built_in), 0)]]
        return Page(count=len(built_in) + own.count(), results=results)

    def template(self, *, template_id: UUID) -> DashboardTemplate:
        return _BUILT_IN_BY_ID.get(template_id) or _template(_stored_template(template_id))

    def create_template(self, *, name: str, description: str = "", slots: list[TemplateSlot]) -> DashboardTemplate:
        _check_slots(slots)
        try:
            with transaction_for("viz"):
                stored = models.DashboardTemplate.objects.create(
                    name=_free_name(name),
                    description=description,
                    slots=[slot.model_dump() for slot in slots],
                    created_by=current_principal().user_id,
                )
        except IntegrityError:
            raise TemplateNameTaken from None
        return _template(stored)

    def update_template(
        self,
        *,
        template_id: UUID,
        name: str | None = None,
        description: str | None = None,
        slots: list[TemplateSlot] | None = None,
        version: int | None = None,
    ) -> DashboardTemplate:
        if template_id in _BUILT_IN_BY_ID:
            raise BuiltInTemplate
        if slots is not None:
            _check_slots(slots)
        try:
            with transaction_for("viz"):
                stored = _stored_template(template_id, lock=True)
                if version is not None and version != stored.version:
                    raise StaleVersion
                stored.name = stored.name if name is None else _free_name(name)
                stored.description = stored.description if description is None else description
                stored.slots = stored.slots if slots is None else [slot.model_dump() for slot in slots]
                stored.version += 1
                stored.save()
        except IntegrityError:
            raise TemplateNameTaken from None
        return _template(stored)

    def delete_template(self, *, template_id: UUID) -> None:
        if template_id in _BUILT_IN_BY_ID:
            raise BuiltInTemplate
        with transaction_for("viz"):
            _stored_template(template_id, lock=True).delete()


def _drawn(stored: models.Visualization) -> charting.Chart:
    """The chart again, from rows as the asking user may see them now."""
    data = of_visualization(stored)
    options = ChartOptions.model_validate(stored.options)
    return charting.draw_again(data.columns, data.rows, type=stored.type, title=stored.title, question=stored.question, options=options)  # type: ignore[arg-type]


def _may_be_named(stored: models.Visualization) -> bool:
    """Whether the asking user may know of the chart without its rows: its title and columns are those of a result, which belongs to who ran it."""
    principal = current_principal()
    return stored.execution_id is None or stored.created_by == principal.user_id or principal.may("execution.admin")


def _as_drawn(stored: models.Visualization, chart: charting.Chart) -> dict[str, Any]:
    """The kept spec under the heading of the rows that were read now."""
    kept: dict[str, Any] = stored.spec
    return {**kept, "title": chart.spec["title"]} if "title" in chart.spec else kept


def _stored(visualization_id: UUID) -> models.Visualization:
    found = models.Visualization.objects.filter(pk=visualization_id).first()
    if found is None:
        raise VisualizationNotFound
    return found


def _stored_template(template_id: UUID, *, lock: bool = False) -> models.DashboardTemplate:
    query = models.DashboardTemplate.objects.filter(pk=template_id)
    found = (query.select_for_update() if lock else query).first()
    if found is None:
        raise TemplateNotFound
    return found


def _free_name(name: str) -> str:
    if name.casefold() in {template.name.casefold() for template in BUILT_IN}:
        raise TemplateNameTaken
    return name


def _check_slots(slots: list[TemplateSlot]) -> None:
    """Slots have names of their own and stay on the grid."""
    faults = [
        FieldError(field=f"slots.{i}.w", code="off_grid", message="The slot reaches past the twelfth column.")
        for i, slot in enumerate(slots)
        if slot.x + slot.w > 12
    ]
    names = [slot.name for slot in slots]
    faults += [
        FieldError(field=f"slots.{i}.name", code="duplicate", message="Another slot has this name.")
        for i, name in enumerate(names)
        if name in names[:i]
    ]
    if faults:
        raise Invalid(errors=faults)


def _visualization(stored: models.Visualization, spec: dict[str, Any], notes: Sequence[str] = ()) -> Visualization:
    return Visualization(
        id=stored.id,
        type=stored.type,
        title=stored.title,
        spec=spec,
        columns=[ResultColumn.model_validate(column) for column in stored.columns],
        options=ChartOptions.model_validate(stored.options),
        execution_id=stored.execution_id,
        question=stored.question,
        notes=list(notes),
        version=stored.version,
        created_at=stored.created_at,
        created_by=stored.created_by,
    )


def _template(stored: models.DashboardTemplate) -> DashboardTemplate:
    return DashboardTemplate(
        id=stored.id,
        name=stored.name,
        description=stored.description,
        slots=[TemplateSlot.model_validate(slot) for slot in stored.slots],
        built_in=False,
        version=stored.version,
        created_at=stored.created_at,
        updated_at=stored.updated_at,
    )
