"""Parts and crossings: pies and heat maps."""

from __future__ import annotations

from typing import Any

from apps.viz.contract import ChartDoesNotFit
from apps.viz.labels import SHORT_LABELS, humanize, number_format, write_short
from apps.viz.planning import Plan
from apps.viz.shaping import Shaped, by_category
from apps.viz.specs import parts


def pie(plan: Plan, title: str) -> tuple[dict[str, Any], Shaped]:
    """A ring, clockwise from the largest part, each with its share."""
    import altair as alt

    assert plan.x is not None
    shaped = by_category(plan)
    field = plan.measure.field
    if any((record[field] or 0) < 0 for record in shaped.records):
        raise ChartDoesNotFit("A pie cannot show negative values.")
    total = sum(record[field] or 0 for record in shaped.records)
    if total <= 0:
        raise ChartDoesNotFit("A pie needs values above zero.")
    for position, record in enumerate(shaped.records):
        share = (record[field] or 0) / total
        record |= {"_share": round(share, 6), "_order": position, "_text": f"{share:.0%}" if share >= 0.03 else ""}
    theta = alt.Theta(field=field, type="quantitative", stack=True)
    order = alt.Order(field="_order", type="quantitative")
    color = alt.Color(field=plan.x.field, type="nominal", sort=None, title=humanize(plan.x.name))
    share = alt.Tooltip(field="_share", type="quantitative", format=".1%", title="Share")
    arcs = parts.chart("arc", innerRadius=78, outerRadius=138).encode(
        theta=theta, order=order, color=color, tooltip=[*parts.tooltips(plan), share]
    )
    words = parts.chart("text", radius=157, fontSize=12).encode(theta=theta, order=order, text=alt.Text(field="_text", type="nominal"))
    return parts.finished(arcs + words, title=title, notes=shaped.notes), shaped


def heatmap(plan: Plan, title: str) -> tuple[dict[str, Any], Shaped]:
    """A cell for each pair of categories, darker for more; values are written where there is room."""
    import altair as alt

    assert plan.x is not None
    assert plan.color is not None
    shaped = by_category(plan)
    field = plan.measure.field
    ramp: dict[str, Any] = {"format": number_format([plan.measure])} | (
        {"labelExpr": SHORT_LABELS} if number_format([plan.measure]) == "~s" else {}
    )
    angle = -40 if max(map(len, shaped.labels), default=0) * len(shaped.labels) > 95 else 0
    x = alt.X(field=plan.x.field, type="nominal", sort=None, title=humanize(plan.x.name), axis=alt.Axis(labelAngle=angle, domain=False))
    y = alt.Y(field=plan.color.field, type="nominal", sort=None, title=humanize(plan.color.name), axis=alt.Axis(domain=False))
    color = alt.Color(field=field, type="quantitative", title=humanize(plan.measure.name), legend=alt.Legend(**ramp))
    tip = parts.tooltips(plan)
    drawn: Any = parts.chart("rect").encode(x=x, y=y, color=color, tooltip=tip)
    is_roomy = len(shaped.labels) <= 13 and len(shaped.records) <= 150
    if plan.options.labels if plan.options.labels is not None else is_roomy:
        numbers = [record[field] for record in shaped.records if record[field] is not None]
        middle = (min(numbers, default=0) + max(numbers, default=0)) / 2
        for record in shaped.records:
            is_high = record[field] is not None and record[field] > middle
            record |= {
                "_text": "" if record[field] is None else write_short(record[field], plan.measure),
                "_kind": "on_high" if is_high else "on_low",
            }
        for kind in ("on_high", "on_low"):
            chosen = alt.FieldEqualPredicate(field="_kind", equal=kind)
            words = parts.chart("text", style=kind).transform_filter(chosen).encode(x=x, y=y, text=alt.Text(field="_text", type="nominal"))
            drawn = drawn + words
    height = min(max(len(shaped.series) * 26 + 130, 220), 1000)
    return parts.finished(drawn, title=title, notes=shaped.notes, height=height), shaped
