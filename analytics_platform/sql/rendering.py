"""From the checked tree back to text, with parameters in the form each driver binds."""

from __future__ import annotations

from sqlglot import exp

from analytics_platform.sql.dialects import Dialect
from analytics_platform.sql.grammars import AS_WRITTEN

_MARK = "\x02"  # refused in what comes in, so it can only be ours


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
    text = AS_WRITTEN[dialect]().generate(tree, copy=False, comments=False, normalize_functions=False)
    for mark, written in names.items():
        text = text.replace(mark, written)
    return text
