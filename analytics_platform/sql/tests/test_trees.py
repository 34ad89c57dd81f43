"""Walks give what sqlglot's own give, in its order."""

from __future__ import annotations

from sqlglot import exp

from analytics_platform.sql.parsing import parse_statement
from analytics_platform.sql.tests.statements import harmless
from analytics_platform.sql.trees import find_all, holds, walk

NESTED = "SELECT a, (SELECT MAX(b) FROM t) AS most FROM s WHERE a IN (SELECT c FROM u)"


def ids(nodes: object) -> list[int]:
    return [id(node) for node in nodes]  # type: ignore[attr-defined]


def test_walks_as_sqlglot_does() -> None:
    for statement in harmless():
        tree = parse_statement(statement.sql, dialect=statement.dialect, as_written=True)
        assert ids(walk(tree)) == ids(tree.walk())
        assert ids(find_all(tree, exp.Column)) == ids(tree.find_all(exp.Column))


def test_stays_out_of_closed_nodes_below_the_root() -> None:
    tree = parse_statement(NESTED, dialect="postgres")
    assert [column.name for column in walk(tree, closed=exp.Query) if isinstance(column, exp.Column)] == ["a", "a"]


def test_what_a_visited_node_loses_is_not_walked() -> None:
    tree = parse_statement(NESTED, dialect="postgres")
    for node in walk(tree):
        if isinstance(node, exp.Select):
            node.set("where", None)
        assert not isinstance(node, exp.In)


def test_says_what_a_tree_holds() -> None:
    tree = parse_statement(NESTED, dialect="postgres")
    assert holds(tree, exp.Max, exp.Min)
    assert not holds(tree, exp.Min)
