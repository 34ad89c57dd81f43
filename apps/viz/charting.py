"""From a result to a chart: columns read, type chosen, columns placed, rows shaped, spec written. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from apps.viz import land
from apps.viz.contract import Cell, ChartChoice, ChartOptions, ChartType, ResultColumn
from apps.viz.labels import chart_title, versus
from apps.viz.planning import Plan, plan
from apps.viz.profiling import profile
from apps.viz.selection import choose
from apps.viz.shaping import Record, Shaped
from apps.viz.specs import bars, lines, parts, points, shares, texts
from apps.viz.themes import config

Maker = Callable[[Plan, str], tuple[dict[str, Any], Shaped]]

_MAKERS: dict[ChartType, Maker] = {
    "table": texts.table,
    "number": texts.number,
    "bar": bars.bars,
    "grouped_bar": bars.bars,
    "stacked_bar": bars.bars,
    "line": lines.lines,
    "multi_line": lines.lines,
    "area": lines.area,
    "pie": shares.pie,
    "scatter": points.points,
    "bubble": points.points,
    "histogram": points.histogram,
    "box": points.boxes,
    "heatmap": shares.heatmap,
    "map_points": points.places,
    "funnel": bars.funnel,
}


FEW_ROWS = 500


@dataclass(frozen=True)
class Chart:
    """A spec without rows, and the records to draw it with."""

    type: ChartType
    title: str
    spec: dict[str, Any]
    records: list[Record]
    notes: list[str]


def select(columns: Sequence[ResultColumn], rows: Sequence[Sequence[Cell]], question: str = "") -> ChartChoice:
    """The type that fits."""
    return choose(profile(columns, rows), len(rows), question)


def draw(
    columns: Sequence[ResultColumn],
    rows: Sequence[Sequence[Cell]],
    *,
    type: ChartType | None = None,
    title: str = "",
    question: str = "",
    options: ChartOptions | None = None,
) -> Chart:
    """A chart of the rows; without `type` the one that fits best. Raises ChartDoesNotFit."""
    profiled = profile(columns, rows)
    chosen = type or choose(profiled, len(rows), question).type
    planned = plan(chosen, profiled, len(rows), options or ChartOptions())
    is_own_title = title.strip().casefold() != question.strip().casefold()
    heading = title if title and is_own_title else _heading(planned, question)
    spec, shaped = _MAKERS[chosen](planned, heading)
    return Chart(type=chosen, title=heading, spec=spec | {"config": config("light")}, records=shaped.records, notes=shaped.notes)


def draw_again(
    columns: Sequence[ResultColumn], rows: Sequence[Sequence[Cell]], *, type: ChartType, title: str, question: str, options: ChartOptions
) -> Chart:
    """`draw` for a chart that is looked at again and again: of few rows the drawing is remembered, as long as they are the same."""
    if len(rows) > FEW_ROWS:
        return draw(columns, rows, type=type, title=title, question=question, options=options)
    said = (tuple(column.model_dump_json() for column in columns), type, title, question, options.model_dump_json())
    return _remembered(said, json.dumps(rows, separators=(",", ":")))


@lru_cache(maxsize=256)
def _remembered(said: tuple[tuple[str, ...], ChartType, str, str, str], rows: str) -> Chart:
    columns, type, title, question, options = said
    return draw(
        [ResultColumn.model_validate_json(column) for column in columns],
        json.loads(rows),
        type=type,
        title=title,
        question=question,
        options=ChartOptions.model_validate_json(options),
    )


def _heading(planned: Plan, question: str) -> str:
    if question or planned.type in ("number", "table", "map_points"):
        return chart_title(question=question, measures=[], dimensions=[])
    dimensions = [column for column in (planned.x, planned.color) if column is not None]
    if planned.type in ("scatter", "bubble"):
        return versus(planned.measure, dimensions[0])
    return chart_title(question="", measures=planned.y, dimensions=dimensions)


def without_notes(spec: dict[str, Any]) -> dict[str, Any]:
    """The spec as it is kept: notes count rows and values, so they are for those who may see the rows."""
    title = spec.get("title")
    if not isinstance(title, dict):
        return spec
    return {**spec, "title": {name: part for name, part in title.items() if name != "subtitle"}}


def filled(spec: dict[str, Any], records: Sequence[Record]) -> dict[str, Any]:
    """The spec with its rows, ready to be drawn by anyone."""
    datasets: dict[str, Any] = {parts.ROWS: list(records)}
    if any(layer.get("data") == {"name": land.NAME} for layer in spec.get("layer", [])):
        datasets[land.NAME] = land.outlines()
    return {**spec, "datasets": datasets}
