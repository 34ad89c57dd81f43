"""A lowered tree as text in the source's dialect, parameters as `:name`."""

from __future__ import annotations

from typing import ClassVar

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect as Grammar
from sqlglot.dialects.mysql import MySQL
from sqlglot.generators.mysql import MySQLGenerator

from analytics_platform.sql.dialects import Dialect

_MARK = "\x02"  # refused in what comes in, so it can only be ours


class _MySqlAndMariaDb(MySQL):
    """What both servers read: MariaDB has no REGEXP_LIKE."""

    class Generator(MySQLGenerator):
        TRANSFORMS: ClassVar = {
            **MySQLGenerator.TRANSFORMS,
            exp.RegexpLike: lambda self, node: self.binary(node, "REGEXP"),
        }


def render(nodes: list[exp.Expr], *, dialect: Dialect) -> str:
    """The statement, which is given as all nodes of its tree, the root first. The tree is used up."""
    names = {}
    for node in nodes:
        if not isinstance(node, exp.Placeholder):
            continue
        mark = f"{_MARK}{node.this}{_MARK}"
        names[mark] = f":{node.this}"
        node.replace(exp.Var(this=mark))
    grammar = _MySqlAndMariaDb() if dialect == "mysql" else Grammar.get_or_raise(dialect)
    text = grammar.generate(nodes[0], copy=False, comments=False)
    for mark, written in names.items():
        text = text.replace(mark, written)
    return text
