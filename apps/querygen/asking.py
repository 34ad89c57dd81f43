"""The use case: one question from its words to a kept, published generation."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from analytics_platform.kernel.context import principal_or_none
from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.declare import FieldError, Problem
from analytics_platform.kernel.events import publish
from analytics_platform.kernel.problems import Invalid
from apps.datasources.contract import DataSourceNotFound, data_sources
from apps.execution.contract import Canonical, executions
from apps.mapping.contract import CanonicalSource
from apps.querygen import contract, models
from apps.querygen.agent.ports import Example
from apps.querygen.agent.retrieve import question_stems
from apps.querygen.canonical import catalog_of_canonical, sources_of
from apps.querygen.catalog import Catalog, catalog_of
from apps.querygen.contract import AgentGeneration, AgentStep, Ambiguous, CannotAnswer, ConversationNotFound, Engine, QueryGenerated
from apps.querygen.conversations import Reading, read_clarification, read_follow_up
from apps.querygen.engines import Drafted, Question, draft, model_settings
from apps.querygen.hidden import may_mean_hidden, names_hidden
from apps.querygen.records import generation_dto
from apps.schema.contract import SourceSchema, schemas
from apps.viz.contract import visualizations

CACHED_FOR = timedelta(hours=24)
MAX_EXAMPLES = 3
HIDDEN = "What the question asks for is in a part of this source that a policy keeps from you."


@dataclass(frozen=True)
class Asked:
    """A request to generate, as it came."""

    data_source_ids: list[UUID]
    canonical: Canonical
    question: str | None
    engine: Engine
    conversation_id: UUID | None
    clarification: str | None
    execute: bool = False


def ask(asked: Asked) -> Iterator[AgentStep | AgentGeneration]:
    """Each step as it is done; then the generation; then, with `execute`, the generation with its result and chart."""
    started = time.monotonic()
    conversation = _conversation(asked)
    seen = _seen(asked, conversation)
    reading, text = _reading(asked, conversation, seen)
    question = _question(asked, conversation, reading, seen)
    fingerprint = _fingerprint(question) if conversation is None else ""
    known = _known(fingerprint)
    steps: list[AgentStep] = []
    if known is not None:
        steps.append(AgentStep(node="cache", summary="asked before on this schema", duration_ms=_ms(started)))
        yield steps[0]
        generation = _keep(question, text, _drafted_of(known), started, conversation, fingerprint, cached=True)
        attempts = 1
    else:
        drafted = None
        try:
            _refuse_hidden(question, seen)
            for item in draft(question):
                if isinstance(item, Drafted):
                    drafted = item
                else:
                    steps.append(item)
                    yield item
        except Problem as problem:
            raise _kept_refusal(_reasoned(problem, question, seen), question, text, started, conversation) from problem
        if drafted is None:
            raise RuntimeError("an engine ended without an answer or a problem")
        if reading.assumption:
            drafted = replace(drafted, assumptions=[reading.assumption, *drafted.assumptions])
        generation = _keep(question, text, drafted, started, conversation, fingerprint, cached=False)
        attempts = drafted.attempts
    told = AgentGeneration(**generation.model_dump(), steps=steps, attempts=attempts)
    yield told
    if asked.execute:
        yield _executed(told, reading.text)


def _conversation(asked: Asked) -> models.Conversation | None:
    """The asker's own conversation. Raises ConversationNotFound."""
    if asked.conversation_id is None:
        return None
    principal = principal_or_none()
    found = models.Conversation.objects.filter(id=asked.conversation_id, created_by=principal.user_id if principal else None).first()
    if found is None or (asked.data_source_ids and asked.data_source_ids != sources_of_row(found)):
        raise ConversationNotFound
    return found


def sources_of_row(row: models.Conversation | models.Generation) -> list[UUID]:
    """What it is about."""
    return [UUID(one) for one in row.data_source_ids] or [row.data_source_id]


