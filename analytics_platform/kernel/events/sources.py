"""The logs that an app reads: those of its publishers' databases, here or behind another process's internal door."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import cast
from uuid import UUID

import structlog
from django.conf import settings

from analytics_platform.kernel.contracts.remote import Remote
from analytics_platform.kernel.databases import alias_of
from analytics_platform.kernel.declare import Problem
from analytics_platform.kernel.events import log
from analytics_platform.kernel.events.contract import EventLogs, Head, LogPage
from analytics_platform.kernel.problems import NotFound

logger = structlog.get_logger("events")


class EventLogsService(EventLogs):
    """Reads this process's own databases."""

    def heads(self, *, apps: list[str]) -> dict[str, Head]:
        """One look at each database."""
        here = [app for app in apps if app in settings.PLATFORM_APPS]
        found = {alias: log.head(alias) for alias in {alias_of(app) for app in here}}
        return {app: found[alias_of(app)] for app in here}

    def read(self, *, app: str, after: int, names: list[str], limit: int) -> LogPage:
        """From the database of an app that runs here."""
        return log.read(_alias_here(app), after=after, names=names, limit=limit)

    def position_before(self, *, app: str, moment: datetime) -> int:
        """By the time at which the events were moved into the log."""
        return log.position_before(_alias_here(app), moment)


def _alias_here(app: str) -> str:
    if app not in settings.PLATFORM_APPS:
        raise NotFound(f"{app} does not run here.")
    return alias_of(app)


@dataclass(frozen=True)
class Source:
    """One log to read, and where."""

    log_id: UUID
    head: int
    apps: tuple[str, ...]
    url: str

    @property
    def is_remote(self) -> bool:
        """Whether reading it takes the network, which is never done inside a transaction."""
        return bool(self.url)

    def read(self, *, after: int, names: list[str], limit: int) -> LogPage:
        """The next events. Raises ServiceUnavailable, ServiceTimedOut, CircuitOpen for a publisher that is away."""
        return logs_at(self.url).read(app=self.apps[0], after=after, names=names, limit=limit)

    def position_before(self, moment: datetime) -> int:
        """The last position that was given out before this moment."""
        return logs_at(self.url).position_before(app=self.apps[0], moment=moment)


def sources(names: Iterable[str]) -> Iterator[Source]:
    """Every log that may hold events with these names. A publisher that is away is left out for now, and said so."""
    publishers = {name.split(".")[0] for name in names}
    places: dict[str, list[str]] = {}
    for app in sorted(publishers):
        if app in settings.PLATFORM_APPS:
            places.setdefault("", []).append(app)
        elif app in settings.SERVICE_URLS:
            places.setdefault(settings.SERVICE_URLS[app], []).append(app)
    for url, apps in places.items():
        yield from _at(url, apps)


def _at(url: str, apps: list[str]) -> Iterator[Source]:
    try:
        heads = logs_at(url).heads(apps=apps)
    except Problem as problem:
        logger.warning("publisher_away", url=url, apps=apps, code=problem.code)
        return
    for log_id in {found.log_id for found in heads.values()}:
        publishing = tuple(app for app, found in heads.items() if found.log_id == log_id)
        yield Source(log_id, heads[publishing[0]].position, publishing, url)


@cache
def logs_at(url: str) -> EventLogs:
    """The logs of this process (an empty address) or of another one."""
    return cast("EventLogs", Remote(EventLogs, url, circuit=f"events:{url}")) if url else EventLogsService()
