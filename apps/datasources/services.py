"""The use cases of data sources. A configuration is judged and probed outside any transaction, then written with its event."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError
from django.db.models import Q

from analytics_platform.kernel.context import current_tenant, principal_or_none
from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.declare import FieldError, Page
from analytics_platform.kernel.events import publish
from analytics_platform.kernel.ids import uuid7
from analytics_platform.kernel.problems import Invalid, StaleVersion
from analytics_platform.kernel.stamps import touch
from analytics_platform.sources.configs import json_schema
from analytics_platform.sources.configured import configured_sources
from analytics_platform.sources.connector import Target
from analytics_platform.sources.hub import CONNECTORS, is_driver_installed
from analytics_platform.sources.problems import SourceUnreachable
from apps.datasources import health, policies
from apps.datasources.configuration import changed, parsed, secret_fields
from apps.datasources.contract import (
    Access,
    Config,
    Connection,
    ConnectionFailed,
    ConnectionList,
    DataSource,
    DataSourceCreated,
    DataSourceDeleted,
    DataSourceList,
    DataSourceNameTaken,
    DataSourceNotFound,
    DataSources,
    DataSourceUpdated,
    HealthCheck,
    Policy,
    PolicyChanges,
    PolicyDraft,
    SourceKind,
    SourceKinds,
    Status,
    UUIDs,
)
from apps.datasources.models import AccessPolicy, HealthRecord, Source, check_of, connection_of, data_source_of, policy_of
from apps.datasources.probing import Finding, probe
from apps.datasources.tasks import schedule_check, stop_checks
from apps.files.contract import files

_ORDERINGS: Final = frozenset(("name", "kind", "status", "created_at", "updated_at"))
_ATTEMPTS: Final = 5


class DataSourcesService(DataSources):
    """Data sources of the tenant in force."""

    def kinds(self) -> SourceKinds:
        return [
            SourceKind(
                kind=kind,
                title=connector.title,
                dialect=connector.dialect,
                config_schema=json_schema(connector.config_model),
                secret_fields=list(secret_fields(kind)),
                driver=connector.driver,
                driver_installed=is_driver_installed(kind),
            )
            for kind, connector in CONNECTORS.items()
        ]

    def get(self, *, data_source_id: UUID) -> DataSource:
        return data_source_of(_found(data_source_id))

    def get_many(self, *, ids: UUIDs) -> DataSourceList:
        found = Source.objects.in_bulk(ids)
        return [data_source_of(found[i]) for i in ids if i in found]

    def connection(self, *, data_source_id: UUID) -> Connection:
        return connection_of(_found(data_source_id))

    def connections(self, *, ids: UUIDs) -> ConnectionList:
        found = Source.objects.prefetch_related("policies").in_bulk(ids)
        return [connection_of(found[i]) for i in ids if i in found]

    def connections_holding(self, *, file_ids: UUIDs) -> ConnectionList:
        wanted = [Q(file_ids__contains=[str(file_id)]) for file_id in dict.fromkeys(file_ids)]
        if not wanted:
            return []
        rows = Source.objects.filter(kind="files").filter(reduce(or_, wanted)).prefetch_related("policies")
        return [connection_of(row) for row in rows]

    def policies(self, *, data_source_id: UUID, page: int = 1, page_size: int = 50) -> Page[Policy]:
        rows = AccessPolicy.objects.filter(source=_found(data_source_id)).order_by("name", "id")
        first = (page - 1) * page_size
        return Page(count=rows.count(), results=[policy_of(row) for row in rows[first : first + page_size]])

    def policy(self, *, data_source_id: UUID, policy_id: UUID) -> Policy:
        return policies.get(_found(data_source_id), policy_id)

    def create_policy(self, *, data_source_id: UUID, policy: PolicyDraft) -> Policy:
        return policies.create(_found(data_source_id), policy)

    def update_policy(self, *, data_source_id: UUID, policy_id: UUID, policy: PolicyDraft, version: int | None = None) -> Policy:
        return policies.update(_found(data_source_id), policy_id, policy, version=version)

    def change_policy(self, *, data_source_id: UUID, policy_id: UUID, changes: PolicyChanges, version: int | None = None) -> Policy:
        return policies.change(_found(data_source_id), policy_id, changes, version=version)

    def delete_policy(self, *, data_source_id: UUID, policy_id: UUID) -> None:
        policies.delete(_found(data_source_id), policy_id)

    def list(
        self,
        *,
        kind: str | None = None,
        status: Status | None = None,
        search: str | None = None,
        ordering: str = "name",
        page: int = 1,
        page_size: int = 50,
    ) -> Page[DataSource]:
        rows = Source.objects.order_by(*_ordered(ordering))
        wanted = {"kind": kind, "status": status, "name__icontains": search}
        rows = rows.filter(**{field: value for field, value in wanted.items() if value})
        first = (page - 1) * page_size
        return Page(count=rows.count(), results=[data_source_of(row) for row in rows[first : first + page_size]])

    def create(
        self,
        *,
        name: str,
        kind: str,
        config: Config,
        private: bool = False,
        default_access: Access = "allow",
        cache_ttl_s: int = 60,
        test: bool = False,
    ) -> DataSource:
        row = Source(id=uuid7(), name=name.strip(), kind=kind, private=private, default_access=default_access, cache_ttl_s=cache_ttl_s)
        asked = parsed(kind, config)
        _check_target(kind, asked)
        finding = _tested(row, asked) if test else None
        principal = principal_or_none()
        row.created_by = None if principal is None else principal.user_id
        row.seal(asked)
        try:
            with transaction_for("datasources"):
                row.save(force_insert=True)
                publish(DataSourceCreated(data_source_id=row.id, name=row.name, kind=kind, dialect=CONNECTORS[kind].dialect))
                if default_access == "deny":
                    policies.tell_restricted_files(row)
                if finding is not None:
                    health.record(row, finding)
                schedule_check(row.id)
        except IntegrityError as fault:
            raise DataSourceNameTaken from fault
        return data_source_of(row)

    def update(
        self,
        *,
        data_source_id: UUID,
        name: str | None = None,
        kind: str | None = None,
        config: Config | None = None,
        merge_config: bool = False,
        private: bool | None = None,
        default_access: Access | None = None,
        cache_ttl_s: int | None = None,
        version: int | None = None,
        test: bool = False,
    ) -> DataSource:
        plain = {"name": name.strip() if name else None, "private": private, "default_access": default_access, "cache_ttl_s": cache_ttl_s}
        given = {field: value for field, value in plain.items() if value is not None}
        for _ in range(_ATTEMPTS):
            row = _found(data_source_id)
            _check_kind(row, kind)
            if version is not None and version != row.version:
                raise StaleVersion
            asked = None if config is None else changed(row.kind, row.unseal(), config, keep_missing=merge_config)
            if asked is not None:
                _check_target(row.kind, asked)
            finding = _tested(row, row.unseal() if asked is None else asked) if test else None
            written = _write(row, given, asked, finding)
            if written is not None:
                return data_source_of(written)
        raise StaleVersion

    def delete(self, *, data_source_id: UUID) -> None:
        with transaction_for("datasources"):
            row = Source.objects.select_for_update().filter(id=data_source_id).first()
            if row is None:
                raise DataSourceNotFound
            kind, key = row.kind, (str(current_tenant()), str(row.id))
            publish(DataSourceDeleted(data_source_id=row.id, name=row.name))
            stop_checks(row.id)
            touch("data_source", row.id, app="datasources")
            row.delete()
        configured_sources(settings).forget(Target(kind=kind, config={}, key=key, version=""))

    def check_health(self, *, data_source_id: UUID) -> HealthCheck:
        return health.check(data_source_id)

    def health(self, *, data_source_id: UUID, page: int = 1, page_size: int = 50) -> Page[HealthCheck]:
        checks = HealthRecord.objects.filter(source=_found(data_source_id)).order_by("-checked_at")
        first = (page - 1) * page_size
        return Page(count=checks.count(), results=[check_of(row) for row in checks[first : first + page_size]])


def _found(data_source_id: UUID) -> Source:
    row = Source.objects.filter(id=data_source_id).first()
    if row is None:
        raise DataSourceNotFound
    return row


def _ordered(ordering: str) -> list[str]:
    fields = [field.strip() for field in ordering.split(",")]
    if not all(field.removeprefix("-") in _ORDERINGS for field in fields):
        message = f"Order by {', '.join(sorted(_ORDERINGS))}, each with - before it to reverse."
        raise Invalid(errors=[FieldError(field="ordering", code="unknown_ordering", message=message)])
    return [*fields, "id"]


def _check_kind(row: Source, kind: str | None) -> None:
    if kind is not None and kind != row.kind:
        message = "A source keeps its kind; make another one."
        raise Invalid(errors=[FieldError(field="kind", code="kind_is_fixed", message=message)])


def _check_target(kind: str, config: Config) -> None:
    """Refuse an address, a path or a file that can never be reached; a host that is only away now may come back."""
    if kind == "files":
        wanted = [UUID(str(file_id)) for file_id in config["file_ids"]]  # type: ignore[union-attr]  # parsed by FilesConfig
        known = {file.id for file in files.get_many(file_ids=wanted)}
        missing = [
            FieldError(field=f"config.file_ids.{place}", code="file_not_found", message="There is no such file.")
            for place, file_id in enumerate(wanted)
            if file_id not in known
        ]
        if missing:
            raise Invalid(errors=missing)
        return
    try:
        configured_sources(settings).check(kind, config)
    except SourceUnreachable:
        return


def _tested(row: Source, config: Config) -> Finding:
    finding = probe(row.kind, config, source_id=uuid7(), version=row.version)
    if finding.status == "unhealthy":
        error = finding.error
        raise ConnectionFailed(error.message if error else "", reason=error.code if error else "")
    return finding


def _write(read: Source, given: dict[str, Any], config: Config | None, finding: Finding | None) -> Source | None:
    """Apply a change to the row as it was read; None when somebody else was faster, and it has to be thought through again."""
    try:
        with transaction_for("datasources"):
            row = Source.objects.select_for_update().filter(id=read.id).first()
            if row is None:
                raise DataSourceNotFound
            if row.version != read.version:
                return None
            differing = sorted(field for field, value in given.items() if getattr(row, field) != value)
            for field in differing:
                setattr(row, field, given[field])
            if config is not None and config != row.unseal():
                row.seal(config)
                row.status, row.read_only_login = "unknown", None
                differing.append("config")
            if differing:
                row.version += 1
                row.save()
                touch("data_source", row.id, app="datasources")
                publish(
                    DataSourceUpdated(
                        data_source_id=row.id, name=row.name, kind=row.kind, changed=sorted(differing), data_source_version=row.version
                    )
                )
            if {"config", "default_access"} & set(differing):
                policies.tell_restricted_files(row)
            if finding is not None:
                health.record(row, finding)
            elif "config" in differing:
                schedule_check(row.id)
            return row
    except IntegrityError as fault:
        raise DataSourceNameTaken from fault
