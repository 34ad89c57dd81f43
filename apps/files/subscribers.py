"""Events that files follow: which data sources hold them under restrictions, so that what was found in them is not told to everybody."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from analytics_platform.kernel.events import Envelope, subscriber
from apps.datasources.contract import DataSourceDeleted, RestrictedFilesChanged
from apps.files.models import UploadedFile


@subscriber("datasources.RestrictedFilesChanged")
def on_restricted_files_changed(*, event: RestrictedFilesChanged, envelope: Envelope) -> None:
    """Those that the source restricts now, and no others."""
    _restrict(event.data_source_id, event.file_ids)


@subscriber("datasources.DataSourceDeleted")
def on_source_deleted(*, event: DataSourceDeleted, envelope: Envelope) -> None:
    """A source that is gone restricts nothing."""
    _restrict(event.data_source_id, [])


def _restrict(source_id: UUID, file_ids: list[UUID]) -> None:
    rows = UploadedFile.objects.select_for_update().filter(Q(id__in=file_ids) | Q(restricted_by__contains=[source_id])).order_by("id")
    for row in rows:
        others = [other for other in row.restricted_by if other != source_id]
        row.restricted_by = [*others, source_id] if row.id in file_ids else others
    UploadedFile.objects.bulk_update(rows, ["restricted_by"])
