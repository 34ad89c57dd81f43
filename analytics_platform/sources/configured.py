"""This process's `Sources`, by what the operator's settings say: one for all apps of the process, so that they share kept sessions."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from analytics_platform.sources.connector import SourceSettings
from analytics_platform.sources.hub import Sources
from analytics_platform.sources.outbound import Login, OutboundDoor


class OperatorSettings(Protocol):
    """The settings that decide what a source may be; Django's settings have them."""

    OUTBOUND_ALLOW: Iterable[str]
    SOURCE_DIRS: Iterable[str]
    DEMO_LOGINS: Iterable[tuple[str, int, str, str]]
    DATABASES: Mapping[str, Mapping[str, Any]]
    REDIS_URL: str
    BROKER_URL: str


_lock = threading.Lock()
_known: dict[tuple[object, ...], Sources] = {}


def configured_sources(settings: OperatorSettings) -> Sources:
    """The same `Sources` for the same settings."""
    allowed, folders = tuple(settings.OUTBOUND_ALLOW), tuple(settings.SOURCE_DIRS)
    logins, own = tuple(tuple(login) for login in settings.DEMO_LOGINS), tuple(own_servers(settings))
    key = (allowed, folders, logins, own)
    with _lock:
        found = _known.get(key)
        if found is None:
            door = OutboundDoor(allowed=allowed, own_servers=own, let_through=[Login(*login) for login in settings.DEMO_LOGINS])
            found = _known[key] = Sources(SourceSettings(door=door, folders=tuple(map(Path, folders))))
        return found


def own_servers(settings: OperatorSettings) -> list[tuple[str, int]]:
    """Host and port of everything the platform itself keeps data in; unix sockets need no guard, as no host name leads there."""
    found = [(str(database["HOST"]), int(database["PORT"] or 5432)) for database in settings.DATABASES.values()]
    for url, port in ((settings.REDIS_URL, 6379), (settings.BROKER_URL, 5672)):
        parts = urlsplit(url)
        if parts.hostname:
            found.append((parts.hostname, parts.port or port))
    return [(host, port) for host, port in found if host and not host.startswith("/")]


@atexit.register
def _close_all() -> None:
    """Take leave of the sources' servers when the process ends."""
    for sources in _known.values():
        sources.close()
