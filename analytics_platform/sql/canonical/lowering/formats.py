"""TO_CHAR's format, taken apart."""

from __future__ import annotations

import re

from sqlglot import exp

from analytics_platform.sql.canonical.kinds import NUMERIC
from analytics_platform.sql.canonical.lowering.context import Lowering

_PIECES = {
    "IYYY": "isoyear", "YYYY": "year", "YY": "year2", "MM": "month", "DDD": "doy", "DD": "day", "HH24": "hour", "HH12": "hour12", "HH": "hour12", "MI": "minute",
    "SS": "second", "Q": "quarter", "IW": "week", "ID": "isodow", "FMMonth": "month_name", "Mon": "month_short", "FMDay": "day_name", "Dy": "day_short",
    "AM": "ampm", "PM": "ampm",
}  # fmt: skip
_TOKEN = re.compile(r'"([^"]*)"|FMMonth|FMDay|IYYY|YYYY|HH24|HH12|DDD|Mon|IW|ID|YY|MM|DD|HH|MI|SS|Dy|AM|PM|Q|[^A-Za-z"]+')


def pieces_of(node: exp.Expr, context: Lowering) -> list[tuple[str, str]]:
    """Names of parts, or literal text: `YYYY-"Q"Q` → year, `-Q`, quarter. Refuses what is not known."""
    written = node.args.get("format")
    if context.kind(node.this) in NUMERIC or not isinstance(written, exp.Literal):
        context.refuse(node, "TO_CHAR of anything but a moment, or with a format that is not written out")
    text = _as_written(written)
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            context.refuse(node, f"TO_CHAR with the format {text!r}")
        at = token.end()
        piece = _PIECES.get(token.group(), "")
        found.append((piece, "" if piece else (token.group(1) if token.group(1) is not None else token.group())))
    return found


def _as_written(written: exp.Literal) -> str:
    """The parser has put other words for PostgreSQL's; the way back gives them again."""
    call = exp.TimeToStr(this=exp.Null(), format=written.copy()).sql("postgres")
    return call.partition(", '")[2].rpartition("')")[0].replace("''", "'")
