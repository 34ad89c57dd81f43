"""Canonical SQL, which is PostgreSQL's, made to mean the same in another dialect."""

from __future__ import annotations

from sqlglot import exp

from analytics_platform.sql.canonical.kinds import Kinds
from analytics_platform.sql.dialects import Dialect


def lowered(tree: exp.Expr, kinds: Kinds, dialect: Dialect) -> exp.Expr:
    """The tree for the dialect. It is used up."""
    return tree
