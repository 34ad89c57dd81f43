"""Bars: single, grouped, stacked, and the funnel."""

from __future__ import annotations

from typing import Any

from apps.viz.labels import humanize, write_number, write_short
from apps.viz.planning import Plan
from apps.viz.shaping import Shaped, by_category
from apps.viz.specs import parts


def bars(plan: Plan, title: str) -> tuple[dict[str, Any], Shaped]:
    """One measure by category, side by side or stacked where there are series."""
    import altair as alt

    assert plan.x is not None
    shaped = by_category(plan)
    is_horizontal = _lies(plan, shaped)
    label_axis = alt.Axis(
        labelAngle=_label_angle(plan, shaped, is_horizontal=is_horizontal), title=plan.options.x_title or humanize(plan.x.name)
    )
    names: dict[str, Any] = {"field": plan.x.field, "type": "nominal", "sort": None, "axis": label_axis}
    stack: Any = None
    if plan.type == "stacked_bar":
        stack = plan.options.stack or "zero"
    axis = alt.Axis(format=".0%") if stack == "normalize" else parts.value_axis(plan.y)
    values: dict[str, Any] = {
        "field": parts.value_field(plan),
        "type": "quantitative",
        "stack": stack,
        "title": parts.value_title(plan),
        "axis": axis,
        "scale": parts.value_scale(plan),
    }
    encoding: dict[str, Any] = {"tooltip": parts.tooltips(plan)}
    encoding |= {"y": alt.Y(**names), "x": alt.X(**values)} if is_horizontal else {"x": alt.X(**names), "y": alt.Y(**values)}
    if shaped.series:
        encoding["color"] = parts.series_color(plan)
        encoding["order"] = alt.Order(field="_order", type="quantitative")
    if shaped.series and plan.type == "grouped_bar":
        series = "_series" if plan.is_folded else plan.color.field if plan.color else ""
        offset: dict[str, Any] = {"field": series, "type": "nominal", "sort": None}
        encoding["yOffset" if is_horizontal else "xOffset"] = alt.YOffset(**offset) if is_horizontal else alt.XOffset(**offset)
    drawn: Any = parts.chart("bar", cornerRadiusEnd=2).encode(**encoding)
    room = 0
    if _shows_values(plan, shaped):
        for record in shaped.records:
            value = record[parts.value_field(plan)] or 0.0
            record |= {"_text": write_short(value, plan.measure), "_position": max(value, 0)}
        drawn, room = drawn + _value_labels(encoding, values, is_horizontal=is_horizontal), 34 if is_horizontal else 0
    height = _height(plan, shaped) if is_horizontal else parts.HEIGHT
    return parts.finished(drawn, title=title, notes=shaped.notes, height=height, padding_right=room), shaped


def funnel(plan: Plan, title: str) -> tuple[dict[str, Any], Shaped]:
    """Centred bars, each with its value and what is left of the first."""
    import altair as alt

    assert plan.x is not None
    shaped = by_category(plan)
    field = plan.measure.field
    first = shaped.records[0][field] or 0
    for record in shaped.records:
        value = record[field] or 0
        record["_left"], record["_right"] = -value / 2, value / 2
        kept = f" · {value / first:.0%}" if first else ""
        record["_text"] = write_number(value, plan.measure) + kept
    names = alt.Y(
        field=plan.x.field,
        type="nominal",
        sort=None,
        title=None,
        axis=alt.Axis(domain=False, labelFontSize=12),
        scale=alt.Scale(padding=0.18),
    )
    bar = parts.chart("bar", cornerRadius=3).encode(
        y=names,
        x=alt.X(field="_left", type="quantitative", axis=None),
        x2=alt.X2(field="_right"),
        opacity=alt.Opacity(field=field, type="quantitative", legend=None, scale=alt.Scale(range=[0.45, 1.0])),
        tooltip=parts.tooltips(plan),
    )
    room = parts.chart("text", align="left", dx=8, fontSize=12).encode(
        y=names, x=alt.X(field="_right", type="quantitative", axis=None), text=alt.Text(field="_text", type="nominal")
    )
    height = max(46 * len(shaped.records) + 70, 200)
    return parts.finished(bar + room, title=title, notes=shaped.notes, height=height, padding_right=90), shaped


def _lies(plan: Plan, shaped: Shaped) -> bool:
    """Long or many labels read better beside lying bars; time runs to the right."""
    if plan.options.orientation is not None:
        return plan.options.orientation == "horizontal"
    assert plan.x is not None
    if plan.x.role == "time" or plan.x.is_ordinal:
        return False
    longest = max((len(label) for label in shaped.labels), default=0)
    return len(shaped.labels) > 8 or longest > 14 or longest * len(shaped.labels) > 90


def _label_angle(plan: Plan, shaped: Shaped, *, is_horizontal: bool) -> int:
    longest = max((len(label) for label in shaped.labels), default=0)
    return -40 if not is_horizontal and longest * len(shaped.labels) > 95 else 0


def _height(plan: Plan, shaped: Shaped) -> int:
    bars_each = len(shaped.series) if plan.type == "grouped_bar" and shaped.series else 1
    return min(max(len(shaped.labels) * (14 * bars_each + 14) + 110, 220), 1400)


def _shows_values(plan: Plan, shaped: Shaped) -> bool:
    if shaped.series:
        return False
    return plan.options.labels if plan.options.labels is not None else len(shaped.labels) <= 25


def _value_labels(encoding: dict[str, Any], values: dict[str, Any], *, is_horizontal: bool) -> Any:
    """Values at the end of their bars; those of negative ones stand on the zero line, where they are not hidden."""
    import altair as alt

    end = values | {"field": "_position"}
    text = alt.Text(field="_text", type="nominal")
    if is_horizontal:
        return parts.chart("text", align="left", baseline="middle", dx=5).encode(y=encoding["y"], x=alt.X(**end), text=text)
    return parts.chart("text", baseline="bottom", dy=-4).encode(x=encoding["x"], y=alt.Y(**end), text=text)
