"""Questions that a source can answer, and improvements of a statement. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import sqlglot
from sqlglot import exp

from analytics_platform.kernel.declare import Problem
from apps.querygen.catalog import Catalog, Column, Table
from apps.querygen.contract import Optimization
from apps.querygen.offline.choose import numeric_columns
from apps.querygen.offline.engine import answer

MAX_QUESTIONS = 8
MAX_TABLES = 20


def suggested_questions(catalog: Catalog, *, today: date) -> list[str]:
    """Questions out of the schema, each of which the offline engine really answers."""
    catalog = _busiest(catalog)
    found: list[str] = []
    for question in _candidates(catalog):
        if len(found) >= MAX_QUESTIONS:
            break
        if question not in found and _is_answerable(question, catalog, today):
            found.append(question)
    return found


def _busiest(catalog: Catalog) -> Catalog:
    """The tables that point at most others, and those they point at: enough to suggest from, however wide the source is."""
    points = Counter(edge.child for edge in catalog.edges)
    tables = sorted(catalog.tables, key=lambda table: (-points[table.key], -(table.row_count or 0)))[:MAX_TABLES]
    keys = {table.key for table in tables}
    return replace(catalog, tables=tuple(tables), edges=tuple(e for e in catalog.edges if {e.child, e.parent} <= keys), _by_key={})


def _candidates(catalog: Catalog) -> list[str]:
    tables = catalog.tables[:8]
    questions = ["total sales by month", "top 5 products by revenue", "average order value"]
    for table in tables:
        name = " ".join(table.words)
        plural = _plural(name)
        dated = any(column.is_date for column in table.columns)
        questions.append(f"how many {plural} are there")
        questions += [f"number of {plural} per month"] if dated else []
        questions += [f"number of {plural} by {_said(column, table)}" for column in _categories(table)[:1]]
        questions += [f"average {_said(column, table)} of {plural}" for column in numeric_columns(table)[:1]]
        parents = [catalog.table(edge.parent) for edge in catalog.edges if edge.child == table.key]
        questions += [f"which {' '.join(parent.words)} has the most {plural}" for parent in parents[:1]]
    by_kind = [question for place in range(7) for question in questions[place::7]]
    return questions[:3] + by_kind


def _said(column: Column, table: Table) -> str:
    return " ".join(word for word in column.words if word not in table.words) or " ".join(column.words)


def _plural(name: str) -> str:
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return name[:-1] + "ies"
    return name + ("es" if name.endswith(("s", "x", "ch", "sh")) else "s")


def _categories(table: Table) -> list[Column]:
    telling = {"status", "category", "type", "kind", "region", "country", "channel", "segment", "gender", "department", "method"}
    return [column for column in table.columns if column.type == "string" and set(column.words) & telling]


def _is_answerable(question: str, catalog: Catalog, today: date) -> bool:
    try:
        return answer(question, catalog, [], today=today).confidence >= 0.6
    except Problem:
        return False


def optimizations(sql: str, catalog: Catalog, warnings: list[str]) -> list[Optimization]:
    """Advice on a statement that has passed the checks; warnings of the SQL pipeline come first."""
    tree = sqlglot.parse_one(sql, dialect=catalog.dialect)
    found = [Optimization(code="caution", message=warning) for warning in warnings]
    found += _explicit_columns(tree, catalog)
    found += _like(tree)
    found += _functions_on_columns(tree)
    found += _order_in_subquery(tree, catalog.dialect)
    found += _union(tree, catalog.dialect)
    return found


def _explicit_columns(tree: exp.Expr, catalog: Catalog) -> list[Optimization]:
    select = tree if isinstance(tree, exp.Select) else None
    if select is None or not any(isinstance(projection, exp.Star) for projection in select.selects):
        return []
    tables = [table.name for table in select.find_all(exp.Table)]
    better = None
    if len(tables) == 1 and len(select.selects) == 1:
        columns = next((table.columns for table in catalog.tables if table.name.lower() == tables[0].lower()), ())
        if columns:
            copy = select.copy()
            copy.set("expressions", [exp.column(exp.to_identifier(column.name, quoted=not column.name.islower())) for column in columns])
            better = copy.sql(dialect=catalog.dialect)
    return [Optimization(code="select_star", message="Name the columns you need instead of `*`: less is read and sent.", sql=better)]


def _like(tree: exp.Expr) -> list[Optimization]:
    for like in tree.find_all(exp.Like, exp.ILike):
        pattern = like.expression
        if isinstance(pattern, exp.Literal) and pattern.is_string and str(pattern.this).startswith("%"):
            return [
                Optimization(code="leading_wildcard", message=f"The pattern {pattern.sql()} begins with %, so that no index can serve it.")
            ]
    return []


def _functions_on_columns(tree: exp.Expr) -> list[Optimization]:
    where = tree.find(exp.Where)
    for comparison in where.find_all(exp.EQ, exp.GT, exp.GTE, exp.LT, exp.LTE) if where is not None else ():
        side = comparison.this
        if isinstance(side, exp.Func) and not isinstance(side, exp.AggFunc) and side.find(exp.Column):
            message = f"{side.sql()} hides its column from an index; compare the bare column with a range instead."
            return [Optimization(code="function_on_column", message=message)]
    return []


def _order_in_subquery(tree: exp.Expr, dialect: str) -> list[Optimization]:
    for subquery in tree.find_all(exp.Subquery):
        inner = subquery.this
        if isinstance(inner, exp.Select) and inner.args.get("order") and not inner.args.get("limit"):
            copy = tree.copy()
            for nested in copy.find_all(exp.Subquery):
                if isinstance(nested.this, exp.Select) and not nested.this.args.get("limit"):
                    nested.this.set("order", None)
            return [
                Optimization(
                    code="order_in_subquery", message="ORDER BY in a subquery without LIMIT has no effect.", sql=copy.sql(dialect=dialect)
                )
            ]
    return []


def _union(tree: exp.Expr, dialect: str) -> list[Optimization]:
    if isinstance(tree, exp.Union) and tree.args.get("distinct"):
        copy = tree.copy()
        copy.set("distinct", False)
        return [
            Optimization(
                code="union_all",
                message="UNION sorts duplicates out; UNION ALL is faster where there are none.",
                sql=copy.sql(dialect=dialect),
            )
        ]
    return []
