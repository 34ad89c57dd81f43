"""Predicates moved to where the rows are read, so that the source's indexes serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics_platform.sql.canonical.mapped import MappedSchema

if TYPE_CHECKING:
    from analytics_platform.sql.canonical.binding import Binder


def push_down(binder: Binder, mapped: MappedSchema) -> None:
    """Moves what reads one entity alone into its derived table."""
