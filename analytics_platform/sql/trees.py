"""Walks over trees in sqlglot's own order, breadth first, at less than half of its cost: every statement is walked many times."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from sqlglot import exp
from sqlglot.expressions import Expr

E = TypeVar("E", bound=exp.Expr)


def walk(root: exp.Expr, *, closed: type[exp.Expr] | tuple[type[exp.Expr], ...] = ()) -> Iterator[exp.Expr]:
    """Every node, but below the root not what stands inside of `closed` ones. A node's children are looked up after it was given out, so it may be changed by then."""
    found = [root]
    for node in found:
        yield node
        if closed and node is not root and isinstance(node, closed):
            continue
        for value in node.args.values():
            if value is None or type(value) is str:  # most are
                continue
            if isinstance(value, Expr):
                found.append(value)
            elif isinstance(value, list):
                for each in value:
                    if isinstance(each, Expr):
                        found.append(each)


def find_all(root: exp.Expr, *kinds: type[E]) -> Iterator[E]:
    """Every node of these kinds."""
    for node in walk(root):
        if isinstance(node, kinds):
            yield node


def holds(root: exp.Expr, *kinds: type[exp.Expr]) -> bool:
    """Whether there is a node of these kinds."""
    return any(isinstance(node, kinds) for node in walk(root))
