"""How SQL that the platform wrote is recognised when it comes back to be run."""

from __future__ import annotations

import hashlib
from uuid import UUID

from apps.execution.models import GeneratedQuery


def generated_digest(sql: str) -> str:
    """Of its text, without the spaces and the semicolon around it."""
    return hashlib.sha256(sql.strip().rstrip(";").strip().encode()).hexdigest()


def is_generated(query_id: UUID | None, *, data_source_id: UUID | None, sql: str) -> bool:
    """Whether exactly this was written for that question over that source."""
    if query_id is None or data_source_id is None:
        return False
    known = GeneratedQuery.objects.filter(query_id=query_id, data_source_id=data_source_id)
    return known.filter(sql_sha256=generated_digest(sql)).exists()
