"""From one field type to another in each dialect, so that the same value comes out."""

from __future__ import annotations

from sqlglot import exp

from analytics_platform.sql.canonical.kinds import DATED, NUMERIC
from analytics_platform.sql.canonical.relations import Kind
from analytics_platform.sql.dialects import Dialect

TRUE_WORDS = ("1", "t", "true", "y", "yes", "on")
FALSE_WORDS = ("0", "f", "false", "n", "no", "off")
_IMPOSSIBLE: frozenset[tuple[str, str]] = frozenset(
    [
        *((a, b) for a in ("boolean", "binary", "json", "time") for b in ("date", "datetime")),
        *((a, b) for a in NUMERIC for b in ("date", "datetime", "time")),
        *((a, b) for a in ("date", "datetime", "time", "binary") for b in (*NUMERIC, "boolean")),
        *((a, "binary") for a in (*NUMERIC, "boolean", "date", "datetime", "time")),
        ("date", "time"),
    ]
)
_TYPES: dict[Dialect, dict[Kind, str]] = {
    "postgres": {
        "string": "TEXT", "integer": "BIGINT", "number": "DOUBLE PRECISION", "decimal": "DECIMAL", "boolean": "BOOLEAN",
        "date": "DATE", "datetime": "TIMESTAMP", "time": "TIME", "json": "JSONB", "binary": "BYTEA",
    },
    "mysql": {
        "string": "CHAR", "integer": "SIGNED", "number": "DOUBLE", "decimal": "DECIMAL(38, 10)", "date": "DATE", "datetime": "DATETIME(6)", "time": "TIME(6)",
        "binary": "BINARY",
    },
    "sqlite": {"string": "TEXT", "integer": "INTEGER", "number": "REAL", "decimal": "REAL", "binary": "BLOB"},
    "duckdb": {
        "string": "TEXT", "integer": "BIGINT", "number": "DOUBLE", "decimal": "DECIMAL(18, 4)", "boolean": "BOOLEAN", "date": "DATE",
        "datetime": "TIMESTAMP", "time": "TIME", "json": "JSON", "binary": "BLOB",
    },
}  # fmt: skip
_PARSED: dict[tuple[Dialect, str], exp.DataType] = {}


def can_fit(source: Kind, wanted: Kind) -> bool:
    """Whether values of one type can be read as another at all."""
    return (source, wanted) not in _IMPOSSIBLE


def call(name: str, *arguments: exp.Expr | str) -> exp.Anonymous:
    """A function by the name that the dialect has for it; text arguments are string literals."""
    return exp.Anonymous(this=name, expressions=[exp.Literal.string(a) if isinstance(a, str) else a for a in arguments])


def cast(tree: exp.Expr, source: Kind, wanted: Kind, dialect: Dialect) -> exp.Expr:
    """The tree as the wanted type; itself where it has that type. What is not known is left alone, but for dates."""
    if source == wanted or (not source and wanted not in DATED) or wanted in ("json", "binary", "", "interval"):
        return tree
    if wanted == "boolean":
        return _boolean(tree, source)
    if source == "boolean" and wanted == "string":
        return words_of_boolean(tree)
    if source == "boolean" and dialect in ("mysql", "sqlite"):
        return tree
    if source == "boolean" and wanted in NUMERIC and dialect == "postgres":
        tree = exp.Cast(this=bare(tree), to=data_type("INT", dialect))  # the only number that it makes of one
    if dialect == "sqlite":
        return _sqlite(tree, source, wanted)
    if dialect == "duckdb" and (source, wanted) in (("number", "decimal"), ("decimal", "number")):
        return tree
    return cast_to(tree, wanted, dialect)


def cast_to(tree: exp.Expr, wanted: Kind, dialect: Dialect) -> exp.Cast:
    """A plain CAST by the dialect's name of the type."""
    return exp.Cast(this=bare(tree), to=data_type(_TYPES[dialect][wanted], dialect))


def data_type(name: str, dialect: Dialect) -> exp.DataType:
    """A fresh node of a type, by its name in the dialect."""
    key = (dialect, name)
    if key not in _PARSED:
        _PARSED[key] = exp.DataType.build("BIGINT", dialect=dialect) if name == "SIGNED" else exp.DataType.build(name, dialect=dialect)
    return _PARSED[key].copy()


def words_of_boolean(tree: exp.Expr) -> exp.Expr:
    """`true` and `false`, as PostgreSQL writes them."""
    branches = [
        exp.If(this=tree, true=exp.Literal.string("true")),
        exp.If(this=exp.Not(this=_grouped(tree.copy())), true=exp.Literal.string("false")),
    ]
    return exp.Case(ifs=branches)


def bare(tree: exp.Expr) -> exp.Expr:
    """Without the parentheses that a function's argument does not need."""
    return tree.this if isinstance(tree, exp.Paren) else tree


def _boolean(tree: exp.Expr, source: Kind) -> exp.Expr:
    if source in NUMERIC:
        return exp.NEQ(this=_grouped(tree), expression=exp.Literal.number(0))
    word = exp.Lower(this=exp.Trim(this=bare(tree)))
    branches = [
        exp.If(this=exp.In(this=word, expressions=[exp.Literal.string(w) for w in TRUE_WORDS]), true=exp.true()),
        exp.If(this=exp.In(this=word.copy(), expressions=[exp.Literal.string(w) for w in FALSE_WORDS]), true=exp.false()),
    ]
    return exp.Case(ifs=branches)


def _sqlite(tree: exp.Expr, source: Kind, wanted: Kind) -> exp.Expr:
    if wanted in ("date", "datetime", "time"):
        return call({"date": "DATE", "datetime": "DATETIME", "time": "TIME"}[wanted], bare(tree))
    if wanted == "integer" and source in ("decimal", "number"):
        return cast_to(call("ROUND", bare(tree)), "integer", "sqlite")
    if {source, wanted} == {"decimal", "number"}:
        return tree
    return cast_to(tree, wanted, "sqlite")


def _grouped(tree: exp.Expr) -> exp.Expr:
    return exp.Paren(this=tree) if isinstance(tree, exp.Binary | exp.Connector | exp.Predicate) else tree
