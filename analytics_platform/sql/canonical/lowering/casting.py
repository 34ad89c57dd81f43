"""CAST by the meaning that it has in PostgreSQL."""

from __future__ import annotations

from sqlglot import exp

from analytics_platform.sql.canonical.casts import bare, call, cast, cast_to, data_type
from analytics_platform.sql.canonical.kinds import DATED, kind_of_type
from analytics_platform.sql.canonical.lowering.context import Lowering
from analytics_platform.sql.canonical.lowering.formats import pieces_of
from analytics_platform.sql.canonical.moments import as_text


def cast_node(node: exp.Expr, context: Lowering) -> exp.Expr:
    """A cast that the statement's author wrote."""
    wanted, source = kind_of_type(node.args["to"]), context.kind(node.this)
    if wanted == "interval":
        return node
    if wanted == "" or (wanted in ("json", "binary") and context.dialect != "duckdb"):
        context.refuse(node, f"A cast to {node.args['to'].sql('postgres')}")
    inner = bare(node.this)
    if wanted in (*DATED, "time") and isinstance(inner, exp.Literal) and inner.is_string:
        return _literal(node, inner, wanted, context)
    if wanted == "decimal" and node.args["to"].expressions:
        return _decimal(node, context)
    if context.dialect == "duckdb" and source == "decimal" and wanted == "integer":
        halves_up = call("ROUND", exp.Cast(this=bare(node.this), to=data_type("DECIMAL(38, 10)", "duckdb")))
        return cast_to(halves_up, "integer", "duckdb")
    if not source or (source == wanted and isinstance(inner, exp.Placeholder)):
        return cast(node.this, "string" if context.dialect == "sqlite" else "any", wanted, context.dialect)
    return cast(node.this, source, wanted, context.dialect)


def no_try_cast(node: exp.Expr, context: Lowering) -> exp.Expr:
    context.refuse(node, "TRY_CAST")


def _literal(node: exp.Expr, inner: exp.Literal, wanted: str, context: Lowering) -> exp.Expr:
    text = as_text(inner.name, wanted)
    if text is None:
        return cast(inner, "string", wanted, context.dialect)
    if context.dialect == "sqlite":
        return exp.Literal.string(text)
    return cast_to(exp.Literal.string(text), wanted, context.dialect)


def _decimal(node: exp.Expr, context: Lowering) -> exp.Expr:
    if context.dialect != "sqlite":
        return node
    places = node.args["to"].expressions[1:]
    lifted = exp.Mul(this=exp.Paren(this=node.this), expression=exp.Literal.number("1.00000000000001"))
    return call("ROUND", lifted, exp.Literal.number(places[0].name if places else 0))


_DUCKDB_CODES = {
    "year": "%Y", "month": "%m", "day": "%d", "hour": "%H", "hour12": "%I", "minute": "%M", "second": "%S", "month_short": "%b", "month_name": "%B",
    "day_short": "%a", "day_name": "%A", "year2": "%y", "doy": "%j", "week": "%V", "isoyear": "%G", "isodow": "%u", "ampm": "%p",
}  # fmt: skip


def duckdb_to_char(node: exp.Expr, context: Lowering) -> exp.Expr:
    moment = bare(node.this)
    parts: list[exp.Expr] = []
    for piece, literal in pieces_of(node, context):
        if piece == "quarter":
            parts.append(cast_to(call("QUARTER", moment.copy()), "string", "duckdb"))
        else:
            parts.append(call("STRFTIME", moment.copy(), _DUCKDB_CODES[piece]) if piece else exp.Literal.string(literal))
    found = parts[0]
    for part in parts[1:]:
        found = exp.DPipe(this=found, expression=part)
    return exp.Paren(this=found) if len(parts) > 1 else found


def duckdb_now(node: exp.Expr, context: Lowering) -> exp.Expr:
    """Without a time zone, as all moments are here."""
    return exp.Cast(this=exp.CurrentTimestamp(), to=data_type("TIMESTAMP", "duckdb"))


def duckdb_truncate(node: exp.Expr, context: Lowering) -> exp.Expr:
    """Of a date it may be a date there; here it is a moment."""
    if context.kind(node.this) == "datetime":
        return node
    return exp.Cast(this=node, to=data_type("TIMESTAMP", "duckdb"))
