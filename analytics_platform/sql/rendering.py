"""From the checked tree back to text, with parameters in the form each driver binds."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from analytics_platform.sql.dialects import Dialect
from analytics_platform.sql.grammars import AS_WRITTEN

_MARK = "\x02"  # refused in what comes in, so it can only be ours
LIMIT_MARK = _MARK * 2
"""Stands as a number where the outermost limit goes."""


@dataclass(frozen=True)
class Rendered:
    """A statement rendered once, with marks where its parameters and its limit go. `parameters` are their names as often as they stand there."""

    text: str
    parameters: tuple[str, ...]

    def for_people(self) -> str:
        """Parameters as `:name`."""
        return self._filled(":{}")

    def for_binding(self, *, limit: int | None) -> str:
        """For a connector: parameters as `%(name)s`, which nothing else in rendered SQL looks like (`a[1:n]` looks like `:n`)."""
        text = self._filled("%({})s")
        return text if limit is None else text.replace(LIMIT_MARK, str(limit))

    def _filled(self, style: str) -> str:
        text = self.text
        for name in dict.fromkeys(self.parameters):
            text = text.replace(_marked(name), style.format(name))
        return text


def render(nodes: list[exp.Expr], *, dialect: Dialect) -> Rendered:
    """The statement from its tree, which is given as all of its nodes, the root first, and is used up: no comments."""
    names = []
    for node in nodes:
        if not isinstance(node, exp.Placeholder):
            continue
        names.append(str(node.this))
        node.replace(exp.Var(this=_marked(str(node.this))))
    text = AS_WRITTEN[dialect]().generate(nodes[0], copy=False, comments=False, normalize_functions=False)
    return Rendered(text, tuple(names))


def _marked(name: str) -> str:
    return f"{_MARK}{name}{_MARK}"
