"""Access policies of a source: written with their event, and the source's stamp renewed, so that nobody goes on with the old ones."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError

from analytics_platform.kernel.context import principal_or_none
from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.events import publish
from analytics_platform.kernel.problems import StaleVersion
from analytics_platform.kernel.stamps import touch
from apps.datasources.contract import Policy, PolicyChanged, PolicyDraft, PolicyNameTaken, PolicyNotFound
from apps.datasources.models import AccessPolicy, Source, policy_of


def get(source: Source, policy_id: UUID) -> Policy:
    """One policy. Raises PolicyNotFound."""
    return policy_of(_found(source, policy_id))


def create(source: Source, draft: PolicyDraft) -> Policy:
    """A new policy. Raises PolicyNameTaken."""
    principal = principal_or_none()
    row = AccessPolicy(source=source, created_by=None if principal is None else principal.user_id)
    _apply(row, draft)
    try:
        with transaction_for("datasources"):
            row.save(force_insert=True)
            _tell(row, "created")
    except IntegrityError as fault:
        raise PolicyNameTaken from fault
    return policy_of(row)


def update(source: Source, policy_id: UUID, draft: PolicyDraft, *, version: int | None) -> Policy:
    """The policy anew. Raises PolicyNotFound, StaleVersion, PolicyNameTaken."""
    try:
        with transaction_for("datasources"):
            row = _found(source, policy_id, for_update=True)
            if version is not None and version != row.version:
                raise StaleVersion
            _apply(row, draft)
            row.fault = ""
            row.version += 1
            row.save()
            _tell(row, "updated")
    except IntegrityError as fault:
        raise PolicyNameTaken from fault
    return policy_of(row)


def delete(source: Source, policy_id: UUID) -> None:
    """Forget it. Raises PolicyNotFound."""
    with transaction_for("datasources"):
        row = _found(source, policy_id, for_update=True)
        _tell(row, "deleted")
        row.delete()


def _found(source: Source, policy_id: UUID, *, for_update: bool = False) -> AccessPolicy:
    rows = AccessPolicy.objects.select_for_update() if for_update else AccessPolicy.objects.all()
    row = rows.filter(source=source, id=policy_id).first()
    if row is None:
        raise PolicyNotFound
    return row


def _apply(row: AccessPolicy, draft: PolicyDraft) -> None:
    row.name = draft.name.strip()
    row.roles = draft.roles
    row.user_ids = [str(user_id) for user_id in draft.user_ids]
    row.table = draft.table.strip()
    row.row_filter = (draft.row_filter or "").strip()
    row.hidden_columns = draft.hidden_columns
    row.masked_columns = [masked.model_dump() for masked in draft.masked_columns]


def _tell(row: AccessPolicy, change: str) -> None:
    touch("data_source", row.source_id, app="datasources")
    publish(PolicyChanged(data_source_id=row.source_id, policy_id=row.id, name=row.name, change=change))
