"""Words and numbers on a chart: titles made of column names, number formats, time formats. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from apps.viz.profiling import Column, Grain

_UPPER = {"id", "sku", "usd", "eur", "gbp", "url", "ip", "vat", "gdp", "kpi", "roi", "api", "ytd", "mrr", "arr"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SHORT = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))

SHORT_LABELS = "datum.value == 0 ? '0' : replace(datum.label, 'G', 'B')"
"""SI writes G for a thousand million; people who read business charts expect B."""


def humanize(name: str) -> str:
    """`total_sales` → `Total sales`, `count(*)` → `Count`, `sum(o.amount)` → `Sum of amount`."""
    call = re.fullmatch(r'\s*"?(\w+)"?\s*\((.*)\)\s*', name)
    if call:
        function, argument = call.group(1).lower(), re.sub(r'["`*]|^\w+\.', "", call.group(2)).strip()
        name = f"{function} of {argument}" if argument and re.fullmatch(r"[\w .]+", argument) else function
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name.replace("_", " ")).split()
    if not words:
        return name
    text = " ".join(word.upper() if word.lower() in _UPPER else (word if word.isupper() else word.lower()) for word in words)
    return (text[0].upper() + text[1:])[:80]


def chart_title(*, question: str, measures: Sequence[Column], dimensions: Sequence[Column]) -> str:
    """The question as a heading, or one made of the columns."""
    question = re.sub(r"\s+", " ", question).strip().rstrip("?.! ")
    if question:
        return (question[0].upper() + question[1:])[:120]
    what = " and ".join(humanize(column.name) if i == 0 else _lower(humanize(column.name)) for i, column in enumerate(measures[:2]))
    by = " and ".join(_lower(humanize(column.name)) for column in dimensions[:2])
    return f"{what} by {by}" if what and by else what or by.capitalize()


def versus(y: Column, x: Column) -> str:
    """The heading of two measures that are set against each other."""
    return f"{humanize(y.name)} versus {_lower(humanize(x.name))}"


def number_format(columns: Sequence[Column]) -> str:
    """A d3 format for an axis that shows these measures."""
    numbers = [abs(n) for column in columns for n in column.numbers]
    if columns and all(column.is_fraction for column in columns):
        return ".1%" if max(numbers, default=1.0) < 0.05 else ".0%"
    largest = max(numbers, default=0.0)
    if largest >= 10_000:
        return "~s"
    if largest >= 20 or (largest >= 5 and all(n == int(n) for n in numbers)):
        return ",.0f" if largest >= 1000 else ",~f"
    return ",~g" if largest >= 0.01 or largest == 0 else ".2~e"


def write_number(number: float, column: Column | None = None) -> str:
    """A number for people: `1,234,567`, `12.35`, `45.3%`."""
    if column is not None and column.is_fraction:
        return f"{number * 100:,.1f}".removesuffix(".0") + "%"
    suffix = "%" if column is not None and column.is_percentage else ""
    if number == int(number) and abs(number) < 1e15:
        return f"{int(number):,}{suffix}"
    if abs(number) >= 1e15 or abs(number) < 0.001:
        return f"{number:.3g}{suffix}"
    digits = 2 if abs(number) >= 0.1 else 4
    return f"{number:,.{digits}f}{suffix}"


def write_short(number: float, column: Column | None = None) -> str:
    """A number where room is scarce: `1.2M`, `45%`."""
    if column is not None and column.is_fraction:
        return f"{number * 100:.0f}%"
    for size, letter in _SHORT:
        if abs(number) >= size * (10 if letter == "k" else 1):
            return f"{number / size:.3g}{letter}" if abs(number) < 1000 * size else f"{number / size:,.0f}{letter}"
    return write_number(round(number, 1) if abs(number) >= 100 else number, column)


def write_time(moment: datetime, grain: Grain) -> str:
    """A time for people, in no more detail than the data has."""
    month = f"{_MONTHS[moment.month - 1]} {moment.year}"
    if grain == "year":
        return str(moment.year)
    if grain == "quarter":
        return f"Q{(moment.month + 2) // 3} {moment.year}"
    if grain == "month":
        return month
    day = f"{moment.day} {month}"
    return day if grain == "day" else f"{day}, {moment:%H:%M}"


def _lower(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]
