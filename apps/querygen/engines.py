"""The two engines over the other apps' contracts: which one answers, and what happens when the model does not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db import connections

from analytics_platform.kernel.context import seconds_left
from analytics_platform.kernel.declare import Problem
from analytics_platform.kernel.resilience import CircuitOpen, guarded, is_open
from analytics_platform.llm.model import Completion, Messages, ModelSettings, ModelUnavailable, complete
from analytics_platform.sql.problems import BrokenMapping, NotMapped, SqlProblem
from apps.execution.contract import Validation, ValidationError, executions
from apps.mapping.contract import CanonicalSource, mappings
from apps.querygen.agent.graph import AgentOutcome, AgentQuestion, run_agent
from apps.querygen.agent.ports import Budget, Checked, Example, Fault, Ports
from apps.querygen.canonical import canonical_values
from apps.querygen.catalog import Catalog
from apps.querygen.contract import AgentStep, CannotAnswer, Engine, EngineUsed, ModelAnswerInvalid
from apps.querygen.conversations import Reading
from apps.querygen.offline.engine import OfflineAnswer, answer
from apps.querygen.offline.linker import Value, value_terms
from apps.schema.contract import schemas

CIRCUIT = "llm"
CALLS_WORTH = 2
"""How many of a model's longest answers one question may take, repairs included."""


@dataclass(frozen=True)
class Question:
    """A question with all that an engine needs to answer it."""

    data_source_id: UUID
    catalog: Catalog
    reading: Reading
    engine: Engine
    private: bool
    rights: list[str]
    today: date
    examples: list[Example] = field(default_factory=list)
    earlier: list[Example] = field(default_factory=list)
    data_source_ids: list[UUID] = field(default_factory=list)
    canonical: str | None = None
    canonical_sources: list[CanonicalSource] = field(default_factory=list)


@dataclass(frozen=True)
class Drafted:
    """SQL from either engine."""

    sql: str
    explanation: str
    confidence: float
    tables: list[str]
    columns: list[str]
    assumptions: list[str]
    warnings: list[str]
    engine: EngineUsed
    model: str = ""
    attempts: int = 1
    tokens_in: int = 0
    tokens_out: int = 0


def model_settings() -> ModelSettings:
    """The model that the operator named."""
    return ModelSettings(settings.LLM_BASE_URL, settings.LLM_API_KEY, settings.LLM_MODEL)


def draft(question: Question) -> Iterator[AgentStep | Drafted]:
    """Steps, then the SQL. With `auto` the model answers where one is configured and well, else the offline engine, which then says so.

    Raises CannotAnswer, Ambiguous, ModelUnavailable, ModelAnswerInvalid.
    """
    if question.engine == "offline" or (question.engine == "auto" and not model_settings().is_configured):
        yield from _offline(question)
        return
    if question.engine == "llm":
        yield from _llm(question)
        return
    if is_open(CIRCUIT):
        yield from _offline(question, instead_of="The language model is failing and is being left alone for a moment")
        return
    try:
        yield from _llm(question)
    except (ModelUnavailable, ModelAnswerInvalid) as problem:
        yield from _offline(question, instead_of=problem.detail.rstrip("."))


def _llm(question: Question) -> Iterator[AgentStep | Drafted]:
    model = model_settings()
    if not model.is_configured:
        raise ModelUnavailable("No language model is configured (LLM_BASE_URL, LLM_MODEL).")
    asked = AgentQuestion(
        question.reading.text,
        question.catalog,
        question.today.isoformat(),
        private=question.private,
        earlier=question.earlier,
        is_restricted=bool(question.rights),
    )
    for item in run_agent(asked, _ports(question, model), _budget()):
        yield _from_agent(item) if isinstance(item, AgentOutcome) else item


def _budget() -> Budget:
    call_s = float(settings.LLM_TIMEOUT_S)
    return Budget(total_s=seconds_left(CALLS_WORTH * call_s), call_s=call_s)


def _from_agent(outcome: AgentOutcome) -> Drafted:
    return Drafted(
        sql=outcome.sql,
        explanation=outcome.explanation,
        confidence=outcome.confidence,
        tables=outcome.tables,
        columns=outcome.columns,
        assumptions=outcome.assumptions,
        warnings=outcome.warnings,
        engine="llm",
        model=outcome.model,
        attempts=outcome.attempts,
        tokens_in=outcome.tokens_in,
        tokens_out=outcome.tokens_out,
    )


