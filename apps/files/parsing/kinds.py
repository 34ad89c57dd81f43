"""Which type a column of text has. A type is chosen only where every value fits it exactly, so that nothing is lost by it.

`007` stays text, `12.345` is never rounded, and a date that could be read both ways (`03/04/2024` all down the column) stays text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

# What people write for "no value" in columns of numbers and dates. In columns of text only the empty cell is one ("NA" is Namibia).
NULL_WORDS = ("", "NULL", "null", "Null", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "None", "none", "-", "\\N")


@dataclass(frozen=True)
class Kind:
    """A way to read text as a type: the shape (a regular expression for Python and RE2) and the SQL that converts `{c}`."""

    name: str
    type: str
    shape: str
    expression: str
    needs: str | None = None  # at least one value of the sample has this, or a narrower reading is meant
    rival: str | None = None  # where this kind fits too, nobody can tell which is right

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(rf" *(?:{self.shape}) *")

    def fits(self, values: Sequence[str]) -> bool:
        """Whether each value has the shape, and one of them what the kind needs."""
        if not all(self._compiled.fullmatch(value) for value in values):
            return False
        return self.needs is None or any(re.search(self.needs, value) for value in values)

    def matches_sql(self, column: str) -> str:
        """A condition: this value has the shape."""
        return f"regexp_full_match({column}, {quoted(self.shape)})"

    def converted_sql(self, column: str) -> str:
        """The value in its type."""
        return self.expression.format(c=column)


STRING = Kind("string", "string", ".*", "{c}")

_SIGN, _WHOLE = "[+-]?", "(?:0|[1-9][0-9]{0,13})"
_MONTH, _DAY = "(?:0?[1-9]|1[0-2])", "(?:0?[1-9]|[12][0-9]|3[01])"
_ISO_DATE = "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_CLOCK = "(?:[01]?[0-9]|2[0-3]):[0-5][0-9]"
_SECONDS = "(?::[0-5][0-9](?:[.][0-9]{1,9})?)?"
_ZONE = "(?:Z|[+-][0-9]{2}:?[0-9]{2})"
_MONTH_NAME = "(?:[Jj]an|[Ff]eb|[Mm]ar|[Aa]pr|[Mm]ay|[Jj]un|[Jj]ul|[Aa]ug|[Ss]ep|[Oo]ct|[Nn]ov|[Dd]ec)"


def _decimals() -> Iterable[Kind]:
    for scale in (2, 4):
        fraction = f"[0-9]{{1,{scale}}}"
        target = f"DECIMAL(18, {scale})"
        yield Kind(
            f"decimal_{scale}", "decimal", f"{_SIGN}(?:{_WHOLE}(?:[.]{fraction})?|[.]{fraction})", f"CAST({{c}} AS {target})", needs="[.]"
        )
        yield Kind(
            f"comma_decimal_{scale}",
            "decimal",
            f"{_SIGN}(?:{_WHOLE}|[1-9][0-9]{{0,2}}(?:[.][0-9]{{3}}){{1,3}})(?:,{fraction})?",
            f"CAST(replace(replace({{c}}, '.', ''), ',', '.') AS {target})",
            needs=r",[0-9]{1,2} *$|[.][0-9]{3},|,[0-9]{4} *$|[.][0-9]{3}[.]",
        )
        yield Kind(
            f"grouped_decimal_{scale}",
            "decimal",
            f"{_SIGN}(?:{_WHOLE}|[1-9][0-9]{{0,2}}(?:,[0-9]{{3}}){{1,3}})[.]{fraction}",
            f"CAST(replace({{c}}, ',', '') AS {target})",
            needs=",",
        )


def _dates() -> Iterable[Kind]:
    """Each order of day, month and year, as a date and as a date with a time of day."""
    orders = (
        ("ymd_slash", "[0-9]{4}/" + f"{_MONTH}/{_DAY}", "%Y/%m/%d", None),
        ("dmy_dot", f"{_DAY}[.]{_MONTH}[.][0-9]{{4}}", "%d.%m.%Y", None),
        ("dmy_slash", f"{_DAY}/{_MONTH}/[0-9]{{4}}", "%d/%m/%Y", "mdy_slash"),
        ("mdy_slash", f"{_MONTH}/{_DAY}/[0-9]{{4}}", "%m/%d/%Y", "dmy_slash"),
        ("dmy_dash", f"{_DAY}-{_MONTH}-[0-9]{{4}}", "%d-%m-%Y", "mdy_dash"),
        ("mdy_dash", f"{_MONTH}-{_DAY}-[0-9]{{4}}", "%m-%d-%Y", "dmy_dash"),
        ("d_mon_y", f"{_DAY}-{_MONTH_NAME}-[0-9]{{4}}", "%d-%b-%Y", None),
        ("d_mon_y_space", f"{_DAY} {_MONTH_NAME} [0-9]{{4}}", "%d %b %Y", None),
        ("mon_d_y", f"{_MONTH_NAME} {_DAY}, [0-9]{{4}}", "%b %d, %Y", None),
    )
    for name, shape, form, rival in orders:
        yield Kind(f"date_{name}", "date", shape, f"CAST(strptime({{c}}, '{form}') AS DATE)", rival=rival and f"date_{rival}")
        for suffix, clock_shape, clock in (("hm", _CLOCK, "%H:%M"), ("hms", f"{_CLOCK}:[0-5][0-9]", "%H:%M:%S")):
            yield Kind(
                f"datetime_{name}_{suffix}",
                "datetime",
                f"{shape} {clock_shape}",
                f"strptime({{c}}, '{form} {clock}')",
                rival=rival and f"datetime_{rival}_{suffix}",
            )


# From narrow to wide: the first that fits is taken.
KINDS: tuple[Kind, ...] = (
    Kind("boolean", "boolean", "(?:[Tt]rue|TRUE|[Ff]alse|FALSE)", "CAST({c} AS BOOLEAN)"),
    Kind("integer", "integer", f"{_SIGN}(?:0|[1-9][0-9]{{0,17}})", "CAST({c} AS BIGINT)"),
    Kind(
        "grouped_integer",
        "integer",
        f"{_SIGN}(?:0|[1-9][0-9]{{0,2}}(?:,[0-9]{{3}}){{0,4}})",
        "CAST(replace({c}, ',', '') AS BIGINT)",
        needs=",",
        rival="ambiguous_comma",
    ),
    *_decimals(),
    Kind(
        "number",
        "number",
        f"{_SIGN}(?:(?:0|[1-9][0-9]{{0,14}})(?:[.][0-9]*)?|[.][0-9]+)(?:[eE][+-]?[0-9]{{1,3}})?",
        "CAST({c} AS DOUBLE)",
        needs="[.eE]",
    ),
    Kind("date_iso", "date", _ISO_DATE, "CAST({c} AS DATE)"),
    Kind("datetime_iso", "datetime", f"{_ISO_DATE}(?:[ T]{_CLOCK}{_SECONDS})?", "CAST({c} AS TIMESTAMP)"),
    Kind(
        "datetime_zone",
        "datetime",
        f"{_ISO_DATE}[ T]{_CLOCK}{_SECONDS} ?{_ZONE}",
        "make_timestamp(epoch_us(CAST({c} AS TIMESTAMPTZ)))",
    ),
    *_dates(),
    Kind("time", "time", f"{_CLOCK}{_SECONDS}", "CAST({c} AS TIME)"),
)

DATE_TYPES = frozenset({"date", "datetime"})


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def is_typed(value: str) -> bool:
    """Whether a value by itself reads as something other than text."""
    return value not in NULL_WORDS and any(kind.fits([value]) for kind in KINDS)


def possible_kinds(values: Iterable[str | None], *, delimiter: str | None = None, types: frozenset[str] | None = None) -> list[Kind]:
    """The kinds that fit a sample of one column, narrow first; none means text. `needs` was met, or may be met further down the file."""
    present = [value for value in values if value is not None and value not in NULL_WORDS]
    if not present:
        return []
    allowed = [kind for kind in KINDS if types is None or kind.type in types]
    fitting = [kind for kind in allowed if kind.fits(present)]
    if fitting and fitting[0].name == "integer":
        later = {"decimal_2", "decimal_4", "number"} | ({"comma_decimal_2", "comma_decimal_4"} if delimiter != "," else set())
        fitting = [kind for kind in allowed if kind in fitting or kind.name in later]
    if delimiter == ";":  # where commas do not part cells they are decimal: 1,234 may be a little more than one
        fitting = [kind for kind in fitting if kind.name != "grouped_integer" or any(v.count(",") > 1 for v in present)]
    return fitting


def chosen_kind(fitting: Sequence[Kind]) -> Kind:
    """The narrowest kind, or text where its rival fits as well."""
    names = {kind.name for kind in fitting}
    if not fitting or fitting[0].rival in names:
        return STRING
    return fitting[0]


def is_undecided(fitting: Sequence[Kind]) -> bool:
    """Whether only the whole column can tell, as its sample reads both ways."""
    return bool(fitting) and chosen_kind(fitting) is STRING
