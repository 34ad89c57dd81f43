"""Rows of this app's tables as the contract's data types: the one place where they are converted."""

from __future__ import annotations

from apps.querygen import contract, models


def generation_dto(row: models.Generation) -> contract.Generation:
    """A generation that succeeded."""
    return contract.Generation(
        id=row.id,
        data_source_id=row.data_source_id,
        question=row.question,
        sql=row.sql,
        dialect=row.dialect,
        explanation=row.explanation,
        confidence=row.confidence,
        tables=row.tables,
        columns=row.columns,
        assumptions=row.assumptions,
        warnings=row.warnings,
        engine="llm" if row.engine == "llm" else "offline",
        model=row.model,
        cached=row.cached,
        duration_ms=row.duration_ms,
        conversation_id=row.conversation_id,
        schema_version=row.schema_version,
        created_at=row.created_at,
    )


def summary_dto(row: models.Generation, *, withheld: bool = False) -> contract.GenerationSummary:
    """A line of the history; `withheld` without its SQL."""
    return contract.GenerationSummary(
        id=row.id,
        data_source_id=row.data_source_id,
        question=row.question,
        sql="" if withheld else row.sql,
        withheld=withheld,
        engine=row.engine,
        model=row.model,
        confidence=row.confidence,
        error_code=row.error_code,
        rating=row.rating,
        conversation_id=row.conversation_id,
        created_at=row.created_at,
        created_by=row.created_by,
    )


def template_dto(row: models.Template) -> contract.QueryTemplate:
    """A template."""
    return contract.QueryTemplate(
        id=row.id,
        name=row.name,
        description=row.description,
        data_source_id=row.data_source_id,
        sql=row.sql,
        parameters=[contract.TemplateParameter.model_validate(parameter) for parameter in row.parameters],
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        created_by=row.created_by,
    )


def example_dto(row: models.Example) -> contract.QueryExample:
    """A confirmed question."""
    return contract.QueryExample(
        id=row.id,
        data_source_id=row.data_source_id,
        question=row.question,
        sql=row.sql,
        created_at=row.created_at,
        created_by=row.created_by,
    )