def rights_over(rights: dict[UUID, list[str]]) -> list[str]:
    """One fingerprint of the rights at several sources."""
    return [f"{one}:{part}" for one in sorted(rights) for part in rights[one]]


@dataclass(frozen=True)
class _Seen:
    """The sources as whoever asks sees them now; in canonical words, the schema that they share."""

    data_source_ids: list[UUID]
    catalog: Catalog
    rights: list[str]
    private: bool
    schema: SourceSchema | None = None
    canonical: str | None = None
    canonical_sources: list[CanonicalSource] = field(default_factory=list)

    def earlier(self, conversation: models.Conversation) -> QuerySet[models.Generation]:
        """Answers of a conversation that were given under the same rights, newest first: others may hold values that are kept back by now."""
        alike = conversation.generations.filter(error_code="", rights=self.rights, private=self.private)
        return alike.order_by("-created_at")


def _seen(asked: Asked, conversation: models.Conversation | None) -> _Seen | None:
    ids = sources_of_row(conversation) if conversation is not None else asked.data_source_ids
    if not ids:
        return None
    canonical = (conversation.canonical or None) if conversation is not None else asked.canonical
    found = data_sources.get_many(ids=ids)
    if len(found) < len(ids):
        raise DataSourceNotFound
    private = any(source.private for source in found)
    if canonical in (None, False):
        if len(ids) > 1:
            message = "Several sources are asked in canonical words: send canonical."
            raise Invalid(errors=[FieldError(field="canonical", code="missing", message=message)])
        schema = schemas.get(data_source_id=ids[0])
        return _Seen(ids, catalog_of(schema), schema.rights, private, schema)
    sources = sources_of(ids, canonical)
    fingerprint = rights_over(schemas.rights(data_source_ids=ids))
    return _Seen(ids, catalog_of_canonical(sources), fingerprint, private, canonical=sources[0].canonical.name, canonical_sources=sources)


def _reading(asked: Asked, conversation: models.Conversation | None, seen: _Seen | None) -> tuple[Reading, str]:
    """How the question is to be read, and its words as they are kept."""
    question = (asked.question or "").strip()
    if asked.clarification:
        if conversation is None or not conversation.pending_question:
            raise Invalid(
                errors=[
                    FieldError(field="clarification", code="nothing_to_clarify", message="No question of this conversation waits for one.")
                ]
            )
        pending = question or conversation.pending_question
        return read_clarification(pending, asked.clarification.strip(), conversation.choices), f"{pending} ({asked.clarification.strip()})"
    if not question:
        raise Invalid(errors=[FieldError(field="question", code="missing", message="Ask something.")])
    if conversation is None or seen is None:
        return Reading(question), question
    last = seen.earlier(conversation).first()
    reading = read_follow_up(question, last.reading or last.question if last else "")
    return replace(reading, choices=conversation.choices), question


def _question(asked: Asked, conversation: models.Conversation | None, reading: Reading, seen: _Seen | None) -> Question:
    if seen is None:
        raise Invalid(errors=[FieldError(field="data_source_id", code="missing", message="Name a data source, or a conversation.")])
    return Question(
        data_source_id=seen.data_source_ids[0],
        catalog=seen.catalog,
        reading=reading,
        engine=asked.engine,
        private=seen.private,
        rights=seen.rights,
        today=timezone.now().date(),
        examples=_examples(seen, reading.text),
        earlier=[] if conversation is None else [Example(row.question, row.sql) for row in reversed(seen.earlier(conversation)[:3])],
        canonical=seen.canonical,
        canonical_sources=seen.canonical_sources,
        data_source_ids=seen.data_source_ids,
    )


