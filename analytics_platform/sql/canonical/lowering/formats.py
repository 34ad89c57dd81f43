"""TO_CHAR's format, taken apart."""

from __future__ import annotations

import re

from sqlglot import exp

from analytics_platform.sql.canonical.kinds import NUMERIC
from analytics_platform.sql.canonical.lowering.context import Lowering

# What sqlglot made of PostgreSQL's words when it parsed them, and the words that it leaves alone.
_PIECES = {
    "%Y": "year", "%m": "month", "%d": "day", "%H": "hour", "%I": "hour12", "%M": "minute", "%S": "second", "%b": "month_short", "%B": "month_name",
    "%a": "day_short", "%A": "day_name", "%y": "year2", "%j": "doy", "%V": "week", "%W": "week_of_year", "%G": "isoyear", "%p": "ampm", "%f": "microsecond",
    "%-m": "month_bare", "%-d": "day_bare", "%u": "isodow", "%w": "dow",
    "IYYY": "isoyear", "IW": "week", "Q": "quarter", "HH24": "hour", "HH12": "hour12", "MI": "minute", "SS": "second", "YYYY": "year", "MM": "month", "DD": "day",
    "DDD": "doy", "Mon": "month_short", "Dy": "day_short", "YY": "year2",
}  # fmt: skip
_TOKEN = re.compile(r'%-?[A-Za-z]|"([^"]*)"|IYYY|HH24|HH12|YYYY|DDD|Mon|IW|YY|MM|DD|MI|SS|Dy|Q|[^A-Za-z%"]+')


def pieces_of(node: exp.Expr, context: Lowering) -> list[tuple[str, str]]:
    """Names of parts, or literal text: `YYYY-"Q"Q` → year, `-Q`, quarter. Refuses what is not known."""
    written = node.args.get("format")
    if context.kind(node.this) in NUMERIC or not isinstance(written, exp.Literal):
        context.refuse(node, "TO_CHAR of anything but a moment, or with a format that is not written out")
    found: list[tuple[str, str]] = []
    at, text = 0, written.name
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            context.refuse(node, f"TO_CHAR with the format {text!r}")
        word = token.group()
        at = token.end()
        if word in _PIECES:
            found.append((_PIECES[word], ""))
        elif word.startswith("%"):
            context.refuse(node, f"TO_CHAR with the format {text!r}")
        else:
            found.append(("", token.group(1) if token.group(1) is not None else word))
    return found
