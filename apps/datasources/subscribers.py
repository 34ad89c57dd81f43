"""Events that data sources follow: a file that is ready is checked for, a deleted one leaves the sources that show it; policies that no longer resolve say so."""

from __future__ import annotations

from analytics_platform.kernel.events import Envelope, publish, subscriber
from analytics_platform.kernel.stamps import touch
from apps.datasources import health, policies
from apps.datasources.contract import DataSourceUpdated, HealthError, PolicyBroken
from apps.datasources.models import AccessPolicy, Source
from apps.datasources.probing import FilesGone, Finding
from apps.datasources.tasks import schedule_check
from apps.files.contract import FileDeleted, FileProcessed
from apps.schema.contract import PoliciesChecked


@subscriber("files.FileProcessed")
def file_processed(*, event: FileProcessed, envelope: Envelope) -> None:
    """A source may have been made while its file was still being parsed: look again now, not at the next turn."""
    for source_id in Source.objects.filter(kind="files", file_ids__contains=[str(event.file_id)]).values_list("id", flat=True):
        schedule_check(source_id)


@subscriber("files.FileDeleted")
def file_deleted(*, event: FileDeleted, envelope: Envelope) -> None:
    """The other files stay. A source that has lost its last one stays too, unhealthy, so that dashboards and mappings on it survive its next file."""
    gone = str(event.file_id)
    for row in Source.objects.select_for_update().filter(kind="files", file_ids__contains=[gone]).order_by("id"):
        row.seal({"file_ids": [file_id for file_id in row.file_ids if file_id != gone]})
        row.version += 1
        row.save()
        touch("data_source", row.id, app="datasources")
        publish(DataSourceUpdated(data_source_id=row.id, name=row.name, kind=row.kind, changed=["config"], data_source_version=row.version))
        policies.tell_restricted_files(row)
        if not row.file_ids:
            health.record(row, Finding(status="unhealthy", error=HealthError(code=FilesGone.code, message=FilesGone.title)))


@subscriber("schema.PoliciesChecked")
def policies_checked(*, event: PoliciesChecked, envelope: Envelope) -> None:
    """A verdict holds for the version that was checked: a policy that was changed meanwhile waits for its own."""
    broken = {one.policy_id: one for one in event.broken}
    rows = AccessPolicy.objects.select_for_update().filter(source_id=event.data_source_id, id__in={*event.checked, *broken}).order_by("id")
    differing = []
    for row in rows:
        verdict = broken.get(row.id)
        if verdict is not None and verdict.policy_version != row.version:
            continue
        fault = "" if verdict is None else verdict.fault
        if fault == row.fault:
            continue
        if not row.fault:
            publish(PolicyBroken(data_source_id=row.source_id, policy_id=row.id, name=row.name, created_by=row.created_by))
        row.fault = fault
        differing.append(row)
    if differing:
        AccessPolicy.objects.bulk_update(differing, ["fault"])
        touch("data_source", event.data_source_id, app="datasources")