def _reasoned(problem: Problem, question: Question, seen: _Seen | None) -> Problem:
    """A refusal says whether what was asked for is not there, or is kept from whoever asks: without a name of it."""
    if not isinstance(problem, CannotAnswer) or seen is None or "reason" in problem.extra:
        return problem
    problem.extra["reason"] = "not_there"
    if seen.schema is not None and seen.schema.rights:
        whole = schemas.structure(data_source_id=question.data_source_id)
        if may_mean_hidden(question.reading.text, seen=seen.schema, whole=whole):
            return CannotAnswer(HIDDEN, closest=problem.extra.get("closest", []), reason="hidden_by_policy")
    return problem


def _refuse_hidden(question: Question, seen: _Seen | None) -> None:
    """A question that names what is kept back is not answered with the rest of it left out, nor with a guess. Raises CannotAnswer."""
    if seen is None or seen.schema is None or not seen.schema.rights:
        return
    whole = schemas.structure(data_source_id=question.data_source_id)
    if names_hidden(question.reading.text, seen=seen.schema, whole=whole):
        raise CannotAnswer(HIDDEN, closest=[table.key for table in question.catalog.tables][:10], reason="hidden_by_policy")


def _examples(seen: _Seen, text: str) -> list[Example]:
    """The confirmed questions of this source that share most words with this one, out of those confirmed under equal rights."""
    wanted = question_stems(text)
    alike = models.Example.objects.filter(data_source_id__in=seen.data_source_ids, canonical=seen.canonical or "", rights=seen.rights)
    rows = alike.order_by("-created_at")[:200]
    scored = [(len(wanted & question_stems(row.question)), row) for row in rows]
    best = sorted((pair for pair in scored if pair[0]), key=lambda pair: -pair[0])
    return [Example(row.question, row.sql) for _, row in best[:MAX_EXAMPLES]]


