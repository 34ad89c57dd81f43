"""From rows to the few records a chart draws: added up, sorted, cut to the largest, the rest as Other. Pure."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from apps.viz.contract import ChartType
from apps.viz.labels import humanize, write_time
from apps.viz.planning import Plan
from apps.viz.profiling import NONE_LABEL, Column, Value

Record = dict[str, Any]
OTHER = "Other"
MAX_POINTS = 2000
_LIMITS: dict[ChartType, int] = {"bar": 20, "grouped_bar": 12, "stacked_bar": 20, "pie": 8, "heatmap": 40, "funnel": 20, "box": 20}
_SERIES_LIMITS: dict[ChartType, int] = {"heatmap": 30, "grouped_bar": 6}
_DEFAULT_SERIES_LIMIT = 10
_CALENDAR = (
    ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"),
    ("xs", "s", "m", "l", "xl", "xxl"),
    ("low", "medium", "high", "critical"),
)


@dataclass
class Shaped:
    """What a chart draws: records, the order of labels and series, and what a reader should know."""

    records: list[Record]
    labels: list[str] = field(default_factory=list)
    series: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def by_category(plan: Plan) -> Shaped:
    """One record for each label (and series): bars, pies, funnels, heat maps. Labels are text in drawing order."""
    assert plan.x is not None
    cells, notes = _cells(plan, _labeller(plan.x))
    keep = plan.options.limit or _LIMITS.get(plan.type, 20)
    is_time = plan.x.role == "time"
    labels = _ordered_labels(plan, plan.x, cells)
    rest: list[str] = []
    if plan.options.limit is None and len(labels) <= keep + keep // 4:
        keep = len(labels)  # a few more bars say more than Other does
    if len(labels) > (keep if not is_time else 200):
        keep = 200 if is_time else keep
        if plan.x.is_ordinal or is_time:
            rest, labels = (labels[:-keep], labels[-keep:]) if is_time else (labels[keep:], labels[:keep])
        else:
            rest, labels = _split(labels, cells, 0, keep)
        labels = _gather(plan, cells, labels, rest, 0, notes, foldable=not (is_time or plan.x.is_ordinal))
    series = _series(plan, cells, notes)
    records = _records(plan, cells, labels, series)
    return Shaped(records, labels, series, notes)


def by_time(plan: Plan) -> Shaped:
    """One record for each point in time and series: lines and areas. Times are ISO text in UTC."""
    assert plan.x is not None
    cells, notes = _cells(plan, _iso)
    moments = sorted({key[0] for key in cells if key[0] != NONE_LABEL})
    if any(key[0] == NONE_LABEL for key in cells):
        notes.append("Rows without a time are not shown.")
    series = _series(plan, cells, notes)
    if plan.type == "area":
        for moment in moments:
            for name in series:
                cells.setdefault((moment, name), [0.0])
    if len(moments) * max(len(series), 1) > MAX_POINTS:
        moments = _thinned(moments, cells, series, MAX_POINTS // max(len(series), 1))
        notes.append(f"{len(moments):,} points stand for all, with the lowest and highest of each stretch.")
    return Shaped(_records(plan, cells, moments, series), moments, series, notes)


def points(plan: Plan, columns: Iterable[Column]) -> Shaped:
    """One record for each row, of MAX_POINTS at most: scatter plots, box plots, maps. Rows that lack a position are left out."""
    wanted = list(dict.fromkeys(columns))
    positions = [column for column in wanted if column.role in ("measure", "latitude", "longitude")]
    records: list[Record] = []
    for row in range(plan.row_count):
        if any(column.values[row] is None for column in positions):
            continue
        records.append({column.field: _cell(column, column.values[row]) for column in wanted})
    missing = plan.row_count - len(records)
    notes = [f"{missing:,} rows without a value are not shown."] if missing else []
    if len(records) > MAX_POINTS:
        notes.append(f"{MAX_POINTS:,} of {len(records):,} rows are shown, evenly chosen.")
        records = [records[i * len(records) // MAX_POINTS] for i in range(MAX_POINTS)]
    series: list[str] = []
    if plan.color is not None:
        totals: dict[str, int] = defaultdict(int)
        for record in records:
            totals[record[plan.color.field]] += 1
        series = sorted(totals, key=lambda name: -totals[name])[:_DEFAULT_SERIES_LIMIT]
        for record in records:
            if record[plan.color.field] not in series:
                record[plan.color.field] = OTHER
        series = [*series, OTHER] if len(totals) > len(series) else series
    return Shaped(records, [], series, notes)


def bins(column: Column, wanted: int | None) -> Shaped:
    """Counts in bins of one round width. Sturges' rule, but at least 10 bins where there are many values."""
    numbers = column.numbers
    low, high = min(numbers), max(numbers)
    count = wanted or min(max(math.ceil(math.log2(len(numbers))) + 1, 10), 40)
    width = _round_width((high - low) / count) if high > low else 1.0
    if all(n == int(n) for n in numbers):
        width = max(width, 1.0)
    start = math.floor(low / width) * width
    counts: dict[int, int] = defaultdict(int)
    for number in numbers:
        counts[min(math.floor((number - start) / width + 1e-9), 10_000)] += 1
    records: list[Record] = [
        {"_start": round(start + i * width, 10), "_end": round(start + (i + 1) * width, 10), "_value": counts[i]}
        for i in range(max(counts) + 1)
    ]
    missing = len(column.values) - len(numbers)
    return Shaped(records, notes=[f"{missing:,} rows without a value are not shown."] if missing else [])


