"""The one small interface that every kind of source has: a connector opens sessions, a session runs read-only statements."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from analytics_platform.sources.catalog import Catalog, Column, ColumnStatistics, Table, TableName
from analytics_platform.sources.configs import SourceConfig
from analytics_platform.sources.logical_types import LogicalType, of_field
from analytics_platform.sources.statistics import MAX_TEXT, counted_columns, quote_ansi, summarize, table_sql
from analytics_platform.sql.dialects import Dialect

if TYPE_CHECKING:
    import pyarrow as pa

    from analytics_platform.sources.outbound import OutboundDoor

Parameters = Mapping[str, Any]
BATCH_ROWS = 10_000


@dataclass(frozen=True, kw_only=True)
class FileView:
    """One Parquet file on the local disk and the table name it has in SQL."""

    table_name: str
    path: Path


@dataclass(frozen=True, kw_only=True)
class Target:
    """One source as a connector needs it.

    `config` is the unsealed configuration; `key` says whose it is (tenant id, source id) and `version` what it is now
    (the source's version, and the versions of its files): kept connections live under both, and a new version ends the old one's.
    """

    kind: str
    config: Mapping[str, Any]
    key: tuple[str, ...]
    version: str
    files: tuple[FileView, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SourceSettings:
    """What the operator decides. Sizes are per kept engine, times in seconds."""

    door: OutboundDoor
    folders: tuple[Path, ...] = ()
    own_folder: Path | None = None
    """What the platform keeps for itself, which no source reaches into."""
    connect_timeout_s: float = 10.0
    idle_s: float = 120.0
    max_idle_per_source: int = 4
    max_idle: int = 64
    max_engines: int = 16
    engine_memory_mb: int = 512
    engine_threads: int = 2


@dataclass(frozen=True)
class ResultColumn:
    name: str
    type: LogicalType


@dataclass(frozen=True)
class Plan:
    """A source's plan as it gives it (JSON-like where it can), with its estimates where it has them."""

    plan: Any
    estimated_cost: float | None
    estimated_rows: float | None


class Result(ABC):
    """A running statement: its columns, then its rows as Arrow batches while the source still produces them.

    JSON and nested values travel as JSON text in a string column (`column.type` says "json"); decimals as Arrow decimals, where
    a scale of 0 means type "integer"; a timestamp with a zone is in UTC. Iterating raises QueryTimedOut, QueryCancelled,
    QueryRefusedBySource, ConnectionLost.
    """

    schema: pa.Schema

    @property
    def columns(self) -> tuple[ResultColumn, ...]:
        """Names and logical types, in order; a name may stand twice."""
        return tuple(ResultColumn(field.name, of_field(field)) for field in self.schema)

    @abstractmethod
    def __iter__(self) -> Iterator[pa.RecordBatch]: ...

    @abstractmethod
    def close(self) -> None:
        """Stop fetching; the session can run its next statement. Safe to call twice, and after the end."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


class Session(ABC):
    """One connection, one thread at a time, one open result at a time. Everything on it is read-only."""

    dialect: Dialect
    source_query_id: str
    """How the source knows what runs here: a backend pid, a connection id; for an engine in this process a token of our own."""

    @abstractmethod
    def query(self, sql: str, parameters: Parameters | None = None, *, timeout_s: float = 30.0, batch_rows: int = BATCH_ROWS) -> Result:
        """Run one statement. Placeholders stand as sqlglot renders them in the dialect, or as `:name`. The time limit holds at the source."""

    def query_many(self, sql: str, parameters: Parameters | None = None, *, timeout_s: float = 30.0) -> Result:
        """`query` where very many rows are to be expected: the same values and types, by a faster way where the source has one."""
        return self.query(sql, parameters, timeout_s=timeout_s)

    @abstractmethod
    def explain(self, sql: str, parameters: Parameters | None = None, *, timeout_s: float = 10.0) -> Plan:
        """The plan without running the statement."""

    @abstractmethod
    def interrupt(self) -> None:
        """Stop what runs here, from any thread. The statement ends as QueryCancelled."""

    @abstractmethod
    def ping(self) -> float:
        """One round trip; milliseconds."""

    @abstractmethod
    def is_read_only_login(self) -> bool | None:
        """Whether the login itself cannot write, whatever a session says; None where that cannot be known."""

    @abstractmethod
    def introspect(self, *, timeout_s: float = 30.0) -> Catalog:
        """The whole catalog with a fixed small number of statements."""

    def sample(self, table: TableName, *, rows: int = 20, timeout_s: float = 10.0) -> pa.Table:
        """Some rows of a table, read without a scan of the whole."""
        return self.read(f"SELECT * FROM {table_sql(table, self.quote)} LIMIT {int(rows)}", timeout_s=timeout_s)

    def column_statistics(
        self, table: Table, *, max_rows: int = 10_000, max_values: int = 200, timeout_s: float = 10.0
    ) -> list[ColumnStatistics]:
        """Figures of each column over at most `max_rows` rows, in one statement; distinct texts where there are at most `max_values`."""
        columns = counted_columns(table)
        if not columns:
            return []
        chosen = ", ".join(f"{self.shortened(c)} AS {self.quote(c.name)}" for c in columns)
        source = f"{table_sql(table.name, self.quote)}{self.sampling(table, max_rows)}"
        return summarize(self.read(f"SELECT {chosen} FROM {source} LIMIT {int(max_rows)}", timeout_s=timeout_s), max_values=max_values)

    def read(self, sql: str, *, timeout_s: float) -> pa.Table:
        """The whole result of one of our own statements."""
        import pyarrow as pa

        with self.query(sql, timeout_s=timeout_s) as result:
            return pa.Table.from_batches(list(result), schema=result.schema)

    def quote(self, identifier: str) -> str:
        """An identifier as the dialect quotes it."""
        return quote_ansi(identifier)

    def shortened(self, column: Column) -> str:
        """SQL for a column's value, texts cut to MAX_TEXT characters."""
        name = self.quote(column.name)
        return f"substr({name}, 1, {MAX_TEXT})" if column.type == "string" else name

    def sampling(self, table: Table, rows: int) -> str:
        """A clause after the table's name that spreads a sample over a large table, where the engine has one."""
        return ""

    @abstractmethod
    def is_usable(self) -> bool:
        """Whether the connection can be kept for the next statement, without asking the source."""

    @abstractmethod
    def close(self) -> None:
        """End the connection. Never raises."""


class Connector(ABC):
    """One kind of source."""

    kind: ClassVar[str]
    title: ClassVar[str]
    dialect: ClassVar[Dialect]
    config_model: ClassVar[type[SourceConfig]]
    driver: ClassVar[str]
    """The name of the package that has to be installed."""

    def __init__(self, settings: SourceSettings) -> None:
        self.settings = settings

    @abstractmethod
    def open(self, target: Target) -> Session:
        """A new session. Raises SourceUnreachable, SourceAuthFailed, SourceTlsFailed, AddressRefused, PathRefused, SourceConfigInvalid."""

    @abstractmethod
    def cancel(self, target: Target, source_query_id: str) -> bool:
        """Stop what runs under that id, over a second connection; whether it was seen to have stopped. Engines in this process know only their own."""

    def stamp(self, target: Target) -> tuple[object, ...]:
        """What a kept session depends on beside the target's version (a file that was replaced); empty for remote sources."""
        return ()

    def check(self, config: SourceConfig) -> None:  # noqa: B027 - a kind that names neither an address nor a path has nothing to check
        """What can be judged without connecting: the address, the path. Raises AddressRefused, PathRefused, SourceUnreachable."""

    def close(self) -> None:  # noqa: B027 - only connectors with engines of their own keep something
        """End what the connector itself keeps."""
