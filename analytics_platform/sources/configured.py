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
    DATA_DIR: Path


THIS_MACHINE = "127.0.0.1"
_PORTS = {"amqp": 5672, "amqps": 5671, "pyamqp": 5672, "sentinel": 26379}
_lock = threading.Lock()
_known: dict[tuple[object, ...], Sources] = {}


def configured_sources(settings: OperatorSettings) -> Sources:
    """The same `Sources` for the same settings."""
    allowed, folders = tuple(settings.OUTBOUND_ALLOW), tuple(settings.SOURCE_DIRS)
    logins, own = tuple(tuple(login) for login in settings.DEMO_LOGINS), tuple(own_servers(settings))
    key = (allowed, folders, logins, own, settings.DATA_DIR)
    with _lock:
        found = _known.get(key)
        if found is None:
            door = OutboundDoor(allowed=allowed, own_servers=own, let_through=[Login(*login) for login in settings.DEMO_LOGINS])
            found = _known[key] = Sources(SourceSettings(door=door, folders=tuple(map(Path, folders)), own_folder=settings.DATA_DIR))
        return found


def own_servers(settings: OperatorSettings) -> list[tuple[str, int]]:
    """Host and port of everything the platform itself keeps data in. A server behind a unix socket listens on this machine too, as a rule."""
    found: list[tuple[str, int]] = []
    for database in settings.DATABASES.values():
        hosts = str(database.get("HOST") or "").split(",")  # libpq takes a list of each
        ports = str(database.get("PORT") or "").split(",")
        found += [(host, int(port or 5432)) for host, port in zip(hosts, ports * len(hosts) if len(ports) == 1 else ports, strict=True)]
    for url in (settings.REDIS_URL, *settings.BROKER_URL.split(";")):
        parts = urlsplit(url)
        if parts.scheme:
            found.append((parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 6379)))
    return [(THIS_MACHINE if not host or host.startswith(("/", "@")) else host, port) for host, port in found]


@atexit.register
def _close_all() -> None:
    """Take leave of the sources' servers when the process ends."""
    for sources in _known.values():
        sources.close()
