"""Connecting once to see how a source is: reachable, how fast, and whether its login could write."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.conf import settings

from analytics_platform.kernel import blobs
from analytics_platform.kernel.blobs import BlobNotFound
from analytics_platform.kernel.context import current_tenant
from analytics_platform.kernel.declare import Problem
from analytics_platform.sources.configured import configured_sources
from analytics_platform.sources.connector import FileView, Target
from analytics_platform.sources.problems import SourceProblem
from apps.datasources.contract import CheckedStatus, Config, HealthError
from apps.files.contract import FileNotFound, FileNotReady, files

SLOW_MS: Final = 2_000.0


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one probe found."""

    status: CheckedStatus
    latency_ms: float | None = None
    error: HealthError | None = None
    read_only_login: bool | None = None


class FilesGone(Problem):
    """Not an error of a request: what a check finds of a source that has lost its files."""

    code = "files_gone"
    status = 409
    title = "The files of this source were deleted; choose others or delete the source."


def target_of(kind: str, config: Mapping[str, Any], *, source_id: UUID, version: int) -> Target:
    """The source as a connector takes it. Raises FileNotFound, FileNotReady, FilesGone, BlobNotFound."""
    key = (str(current_tenant()), str(source_id))
    if kind != "files":
        return Target(kind=kind, config=config, key=key, version=str(version))
    file_ids = [UUID(file_id) for file_id in config.get("file_ids", [])]
    if not file_ids:
        raise FilesGone
    tables = files.tables(file_ids=file_ids)
    views = tuple(FileView(table_name=table.table_name, path=blobs.local_path(table.blob)) for table in tables)
    versions = "|".join([str(version), *sorted(f"{table.file_id}:{table.version}" for table in tables)])
    return Target(kind=kind, config=config, key=key, version=versions, files=views)


def probe(kind: str, config: Config, *, source_id: UUID, version: int) -> Finding:
    """Connect anew and ask. A source that does not answer is a finding, not an error."""
    try:
        target = target_of(kind, config, source_id=source_id, version=version)
        started = time.perf_counter()
        with configured_sources(settings).fresh_session(target) as session:
            session.ping()
            latency_ms = round((time.perf_counter() - started) * 1000, 2)
            return Finding(
                status="degraded" if latency_ms > SLOW_MS else "healthy",
                latency_ms=latency_ms,
                error=HealthError(code="slow", message=f"It took {latency_ms:.0f} ms to connect and answer.")
                if latency_ms > SLOW_MS
                else None,
                read_only_login=session.is_read_only_login(),
            )
    except FileNotReady as fault:
        return Finding(status="degraded", error=_error_of(fault))
    except (SourceProblem, FileNotFound, FilesGone, BlobNotFound) as fault:
        return Finding(status="unhealthy", error=_error_of(fault))


def _error_of(fault: Problem) -> HealthError:
    return HealthError(code=fault.code, message=fault.detail[:1000])
