"""Single values: scatter plots, bubbles, maps, histograms, box plots."""

from __future__ import annotations

from typing import Any

from apps.viz import land
from apps.viz.contract import ChartDoesNotFit
from apps.viz.labels import SHORT_LABELS, humanize
from apps.viz.planning import Plan
from apps.viz.profiling import Column
from apps.viz.shaping import Shaped, bins
from apps.viz.shaping import points as shaped_points
from apps.viz.specs import parts


def points(plan: Plan, title: str) -> tuple[dict[str, Any], Shaped]:
    """A point for each row; a bubble's area shows a third measure."""
    import altair as alt

    assert plan.x is not None
    names = [column for column in plan.columns if column.role in ("category", "identifier") and column.is_unique][:1]
    wanted = [column for column in (plan.x, plan.measure, plan.size, plan.color, *names) if column is not None]
    shaped = shaped_points(plan, wanted)
    if not shaped.records:
        raise ChartDoesNotFit("No row has all the values that a point needs.")
    encoding: dict[str, Any] = {
        "x": alt.X(title=plan.options.x_title or humanize(plan.x.name), **_linear(plan.x)),
        "y": alt.Y(title=plan.options.y_title or humanize(plan.measure.name), **_linear(plan.measure)),
        "tooltip": [_tooltip(column) for column in dict.fromkeys(wanted)],
    }
    if plan.color is not None:
        encoding["color"] = parts.series_color(plan)
    if plan.size is not None:
        encoding["size"] = _size(plan.size, [25, 900])
    opacity = 0.8 if len(shaped.records) <= 100 else 0.55 if len(shaped.records) <= 1000 else 0.3
    size: dict[str, Any] = {} if plan.size is not None else {"size": 60 if len(shaped.records) <= 300 else 28}
    return parts.finished(parts.chart("circle", opacity=opacity, **size).encode(**encoding), title=title, notes=shaped.notes), shaped


def places(plan: Plan, title: str) -> tuple[dict[str, Any], Shaped]:
    """Points on a map of the world when they are spread over it, else on a grid of longitude and latitude."""
    import altair as alt

    assert plan.x is not None
    names = [column for column in plan.columns if column.role in ("category", "identifier")][:2]
    wanted = [column for column in (plan.x, plan.measure, plan.size, plan.color, *names) if column is not None]
    shaped = shaped_points(plan, wanted)
    if not shaped.records:
        raise ChartDoesNotFit("No row has a latitude and a longitude.")
    encoding: dict[str, Any] = {"tooltip": [_tooltip(column) for column in dict.fromkeys(wanted)]}
    if plan.color is not None:
        encoding["color"] = parts.series_color(plan)
    if plan.size is not None:
        encoding["size"] = _size(plan.size, [25, 700])
    dot: dict[str, Any] = {} if plan.size is not None else {"size": 60}
    mark: Any = parts.chart("circle", opacity=0.75, **dot)
    latitude, longitude = plan.measure, plan.x
    if max(longitude.numbers) - min(longitude.numbers) > 40 or max(latitude.numbers) - min(latitude.numbers) > 25:
        globe = alt.layer(
            alt.Chart(alt.sphere()).mark_geoshape(style="sea", tooltip=None),
            alt.Chart(alt.graticule(step=[30, 30])).mark_geoshape(style="meridians", filled=False, tooltip=None),
            alt.Chart(alt.NamedData(name=land.NAME)).mark_geoshape(style="land", tooltip=None),
            mark.encode(
                longitude=alt.Longitude(field=longitude.field, type="quantitative"),
                latitude=alt.Latitude(field=latitude.field, type="quantitative"),
                **encoding,
            ),
        ).project(type="equalEarth")
        return parts.finished(globe, title=title, notes=shaped.notes), shaped
    degrees = alt.Axis(grid=True, format="~g", tickCount=6)
    for channel, column, make in (("x", longitude, alt.X), ("y", latitude, alt.Y)):
        encoding[channel] = make(
            field=column.field, type="quantitative", title=humanize(column.name), axis=degrees, scale=alt.Scale(zero=False, padding=24)
        )
    return parts.finished(mark.encode(**encoding), title=title, notes=shaped.notes, height=480), shaped


def histogram(plan: Plan, title: str) -> tuple[dict[str, Any], Shaped]:
    """How many values fall into each stretch."""
    import altair as alt

    if len(plan.measure.numbers) < 2:
        raise ChartDoesNotFit("A histogram needs at least two values.")
    shaped = bins(plan.measure, plan.options.bins)
    title_x = plan.options.x_title or humanize(plan.measure.name)
    drawn = parts.chart("bar").encode(
        x=alt.X(field="_start", type="quantitative", bin="binned", title=title_x, axis=parts.value_axis([plan.measure], grid=False)),
        x2=alt.X2(field="_end"),
        y=alt.Y(field="_value", type="quantitative", title=plan.options.y_title or "Count", axis=alt.Axis(tickMinStep=1)),
        tooltip=[
            alt.Tooltip(field="_start", type="quantitative", title="From"),
            alt.Tooltip(field="_end", type="quantitative", title="To"),
            alt.Tooltip(field="_value", type="quantitative", title="Count"),
        ],
    )
    return parts.finished(drawn, title=title, notes=shaped.notes), shaped


def boxes(plan: Plan, title: str) -> tuple[dict[str, Any], Shaped]:
    """Median, quartiles, whiskers at 1.5 times the quartile range, and outliers, for each category."""
    import altair as alt

    wanted = [plan.measure] if plan.x is None else [plan.measure, plan.x]
    shaped = shaped_points(plan, wanted)
    value = alt.Y(
        field=plan.measure.field,
        type="quantitative",
        title=plan.options.y_title or humanize(plan.measure.name),
        axis=parts.value_axis([plan.measure]),
        scale=alt.Scale(zero=False),
    )
    encoding: dict[str, Any] = {"y": value}
    if plan.x is not None:
        labels = list(dict.fromkeys(record[plan.x.field] for record in shaped.records))
        angle = -40 if max(map(len, labels), default=0) * len(labels) > 95 else 0
        title_x = plan.options.x_title or humanize(plan.x.name)
        encoding["x"] = alt.X(field=plan.x.field, type="nominal", sort="ascending", title=title_x, axis=alt.Axis(labelAngle=angle))
    return parts.finished(parts.chart("boxplot").encode(**encoding), title=title, notes=shaped.notes), shaped


def _linear(column: Column) -> dict[str, Any]:
    import altair as alt

    return {"field": column.field, "type": "quantitative", "axis": parts.value_axis([column]), "scale": alt.Scale(zero=False, padding=16)}


def _size(column: Column, area: list[float]) -> Any:
    import altair as alt

    return alt.Size(
        field=column.field,
        type="quantitative",
        title=humanize(column.name),
        scale=alt.Scale(range=area, zero=True),
        legend=alt.Legend(format="~s", labelExpr=SHORT_LABELS, symbolFillColor="#9498a0", tickCount=4),
    )


def _tooltip(column: Column) -> Any:
    import altair as alt

    if column.role in ("measure", "latitude", "longitude"):
        return alt.Tooltip(field=column.field, type="quantitative", title=humanize(column.name))
    return alt.Tooltip(field=column.field, type="nominal", title=humanize(column.name))
