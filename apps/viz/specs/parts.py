"""Pieces that several families of charts share: axes, legends, tooltips, the frame around a chart."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from apps.viz.labels import SHORT_LABELS, humanize, number_format
from apps.viz.planning import Plan
from apps.viz.profiling import Column, Grain, span

if TYPE_CHECKING:
    import altair as alt

ROWS = "rows"
WIDTH = 720
HEIGHT = 400
_TIME_UNITS: dict[Grain, Any] = {
    "year": "utcyear",
    "quarter": "utcyearquarter",
    "month": "utcyearmonth",
    "day": "utcyearmonthdate",
    "minute": "utcyearmonthdatehoursminutes",
}


def chart(mark: str, **properties: Any) -> alt.Chart:
    """A chart over the named rows."""
    import altair as alt

    base = alt.Chart(alt.NamedData(name=ROWS))
    drawn: alt.Chart = getattr(base, f"mark_{mark}")(**properties)
    return drawn


def finished(drawn: Any, *, title: str, notes: Sequence[str], height: int = HEIGHT, padding_right: int = 0) -> dict[str, Any]:
    """The spec as JSON, checked against the grammar's schema."""
    import altair as alt

    heading: dict[str, Any] = {"text": textwrap.wrap(title, 84)[:3] or [""]}
    if notes:
        heading["subtitle"] = [line for note in notes for line in textwrap.wrap(note, 110)][:4]
    properties: dict[str, Any] = {"width": WIDTH, "height": height, "autosize": alt.AutoSizeParams(type="fit", contains="padding")}
    if title or notes:
        properties["title"] = alt.TitleParams(**heading)
    if padding_right:
        properties["padding"] = {"left": 16, "top": 16, "bottom": 16, "right": 16 + padding_right}
    spec: dict[str, Any] = drawn.properties(**properties).to_dict(validate=True)
    spec.pop("config", None)
    return spec


def value_field(plan: Plan) -> str:
    """Where shaping writes the measure."""
    return "_value" if plan.is_folded else plan.measure.field


def value_title(plan: Plan) -> str | None:
    """The measure's name; several measures are named by the legend."""
    if plan.options.y_title:
        return plan.options.y_title
    return None if plan.is_folded else humanize(plan.measure.name)


def value_axis(columns: Sequence[Column], *, grid: bool = True) -> alt.Axis:
    """An axis of numbers, with units a reader knows."""
    import altair as alt

    spelled = number_format(columns)
    expression = SHORT_LABELS if spelled == "~s" else None
    if columns and all(column.is_percentage for column in columns):
        expression = "datum.label + '%'"
    return alt.Axis(format=spelled, grid=grid, labelExpr=expression or alt.Undefined)


def value_scale(plan: Plan, *, zero: bool = True) -> alt.Scale:
    """Linear from zero, or without zero where all values lie close together, or logarithmic where a person wants it."""
    import altair as alt

    if plan.options.log_scale:
        return alt.Scale(type="symlog")
    numbers = [n for column in plan.y for n in column.numbers]
    lies_close = bool(numbers) and min(numbers) > 0 and min(numbers) > 0.6 * max(numbers)
    return alt.Scale(zero=zero or not lies_close, nice=True)


def time_x(plan: Plan) -> alt.X:
    """The time axis, in UTC as the data is, with ticks at whole calendar units."""
    import altair as alt

    assert plan.x is not None
    spelled, interval, step = _time_ticks(plan.x)
    axis = alt.Axis() if interval is None else alt.Axis(format=spelled, tickCount={"interval": interval, "step": step})
    title = plan.options.x_title or humanize(plan.x.name)
    return alt.X(field=plan.x.field, type="temporal", scale=alt.Scale(type="utc"), title=title, axis=axis)


def _time_ticks(x: Column) -> tuple[str, Any, int]:
    """A d3 time format, and ticks few enough to read: about ten."""
    days = span(x.times).days
    if x.grain == "year" or days > 365 * 6:
        return "%Y", "year", max(round(days / 365 / 10), 1)
    if x.grain == "quarter":
        return "Q%q %Y", "month", next(step for step in (3, 6, 12) if days / 30 / step <= 9 or step == 12)
    if x.grain == "month" or days > 150:
        return "%b %Y", "month", next(step for step in (1, 2, 3, 6, 12) if days / 30 / step <= 9 or step == 12)
    if x.grain == "day":
        return ("%-d %b", "week", 1 if days <= 70 else 2) if days > 12 else ("%-d %b", "day", 1)
    return "", None, 1


def series_color(plan: Plan) -> alt.Color:
    """A colour for each series, in the order of the data."""
    import altair as alt

    if plan.is_folded:
        return alt.Color(field="_series", type="nominal", sort=None, title=None)
    assert plan.color is not None
    return alt.Color(field=plan.color.field, type="nominal", sort=None, title=humanize(plan.color.name))


def tooltips(plan: Plan) -> list[alt.Tooltip]:
    """What a web page shows over a mark."""
    import altair as alt

    found = []
    if plan.x is not None:
        title = humanize(plan.x.name)
        if plan.x.role == "time" and plan.type in ("line", "multi_line", "area"):
            found.append(alt.Tooltip(field=plan.x.field, type="temporal", timeUnit=_TIME_UNITS[plan.x.grain], title=title))
        else:
            found.append(alt.Tooltip(field=plan.x.field, type="nominal", title=title))
    if plan.is_folded:
        found.append(alt.Tooltip(field="_series", type="nominal", title="Series"))
    elif plan.color is not None:
        found.append(alt.Tooltip(field=plan.color.field, type="nominal", title=humanize(plan.color.name)))
    exact = ".1%" if plan.y[0].is_fraction else ",.2~f"
    title = "Value" if plan.is_folded else humanize(plan.measure.name)
    return [*found, alt.Tooltip(field=value_field(plan), type="quantitative", title=title, format=exact)]
