"""What mapping does when a source's schema changes, and when a source goes."""

from __future__ import annotations

from analytics_platform.kernel.events import Envelope, subscriber
from analytics_platform.kernel.jobs import enqueue
from analytics_platform.kernel.stamps import touch
from apps.datasources.contract import DataSourceDeleted
from apps.mapping.models import MappingRow
from apps.mapping.tasks import recheck
from apps.schema.contract import SchemaRefreshed


@subscriber("schema.SchemaRefreshed")
def on_refreshed(*, event: SchemaRefreshed, envelope: Envelope) -> None:
    """Mappings may be broken, or mended. Parsing them is slow, so it is a job."""
    if MappingRow.objects.filter(data_source_id=event.data_source_id).exists():
        enqueue(recheck, dedupe_key=str(event.data_source_id), data_source_id=event.data_source_id)


@subscriber("datasources.DataSourceDeleted")
def on_deleted(*, event: DataSourceDeleted, envelope: Envelope) -> None:
    """Its mappings go with it."""
    touch("mapping", event.data_source_id, app="mapping")
    MappingRow.objects.filter(data_source_id=event.data_source_id).delete()
