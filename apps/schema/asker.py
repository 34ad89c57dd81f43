"""Who asks, and what they may see of a source: its policies as they are now."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from uuid import UUID

from analytics_platform.kernel.context import current_tenant, principal_or_none
from analytics_platform.kernel.stamps import stamp
from analytics_platform.sql.rights import Rights
from apps.datasources.contract import Connection, data_sources

REMEMBERED_S = 10.0
REMEMBERED = 500


class _Memory:
    """Connections by tenant and source, each under the stamp that held before it was asked for: every change of a policy renews it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: OrderedDict[tuple[UUID, UUID], tuple[bytes, float, Connection]] = OrderedDict()

    def recall(self, key: tuple[UUID, UUID], mark: bytes) -> Connection | None:
        with self._lock:
            found = self._held.get(key)
        is_good = found is not None and found[0] == mark and time.monotonic() - found[1] < REMEMBERED_S
        return found[2] if found is not None and is_good else None

    def remember(self, key: tuple[UUID, UUID], mark: bytes, connection: Connection) -> None:
        with self._lock:
            self._held[key] = (mark, time.monotonic(), connection)
            self._held.move_to_end(key)
            while len(self._held) > REMEMBERED:
                self._held.popitem(last=False)


_memory = _Memory()


def rights_at(data_source_id: UUID) -> Rights | None:
    """What whoever asks may see of a source; None for work that nobody asked for, which sees everything. Raises DataSourceNotFound."""
    principal = principal_or_none()
    if principal is None:
        return None
    key = (current_tenant(), data_source_id)
    mark = stamp("data_source", data_source_id)
    connection = None if mark is None else _memory.recall(key, mark)
    if connection is None:
        connection = data_sources.connection(data_source_id=data_source_id)
        if mark is not None:
            _memory.remember(key, mark, connection)
    return connection.rights_of(principal)
