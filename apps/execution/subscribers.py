"""What execution learns from others: SQL that was generated, sources and files that are gone."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from analytics_platform.kernel.events import Envelope, subscriber
from analytics_platform.kernel.jobs import enqueue
from apps.datasources.contract import DataSourceDeleted
from apps.execution.generated import generated_digest
from apps.execution.models import Execution, GeneratedQuery
from apps.execution.tasks import delete_blobs
from apps.files.contract import FileDeleted


@subscriber("querygen.QueryGenerated", batch=True)
def remember_generated(*, envelopes: list[Envelope]) -> None:
    """Whoever may ask may run what was written for a question."""
    now = timezone.now()
    GeneratedQuery.objects.bulk_create(
        [
            GeneratedQuery(
                query_id=envelope.payload["query_id"],
                data_source_id=envelope.payload["data_source_id"],
                data_source_ids=envelope.payload.get("data_source_ids", []),
                sql_sha256=generated_digest(envelope.payload["sql"], is_canonical=bool(envelope.payload.get("canonical"))),
                created_at=now,
            )
            for envelope in envelopes
        ],
        ignore_conflicts=True,
    )


@subscriber("datasources.DataSourceDeleted")
def forget_source(*, event: DataSourceDeleted, envelope: Envelope) -> None:
    """Rows of a source that is gone are nobody's any more."""
    _forget(Execution.objects.filter(data_source_id=event.data_source_id))
    _forget(Execution.objects.filter(data_source_ids__contains=[event.data_source_id]))
    GeneratedQuery.objects.filter(data_source_id=event.data_source_id).delete()


@subscriber("files.FileDeleted")
def forget_file(*, event: FileDeleted, envelope: Envelope) -> None:
    """The same for a file."""
    _forget(Execution.objects.filter(file_ids__contains=[event.file_id]))


def _forget(runs: QuerySet[Execution]) -> None:
    keys = [blob["key"] for blob in runs.values_list("blob", flat=True) if blob is not None]
    runs.delete()
    if keys:
        enqueue(delete_blobs, keys=keys)
