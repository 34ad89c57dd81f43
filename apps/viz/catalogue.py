"""The closed set of chart types, and what each needs of the data."""

from __future__ import annotations

from collections.abc import Sequence

from apps.viz.contract import ChartNeeds, ChartType, ChartTypeInfo
from apps.viz.profiling import Column


def _info(
    type_: ChartType,
    title: str,
    purpose: str,
    *,
    measures: tuple[int, int | None] = (0, None),
    categories: tuple[int, int | None] = (0, None),
    times: tuple[int, int | None] = (0, None),
    rows: tuple[int, int | None] = (1, None),
    places: bool = False,
) -> ChartTypeInfo:
    needs = ChartNeeds(
        measures_min=measures[0],
        measures_max=measures[1],
        categories_min=categories[0],
        categories_max=categories[1],
        times_min=times[0],
        times_max=times[1],
        rows_min=rows[0],
        rows_max=rows[1],
        places=places,
    )
    return ChartTypeInfo(type=type_, title=title, purpose=purpose, needs=needs)


CATALOGUE: dict[ChartType, ChartTypeInfo] = {
    info.type: info
    for info in (
        _info("table", "Table", "Exact values, or many different columns.", rows=(0, None)),
        _info("number", "Number", "One figure, or a few of one row.", measures=(1, 6), rows=(1, 1)),
        _info("bar", "Bar chart", "Compare one measure across categories.", measures=(1, None)),
        _info("grouped_bar", "Grouped bars", "Compare categories side by side within groups.", measures=(1, None)),
        _info("stacked_bar", "Stacked bars", "Totals and what they are made of.", measures=(1, None)),
        _info("line", "Line chart", "How one measure changes over time.", measures=(1, None), times=(1, None), rows=(2, None)),
        _info("multi_line", "Lines", "Compare several series over time.", measures=(1, None), times=(1, None), rows=(2, None)),
        _info("area", "Area chart", "A volume over time, or how its parts add up.", measures=(1, None), times=(1, None), rows=(2, None)),
        _info("pie", "Pie chart", "Shares of a whole, in few parts.", measures=(1, None), categories=(1, None), rows=(2, None)),
        _info("scatter", "Scatter plot", "How two measures go together.", measures=(2, None), rows=(2, None)),
        _info("bubble", "Bubble chart", "How three measures go together.", measures=(3, None), rows=(2, None)),
        _info("histogram", "Histogram", "How the values of one measure are spread.", measures=(1, None), rows=(3, None)),
        _info("box", "Box plot", "Median, quartiles and outliers, by category.", measures=(1, None), rows=(5, None)),
        _info("heatmap", "Heat map", "One measure over two categories.", measures=(1, None), rows=(2, None)),
        _info("map_points", "Map", "Where things are.", places=True),
        _info("funnel", "Funnel", "How many are left after each step.", measures=(1, None), categories=(1, None), rows=(2, 20)),
    )
}


def unmet(type_: ChartType, columns: Sequence[Column], row_count: int) -> str:
    """The first need of a type that the data does not meet, as a sentence; empty when all are met."""
    needs = CATALOGUE[type_].needs
    roles = [column.role for column in columns]
    categories = roles.count("category") + roles.count("identifier")
    if row_count < needs.rows_min:
        return f"A {type_} chart needs at least {needs.rows_min} row{'s' if needs.rows_min > 1 else ''}."
    if needs.rows_max is not None and row_count > needs.rows_max:
        return f"A {type_} chart takes at most {needs.rows_max} row{'s' if needs.rows_max > 1 else ''}; there are {row_count}."
    if roles.count("measure") < needs.measures_min:
        return f"A {type_} chart needs {needs.measures_min} numeric column{'s' if needs.measures_min > 1 else ''}."
    if roles.count("time") < needs.times_min:
        return f"A {type_} chart needs a date or time column."
    if categories + roles.count("time") < needs.categories_min:
        return f"A {type_} chart needs a column of categories."
    if needs.places and not {"latitude", "longitude"} <= set(roles):
        return "A map needs a latitude and a longitude column."
    return _unmet_dimensions(type_, categories + roles.count("time"), roles.count("measure"))


def _unmet_dimensions(type_: ChartType, dimensions: int, measures: int) -> str:
    if type_ == "bar" and dimensions < 1:
        return "A bar chart needs a column of categories or times."
    if type_ in ("grouped_bar", "stacked_bar", "multi_line") and (dimensions < 1 or dimensions + measures < 3):
        return f"A {type_} chart needs a second column of categories, or a second measure."
    if type_ == "heatmap" and dimensions < 2:
        return "A heatmap needs two columns of categories or times."
    return ""
