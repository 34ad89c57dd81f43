"""What a rule knows: the dialect, the types, and how to refuse."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn

from sqlglot import exp

from analytics_platform.sql.canonical.kinds import Kinds
from analytics_platform.sql.canonical.relations import Kind
from analytics_platform.sql.dialects import Dialect
from analytics_platform.sql.parsing import fault_at
from analytics_platform.sql.problems import NotTranslatable

ENGINES: dict[Dialect, str] = {"postgres": "PostgreSQL", "mysql": "MySQL or MariaDB", "sqlite": "SQLite", "duckdb": "DuckDB"}


@dataclass
class Lowering:
    """One tree's lowering. `loose_intervals` are differences of moments that nothing has turned into a number yet."""

    dialect: Dialect
    kinds: Kinds
    loose_intervals: dict[int, exp.Expr] = field(default_factory=dict)

    def kind(self, node: object) -> Kind:
        return self.kinds.of(node)

    def refuse(self, node: exp.Expr, what: str) -> NoReturn:
        """Says what this source's engine cannot do. Raises NotTranslatable."""
        message = f"{what} has no equal in {ENGINES[self.dialect]}, which this source is."
        fault = fault_at(node, code=NotTranslatable.code, message=message)
        raise NotTranslatable(message, line=fault.line, column=fault.column)

    def refuse_loose_intervals(self) -> None:
        for node in self.loose_intervals.values():
            self.refuse(node, "A span of time as a value (not of days between two dates, nor in EXTRACT)")