def _offline(question: Question, *, instead_of: str = "") -> Iterator[AgentStep | Drafted]:
    started = time.monotonic()
    values = find_values(question, value_terms(question.reading.text))
    yield AgentStep(node="retrieve", summary=f"{len(question.catalog.tables)} tables, {len(values)} values", duration_ms=_ms(started))
    started = time.monotonic()
    found = answer(question.reading.text, question.catalog, values, today=question.today, choices=question.reading.choices)
    yield AgentStep(node="draft", summary="wrote SQL without a model", duration_ms=_ms(started))
    started = time.monotonic()
    drafted = _checked_offline(question, found)
    yield AgentStep(node="check", summary="the statement is sound", duration_ms=_ms(started))
    if instead_of:
        drafted = replace(drafted, warnings=[f"{instead_of}: answered by the offline engine.", *drafted.warnings])
    yield drafted


def _checked_offline(question: Question, found: OfflineAnswer) -> Drafted:
    checked = check(question, found.sql)
    if checked.faults:
        raise CannotAnswer(f"The statement that was written does not pass the checks ({checked.faults[0].message}).", closest=found.tables)
    return Drafted(
        sql=found.sql,
        explanation=found.explanation,
        confidence=found.confidence,
        tables=found.tables,
        columns=found.columns,
        assumptions=found.assumptions,
        warnings=[*found.warnings, *checked.warnings],
        engine="offline",
    )


def find_values(question: Question, terms: list[str]) -> list[Value]:
    """Values of the source that words of the question may mean; none of a private source."""
    if question.private or not terms:
        return []
    if question.canonical:
        return canonical_values(question.canonical_sources, question.catalog, terms)
    keys = {(table.schema, table.name): table for table in question.catalog.tables}
    found = []
    for match in schemas.find_values(data_source_id=question.data_source_id, terms=terms):
        table = keys.get((match.schema_name, match.table)) or next((t for t in question.catalog.tables if t.name == match.table), None)
        column = table.column(match.column) if table is not None else None
        if column is not None:
            found.append(Value(match.term, column, match.value, match.score))
    return found


def check(question: Question, sql: str) -> Checked:
    """The SQL pipeline's verdict."""
    verdict = _verdict(question, sql)
    faults = [_fault(error) for error in verdict.errors]
    if not verdict.valid and not faults:
        faults = [Fault("not_valid", "The statement cannot be run.", is_ours=True)]
    return Checked(faults, verdict.warnings, verdict.tables, verdict.columns, verdict.normalized_sql or sql)


def _verdict(question: Question, sql: str) -> Validation:
    """Over several sources, that of the first that can answer. Raises NotMapped, BrokenMapping where none can."""
    if not question.canonical:
        return executions.validate(data_source_id=question.data_source_id, sql=sql)
    refused: Problem | None = None
    for source in question.canonical_sources:
        try:
            mappings.translate(data_source_id=source.data_source_id, sql=sql, schema=question.canonical)
        except (NotMapped, BrokenMapping) as problem:
            refused = refused or problem
            continue
        except SqlProblem:
            pass  # the verdict says what is wrong
        return executions.validate(data_source_id=source.data_source_id, sql=sql, canonical=question.canonical)
    raise refused or CannotAnswer("No source is asked.")


def _dry_run(question: Question, sql: str) -> Fault | None:
    """EXPLAIN at the source. A source that cannot be reached says nothing about the statement."""
    try:
        executions.explain(data_source_id=question.data_source_id, sql=sql, canonical=question.canonical)
    except Problem as problem:
        return Fault(problem.code, problem.detail) if problem.status == 422 else None
    return None


def _fault(error: ValidationError) -> Fault:
    """What the pipeline says quotes the statement alone; whatever else is said is the source's own word."""
    return Fault(error.code, error.message, error.line, error.column, is_ours=error.code in _PIPELINE_CODES)


def _codes(problem: type[SqlProblem]) -> set[str]:
    return {problem.code}.union(*(_codes(narrower) for narrower in problem.__subclasses__()))


_PIPELINE_CODES = frozenset(_codes(SqlProblem))


def _ports(question: Question, model: ModelSettings) -> Ports:
    def ask(messages: Messages, timeout_s: float) -> Completion:
        _release_connections()
        try:
            return guarded(CIRCUIT, lambda: complete(model, messages, timeout_s))
        except CircuitOpen as problem:
            raise ModelUnavailable(problem.detail, retry_after_s=problem.retry_after_s) from problem

    return Ports(
        complete=ask,
        find_values=lambda terms: find_values(question, terms),
        examples=lambda text: question.examples,
        check=lambda sql: check(question, sql),
        dry_run=lambda sql: _dry_run(question, sql),
    )


def _release_connections() -> None:
    """A model may take half a minute: no database connection waits with us."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


def _ms(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
