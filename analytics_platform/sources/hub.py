"""`Sources`: the door by which the platform reaches any source. One a process; thread-safe."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from pydantic import ValidationError

from analytics_platform.kernel.declare import FieldError
from analytics_platform.sources.configs import SourceConfig
from analytics_platform.sources.connector import Connector, Session, SourceSettings, Target
from analytics_platform.sources.duckdb_database import DuckdbConnector
from analytics_platform.sources.mysql import MysqlConnector
from analytics_platform.sources.parquet_files import FilesConnector
from analytics_platform.sources.pool import SessionPool
from analytics_platform.sources.postgresql import PostgresqlConnector
from analytics_platform.sources.problems import DriverMissing, SourceConfigInvalid
from analytics_platform.sources.sqlite import SqliteConnector

CONNECTORS: Final[dict[str, type[Connector]]] = {
    c.kind: c for c in (PostgresqlConnector, MysqlConnector, SqliteConnector, DuckdbConnector, FilesConnector)
}
"""Every kind of source by its name in the API."""


def connector_class(kind: str) -> type[Connector]:
    """The connector of a kind. Raises SourceConfigInvalid for an unknown one."""
    found = CONNECTORS.get(kind)
    if found is None:
        raise SourceConfigInvalid(f"There is no kind {kind!r}; there are {', '.join(CONNECTORS)}.")
    return found


def is_driver_installed(kind: str) -> bool:
    """Whether this process could connect to sources of the kind."""
    return importlib.util.find_spec(connector_class(kind).driver) is not None


def parse_config(kind: str, config: Mapping[str, Any]) -> SourceConfig:
    """The typed configuration. Raises SourceConfigInvalid with a fault for each field, never with a value."""
    try:
        return connector_class(kind).config_model.model_validate(config)
    except ValidationError as e:
        faults = [
            FieldError(field=".".join(["config", *map(str, fault["loc"])]), code=fault["type"], message=fault["msg"])
            for fault in e.errors(include_url=False, include_input=False, include_context=False)
        ]
        raise SourceConfigInvalid(errors=faults) from None


class Sources:
    """Opens sessions on sources, keeps them, and stops what runs on them."""

    def __init__(self, settings: SourceSettings) -> None:
        self.settings = settings
        self._connectors: dict[str, Connector] = {}
        self._pool = SessionPool(idle_s=settings.idle_s, max_idle_per_source=settings.max_idle_per_source, max_idle=settings.max_idle)

    def connector(self, kind: str) -> Connector:
        """The connector of a kind, made once. Raises SourceConfigInvalid, DriverMissing."""
        found = self._connectors.get(kind)
        if found is None:
            if not is_driver_installed(kind):
                raise DriverMissing(f"Install the package {connector_class(kind).driver!r} to reach sources of the kind {kind!r}.")
            found = self._connectors.setdefault(kind, connector_class(kind)(self.settings))
        return found

    def check(self, kind: str, config: Mapping[str, Any]) -> SourceConfig:
        """The typed configuration, its address or path judged too. Raises SourceConfigInvalid, AddressRefused, PathRefused, SourceUnreachable."""
        parsed = parse_config(kind, config)
        self.connector(kind).check(parsed)
        return parsed

    @contextmanager
    def session(self, target: Target) -> Iterator[Session]:
        """A session of one's own while the block lasts, kept or new. Raises what `Connector.open` raises."""
        connector = self.connector(target.kind)
        state = (target.version, *connector.stamp(target))
        with self._pool.session((target.kind, *target.key), state, lambda: connector.open(target)) as session:
            yield session

    @contextmanager
    def fresh_session(self, target: Target) -> Iterator[Session]:
        """A newly opened session that is closed afterwards: what a connection test and a health check want."""
        session = self.connector(target.kind).open(target)
        try:
            yield session
        finally:
            session.close()

    def cancel(self, target: Target, source_query_id: str) -> bool:
        """Stop the statement that runs under this id; whether it was seen to have stopped. Engines in a process stop only there."""
        return self.connector(target.kind).cancel(target, source_query_id)

    def forget(self, target: Target) -> None:
        """End what is kept for a source that is gone."""
        self._pool.discard((target.kind, *target.key))

    def close(self) -> None:
        """End every kept session and engine."""
        self._pool.close()
        for connector in self._connectors.values():
            connector.close()
