"""What this app does when others tell something."""

from __future__ import annotations

from analytics_platform.kernel.events import Envelope, subscriber
from apps.datasources.contract import DataSourceDeleted
from apps.querygen import models


@subscriber("datasources.DataSourceDeleted")
def forget_source(*, event: DataSourceDeleted, envelope: Envelope) -> None:
    """Everything asked of the source goes with it."""
    models.Conversation.objects.filter(data_source_id=event.data_source_id).delete()
    models.Example.objects.filter(data_source_id=event.data_source_id).delete()
    models.Template.objects.filter(data_source_id=event.data_source_id).delete()
