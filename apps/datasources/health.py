"""Checks of a source, written down; its schedule; and the event when what was found differs from last time."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.utils import timezone

from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.events import publish
from apps.datasources.contract import DataSourceHealthChanged, DataSourceNotFound, HealthCheck
from apps.datasources.models import HealthRecord, Source, check_of, warnings_of
from apps.datasources.probing import Finding, probe

KEPT: Final = timedelta(days=30)
CHECKED_EVERY: Final = timedelta(minutes=5)


def check(data_source_id: UUID) -> HealthCheck:
    """Connect, outside any transaction, then write down how it went. Raises DataSourceNotFound."""
    row = Source.objects.filter(id=data_source_id).first()
    if row is None:
        raise DataSourceNotFound
    finding = probe(row.kind, row.unseal(), source_id=row.id, version=row.version)
    with transaction_for("datasources"):
        current = Source.objects.select_for_update().filter(id=data_source_id).first()
        if current is None:
            raise DataSourceNotFound
        return record(current, finding, is_current=current.version == row.version)


def record(row: Source, finding: Finding, *, is_current: bool = True) -> HealthCheck:
    """Write a check down, inside the caller's transaction and with the row locked. One of an outdated configuration changes no status."""
    now = timezone.now()
    error = finding.error
    written = HealthRecord.objects.create(
        source=row,
        status=finding.status,
        latency_ms=finding.latency_ms,
        error_code=error.code if error else "",
        error_message=error.message if error else "",
        checked_at=now,
    )
    HealthRecord.objects.filter(source=row, checked_at__lt=now - KEPT).delete()
    if is_current:
        previous, row.status, row.last_checked_at = row.status, finding.status, now
        if finding.read_only_login is not None:
            row.read_only_login = finding.read_only_login
        row.save(update_fields=["status", "last_checked_at", "read_only_login"])
        if previous != finding.status:
            publish(
                DataSourceHealthChanged(
                    data_source_id=row.id,
                    name=row.name,
                    status=finding.status,
                    previous_status=previous,
                    error_code=error.code if error else None,
                )
            )
    found = {"read_only_login": finding.read_only_login, "warnings": warnings_of(finding.read_only_login)}
    return check_of(written).model_copy(update=found)
