"""What would become of a statement: the pipeline's verdict as data, and the source's own estimate."""

from __future__ import annotations

from uuid import UUID

from analytics_platform.sources.problems import SourceProblem
from analytics_platform.sql.pipeline import check, normalized
from analytics_platform.sql.problems import FunctionNotAllowed, MultipleStatements, NotReadOnly, SqlProblem, SqlSyntaxError
from apps.execution.canonical import translated
from apps.execution.contract import Canonical, Validation, ValidationError
from apps.execution.opening import catalog_for, may_read, session_for

_NOT_READING = (NotReadOnly.code, MultipleStatements.code, SqlSyntaxError.code, FunctionNotAllowed.code)


def validate(*, data_source_id: UUID, sql: str, canonical: Canonical = None) -> Validation:
    """Checks a statement; for one without parameters the source estimates its cost where it can be reached."""
    may_read()
    connection, catalog, access = catalog_for(data_source_id)
    try:
        written = sql if canonical in (None, False) else translated(data_source_id, sql, canonical).sql
        checked = check(written, dialect=connection.dialect, catalog=catalog, access=access)
    except SqlProblem as problem:
        faults = [ValidationError(code=fault.code, message=fault.message, line=fault.line, column=fault.column) for fault in problem.faults]
        return Validation(valid=False, read_only=problem.code not in _NOT_READING, errors=faults)
    cost: float | None = None
    faults = []
    if not checked.parameter_names and not checked.is_restricted:
        try:
            cost = _estimate(data_source_id, written)
        except SourceProblem as problem:
            if problem.status == 422:
                faults.append(ValidationError(code=problem.code, message=problem.detail))
    return Validation(
        valid=not faults,
        read_only=True,
        errors=faults,
        warnings=[caution.message for caution in checked.cautions],
        tables=list(checked.tables),
        columns=list(checked.columns),
        normalized_sql=normalized(written, dialect=connection.dialect, catalog=catalog, access=access) if written is sql else sql,
        estimated_cost=cost,
    )


def _estimate(data_source_id: UUID, sql: str) -> float | None:
    with session_for(data_source_id, sql) as (session, prepared):
        return session.explain(prepared.sql, prepared.parameters).estimated_cost
