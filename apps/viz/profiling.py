"""What the columns of a result are for a chart: measures, categories, times, places. Pure, reads values as execution writes them."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Literal

from apps.viz.contract import Cell, ResultColumn

Role = Literal["measure", "category", "time", "latitude", "longitude", "identifier"]
Grain = Literal["year", "quarter", "month", "day", "minute"]
Value = float | str | datetime | None

NONE_LABEL = "(none)"

_NUMERIC = {"integer", "number", "decimal"}
_TIME_TEXT = re.compile(r"\d{4}-\d{2}(-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?)?$")
_QUARTER_TEXT = re.compile(r"(\d{4})[- ]?Q([1-4])$")
_SAFE_FIELD = re.compile(r"[^\W\d][\w ]{0,79}$")
_LATITUDE = re.compile(r"(^|_)(lat|latitude)$")
_LONGITUDE = re.compile(r"(^|_)(lon|lng|long|longitude)$")
_IDENTIFIER = re.compile(r"(^|_)(id|uuid|guid|key|code|zip|zipcode|postcode|phone|sku|number|no|nr)$")
_YEAR = re.compile(r"(^|_)(year|yr|jahr|annee)$")
_ORDINAL = re.compile(
    r"(^|_)(month|mon|quarter|qtr|week|weekday|dow|day_of_week|day|hour|rank|rating|stars|level|grade|size)(_of_\w+|_number|_no)?$"
)
_PER_UNIT = re.compile(
    r"avg|average|mean|median|rate|ratio|pct|percent|share|price|score|rating|min|max|margin|temperature|age|per_|_per|quantile|p\d\d$"
)
_SHARE = re.compile(r"rate|ratio|pct|percent|share|margin|%|growth|proportion")


@dataclass(frozen=True)
class Column:
    """One column with its values read: numbers as float, times as UTC datetimes, categories as text."""

    index: int
    name: str
    field: str
    type: str
    role: Role
    values: tuple[Value, ...]
    is_ordinal: bool = False

    @cached_property
    def present(self) -> list[Value]:
        """The values that are there."""
        return [value for value in self.values if value is not None]

    @cached_property
    def cardinality(self) -> int:
        """How many different values there are, a missing one counted too."""
        return len(set(self.values))

    @cached_property
    def numbers(self) -> list[float]:
        """The values that are numbers."""
        return [value for value in self.values if isinstance(value, float)]

    @cached_property
    def times(self) -> list[datetime]:
        """The values that are times."""
        return [value for value in self.values if isinstance(value, datetime)]

    @property
    def is_unique(self) -> bool:
        """No two rows have the same value."""
        return self.cardinality == len(self.values)

    @cached_property
    def is_additive(self) -> bool:
        """Adding its values up makes sense (counts and totals, not averages and rates)."""
        return self.role == "measure" and _PER_UNIT.search(_snake(self.name)) is None

    @cached_property
    def is_fraction(self) -> bool:
        """A share of one, to be shown as a percentage."""
        return bool(self.numbers) and _SHARE.search(_snake(self.name)) is not None and all(-1.5 <= n <= 1.5 for n in self.numbers)

    @cached_property
    def is_percentage(self) -> bool:
        """Counted in hundredths already."""
        return bool(self.numbers) and not self.is_fraction and re.search(r"pct|percent|%", _snake(self.name)) is not None

    @cached_property
    def grain(self) -> Grain:
        """The coarsest calendar unit that tells all times apart."""
        if any((t.hour, t.minute, t.second, t.microsecond) != (0, 0, 0, 0) for t in self.times):
            return "minute"
        if any(t.day != 1 for t in self.times):
            return "day"
        if all(t.month == 1 for t in self.times) and (len(set(self.times)) > 1 or _YEAR.search(_snake(self.name))):
            return "year"
        if all(t.month in (1, 4, 7, 10) for t in self.times) and (len(set(self.times)) > 2 or "quarter" in _snake(self.name)):
            return "quarter"
        return "month"


def profile(columns: Sequence[ResultColumn], rows: Sequence[Sequence[Cell]]) -> list[Column]:
    """Read every column. Columns that hold nothing a chart could show (binary, JSON) are categories of their text."""
    cells = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    fields = _fields([column.name for column in columns])
    return [_column(index, column, field, cells[index]) for index, (column, field) in enumerate(zip(columns, fields, strict=True))]


def _column(index: int, column: ResultColumn, field: str, cells: Sequence[Cell]) -> Column:
    name = _snake(column.name)
    present = [cell for cell in cells if cell is not None]
    type_ = _actual_type(column.type, present)
    if type_ in _NUMERIC:
        numbers = tuple(_number(cell) for cell in cells)
        role = _numeric_role(name, type_, numbers)
        if role == "time":
            years = tuple(None if n is None else datetime(int(n), 1, 1, tzinfo=UTC) for n in numbers)
            return Column(index, column.name, field, type_, "time", years)
        if role in ("category", "identifier"):
            return Column(index, column.name, field, type_, role, tuple(_text(cell) for cell in cells), is_ordinal=role == "category")
        return Column(index, column.name, field, type_, role, numbers)
    if type_ in ("date", "datetime"):
        return Column(index, column.name, field, type_, "time", tuple(_time(cell) for cell in cells))
    role = "identifier" if re.search(r"(^|_)(id|uuid|guid)$", name) and len(set(map(str, cells))) == len(cells) > 1 else "category"
    is_ordinal = type_ == "time" or (bool(present) and all(re.fullmatch(r"\d{4}[- ]?W\d\d?", str(v)) for v in present))
    return Column(index, column.name, field, type_, role, tuple(_text(cell) for cell in cells), is_ordinal=is_ordinal)


def _actual_type(declared: str, present: Sequence[Cell]) -> str:
    """The declared type, but for text that holds numbers or times: SQLite has no date type, and callers may leave types out."""
    if not present:
        return declared
    if declared in _NUMERIC:
        return declared if all(_number(cell) is not None or _is_not_finite(cell) for cell in present) else "string"
    if declared in ("date", "datetime"):
        return declared if all(_time(cell) is not None for cell in present) else "string"
    if declared == "string" and all(isinstance(v, int | float) and not isinstance(v, bool) for v in present):
        return "number"
    if declared == "string" and all(
        isinstance(v, str) and (_TIME_TEXT.match(v) or _QUARTER_TEXT.match(v)) and _time(v) is not None for v in present
    ):
        return "datetime" if any(len(str(v)) > 10 for v in present) else "date"
    return declared


def _numeric_role(name: str, type_: str, numbers: Sequence[float | None]) -> Role:
    present = [n for n in numbers if n is not None]
    is_whole = all(n == int(n) for n in present)
    if _LATITUDE.search(name) and all(-90 <= n <= 90 for n in present):
        return "latitude"
    if _LONGITUDE.search(name) and all(-180 <= n <= 180 for n in present):
        return "longitude"
    if _YEAR.search(name) and is_whole and all(1500 <= n <= 2200 for n in present):
        return "time"
    if _ORDINAL.search(name) and is_whole and all(0 <= n <= 366 for n in present):
        return "category"
    if _IDENTIFIER.search(name) and is_whole and type_ != "decimal":
        return "identifier"
    return "measure"


def _number(cell: Cell) -> float | None:
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        return None
    try:
        number = float(cell)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and abs(number) < 1e300 else None


def _is_not_finite(cell: Cell) -> bool:
    return isinstance(cell, float) and not math.isfinite(cell)


def _time(cell: Cell) -> datetime | None:
    if not isinstance(cell, str):
        return None
    text = cell + "-01" if re.fullmatch(r"\d{4}-\d{2}", cell) else cell
    quarter = _QUARTER_TEXT.match(cell)
    if quarter:
        text = f"{quarter.group(1)}-{int(quarter.group(2)) * 3 - 2:02d}-01"
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _text(cell: Cell) -> str | None:
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "Yes" if cell else "No"
    if isinstance(cell, float) and math.isfinite(cell) and cell == int(cell):
        return str(int(cell))
    return str(cell)[:1000]


def _fields(names: Sequence[str]) -> list[str]:
    """Names for the chart's data. Those that Vega-Lite would read as a path (dots, brackets), or that come twice, become `column_<n>`.

    None begins with an underscore: such fields are shaping's own.
    """
    fields: list[str] = []
    for position, name in enumerate(names, start=1):
        is_plain = _SAFE_FIELD.match(name) is not None and name == name.strip()
        fields.append(name if is_plain and name not in fields else f"column_{position}")
    return fields


def _snake(name: str) -> str:
    return re.sub(r"[^a-z0-9%]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()).strip("_")


def span(times: Sequence[datetime]) -> timedelta:
    """From the first to the last."""
    return max(times) - min(times) if times else timedelta()
