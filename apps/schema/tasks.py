"""Background work of schema: reading sources, and their figures where that takes long."""

from __future__ import annotations

from uuid import UUID

from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.declare import Dto, Problem
from analytics_platform.kernel.events import publish
from analytics_platform.kernel.jobs import RunningJob, job
from apps.datasources.contract import DataSourceNotFound
from apps.schema import reading, refreshing
from apps.schema.contract import SchemaFailed


class IntrospectionResult(Dto):
    """What `GET /jobs/{id}` shows of an introspection that succeeded."""

    data_source_id: UUID | None
    file_id: UUID | None
    version: int


def tell_failed(*, error: Problem, data_source_id: UUID | None = None, file_id: UUID | None = None) -> None:
    """Publish that a source could not be read. One that is gone by now is no failure."""
    subject_id = data_source_id or file_id
    if subject_id is None or isinstance(error, DataSourceNotFound):
        return
    with transaction_for("schema"):
        publish(
            SchemaFailed(subject_id=subject_id, data_source_id=data_source_id, file_id=file_id, code=error.code, message=error.detail[:500])
        )


@job(kind="schema.introspect", as_actor=False, attempts=2, time_limit_s=120, on_failed=tell_failed)
def introspect(*, job: RunningJob, data_source_id: UUID | None = None, file_id: UUID | None = None) -> IntrospectionResult:
    """Read a source's catalog, or a file's columns."""
    job.progress(0.1, "Reading the catalog")
    if data_source_id is not None:
        version = refreshing.read(data_source_id).version
    else:
        assert file_id is not None
        version = reading.introspect_file(file_id).version
    return IntrospectionResult(data_source_id=data_source_id, file_id=file_id, version=version)


@job(kind="schema.check_policies", as_actor=False, attempts=3, time_limit_s=60)
def check_policies(*, job: RunningJob, data_source_id: UUID) -> None:
    """Hold the policies of a source against its structure. One that is gone by now has none."""
    try:
        refreshing.check_policies(data_source_id)
    except DataSourceNotFound:
        return


@job(kind="schema.profile", as_actor=False, attempts=2, time_limit_s=300)
def profile_data_source(*, job: RunningJob, data_source_id: UUID) -> None:
    """Read figures and values of all tables."""
    job.progress(0.1, "Reading values")
    refreshing.profile_source(data_source_id)