def _fingerprint(question: Question) -> str:
    """Everything that the answer depends on: a missing part would give one question another's SQL."""
    model = model_settings()
    parts = {
        "sources": [str(one) for one in question.data_source_ids],
        "canonical": [[str(source.mapping_id), source.mapping_version] for source in question.canonical_sources],
        "schema": question.catalog.version,
        "catalog": hashlib.sha256(repr((question.catalog.tables, question.catalog.edges)).encode()).hexdigest(),
        "question": " ".join(question.reading.text.lower().split()),
        "engine": question.engine,
        "model": [model.base_url, model.name],
        "private": question.private,
        "rights": question.rights,
        "today": question.today.isoformat(),
        "examples": [[example.question, example.sql] for example in question.examples],
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _known(fingerprint: str) -> models.Generation | None:
    """The same question answered before, unless somebody disliked the answer or the model had not been there."""
    if not fingerprint:
        return None
    rows = models.Generation.objects.filter(
        fingerprint=fingerprint, error_code="", cached=False, created_at__gte=timezone.now() - CACHED_FOR
    )
    disliked = models.Generation.objects.filter(fingerprint=fingerprint, rating=-1)
    return None if disliked.exists() else rows.order_by("-created_at").first()


def _drafted_of(row: models.Generation) -> Drafted:
    return Drafted(
        sql=row.sql,
        explanation=row.explanation,
        confidence=row.confidence,
        tables=row.tables,
        columns=row.columns,
        assumptions=row.assumptions,
        warnings=row.warnings,
        engine="llm" if row.engine == "llm" else "offline",
        model=row.model,
    )


def _is_stand_in(question: Question, drafted: Drafted) -> bool:
    """Whether the offline engine answered for a model that was away: not to be given again when it is back."""
    return drafted.engine == "offline" and question.engine == "auto" and model_settings().is_configured


def _keep(
    question: Question,
    text: str,
    drafted: Drafted,
    started: float,
    conversation: models.Conversation | None,
    fingerprint: str,
    *,
    cached: bool,
) -> contract.Generation:
    principal = principal_or_none()
    user_id = principal.user_id if principal else None
    with transaction_for("querygen"):
        conversation = _settled(question, conversation, user_id)
        row = models.Generation.objects.create(
            conversation=conversation,
            data_source_id=question.data_source_id,
            data_source_ids=several(question.data_source_ids),
            canonical=question.canonical or "",
            question=text,
            reading=question.reading.text,
            sql=drafted.sql,
            dialect=question.catalog.dialect,
            explanation=drafted.explanation,
            confidence=drafted.confidence,
            tables=drafted.tables,
            columns=drafted.columns,
            assumptions=drafted.assumptions,
            warnings=drafted.warnings,
            engine=drafted.engine,
            model=drafted.model,
            cached=cached,
            duration_ms=_ms(started),
            schema_version=question.catalog.version,
            fingerprint="" if _is_stand_in(question, drafted) else fingerprint,
            rights=question.rights,
            private=question.private,
            created_by=user_id,
        )
        publish(
            QueryGenerated(
                query_id=row.id,
                data_source_id=row.data_source_id,
                data_source_ids=row.data_source_ids,
                canonical=row.canonical or None,
                question=row.question,
                sql=row.sql,
                engine=row.engine,
                model=row.model,
                confidence=row.confidence,
                duration_ms=row.duration_ms,
                tokens_in=drafted.tokens_in,
                tokens_out=drafted.tokens_out,
            )
        )
    return generation_dto(row)


def _settled(question: Question, conversation: models.Conversation | None, user_id: UUID | None) -> models.Conversation:
    """The conversation with nothing pending and the choices that were made; a new one for a first question."""
    if conversation is None:
        return _new_conversation(question, user_id)
    conversation.pending_question = ""
    conversation.choices = question.reading.choices
    conversation.save(update_fields=["pending_question", "choices", "updated_at"])
    return conversation


def _new_conversation(question: Question, user_id: UUID | None) -> models.Conversation:
    return models.Conversation.objects.create(
        data_source_id=question.data_source_id,
        data_source_ids=several(question.data_source_ids),
        canonical=question.canonical or "",
        created_by=user_id,
    )


def several(data_source_ids: list[UUID]) -> list[str]:
    """The ids as they are kept, where there are several."""
    return [str(one) for one in data_source_ids] if len(data_source_ids) > 1 else []


def _kept_refusal(problem: Problem, question: Question, text: str, started: float, conversation: models.Conversation | None) -> Problem:
    """Keeps a refusal in the history; one that asks back also says in which conversation to answer."""
    principal = principal_or_none()
    user_id = principal.user_id if principal else None
    with transaction_for("querygen"):
        conversation = conversation or _new_conversation(question, user_id)
        if isinstance(problem, Ambiguous):
            conversation.pending_question = question.reading.text
            conversation.choices = question.reading.choices
            conversation.save(update_fields=["pending_question", "choices", "updated_at"])
        models.Generation.objects.create(
            conversation=conversation,
            data_source_id=question.data_source_id,
            data_source_ids=several(question.data_source_ids),
            canonical=question.canonical or "",
            question=text,
            reading=question.reading.text,
            dialect=question.catalog.dialect,
            error_code=problem.code,
            duration_ms=_ms(started),
            schema_version=question.catalog.version,
            rights=question.rights,
            private=question.private,
            created_by=user_id,
        )
    problem.extra["conversation_id"] = str(conversation.id)
    return problem


def _executed(told: AgentGeneration, text: str) -> AgentGeneration:
    """The rows, and a chart where they have come already."""
    several_ids = told.data_source_ids or None
    result = executions.run(
        data_source_id=None if several_ids else told.data_source_id,
        data_source_ids=several_ids,
        sql=told.sql,
        canonical=told.canonical,
        query_id=told.id,
    )
    chart = None
    if result.status == "completed" and result.columns and result.rows:
        chart = visualizations.generate_config(execution_id=result.execution_id, question=text, title=told.question)
    return told.model_copy(update={"execution": result, "visualization": chart})


def _ms(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
