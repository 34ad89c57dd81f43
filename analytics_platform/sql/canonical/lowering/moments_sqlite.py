"""Dates and moments in SQLite, which keeps them as text: `2024-01-31`, `2024-01-31 10:00:00`."""

from __future__ import annotations

from sqlglot import exp

from analytics_platform.sql.canonical.casts import bare, call, cast_to
from analytics_platform.sql.canonical.kinds import DATED, NUMERIC
from analytics_platform.sql.canonical.lowering.arithmetic import grouped
from analytics_platform.sql.canonical.lowering.context import Lowering
from analytics_platform.sql.canonical.lowering.formats import pieces_of
from analytics_platform.sql.canonical.moments import span_of

_TRUNCATED = {
    "year": "%Y-01-01 00:00:00", "month": "%Y-%m-01 00:00:00", "day": "%Y-%m-%d 00:00:00", "hour": "%Y-%m-%d %H:00:00", "minute": "%Y-%m-%d %H:%M:00",
    "second": "%Y-%m-%d %H:%M:%S",
}  # fmt: skip
_CODES = {"year": "%Y", "month": "%m", "day": "%d", "hour": "%H", "minute": "%M", "second": "%S", "doy": "%j", "dow": "%w", "epoch": "%s"}
_MIDNIGHT = " 00:00:00"
_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"
_DAYS = "SunMonTueWedThuFriSat"


def addition(node: exp.Expr, context: Lowering) -> exp.Expr:
    """A date and a span, or a date and a number of days."""
    left, right = context.kind(node.this), context.kind(node.expression)
    if left == right == "interval":
        return node
    if "interval" in (left, right):
        moment, span = (node.expression, node.this) if left == "interval" else (node.this, node.expression)
        return shifted(moment, span, node, context, back=False)
    if left == "date" and right in NUMERIC:
        return call("DATE", bare(node.this), _modifier(node.expression, "days", back=False))
    if right == "date" and left in NUMERIC:
        return call("DATE", bare(node.expression), _modifier(node.this, "days", back=False))
    return node


def subtraction(node: exp.Expr, context: Lowering) -> exp.Expr:
    left, right = context.kind(node.this), context.kind(node.expression)
    if right == "interval" and left != "interval":
        return shifted(node.this, node.expression, node, context, back=True)
    if left == "date" and right in NUMERIC:
        return call("DATE", bare(node.this), _modifier(node.expression, "days", back=True))
    if left == right == "date":
        days = exp.Sub(this=call("JULIANDAY", bare(node.this)), expression=call("JULIANDAY", bare(node.expression)))
        return cast_to(days, "integer", "sqlite")
    if left in DATED and right in DATED:
        context.loose_intervals[id(node)] = node
    return node


def shifted(moment: exp.Expr, span: exp.Expr, node: exp.Expr, context: Lowering, *, back: bool) -> exp.Expr:
    """A moment some months, days and seconds on. The 31st and a month is the last day of a shorter one, as in PostgreSQL."""
    parts = span_of(span)
    if parts is None:
        context.refuse(node, "This interval")
    moment = bare(moment)
    for count, unit in parts:
        modifier = _modifier(count, f"{unit}s", back=back)
        if unit == "month":
            one_more = exp.Literal.string("+1 months")
            last = call("DATE", moment.copy(), "start of month", modifier.copy(), one_more, "-1 days")
            capped = exp.DPipe(this=exp.DPipe(this=last, expression=exp.Literal.string(" ")), expression=call("TIME", moment.copy()))
            moment = call("MIN", call("DATETIME", moment, modifier), capped)
        else:
            moment = call("DATETIME", moment, modifier)
    return moment


def _modifier(count: exp.Expr, unit: str, *, back: bool) -> exp.Expr:
    count = bare(count)
    is_negative = isinstance(count, exp.Neg)
    number = bare(count.this) if is_negative else count
    if isinstance(number, exp.Literal):
        sign = "-" if is_negative != back else "+"
        return exp.Literal.string(f"{sign}{number.name} {unit}")
    signed = exp.Neg(this=grouped(count)) if back else count
    return exp.DPipe(this=exp.Paren(this=signed), expression=exp.Literal.string(f" {unit}"))


