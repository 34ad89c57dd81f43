"""What one process may ask another of its logs: the only way an event leaves its database."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from analytics_platform.kernel.declare import Dto, Service, query
from analytics_platform.kernel.events.envelope import Envelope


class Head(Dto):
    """A log and its last position."""

    log_id: UUID
    position: int


class LogPage(Dto):
    """Events in the order of their positions. With fewer of them than asked for, everything up to `head` has been read."""

    events: list[Envelope]
    head: int


class EventLogs(Service):
    """The logs of the databases of one process."""

    app = "events"

    @query
    def heads(self, *, apps: list[str]) -> dict[str, Head]:
        """The log that each of these apps publishes to; apps that do not run there are left out."""

    @query
    def position_before(self, *, app: str, moment: datetime) -> int:
        """The last position that was given out before this moment in the log that `app` publishes to; 0 when none is kept. Raises NotFound."""

    @query
    def read(self, *, app: str, after: int, names: list[str], limit: int) -> LogPage:
        """The events with these names that follow position `after` in the log that `app` publishes to. Raises NotFound."""
