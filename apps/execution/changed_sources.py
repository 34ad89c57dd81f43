"""A canonical statement that a source refuses: where the source has changed since it was last read, the mapping is broken, and that is the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analytics_platform.kernel.declare import Problem
from analytics_platform.sources.problems import QueryRefusedBySource
from apps.execution.contract import Incomplete
from apps.mapping.contract import mappings
from apps.schema.contract import schemas

if TYPE_CHECKING:
    from apps.execution.opening import Opened
    from apps.execution.outcome import Refusal

_SQLSTATES: Final = ("42P01", "42703", "42883", "42804", "3F000")
"""PostgreSQL: no such table, column or schema, or a column of another type."""
_ERRNOS: Final = (1049, 1054, 1109, 1146, 1356)
"""MySQL and MariaDB: no such database, column or table, or a view of them."""


def explained(opened: Opened, problem: Problem) -> Problem:
    """The problem itself, or BrokenMapping where the source, read again, no longer holds what the statement's mapping reads."""
    if opened.translation is None or opened.data_source_id is None or not _may_be_a_change(opened, problem):
        return problem
    try:
        schemas.refresh(data_source_id=opened.data_source_id)
        mappings.translate(data_source_id=opened.data_source_id, sql=opened.sql, schema=opened.canonical)
    except Problem as found:
        return found if found.code == "mapping_broken" else problem
    return problem


def told(refusals: tuple[Refusal, ...], incomplete: list[Incomplete]) -> list[Incomplete]:
    """What each source lacks, where one that refused lacks something since it changed."""
    reasons = {refusal.opened.data_source_id: explained(refusal.opened, refusal.problem) for refusal in refusals}
    return [_for_reason(entry, reasons.get(entry.data_source_id)) for entry in incomplete]


def _for_reason(entry: Incomplete, problem: Problem | None) -> Incomplete:
    if problem is None:
        return entry
    return entry.model_copy(update={"code": problem.code, "message": problem.detail, "missing": list(problem.extra.get("columns") or [])})


def _may_be_a_change(opened: Opened, problem: Problem) -> bool:
    if not isinstance(problem, QueryRefusedBySource):
        return False
    return (
        problem.extra.get("sqlstate") in _SQLSTATES
        or problem.extra.get("errno") in _ERRNOS
        or (opened.dialect == "sqlite" and (opened.is_restricted or "no such " in problem.detail))
    )
