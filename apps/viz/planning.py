"""Which column goes where on a chart of a given type. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from analytics_platform.kernel.declare import FieldError
from apps.viz.catalogue import unmet
from apps.viz.contract import ChartDoesNotFit, ChartOptions, ChartType
from apps.viz.profiling import Column

_MANY_MEASURES: set[ChartType] = {"grouped_bar", "stacked_bar", "multi_line", "area", "number"}


@dataclass(frozen=True)
class Plan:
    """The columns of a chart by what they do. `columns` are all of the result, for tables."""

    type: ChartType
    x: Column | None = None
    y: list[Column] = field(default_factory=list)
    color: Column | None = None
    size: Column | None = None
    columns: Sequence[Column] = ()
    row_count: int = 0
    options: ChartOptions = field(default_factory=ChartOptions)

    @property
    def measure(self) -> Column:
        """The first measure."""
        return self.y[0]

    @property
    def is_folded(self) -> bool:
        """Several measures share an axis: each is a series of its own."""
        return len(self.y) > 1


def plan(type_: ChartType, columns: Sequence[Column], row_count: int, options: ChartOptions) -> Plan:
    """Give each column its place, the person's wishes first. Raises ChartDoesNotFit."""
    reason = unmet(type_, columns, row_count)
    if reason:
        raise ChartDoesNotFit(reason)
    planned = Plan(type=type_, columns=columns, row_count=row_count, options=options)
    if type_ == "table":
        return replace(planned, y=[])
    measures = _wished_measures(columns, options)
    dimensions = _dimensions(columns)
    if type_ == "number":
        return replace(planned, y=measures[:6])
    if type_ in ("scatter", "bubble"):
        return _points(planned, measures, dimensions)
    if type_ == "map_points":
        return _places(planned, columns, measures, dimensions)
    if type_ == "histogram":
        return replace(planned, y=measures[:1])
    return _with_axes(planned, measures, dimensions)


def _with_axes(planned: Plan, measures: list[Column], dimensions: list[Column]) -> Plan:
    options = planned.options
    x = _named(planned.columns, options.x, "x") or _default_x(planned.type, dimensions)
    measures = [column for column in measures if column is not x]
    if not measures:
        raise ChartDoesNotFit("There is no measure left to draw: the only one is on the other axis.")
    others = [column for column in dimensions if column is not x]
    color = _named(planned.columns, options.color, "color")
    if color is None and planned.type in ("grouped_bar", "stacked_bar", "multi_line", "area", "heatmap"):
        wanted = [column for column in others if column.role == "category"] or others
        color = wanted[0] if wanted else None
    if planned.type == "heatmap" and color is None:
        raise ChartDoesNotFit("A heatmap needs two columns of categories or times.")
    if planned.type not in _MANY_MEASURES or (color is not None and not options.y):
        measures = measures[:1]
    elif color is not None and len(measures) > 1:
        color = None
    if planned.type in ("line", "bar", "pie", "funnel", "box") and options.color is None:
        color = None
    if planned.type in ("grouped_bar", "stacked_bar") and x is not None and color is not None and not (options.x or options.color):
        x, color = _wider_first(x, color)
    return replace(planned, x=x, y=measures, color=color)


def _points(planned: Plan, measures: list[Column], dimensions: list[Column]) -> Plan:
    options = planned.options
    x = _named(planned.columns, options.x, "x") or next((m for m in measures if not options.y or m.name not in options.y), measures[0])
    rest = [column for column in measures if column is not x]
    if not rest or x.role != "measure":
        raise ChartDoesNotFit(f"A {planned.type} chart needs two different measures.")
    size = _named(planned.columns, options.size, "size")
    if size is None and planned.type == "bubble":
        size = next(iter(rest[1:]), None)
        if size is None:
            raise ChartDoesNotFit("A bubble chart needs a third measure, for the size.")
    colors = [column for column in dimensions if column.role == "category" and 1 < column.cardinality <= 10]
    color = _named(planned.columns, options.color, "color") or next(iter(colors), None)
    return replace(planned, x=x, y=rest[:1], color=color, size=size)


def _places(planned: Plan, columns: Sequence[Column], measures: list[Column], dimensions: list[Column]) -> Plan:
    latitude = next(column for column in columns if column.role == "latitude")
    longitude = next(column for column in columns if column.role == "longitude")
    colors = [column for column in dimensions if column.role == "category" and 1 < column.cardinality <= 10]
    size = _named(planned.columns, planned.options.size, "size") or next((m for m in measures if min(m.numbers, default=-1) >= 0), None)
    color = _named(planned.columns, planned.options.color, "color") or next(iter(colors), None)
    return replace(planned, x=longitude, y=[latitude], color=color, size=size)


def _wished_measures(columns: Sequence[Column], options: ChartOptions) -> list[Column]:
    if not options.y:
        return [column for column in columns if column.role == "measure"]
    found = [_named(columns, name, "y") for name in options.y]
    wrong = [column.name for column in found if column is not None and column.role not in ("measure", "latitude", "longitude")]
    if wrong:
        raise ChartDoesNotFit(
            f"{wrong[0]!r} is not numeric.", errors=[FieldError(field="options.y", code="not_numeric", message="Name a numeric column.")]
        )
    return [column for column in found if column is not None]


def _named(columns: Sequence[Column], name: str | None, option: str) -> Column | None:
    if name is None:
        return None
    for column in columns:
        if column.name == name:
            return column
    message = f"The result has no column {name!r}."
    raise ChartDoesNotFit(message, errors=[FieldError(field=f"options.{option}", code="unknown_column", message=message)])


def _dimensions(columns: Sequence[Column]) -> list[Column]:
    """Categories and times in the order of the result; identifiers only where there is nothing better."""
    found = [column for column in columns if column.role in ("category", "time")]
    return found or [column for column in columns if column.role == "identifier"]


def _default_x(type_: ChartType, dimensions: Sequence[Column]) -> Column | None:
    times = [column for column in dimensions if column.role == "time"]
    if type_ in ("line", "multi_line", "area", "heatmap", "stacked_bar", "grouped_bar") and times:
        return times[0]
    categories = [column for column in dimensions if column.role != "time"]
    if type_ in ("pie", "funnel", "box") and categories:
        return categories[0]
    return dimensions[0] if dimensions else None


def _wider_first(x: Column, color: Column) -> tuple[Column, Column]:
    """Few colours read better than many."""
    if x.role != "time" and not x.is_ordinal and color.cardinality > x.cardinality and color.cardinality > 5:
        return color, x
    return x, color