Key = tuple[str, str]
Cells = dict[Key, list[float]]


def _cells(plan: Plan, label: Callable[[Value], str]) -> tuple[Cells, list[str]]:
    """The numbers of each (label, series). Rows that share a key are added up, or averaged where adding up makes no sense."""
    assert plan.x is not None
    found: Cells = defaultdict(list)
    names = {column.index: humanize(column.name) for column in plan.y}
    color_label = _labeller(plan.color) if plan.color is not None else None
    for row in range(plan.row_count):
        key = label(plan.x.values[row])
        for measure in plan.y:
            series = names[measure.index] if plan.is_folded else ""
            if color_label is not None and plan.color is not None and not plan.is_folded:
                series = color_label(plan.color.values[row])
            number = measure.values[row]
            found[key, series].extend([number] if isinstance(number, float) else [])
    notes = []
    if any(len(numbers) > 1 for numbers in found.values()):
        how = "added up" if _folds_by_sum(plan) else "averaged"
        notes.append(f"Rows of the same {humanize(plan.x.name).lower()} are {how}.")
    combine = math.fsum if _folds_by_sum(plan) else _mean
    return {key: [combine(numbers)] if numbers else [] for key, numbers in found.items()}, notes


def _records(plan: Plan, cells: Cells, labels: Sequence[str], series: Sequence[str]) -> list[Record]:
    assert plan.x is not None
    records: list[Record] = []
    value_field = "_value" if plan.is_folded else plan.measure.field
    series_field = "_series" if plan.is_folded else plan.color.field if plan.color is not None else None
    for label in labels:
        for position, name in enumerate(series or [""]):
            numbers = cells.get((label, name))
            if numbers is None and label != labels[0]:
                continue  # the first label has every series, so that their order is that of the data
            record: Record = {plan.x.field: label, value_field: _tidy(numbers[0]) if numbers else None}
            if series_field is not None:
                record |= {series_field: name, "_order": position}
            records.append(record)
    return records


def _ordered_labels(plan: Plan, x: Column, cells: Cells) -> list[str]:
    """Times and ordinals in their own order, a sorted result as it came, everything else by size."""
    labels = list(dict.fromkeys(key[0] for key in cells))
    if x.role == "time":
        ordered = dict.fromkeys(write_time(moment, x.grain) for moment in sorted(x.times))
        return [label for label in ordered if label in labels] + [label for label in labels if label == NONE_LABEL]
    natural = _natural_order(labels, x)
    wish = plan.options.sort
    if natural is not None and wish is None:
        return natural
    totals = _totals(cells, 0)
    sizes = [totals[label] for label in labels]
    if wish == "none" or (wish is None and (plan.type == "funnel" or sizes == sorted(sizes)) and len(labels) <= _LIMITS.get(plan.type, 20)):
        return labels
    return sorted(labels, key=lambda label: totals[label], reverse=wish != "ascending")


def _natural_order(labels: Sequence[str], x: Column) -> list[str] | None:
    if x.is_ordinal:
        return sorted(labels, key=lambda label: (label == NONE_LABEL, float(label) if _is_number(label) else math.inf, label))
    for calendar in _CALENDAR:
        places = {word: place for place, word in enumerate(calendar)} | {
            word[:3]: place for place, word in enumerate(calendar) if len(word) > 3
        }
        if len(labels) > 1 and all(label.lower() in places for label in labels):
            return sorted(labels, key=lambda label: places[label.lower()])
    return None


