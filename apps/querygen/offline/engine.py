"""Answers questions without a model: reads the words, links them to the schema, plans one SELECT. Deterministic; refuses rather than guesses."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlglot import exp

from apps.querygen.catalog import Catalog
from apps.querygen.contract import CannotAnswer
from apps.querygen.offline.grammar import read
from apps.querygen.offline.intent import Intent
from apps.querygen.offline.linker import Value
from apps.querygen.offline.planner import Plan, plan


@dataclass(frozen=True)
class OfflineAnswer:
    """SQL with what it was based on. `confidence` is 0 to 1."""

    sql: str
    explanation: str
    confidence: float
    tables: list[str]
    columns: list[str]
    assumptions: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def answer(question: str, catalog: Catalog, values: list[Value], *, today: date, choices: dict[str, str] | None = None) -> OfflineAnswer:
    """SQL for a question over a catalog. `choices` are earlier answers to clarifications (word → what it means).

    Raises CannotAnswer with the closest names, Ambiguous with clarifications.
    """
    intent = read(question, catalog, values, today=today, choices=choices or {})
    _refuse_leftovers(intent, catalog)
    planned = plan(intent, catalog)
    sql = planned.select.sql(dialect=catalog.dialect, pretty=True)
    return OfflineAnswer(
        sql=sql,
        explanation=_explain(planned),
        confidence=_confidence(intent, planned),
        tables=planned.tables,
        columns=_columns(planned),
        assumptions=planned.assumptions,
        warnings=[f"'{word}' was not understood and is left out of account." for word in intent.unexplained]
        + [f"'{word}' is taken to mean only that the things named belong together." for word in intent.glossed_over],
    )


def _refuse_leftovers(intent: Intent, catalog: Catalog) -> None:
    """A word that was not understood may carry the whole point: answer only where almost everything is explained."""
    left = intent.unexplained
    if not left:
        return
    is_grave = any(word[:1].isupper() or word[:1].isdigit() for word in left)
    if is_grave or len(left) > 1 or intent.explained < 4:
        words = ", ".join(f"'{word}'" for word in left)
        names = [table.key for table in intent.entities] or [table.key for table in catalog.tables][:10]
        raise CannotAnswer(f"Nothing in this source explains {words}.", closest=names)


def _confidence(intent: Intent, planned: Plan) -> float:
    """How much of the question is explained, how well its words fit the names, and how much had to be assumed."""
    coverage = intent.explained / max(1, intent.explained + 2 * len(intent.unexplained))
    fit = sum(intent.scores) / len(intent.scores) if intent.scores else 0.0
    guesses = 0.94 ** len(planned.assumptions) * 0.5 ** len(intent.unexplained) * 0.6 ** len(intent.glossed_over)
    joins = 0.97 ** max(0, len(planned.tables) - 1)
    return round(max(0.0, min(0.95, coverage * fit * guesses * joins)), 3)


def _columns(planned: Plan) -> list[str]:
    found = {f"{column.table}.{column.name}" for column in planned.select.find_all(exp.Column) if column.table}
    return sorted(found)


def _explain(planned: Plan) -> str:
    text = ", ".join(part for part in planned.parts if part)
    return f"Shows {text}." if text else "Shows the rows asked for."
