"""What changes over time: lines and areas."""

from __future__ import annotations

from typing import Any

from apps.viz.planning import Plan
from apps.viz.shaping import Shaped, by_time
from apps.viz.specs import parts


def lines(plan: Plan, title: str) -> tuple[dict[str, Any], Shaped]:
    """One line, or one for each series; with points where there are few."""
    import altair as alt

    shaped = by_time(plan)
    per_series = len(shaped.labels)
    mark: dict[str, Any] = {"point": alt.OverlayMarkDef(size=34, filled=True)} if per_series <= 40 else {}
    encoding: dict[str, Any] = {"x": parts.time_x(plan), "y": _value_y(plan, stack=None), "tooltip": parts.tooltips(plan)}
    if shaped.series:
        encoding["color"] = parts.series_color(plan)
    return parts.finished(parts.chart("line", **mark).encode(**encoding), title=title, notes=shaped.notes), shaped


def area(plan: Plan, title: str) -> tuple[dict[str, Any], Shaped]:
    """A volume, or its parts stacked."""
    import altair as alt

    shaped = by_time(plan)
    stack = plan.options.stack or "zero"
    encoding: dict[str, Any] = {
        "x": parts.time_x(plan),
        "y": _value_y(plan, stack=stack if shaped.series else None),
        "tooltip": parts.tooltips(plan),
    }
    if shaped.series:
        encoding |= {"color": parts.series_color(plan), "order": alt.Order(field="_order", type="quantitative")}
    mark: dict[str, Any] = {} if shaped.series else {"line": True, "fillOpacity": 0.25}
    return parts.finished(parts.chart("area", **mark).encode(**encoding), title=title, notes=shaped.notes), shaped


def _value_y(plan: Plan, *, stack: Any) -> Any:
    import altair as alt

    axis = alt.Axis(format=".0%") if stack == "normalize" else parts.value_axis(plan.y)
    return alt.Y(
        field=parts.value_field(plan),
        type="quantitative",
        stack=stack,
        title=parts.value_title(plan),
        axis=axis,
        scale=parts.value_scale(plan, zero=plan.type == "area"),
    )
