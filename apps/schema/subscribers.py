"""What schema does when sources and files come, change and go. Reading a source is slow, so it is a job."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from analytics_platform.kernel.events import Envelope, subscriber
from analytics_platform.kernel.jobs import enqueue
from apps.datasources.contract import DataSourceCreated, DataSourceDeleted, DataSourceUpdated, PolicyChanged
from apps.files.contract import FileDeleted, FileProcessed
from apps.schema import storing
from apps.schema.models import Source
from apps.schema.tasks import check_policies, introspect

_RELEVANT = {"config", "kind", "private", "default_access"}


@subscriber("datasources.DataSourceCreated")
def on_created(*, event: DataSourceCreated, envelope: Envelope) -> None:
    """Learn what it holds. The row is there at once, so that a file that becomes ready meanwhile finds its source."""
    storing.locked_source(event.data_source_id, dialect=event.dialect, file_ids=[], now=timezone.now())
    _introspect_later(event.data_source_id)


@subscriber("datasources.DataSourceUpdated")
def on_updated(*, event: DataSourceUpdated, envelope: Envelope) -> None:
    """Read it again when what it is, or who may see it, has changed; a source that became private loses its values at once."""
    if {"private", "default_access"} & set(event.changed):
        storing.hide_values(event.data_source_id)
    if _RELEVANT & set(event.changed):
        _introspect_later(event.data_source_id)


@subscriber("datasources.DataSourceDeleted")
def on_deleted(*, event: DataSourceDeleted, envelope: Envelope) -> None:
    """Drop everything that was known of it."""
    storing.drop(event.data_source_id)


@subscriber("datasources.PolicyChanged")
def on_policy_changed(*, event: PolicyChanged, envelope: Envelope) -> None:
    """See whether it fits what the source holds."""
    if event.change != "deleted":
        enqueue(check_policies, dedupe_key=str(event.data_source_id), data_source_id=event.data_source_id)


@subscriber("files.FileProcessed")
def on_file_processed(*, event: FileProcessed, envelope: Envelope) -> None:
    """Read the sources that are made of the file."""
    _introspect_sources_of(event.file_id)


@subscriber("files.FileDeleted")
def on_file_deleted(*, event: FileDeleted, envelope: Envelope) -> None:
    """Read the sources that were made of the file."""
    _introspect_sources_of(event.file_id)


def _introspect_sources_of(file_id: UUID) -> None:
    for source in Source.objects.filter(file_ids__contains=[str(file_id)]):
        _introspect_later(source.data_source_id)


def _introspect_later(data_source_id: UUID) -> None:
    enqueue(introspect, dedupe_key=str(data_source_id), data_source_id=data_source_id)
