"""What can be wrong with a statement. Each problem carries its faults with their place, and close matches for unknown names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analytics_platform.kernel.declare import FieldError, Problem


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault of a statement; `line` and `column` count from 1 where they are known."""

    code: str
    message: str
    line: int | None = None
    column: int | None = None
    closest: tuple[str, ...] = ()


class SqlProblem(Problem):
    """A statement that will not be run. Never raised itself: its subclasses are."""

    code = "sql_problem"
    status = 422
    title = "The statement cannot be run."

    def __init__(
        self,
        detail: str = "",
        *,
        line: int | None = None,
        column: int | None = None,
        closest: Sequence[str] = (),
        errors: list[FieldError] | None = None,
        retry_after_s: int | None = None,
        faults: Sequence[Fault] = (),
        **extra: object,
    ) -> None:
        own = Fault(code=self.code, message=detail or self.title, line=line, column=column, closest=tuple(closest))
        told = tuple(faults) or (own,)
        place = {"line": line, "column": column} if line is not None else {}
        near = {"closest": list(closest)} if closest else {}
        errors = errors or [FieldError(field="sql", code=fault.code, message=fault.message) for fault in told]
        super().__init__(detail, errors=errors, retry_after_s=retry_after_s, **place, **near, **extra)
        self._faults = told

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Every fault. Of a problem that another app raised they are read off its errors, where the first alone has its place."""
        if hasattr(self, "_faults"):
            return self._faults
        told = tuple(Fault(code=error.code, message=error.message) for error in self.errors)
        first = told[0] if told else Fault(code=self.code, message=self.detail)
        return (replace(first, line=self.extra.get("line"), column=self.extra.get("column")), *told[1:])


class SqlSyntaxError(SqlProblem):
    code = "syntax_error"
    title = "The statement does not parse."


class MultipleStatements(SqlProblem):
    code = "multiple_statements"
    title = "Send one statement at a time."


class NotReadOnly(SqlProblem):
    code = "not_read_only"
    title = "Only reading statements are run."


class FunctionNotAllowed(SqlProblem):
    code = "function_not_allowed"
    title = "This function may not be used here."


class UnknownTable(SqlProblem):
    code = "unknown_table"
    title = "There is no such table in this source."


class AmbiguousName(SqlProblem):
    code = "ambiguous_name"
    title = "Several schemas have a table of this name. Write the schema before it."


class UnknownColumn(SqlProblem):
    code = "unknown_column"
    title = "There is no such column."


class BadParameter(SqlProblem):
    code = "bad_parameter"
    title = "The statement's parameters and the values sent do not fit."


class HiddenByPolicy(SqlProblem):
    """Names nothing: what is hidden stays hidden, but is not called unknown."""

    code = "hidden_by_policy"
    status = 403
    title = "The statement names something that a policy of this source hides from you."


class PolicyDoesNotResolve(SqlProblem):
    code = "policy_broken"
    status = 409
    title = "A policy of this source no longer fits its tables, so nothing is run for you until it is mended."


class PolicyVariableUnset(SqlProblem):
    code = "policy_variable_unset"
    status = 403
    title = "A policy of this source asks for an attribute that you do not have."


class NotMapped(SqlProblem):
    """`missing` names the canonical fields and entities that the source does not have."""

    code = "not_mapped"
    title = "The source has no mapping for something that the statement names."


class BrokenMapping(SqlProblem):
    """`columns` names what the mapping reads and the source no longer has."""

    code = "mapping_broken"
    status = 409
    title = "The source has changed under its mapping."


class NotTranslatable(SqlProblem):
    """The source's engine has nothing that gives the same rows."""

    code = "not_translatable"
    title = "This source cannot answer the statement as it is written."


PROBLEM_BY_CODE: dict[str, type[SqlProblem]] = {
    kind.code: kind
    for kind in (
        SqlSyntaxError,
        MultipleStatements,
        NotReadOnly,
        FunctionNotAllowed,
        UnknownTable,
        AmbiguousName,
        UnknownColumn,
        BadParameter,
        HiddenByPolicy,
    )
}


def raise_faults(faults: Sequence[Fault]) -> None:
    """Raises the first fault's problem, carrying them all; returns where there is none."""
    if faults:
        first = faults[0]
        kind = PROBLEM_BY_CODE[first.code]
        raise kind(first.message, line=first.line, column=first.column, closest=first.closest, faults=faults)
