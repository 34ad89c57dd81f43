"""Which chart fits: every type is scored by the shape of the data, then by the words of the question. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from apps.viz.catalogue import CATALOGUE, unmet
from apps.viz.contract import ChartAlternative, ChartChoice, ChartType
from apps.viz.profiling import Column

Score = tuple[float, str]
MAX_SLICES = 8
MAX_SERIES = 12
_MIN_SCORE = 0.15


@dataclass(frozen=True)
class Shape:
    """A result as chart selection sees it."""

    columns: Sequence[Column]
    row_count: int

    @cached_property
    def measures(self) -> list[Column]:
        return [column for column in self.columns if column.role == "measure"]

    @cached_property
    def categories(self) -> list[Column]:
        return [column for column in self.columns if column.role == "category"]

    @cached_property
    def times(self) -> list[Column]:
        return [column for column in self.columns if column.role == "time" and len(set(column.values)) > 1]

    @cached_property
    def identifiers(self) -> list[Column]:
        return [column for column in self.columns if column.role == "identifier"]

    @cached_property
    def has_places(self) -> bool:
        return {"latitude", "longitude"} <= {column.role for column in self.columns}

    @cached_property
    def is_aggregated(self) -> bool:
        """One row for each combination of dimensions, as GROUP BY gives."""
        dimensions = [column.values for column in (*self.categories, *self.times)]
        return bool(dimensions) and len(set(zip(*dimensions, strict=True))) == self.row_count

    @cached_property
    def is_crossed(self) -> bool:
        """The first two categories vary apart: neither has one row for each of its values."""
        return len(self.categories) >= 2 and not any(column.is_unique for column in self.categories[:2])

    @cached_property
    def has_negatives(self) -> bool:
        return any(n < 0 for column in self.measures for n in column.numbers)

    @cached_property
    def is_raw(self) -> bool:
        """Records as they are stored: keyed rows, many columns, nothing added up."""
        return (bool(self.identifiers) and len(self.columns) > 3) or len(self.columns) > 6


def choose(columns: Sequence[Column], row_count: int, question: str = "") -> ChartChoice:
    """The best type, the others by score, and the reason in a sentence."""
    shape = Shape(columns, row_count)
    wished = _wishes(question)
    scored: list[tuple[float, ChartType, str]] = []
    for type_ in CATALOGUE:
        if unmet(type_, columns, row_count):
            continue
        score, reason = _SCORERS[type_](shape)
        boost, why = wished.get(type_, (0.0, ""))
        if score > 0 and boost:
            score, reason = score + boost, f"{reason[:-1]}, and {why}."
        scored.append((round(score, 3), type_, reason))
    scored.sort(key=lambda entry: -entry[0])
    score, best, reason = scored[0]
    alternatives = [ChartAlternative(type=type_, score=min(value, 1.0)) for value, type_, _ in scored[1:] if value >= _MIN_SCORE]
    return ChartChoice(type=best, score=min(score, 1.0), reason=reason, alternatives=alternatives)


def _number(shape: Shape) -> Score:
    if len(shape.measures) == 1 and len(shape.columns) == 1:
        return 1.0, "The answer is a single number."
    return 0.9 - 0.05 * len(shape.columns), "The answer is one row of figures."


def _table(shape: Shape) -> Score:
    if shape.row_count == 0:
        return 1.0, "There are no rows to draw."
    if not shape.measures and not shape.has_places:
        return 0.9, "There is no measure to draw."
    if shape.is_raw:
        return 0.7, "These are records with several columns, best read as a table."
    return 0.3, "A table shows the exact values."


def _bar(shape: Shape) -> Score:
    if shape.row_count == 1:
        return 0.2, "There is only one bar to draw."
    dimensions = len(shape.categories) + len(shape.times)
    if dimensions == 0:
        return (0.35, "One bar for each record.") if shape.identifiers else (0.2, "One bar for each value.")
    if len(shape.measures) > 1 or dimensions > 1:
        return 0.45, "One measure is compared across one of the categories."
    if shape.times:
        return (0.7 if len(set(shape.times[0].values)) <= 12 else 0.5), "One measure is compared between periods."
    if shape.is_raw:
        return 0.4, "A measure can be added up by category."
    return (0.9 if shape.is_aggregated else 0.6), "One measure is compared across categories."


def _grouped_bar(shape: Shape) -> Score:
    series = _series_count(shape)
    if shape.row_count < 2 or series > MAX_SERIES or shape.is_raw:
        return 0.15, "There are too many series to stand side by side."
    if len(shape.categories) >= 2 and not shape.is_crossed:
        return 0.25, "One of the categories tells the rows apart already."
    if len(shape.categories) >= 2 and series <= 5:
        return 0.75, "One measure is compared across two categories."
    if len(shape.categories) == 1 and not shape.times and len(shape.measures) >= 2:
        alike = _are_comparable(shape.measures)
        return (0.85 if alike else 0.35), "Several measures are compared across categories."
    return 0.4, "Series are compared side by side."


def _stacked_bar(shape: Shape) -> Score:
    series = _series_count(shape)
    if shape.row_count < 2 or series > MAX_SERIES or shape.has_negatives or shape.is_raw:
        return 0.1, "The parts cannot be stacked."
    if len(shape.categories) >= 2 and not shape.is_crossed:
        return 0.25, "One of the categories tells the rows apart already."
    is_folded = len(shape.categories) + len(shape.times) < 2
    if not all(column.is_additive for column in shape.measures) or (is_folded and not _are_comparable(shape.measures)):
        return 0.2, "The measures do not add up to a total."
    if len(shape.categories) >= 2:
        return (0.8 if series > 5 else 0.7), "Totals by category are shown with what they are made of."
    return 0.5, "Totals are shown with what they are made of."


def _line(shape: Shape) -> Score:
    if not shape.times:
        return 0.1, "There is only one point in time."
    if shape.categories or len(shape.measures) > 1:
        return 0.5, "One measure is followed over time."
    if shape.is_raw:
        return 0.4, "A measure can be followed over time."
    return (0.95 if len(set(shape.times[0].values)) > 2 else 0.6), "One measure changes over time."


def _multi_line(shape: Shape) -> Score:
    if not shape.times:
        return 0.1, "There is only one point in time."
    series = _series_count(shape)
    if shape.is_raw or series > MAX_SERIES * 3:
        return 0.2, "There are too many series to follow."
    if shape.categories:
        return (0.95 if series <= MAX_SERIES else 0.6), "One measure changes over time in several series."
    return (0.93 if _are_comparable(shape.measures) else 0.45), "Several measures change over time."


def _area(shape: Shape) -> Score:
    if not shape.times or shape.has_negatives or not shape.measures[0].is_additive or shape.is_raw:
        return 0.1, "The measure is not a volume over time."
    if shape.categories and _series_count(shape) <= MAX_SERIES:
        return 0.7, "The parts of a total change over time."
    return (0.6 if len(shape.measures) == 1 else 0.4), "A volume changes over time."


def _pie(shape: Shape) -> Score:
    category = (shape.categories or shape.times or shape.identifiers)[0]
    if shape.has_negatives or not shape.measures[0].is_additive or shape.row_count < 2:
        return 0.05, "The measure has no parts of a whole."
    if category.cardinality > 2 * MAX_SLICES or len(shape.categories) != 1:
        return 0.15, "There are too many parts for a pie."
    return (0.6 if category.cardinality <= MAX_SLICES - 2 else 0.35), "A few parts make up a whole."


def _scatter(shape: Shape) -> Score:
    if shape.times or shape.row_count < 5:
        return 0.25, "Two measures can be set against each other."
    if shape.is_aggregated and shape.row_count <= 15 and len(shape.categories) == 1:
        return 0.45, "Two measures can be set against each other."
    if len(shape.measures) == 2:
        return 0.9, "Two measures are set against each other."
    return 0.55, "Two of the measures are set against each other."


def _bubble(shape: Shape) -> Score:
    if shape.times or shape.row_count < 5 or shape.row_count > 500:
        return 0.2, "Three measures can be set against each other."
    return (0.7 if len(shape.measures) == 3 else 0.4), "Three measures are set against each other."


def _histogram(shape: Shape) -> Score:
    values = shape.measures[0]
    if len(shape.columns) == 1 and shape.row_count >= 10:
        return 0.95, "One measure has many values, whose spread is shown."
    if shape.row_count >= 30 and not shape.is_aggregated and values.cardinality > 15 and not shape.times:
        return 0.5, "The spread of a measure is shown."
    return 0.2, "The spread of a measure can be shown."


def _box(shape: Shape) -> Score:
    if len(shape.categories) == 1 and not shape.is_aggregated and shape.row_count >= 4 * shape.categories[0].cardinality:
        return 0.75, "The spread of a measure is compared across categories."
    return 0.18, "The spread of a measure can be shown."


def _heatmap(shape: Shape) -> Score:
    dimensions = [*shape.categories, *shape.times]
    sizes = sorted(column.cardinality for column in dimensions[:2])
    if len(dimensions) < 2 or shape.is_raw or sizes[1] > 60 or (len(shape.categories) >= 2 and not shape.is_crossed):
        return 0.15, "There are too many cells to draw."
    if not shape.times and sizes[0] >= 5 and len(dimensions) == 2:
        return 0.85 if sizes[0] > 6 else 0.76, "One measure is spread over two categories with many values."
    return 0.5, "One measure is spread over two categories."


def _map_points(shape: Shape) -> Score:
    return 0.96, "The rows have a latitude and a longitude."


def _funnel(shape: Shape) -> Score:
    stages = (shape.categories or shape.times or shape.identifiers)[0]
    falling = shape.measures[0].numbers
    is_falling = len(falling) >= 3 and all(a >= b for a, b in pairwise(falling))
    named = re.search(r"stage|step|phase|funnel|status", stages.name.lower()) is not None
    if shape.has_negatives or shape.times or len(shape.categories) > 1 or not stages.is_unique:
        return 0.05, "The rows are no steps."
    return (0.92 if is_falling and named else 0.3 if is_falling else 0.1), "Each step keeps a part of the one before."


def _series_count(shape: Shape) -> int:
    """How many colours a chart of several series would need."""
    if shape.times and shape.categories:
        return shape.categories[0].cardinality
    if len(shape.categories) >= 2:
        return min(column.cardinality for column in shape.categories[:2])
    return len(shape.measures)


def _are_comparable(measures: Sequence[Column]) -> bool:
    """The measures fit one axis: none is dwarfed by another, and shares do not stand beside totals."""
    peaks = [max((abs(n) for n in column.numbers), default=0.0) for column in measures]
    return min(peaks) * 50 >= max(peaks) and len({column.is_fraction or column.is_percentage for column in measures}) == 1


_SCORERS: dict[ChartType, Callable[[Shape], Score]] = {
    "table": _table,
    "number": _number,
    "bar": _bar,
    "grouped_bar": _grouped_bar,
    "stacked_bar": _stacked_bar,
    "line": _line,
    "multi_line": _multi_line,
    "area": _area,
    "pie": _pie,
    "scatter": _scatter,
    "bubble": _bubble,
    "histogram": _histogram,
    "box": _box,
    "heatmap": _heatmap,
    "map_points": _map_points,
    "funnel": _funnel,
}

_NAMED: tuple[tuple[str, ChartType], ...] = (
    (r"pie|donut|doughnut", "pie"),
    (r"stacked bars?( chart)?", "stacked_bar"),
    (r"(grouped|clustered|side by side) bars?( chart)?", "grouped_bar"),
    (r"(?<!stacked )(?<!grouped )(?<!clustered )(bars?|columns?) (chart|graph|plot)", "bar"),
    (r"lines? (chart|graph|plot)", "line"),
    (r"lines? (chart|graph|plot)", "multi_line"),
    (r"area (chart|graph|plot)", "area"),
    (r"scatter ?(plot|chart|graph)?", "scatter"),
    (r"bubbles?( chart)?", "bubble"),
    (r"histogram", "histogram"),
    (r"box ?plots?|box and whiskers?", "box"),
    (r"heat ?map", "heatmap"),
    (r"(on|as|in) an? map|map of", "map_points"),
    (r"funnel", "funnel"),
    (r"(as|in) an? table|tabular", "table"),
)
_HINTS: tuple[tuple[str, float, tuple[ChartType, ...]], ...] = (
    (r"share|proportion|percentage of|part of|breakdown|split|makes? up", 0.32, ("pie",)),
    (r"composition|breakdown|make[- ]?up|made (up )?of", 0.15, ("stacked_bar",)),
    (
        r"trend|over time|evolution|develop|growth|history|(per|by|each|every) (day|week|month|quarter|year)|daily|weekly|monthly",
        0.1,
        ("line", "multi_line"),
    ),
    (r"distribution|spread|frequency|how .* distributed", 0.35, ("histogram",)),
    (r"distribution|spread|outliers?|quartiles?|variance|median", 0.2, ("box",)),
    (r"correlat\w*|relationship|relate\w*|depend\w*|versus|vs\.?|against", 0.35, ("scatter",)),
    (r"top|most|best|highest|lowest|least|rank\w*|compare|comparison", 0.1, ("bar",)),
    (r"where|locations?|places|geograph\w*", 0.04, ("map_points",)),
    (r"conversion|stages?|steps?|pipeline|drop[- ]?off", 0.5, ("funnel",)),
    (r"list|show all|details?|records", 0.2, ("table",)),
)


def _wishes(question: str) -> dict[ChartType, Score]:
    """What the question's words ask for: a type by its name outweighs all, other words tip the scales."""
    text = question.lower()
    wished: dict[ChartType, Score] = {}
    for pattern, boost, types in _HINTS:
        found = re.search(rf"\b({pattern})\b", text)
        for type_ in types if found else ():
            if boost > wished.get(type_, (0.0, ""))[0]:
                wished[type_] = (boost, f"the question says “{found.group(1)}”" if found else "")
    for pattern, type_ in _NAMED:
        if re.search(rf"\b({pattern})\b", text):
            wished[type_] = (0.9, "the question asks for it by name")
    return wished
