"""Pieces of SQL as sqlglot trees, in each of the four dialects: names, literals, spans of time."""

from __future__ import annotations

import re
from datetime import date

import sqlglot
from sqlglot import exp

from apps.querygen.catalog import Column, Table
from apps.querygen.offline.intent import Condition, Literal_

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*$")
_RESERVED = frozenset(
    """all and any array as asc between by case cast check column constraint create cross current_date default delete desc distinct do drop else
    end except exists false fetch for foreign from full grant group having in index inner insert intersect into is join key left like limit
    natural not null offset on or order outer primary rank range references right row rows select set show some table then to true union unique
    update user using values view when where window with year month day date time timestamp position condition match option status""".split()  # noqa: SIM905 - a list of words reads as text
)
_MONTH_START = {
    "postgres": "CAST(DATE_TRUNC('{grain}', x) AS DATE)",
    "duckdb": "CAST(DATE_TRUNC('{grain}', CAST(x AS TIMESTAMP)) AS DATE)",
}
_GRAINS = {
    ("mysql", "day"): "DATE(x)",
    ("mysql", "week"): "DATE_SUB(DATE(x), INTERVAL WEEKDAY(x) DAY)",
    ("mysql", "month"): "CAST(DATE_FORMAT(x, '%Y-%m-01') AS DATE)",
    ("mysql", "quarter"): "CAST(CONCAT(YEAR(x), '-', LPAD(3 * QUARTER(x) - 2, 2, '0'), '-01') AS DATE)",
    ("mysql", "year"): "YEAR(x)",
    ("sqlite", "day"): "DATE(x)",
    ("sqlite", "week"): "DATE(x, '-6 days', 'weekday 1')",
    ("sqlite", "month"): "DATE(x, 'start of month')",
    ("sqlite", "quarter"): "DATE(x, 'start of month', '-' || ((CAST(STRFTIME('%m', x) AS INTEGER) - 1) % 3) || ' months')",
    ("sqlite", "year"): "CAST(STRFTIME('%Y', x) AS INTEGER)",
    ("postgres", "year"): "CAST(EXTRACT(YEAR FROM x) AS INTEGER)",
    ("duckdb", "year"): "CAST(EXTRACT(YEAR FROM CAST(x AS TIMESTAMP)) AS INTEGER)",
}


def identifier(name: str) -> exp.Identifier:
    """A name, quoted where it must be."""
    return exp.to_identifier(name, quoted=not _PLAIN.match(name) or name in _RESERVED)


def table_of(table: Table) -> exp.Table:
    """The table as FROM names it."""
    schema = identifier(table.schema) if table.key != table.name and table.schema else None
    return exp.Table(this=identifier(table.name), db=schema)


def column_of(column: Column) -> exp.Column:
    """The column, qualified by its table's bare name."""
    return exp.Column(this=identifier(column.name), table=identifier(column.table.rsplit(".", 1)[-1]))


def grain_of(column: Column, grain: str, dialect: str) -> exp.Expr:
    """The first day of the day, week, month or quarter that a date lies in; for years the number."""
    template = _GRAINS.get((dialect, grain)) or _MONTH_START[dialect].format(grain=grain)
    tree = sqlglot.parse_one(template, dialect=dialect)
    return tree.transform(lambda node: column_of(column) if isinstance(node, exp.Column) and node.name == "x" else node)


def day(value: date, dialect: str) -> exp.Expr:
    """A day as a literal that compares rightly with dates and times."""
    text = exp.Literal.string(value.isoformat())
    return text if dialect in {"sqlite", "mysql"} else exp.Cast(this=text, to=exp.DataType.build("date"))


def ordered(tree: exp.Expr, *, descending: bool, dialect: str) -> exp.Ordered:
    """A term of ORDER BY with empty values last, where the dialect can say so plainly."""
    plain = dialect in {"mysql", "sqlite"}
    return exp.Ordered(this=tree, desc=descending, nulls_first=not descending if plain else False)


def within(column: Column, start: date | None, end: date | None, dialect: str) -> list[exp.Expr]:
    """`column >= start AND column < end`, whichever are set."""
    bounds: list[exp.Expr] = []
    if start is not None:
        bounds.append(exp.GTE(this=column_of(column), expression=day(start, dialect)))
    if end is not None:
        bounds.append(exp.LT(this=column_of(column), expression=day(end, dialect)))
    return bounds


def literal(value: Literal_) -> exp.Expr:
    """A number or a string."""
    if isinstance(value, str):
        return exp.Literal.string(value)
    return exp.Literal.number(value) if value >= 0 else exp.Neg(this=exp.Literal.number(-value))


def predicate(condition: Condition) -> exp.Expr:
    """One condition as SQL."""
    column = column_of(condition.column)
    values = [literal(value) for value in condition.values]
    operator = condition.operator
    if operator in {"null", "notnull"}:
        test: exp.Expr = exp.Is(this=column, expression=exp.Null())
        return exp.Not(this=test) if operator == "notnull" else test
    if operator == "in":
        return exp.In(this=column, expressions=values)
    if operator.endswith("between"):
        test = exp.Between(this=column, low=values[0], high=values[1])
        return exp.Not(this=test) if operator.startswith("not") else test
    like = {"contains": "%{}%", "starts": "{}%", "ends": "%{}"}.get(operator.removeprefix("not "))
    if like is not None:
        pattern = exp.Literal.string(like.format(str(condition.values[0]).lower()))
        test = exp.Like(this=exp.Lower(this=column), expression=pattern)
        return exp.Not(this=test) if operator.startswith("not") else test
    kinds = {"=": exp.EQ, "!=": exp.NEQ, ">": exp.GT, ">=": exp.GTE, "<": exp.LT, "<=": exp.LTE}
    return kinds[operator](this=column, expression=values[0])
