"""Dates and moments in MySQL and MariaDB."""

from __future__ import annotations

from sqlglot import exp

from analytics_platform.sql.canonical.casts import bare, call, cast_to
from analytics_platform.sql.canonical.kinds import DATED, NUMERIC
from analytics_platform.sql.canonical.lowering.arithmetic import grouped
from analytics_platform.sql.canonical.lowering.context import Lowering
from analytics_platform.sql.canonical.lowering.formats import pieces_of
from analytics_platform.sql.canonical.moments import span_of

_TRUNCATED = {
    "year": "%Y-01-01", "month": "%Y-%m-01", "day": "%Y-%m-%d", "hour": "%Y-%m-%d %H:00:00", "minute": "%Y-%m-%d %H:%i:00", "second": "%Y-%m-%d %H:%i:%s",
}  # fmt: skip
_PARTS = {
    "year": "YEAR", "quarter": "QUARTER", "month": "MONTH", "day": "DAY", "hour": "HOUR", "minute": "MINUTE", "second": "SECOND", "doy": "DAYOFYEAR",
}  # fmt: skip
_CODES = {
    "year": "%Y", "month": "%m", "day": "%d", "hour": "%H", "hour12": "%h", "minute": "%i", "second": "%s", "month_short": "%b", "month_name": "%M",
    "day_short": "%a", "day_name": "%W", "year2": "%y", "doy": "%j", "week": "%v", "isoyear": "%x", "ampm": "%p",
}  # fmt: skip


def addition(node: exp.Expr, context: Lowering) -> exp.Expr:
    """A date and a span, or a date and a number of days."""
    left, right = context.kind(node.this), context.kind(node.expression)
    if left == right == "interval":
        return node
    if "interval" in (left, right):
        moment, span = (node.expression, node.this) if left == "interval" else (node.this, node.expression)
        return shifted(moment, span, node, context, back=False)
    if left == "date" and right in NUMERIC:
        return _by(node.this, node.expression, "day", back=False)
    if right == "date" and left in NUMERIC:
        return _by(node.expression, node.this, "day", back=False)
    return node


def subtraction(node: exp.Expr, context: Lowering) -> exp.Expr:
    left, right = context.kind(node.this), context.kind(node.expression)
    if right == "interval" and left != "interval":
        return shifted(node.this, node.expression, node, context, back=True)
    if left == "date" and right in NUMERIC:
        return _by(node.this, node.expression, "day", back=True)
    if left == right == "date":
        return call("DATEDIFF", bare(node.this), bare(node.expression))
    if left in DATED and right in DATED:
        context.loose_intervals[id(node)] = node
    return node


def shifted(moment: exp.Expr, span: exp.Expr, node: exp.Expr, context: Lowering, *, back: bool) -> exp.Expr:
    parts = span_of(span)
    if parts is None:
        context.refuse(node, "This interval")
    for count, unit in parts:
        moment = _by(moment, count, unit, back=back)
    return moment


def _by(moment: exp.Expr, count: exp.Expr, unit: str, *, back: bool) -> exp.Expr:
    interval = exp.Interval(this=grouped(count), unit=exp.Var(this=unit.upper()))
    kind = exp.Sub if back else exp.Add
    return kind(this=grouped(moment) if not isinstance(moment, exp.Add | exp.Sub) else moment, expression=interval)


def truncate(node: exp.Expr, context: Lowering) -> exp.Expr:
    unit, moment = node.args["unit"].name.lower(), bare(node.this)
    if unit == "week":
        monday = exp.Sub(this=call("DATE", moment), expression=exp.Interval(this=call("WEEKDAY", moment.copy()), unit=exp.Var(this="DAY")))
        return cast_to(monday, "datetime", "mysql")
    if unit == "quarter":
        first = call("MAKEDATE", call("YEAR", moment), exp.Literal.number(1))
        past = exp.Paren(this=exp.Sub(this=call("QUARTER", moment.copy()), expression=exp.Literal.number(1)))
        return cast_to(exp.Add(this=first, expression=exp.Interval(this=past, unit=exp.Var(this="QUARTER"))), "datetime", "mysql")
    if unit not in _TRUNCATED:
        context.refuse(node, f"DATE_TRUNC to the {unit}")
    return cast_to(call("DATE_FORMAT", moment, _TRUNCATED[unit]), "datetime", "mysql")


def extract(node: exp.Expr, context: Lowering) -> exp.Expr:
    part, moment = node.name.lower().rstrip("s") if node.name.lower() not in ("days",) else "day", bare(node.expression)
    if id(moment) in context.loose_intervals:
        return _extract_of_span(node, part, moment, context)
    if part in _PARTS:
        return call(_PARTS[part], moment)
    if part == "week":
        return call("WEEK", moment, exp.Literal.number(3))
    if part == "isoyear":
        return exp.IntDiv(this=call("YEARWEEK", moment, exp.Literal.number(3)), expression=exp.Literal.number(100))
    if part == "dow":
        return exp.Paren(this=exp.Sub(this=call("DAYOFWEEK", moment), expression=exp.Literal.number(1)))
    if part == "isodow":
        return exp.Paren(this=exp.Add(this=call("WEEKDAY", moment), expression=exp.Literal.number(1)))
    if part == "epoch":
        return _seconds(exp.Literal.string("1970-01-01"), moment)
    return context.refuse(node, f"EXTRACT of {part}")


def _extract_of_span(node: exp.Expr, part: str, span: exp.Expr, context: Lowering) -> exp.Expr:
    later, earlier = bare(span.this), bare(span.expression)
    context.loose_intervals.pop(id(span))
    if part == "epoch":
        return _seconds(earlier, later)
    if part == "day":
        return call("TIMESTAMPDIFF", exp.Var(this="DAY"), earlier, later)
    return context.refuse(node, f"EXTRACT of {part} from a span of time")


def _seconds(earlier: exp.Expr, later: exp.Expr) -> exp.Expr:
    return call("TIMESTAMPDIFF", exp.Var(this="SECOND"), earlier, later)


def to_char(node: exp.Expr, context: Lowering) -> exp.Expr:
    moment, found = bare(node.this), pieces_of(node, context)
    texts: list[exp.Expr] = []
    pattern = ""
    for piece, literal in found:
        if piece == "quarter":
            texts += [exp.Literal.string(pattern)] if pattern else []
            texts.append(call("QUARTER", moment.copy()))
            pattern = ""
        elif piece and piece not in _CODES:
            context.refuse(node, f"TO_CHAR with {piece}")
        else:
            pattern += _CODES[piece] if piece else literal.replace("%", "%%")
    texts += [exp.Literal.string(pattern)] if pattern else []
    parts = [call("DATE_FORMAT", moment.copy(), text) if isinstance(text, exp.Literal) else text for text in texts]
    return parts[0] if len(parts) == 1 and isinstance(texts[0], exp.Literal) else call("CONCAT", *parts)