def _series(plan: Plan, cells: Cells, notes: list[str]) -> list[str]:
    if plan.is_folded:
        return [humanize(column.name) for column in plan.y]
    if plan.color is None:
        return []
    names = list(dict.fromkeys(key[1] for key in cells))
    natural = _natural_order(names, plan.color)
    totals = _totals(cells, 1)
    ordered = natural or sorted(names, key=lambda name: -totals[name])
    if plan.color.role == "time":
        ordered = [label for label in dict.fromkeys(write_time(t, plan.color.grain) for t in sorted(plan.color.times)) if label in names]
    keep = _SERIES_LIMITS.get(plan.type, _DEFAULT_SERIES_LIMIT)
    if len(ordered) <= keep:
        return ordered
    rest, kept = _split(ordered, cells, 1, keep)
    return _gather(plan, cells, kept, rest, 1, notes, foldable=True)


def _split(names: Sequence[str], cells: Cells, place: int, keep: int) -> tuple[list[str], list[str]]:
    """The rest and the largest `keep`, both in the order given."""
    totals = _totals(cells, place)
    largest = set(sorted(names, key=lambda name: -totals[name])[:keep])
    return [name for name in names if name not in largest], [name for name in names if name in largest]


def _gather(plan: Plan, cells: Cells, kept: list[str], rest: list[str], place: int, notes: list[str], *, foldable: bool) -> list[str]:
    """Put what is left over under Other where numbers add up, else say that it is not shown."""
    column = plan.x if place == 0 else plan.color
    what = humanize(column.name).lower() if column is not None else "series"
    total = len(kept) + len(rest)
    if not foldable or not _folds_by_sum(plan):
        notes.append(f"{len(kept)} of {total:,} values of {what} are shown.")
        return kept
    gathered: Cells = defaultdict(list)
    for key in [key for key in cells if key[place] in set(rest)]:
        other = (OTHER, key[1]) if place == 0 else (key[0], OTHER)
        gathered[other].extend(cells.pop(key))
    name = OTHER
    for key, numbers in gathered.items():
        cells[key] = [math.fsum(numbers + cells.get(key, []))] if numbers else []
    notes.append(f"Other stands for {len(rest):,} of {total:,} values of {what}.")
    return [*[label for label in kept if label != name], name]


def _totals(cells: Cells, place: int) -> dict[str, float]:
    totals: dict[str, float] = defaultdict(float)
    for key, numbers in cells.items():
        totals[key[place]] += abs(numbers[0]) if numbers else 0.0
    return totals


def _thinned(moments: list[str], cells: Cells, series: Sequence[str], keep: int) -> list[str]:
    """The lowest and the highest moment of each stretch, so that peaks stay."""
    stretch = math.ceil(len(moments) / max(keep // 2, 1))
    kept: set[str] = {moments[0], moments[-1]}
    for start in range(0, len(moments), stretch):
        part = moments[start : start + stretch]
        sums = {moment: sum(sum(cells.get((moment, name), [])) for name in series or [""]) for moment in part}
        kept |= {min(part, key=lambda moment: sums[moment]), max(part, key=lambda moment: sums[moment])}
    return sorted(kept)


def _labeller(column: Column) -> Callable[[Value], str]:
    if column.role == "time":
        return lambda value: write_time(value, column.grain) if isinstance(value, datetime) else NONE_LABEL
    return _label


def _label(value: Value) -> str:
    if value is None or value == "":
        return NONE_LABEL
    return f"{value:g}" if isinstance(value, float) else str(value)


def _iso(value: Value) -> str:
    return value.isoformat(timespec="milliseconds").replace("+00:00", "Z") if isinstance(value, datetime) else NONE_LABEL


def _cell(column: Column, value: Value) -> Any:
    if isinstance(value, float):
        return _tidy(value)
    return _labeller(column)(value)


def _tidy(number: float) -> float | int:
    return int(number) if number == int(number) and abs(number) < 2**53 else round(number, 10)


def _folds_by_sum(plan: Plan) -> bool:
    return all(column.is_additive for column in plan.y)


def _mean(numbers: Sequence[float]) -> float:
    return math.fsum(numbers) / len(numbers)


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _round_width(width: float) -> float:
    """The nearest of 1, 2, 2.5, 5, 10 times a power of ten."""
    power: float = 10.0 ** math.floor(math.log10(width))
    return min((step * power for step in (1, 2, 2.5, 5, 10)), key=lambda step: abs(math.log(step / width)))
