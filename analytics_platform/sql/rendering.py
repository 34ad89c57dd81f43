"""From the checked tree back to text, with parameters in the form each driver binds."""

from __future__ import annotations

from typing import ClassVar

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect as Grammar
from sqlglot.dialects.mysql import MySQL
from sqlglot.generators.mysql import MySQLGenerator

from analytics_platform.sql.dialects import Dialect

_MARK = "\x02"  # refused in what comes in, so it can only be ours


class _MySqlAndMariaDb(MySQL):
    """MySQL as both servers read it: MariaDB has no REGEXP_LIKE, and neither has AT TIME ZONE."""

    class Generator(MySQLGenerator):
        TRANSFORMS: ClassVar = {
            **MySQLGenerator.TRANSFORMS,
            exp.RegexpLike: lambda self, node: self.binary(node, "REGEXP"),
            exp.UtcDate: lambda self, node: "UTC_DATE()",
            exp.UtcTime: lambda self, node: self.func("UTC_TIME", node.this),
            exp.UtcTimestamp: lambda self, node: self.func("UTC_TIMESTAMP", node.this),
        }


def render(tree: exp.Expr, *, dialect: Dialect) -> str:
    """The statement for people to read: no comments, parameters as `:name`."""
    return _generate(tree.copy(), dialect, style=":{}")


def render_once(tree: exp.Expr, *, dialect: Dialect) -> str:
    """Like `render`; the tree is used up."""
    return _generate(tree, dialect, style=":{}")


def render_for_binding(tree: exp.Expr, *, dialect: Dialect) -> str:
    """The statement for a connector: parameters as `%(name)s`, which nothing else in rendered SQL looks like (`a[1:n]` looks like `:n`).

    The tree is used up.
    """
    return _generate(tree, dialect, style="%({})s")


def _generate(tree: exp.Expr, dialect: Dialect, *, style: str) -> str:
    names = {}
    for node in list(tree.find_all(exp.Placeholder)):
        mark = f"{_MARK}{node.this}{_MARK}"
        names[mark] = style.format(node.this)
        node.replace(exp.Var(this=mark))
    grammar = _MySqlAndMariaDb() if dialect == "mysql" else Grammar.get_or_raise(dialect)
    text = grammar.generate(tree, copy=False, comments=False, normalize_functions=False)
    for mark, written in names.items():
        text = text.replace(mark, written)
    return text
