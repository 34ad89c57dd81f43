"""Metrics as trees."""

from __future__ import annotations

from functools import lru_cache

from sqlglot import exp

from analytics_platform.sql.canonical.model import Metric
from analytics_platform.sql.parsing import parse_statement
from analytics_platform.sql.problems import SqlSyntaxError
from analytics_platform.sql.trees import walk


def metric_tree(metric: Metric) -> exp.Expr:
    """A fresh tree of the metric's expression. Raises SqlSyntaxError."""
    return parsed_expression(metric.expression).copy()


@lru_cache(maxsize=2_000)
def parsed_expression(text: str) -> exp.Expr:
    """The one expression of canonical SQL in a text, parsed once. Raises SqlSyntaxError, MultipleStatements."""
    return only_expression(parsed_statement(f"SELECT {text}"), text)


def parsed_statement(sql: str) -> exp.Expr:
    """The tree of canonical SQL, in which `NOT` is always a node of its own. Raises SqlSyntaxError, MultipleStatements."""
    tree = parse_statement(sql, dialect="postgres")
    for node in [node for node in walk(tree) if node.args.get("negate")]:
        node.set("negate", None)
        negated = exp.Not()
        node.replace(negated)
        negated.set("this", node)
    return tree


def only_expression(tree: exp.Expr, text: str) -> exp.Expr:
    """What a SELECT of one expression and nothing else selects. Raises SqlSyntaxError."""
    others = [name for name, value in tree.args.items() if value and name != "expressions"]
    if not isinstance(tree, exp.Select) or others or len(tree.expressions) != 1 or isinstance(tree.expressions[0], exp.Alias | exp.Aliases):
        raise SqlSyntaxError(f"{text[:80]!r} is not one expression.")
    expression = tree.expressions[0]
    assert isinstance(expression, exp.Expr)
    expression.pop()
    return expression
