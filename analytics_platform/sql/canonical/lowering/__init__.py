"""Canonical SQL, which is PostgreSQL's, made to mean the same in another dialect.

From the leaves up, each node that another dialect reads differently is replaced by what gives the same value there. What has no equal is refused.
"""

from __future__ import annotations

from analytics_platform.sql.canonical.lowering.walk import lowered

__all__ = ["lowered"]