def truncate(node: exp.Expr, context: Lowering) -> exp.Expr:
    unit, moment = node.args["unit"].name.lower(), bare(node.this)
    if unit == "week":
        return exp.DPipe(this=call("DATE", moment, "-6 days", "weekday 1"), expression=exp.Literal.string(_MIDNIGHT))
    if unit == "quarter":
        past = exp.Mod(
            this=exp.Paren(this=exp.Sub(this=_part("month", moment), expression=exp.Literal.number(1))), expression=exp.Literal.number(3)
        )
        back = exp.DPipe(
            this=exp.DPipe(this=exp.Literal.string("-"), expression=exp.Paren(this=past)), expression=exp.Literal.string(" months")
        )
        return exp.DPipe(this=call("DATE", moment.copy(), "start of month", back), expression=exp.Literal.string(_MIDNIGHT))
    if unit not in _TRUNCATED:
        context.refuse(node, f"DATE_TRUNC to the {unit}")
    return call("STRFTIME", _TRUNCATED[unit], moment)


def extract(node: exp.Expr, context: Lowering) -> exp.Expr:
    part, moment = node.name.lower().rstrip("s") if node.name.lower() not in ("days",) else "day", bare(node.expression)
    if id(moment) in context.loose_intervals:
        return _extract_of_span(node, part, moment, context)
    if part in _CODES:
        return _part(part, moment)
    thursday = call("DATE", moment.copy(), "-3 days", "weekday 4")  # of the same ISO week
    if part == "week":
        days = exp.Paren(this=exp.Sub(this=_part("doy", thursday), expression=exp.Literal.number(1)))
        return exp.Paren(
            this=exp.Add(this=exp.Div(this=days, expression=exp.Literal.number(7), typed=True), expression=exp.Literal.number(1))
        )
    if part == "isoyear":
        return _part("year", thursday)
    if part == "quarter":
        months = exp.Paren(this=exp.Add(this=_part("month", moment), expression=exp.Literal.number(2)))
        return exp.Paren(this=exp.Div(this=months, expression=exp.Literal.number(3), typed=True))
    if part == "isodow":
        days = exp.Paren(this=exp.Add(this=_part("dow", moment), expression=exp.Literal.number(6)))
        return exp.Paren(this=exp.Add(this=exp.Mod(this=days, expression=exp.Literal.number(7)), expression=exp.Literal.number(1)))
    return context.refuse(node, f"EXTRACT of {part}")


def _part(part: str, moment: exp.Expr) -> exp.Expr:
    return cast_to(call("STRFTIME", _CODES[part], moment.copy()), "integer", "sqlite")


def _extract_of_span(node: exp.Expr, part: str, span: exp.Expr, context: Lowering) -> exp.Expr:
    later, earlier = bare(span.this), bare(span.expression)
    context.loose_intervals.pop(id(span))
    seconds = exp.Paren(this=exp.Sub(this=_part("epoch", later), expression=_part("epoch", earlier)))
    if part == "epoch":
        return seconds
    if part == "day":
        return exp.Paren(this=exp.Div(this=seconds, expression=exp.Literal.number(86_400), typed=True))
    return context.refuse(node, f"EXTRACT of {part} from a span of time")


def to_char(node: exp.Expr, context: Lowering) -> exp.Expr:
    moment = bare(node.this)
    texts: list[exp.Expr] = []
    pattern = ""
    for piece, literal in pieces_of(node, context):
        if piece in _CODES and piece not in ("dow", "epoch"):
            pattern += _CODES[piece]
        elif not piece:
            pattern += literal.replace("%", "%%")
        else:
            texts += [call("STRFTIME", pattern, moment.copy())] if pattern else []
            texts.append(_named_part(node, piece, moment, context))
            pattern = ""
    texts += [call("STRFTIME", pattern, moment.copy())] if pattern else []
    found = texts[0]
    for text in texts[1:]:
        found = exp.DPipe(this=found, expression=text)
    return exp.Paren(this=found) if len(texts) > 1 else found


def _named_part(node: exp.Expr, piece: str, moment: exp.Expr, context: Lowering) -> exp.Expr:
    names = {"month_short": (_MONTHS, "month", -2), "day_short": (_DAYS, "dow", 1)}
    if piece in names:
        text, part, shift = names[piece]
        start = exp.Add(this=exp.Mul(this=exp.Literal.number(3), expression=_part(part, moment)), expression=exp.Literal.number(shift))
        return call("SUBSTR", text, start, exp.Literal.number(3))
    if piece in ("quarter", "week", "isoyear"):
        value = extract(exp.Extract(this=exp.Var(this=piece), expression=moment.copy()), context)
        return call("PRINTF", "%02d", value) if piece == "week" else cast_to(value, "string", "sqlite")
    if piece == "year2":
        return call("SUBSTR", call("STRFTIME", "%Y", moment.copy()), exp.Literal.number(3))
    return context.refuse(node, f"TO_CHAR with {piece}")
