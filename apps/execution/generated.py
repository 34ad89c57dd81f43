"""How SQL that the platform wrote is recognised when it comes back to be run."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from uuid import UUID

from apps.execution.models import GeneratedQuery


def generated_digest(sql: str, *, is_canonical: bool) -> str:
    """Of its text, without the spaces and the semicolon around it, and of what kind of SQL it is."""
    text = sql.strip().rstrip(";").strip()
    return hashlib.sha256((f"canonical:{text}" if is_canonical else text).encode()).hexdigest()


def is_generated(query_id: UUID | None, *, data_source_ids: Sequence[UUID | None], sql: str, is_canonical: bool) -> bool:
    """Whether exactly this was written for that question over those sources, or some of them."""
    if query_id is None or None in data_source_ids:
        return False
    known = GeneratedQuery.objects.filter(query_id=query_id, sql_sha256=generated_digest(sql, is_canonical=is_canonical)).first()
    return known is not None and {str(one) for one in data_source_ids} <= {str(known.data_source_id), *known.data_source_ids}
