"""Phrases of time: "in 2024", "last month", "since March", "between 2020 and 2022", as half-open ranges of days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from apps.querygen.words import Token

_MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"]
_SHORT = {name[:3]: number for number, name in enumerate(_MONTHS, 1)} | {"sept": 9}
_LONG = {name: number for number, name in enumerate(_MONTHS, 1)}
_BEFORE = {"before": "before", "until": "before", "till": "before", "prior": "before"}
_AFTER = {"since": "since", "after": "after", "from": "since", "starting": "since"}
_DURING = {"in", "during", "on", "for", "of", "within", "over", "throughout"}
_FILLERS = {"the", "year", "to", "month", "of"}


@dataclass(frozen=True)
class DateRange:
    """Days from `start` up to but not with `end`; None is open. `years` are the bare years it was written with."""

    start: date | None
    end: date | None
    label: str
    years: tuple[int, ...] = ()
    years_operator: str = "="


def read_range(words: list[Token], at: int, today: date) -> tuple[DateRange, int] | None:
    """The range that starts at token `at`, and how many tokens tell it."""
    lead = words[at].word
    start = at
    mode = _BEFORE.get(lead) or _AFTER.get(lead) or ("during" if lead in _DURING else "")
    if lead == "between":
        return _between(words, at, today)
    if mode:
        start += 1
        while start < len(words) and words[start].word in _FILLERS:
            start += 1
    found = _period(words, start, today, bare=not mode)
    if found is None:
        return None
    first, last, used, year = found
    if mode == "since" and lead == "from":
        until = _until(words, start + used, today)
        if until is not None:
            return DateRange(first, until[0], _label(words, at, until[1]), (), "between"), until[1] - at
    label = _label(words, at, start + used)
    years = (year,) if year else ()
    if mode == "before":
        return DateRange(None, first, label, years, "<"), start + used - at
    if mode == "since":
        return DateRange(first, None, label, years, ">="), start + used - at
    if mode == "after":
        return DateRange(last, None, label, years, ">"), start + used - at
    return DateRange(first, last, label, years, "="), start + used - at


def _label(words: list[Token], start: int, end: int) -> str:
    return " ".join(token.text for token in words[start:end])


def _until(words: list[Token], at: int, today: date) -> tuple[date, int] | None:
    if at < len(words) and words[at].word in {"to", "until", "till", "through"}:
        found = _period(words, at + 1, today, bare=True)
        if found:
            return found[1], at + 1 + found[2]
    return None


def _between(words: list[Token], at: int, today: date) -> tuple[DateRange, int] | None:
    first = _period(words, at + 1, today, bare=False)
    if first is None:
        return None
    middle = at + 1 + first[2]
    if middle >= len(words) or words[middle].word not in {"and", "to"}:
        return None
    second = _period(words, middle + 1, today, bare=False)
    if second is None:
        return None
    end = middle + 1 + second[2]
    years = (first[3], second[3]) if first[3] and second[3] else ()
    return DateRange(first[0], second[1], _label(words, at, end), years, "between"), end - at


def _period(words: list[Token], at: int, today: date, *, bare: bool) -> tuple[date, date, int, int] | None:
    """(first day, day after the last, tokens used, the bare year or 0). A `bare` number is no year by itself."""
    if at >= len(words):
        return None
    token = words[at]
    following = words[at + 1].word if at + 1 < len(words) else ""
    if token.kind == "date":
        return _iso(token.text)
    if token.kind == "number" and re.fullmatch(r"(19|20)\d\d", token.text) and not bare:
        year = int(token.text)
        return date(year, 1, 1), date(year + 1, 1, 1), 1, year
    if token.word in {"today", "yesterday"}:
        day = today - timedelta(days=token.word == "yesterday")
        return day, day + timedelta(days=1), 1, 0
    if token.word in {"last", "past", "previous", "this", "current"}:
        return _relative(words, at, today)
    quarter = re.fullmatch(r"q([1-4])", token.word)
    if quarter:
        year, used = _year_after(words, at + 1, today)
        first = date(year, 3 * int(quarter[1]) - 2, 1)
        return first, add_months(first, 3), 1 + used, 0
    month = _LONG.get(token.word) or _SHORT.get(token.word)
    if month and (token.word != "may" or not bare or following.isdigit()):
        return _month(words, at, month, today)
    return None


def _iso(text: str) -> tuple[date, date, int, int] | None:
    try:
        if len(text) == 7:
            first = date.fromisoformat(text + "-01")
            return first, add_months(first, 1), 1, 0
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day, day + timedelta(days=1), 1, 0


def _month(words: list[Token], at: int, month: int, today: date) -> tuple[date, date, int, int]:
    following = words[at + 1] if at + 1 < len(words) else None
    if following is not None and re.fullmatch(r"([12]?\d|3[01])(st|nd|rd|th)?", following.word) and following.word not in {"0", "00"}:
        year, used = _year_after(words, at + 2, today)
        try:
            day = date(year, month, int(re.sub(r"\D", "", following.word)))
            return day, day + timedelta(days=1), 2 + used, 0
        except ValueError:
            pass
    year, used = _year_after(words, at + 1, today)
    if not used and month > today.month:
        year -= 1
    first = date(year, month, 1)
    return first, add_months(first, 1), 1 + used, 0


def _year_after(words: list[Token], at: int, today: date) -> tuple[int, int]:
    skip = 1 if (at < len(words) and words[at].kind == "comma") or (at < len(words) and words[at].word == "of") else 0
    if at + skip < len(words) and re.fullmatch(r"(19|20)\d\d", words[at + skip].text):
        return int(words[at + skip].text), 1 + skip
    return today.year, 0


def _relative(words: list[Token], at: int, today: date) -> tuple[date, date, int, int] | None:
    is_current = words[at].word in {"this", "current"}
    count, used = 1, 1
    if at + 1 < len(words) and words[at + 1].kind == "number" and words[at + 1].text.isdigit():
        count, used = int(words[at + 1].text), 2
    unit = words[at + used].stem if at + used < len(words) else ""
    if unit not in {"day", "week", "month", "quarter", "year"} or count > 1000:
        return None
    used += 1
    if unit == "day":
        return today - timedelta(days=count), today + timedelta(days=used == 3), used, 0
    first = first_day(today, unit)
    if is_current:
        return first, step(first, unit, 1), used, 0
    if used == 3:
        return step(today, unit, -count), today + timedelta(days=1), used, 0
    return step(first, unit, -1), first, used, 0


def first_day(day: date, unit: str) -> date:
    """The first day of the week, month, quarter or year that holds `day`."""
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "month":
        return day.replace(day=1)
    if unit == "quarter":
        return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return date(day.year, 1, 1)


def step(day: date, unit: str, count: int) -> date:
    """`count` units later (or earlier)."""
    if unit == "week":
        return day + timedelta(weeks=count)
    return add_months(day, count * {"month": 1, "quarter": 3, "year": 12}[unit])


def add_months(day: date, count: int) -> date:
    """The same day `count` months later, or the last of that month where it is shorter."""
    months = day.year * 12 + day.month - 1 + count
    year, month = divmod(months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise ValueError(f"{count} months from {day} is no date")
