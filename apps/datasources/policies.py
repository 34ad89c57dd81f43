"""Access policies of a source: judged outside any transaction, written with their event, and the source's stamp renewed, so that nobody goes on with the old ones."""

from __future__ import annotations

from typing import Any, Final, Literal
from uuid import UUID

from django.db import IntegrityError

from analytics_platform.kernel.context import principal_or_none
from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.events import publish
from analytics_platform.kernel.problems import StaleVersion
from analytics_platform.kernel.stamps import touch
from apps.datasources.contract import (
    DataSourceNotFound,
    Policy,
    PolicyChanged,
    PolicyChanges,
    PolicyDraft,
    PolicyNameTaken,
    PolicyNotFound,
    RestrictedFilesChanged,
)
from apps.datasources.models import AccessPolicy, Source, policy_of
from apps.datasources.policy_checks import variables_of

_ATTEMPTS: Final = 5


def get(source: Source, policy_id: UUID) -> Policy:
    """One policy. Raises PolicyNotFound."""
    return policy_of(_found(source, policy_id))


def create(source: Source, draft: PolicyDraft) -> Policy:
    """A new policy. Raises DataSourceNotFound, PolicyNameTaken, PolicyInvalid."""
    values = _values(source, draft)
    principal = principal_or_none()
    row = AccessPolicy(source=source, created_by=None if principal is None else principal.user_id, **values)
    try:
        with transaction_for("datasources"):
            locked = _locked(source)
            row.save(force_insert=True)
            _tell(row, "created")
            tell_restricted_files(locked)
    except IntegrityError as fault:
        raise PolicyNameTaken from fault
    return policy_of(row)


def update(source: Source, policy_id: UUID, draft: PolicyDraft, *, version: int | None) -> Policy:
    """The policy anew. Raises DataSourceNotFound, PolicyNotFound, StaleVersion, PolicyNameTaken, PolicyInvalid."""
    _require(_found(source, policy_id), version)
    return _write(source, policy_id, _values(source, draft), version=version)


def change(source: Source, policy_id: UUID, changes: PolicyChanges, *, version: int | None) -> Policy:
    """The policy with what is set in `changes`. Raises what `update` does; somebody else's change in between is built upon, unless `version` forbids it."""
    for _ in range(_ATTEMPTS):
        row = _found(source, policy_id)
        _require(row, version)
        values = _values(source, _changed(policy_of(row), changes))
        try:
            return _write(source, policy_id, values, version=row.version)
        except StaleVersion:
            if version is not None:
                raise
    raise StaleVersion


def delete(source: Source, policy_id: UUID) -> None:
    """Forget it. Raises DataSourceNotFound, PolicyNotFound."""
    with transaction_for("datasources"):
        locked = _locked(source)
        row = _found(source, policy_id)
        _tell(row, "deleted")
        row.delete()
        tell_restricted_files(locked)


def tell_restricted_files(source: Source) -> None:
    """Publish which files the source restricts, as it stands in the transaction that is open and holds its row."""
    if source.kind != "files":
        return
    restricts = source.default_access == "deny" or source.policies.exists()
    file_ids = [UUID(file_id) for file_id in source.file_ids] if restricts else []
    publish(RestrictedFilesChanged(data_source_id=source.id, file_ids=file_ids))


def _found(source: Source, policy_id: UUID) -> AccessPolicy:
    row = AccessPolicy.objects.filter(source=source, id=policy_id).first()
    if row is None:
        raise PolicyNotFound
    return row


def _locked(source: Source) -> Source:
    """The source as it is now. One change of a source's policies at a time, and none of a source that is being deleted."""
    row = Source.objects.select_for_update().filter(id=source.id).first()
    if row is None:
        raise DataSourceNotFound
    return row


def _require(row: AccessPolicy, version: int | None) -> None:
    if version is not None and version != row.version:
        raise StaleVersion


def _changed(policy: Policy, changes: PolicyChanges) -> PolicyDraft:
    """None takes a field back to its default; a name and a table there always are."""
    whole = {field: getattr(policy, field) for field in PolicyDraft.model_fields}
    for field in changes.model_fields_set:
        value, spec = getattr(changes, field), PolicyDraft.model_fields[field]
        if value is not None:
            whole[field] = value
        elif not spec.is_required():
            whole[field] = spec.default
    return PolicyDraft(**whole)


def _values(source: Source, draft: PolicyDraft) -> dict[str, Any]:
    """What is to stand in the row. Raises PolicyInvalid."""
    return {
        "name": draft.name.strip(),
        "roles": draft.roles,
        "user_ids": [str(user_id) for user_id in draft.user_ids],
        "table": draft.table.strip(),
        "row_filter": (draft.row_filter or "").strip(),
        "variables": list(variables_of(source, draft)),
        "hidden_columns": draft.hidden_columns,
        "masked_columns": [masked.model_dump() for masked in draft.masked_columns],
        "fault": "",
    }


def _write(source: Source, policy_id: UUID, values: dict[str, Any], *, version: int | None) -> Policy:
    try:
        with transaction_for("datasources"):
            _locked(source)
            row = _found(source, policy_id)
            _require(row, version)
            differing = [field for field, value in values.items() if getattr(row, field) != value]
            for field in differing:
                setattr(row, field, values[field])
            if differing:
                row.version += 1
                row.save()
                _tell(row, "updated")
    except IntegrityError as fault:
        raise PolicyNameTaken from fault
    return policy_of(row)


def _tell(row: AccessPolicy, change: Literal["created", "updated", "deleted"]) -> None:
    touch("data_source", row.source_id, app="datasources")
    publish(PolicyChanged(data_source_id=row.source_id, policy_id=row.id, name=row.name, change=change))
