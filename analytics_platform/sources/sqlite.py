"""SQLite files, opened read-only: an authorizer lets a statement read and nothing else, a progress handler ends it in time."""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote as url_quote

from analytics_platform.sources.batches import ColumnPlan, schema_of, to_batch
from analytics_platform.sources.catalog import Catalog
from analytics_platform.sources.configs import SourceConfig, SqliteConfig
from analytics_platform.sources.connector import BATCH_ROWS, Connector, Parameters, Plan, Result, Session, SourceSettings, Target
from analytics_platform.sources.paths import file_stamp, resolve_path
from analytics_platform.sources.placeholders import bind
from analytics_platform.sources.problems import (
    QueryCancelled,
    QueryRefusedBySource,
    QueryTimedOut,
    SourceProblem,
    SourceUnreachable,
)
from analytics_platform.sources.sqlite_types import plan_column
from analytics_platform.sql.masks import HASH_FUNCTION, keyed_hash

if TYPE_CHECKING:
    import pyarrow as pa

_ALLOWED: Final = frozenset((sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE))
_REFUSED_FUNCTIONS: Final = frozenset(("load_extension", "readfile", "writefile", "edit", "fts3_tokenizer", "zeroblob", "randomblob"))
_PRAGMAS: Final = frozenset(("table_list", "table_xinfo", "foreign_key_list", "index_list", "index_info", "schema_version"))
_STEPS_BETWEEN_CHECKS: Final = 10_000
_MAX_VALUE_BYTES: Final = 64 * 1024 * 1024
_TYPING_ROWS: Final = 50_000


class SqliteConnector(Connector):
    kind = "sqlite"
    title = "SQLite file"
    dialect = "sqlite"
    config_model = SqliteConfig
    driver = "sqlite3"

    def __init__(self, settings: SourceSettings) -> None:
        super().__init__(settings)
        self._running: dict[str, SqliteSession] = {}

    def open(self, target: Target) -> SqliteSession:
        return SqliteSession(self.settings, SqliteConfig.model_validate(target.config), self._running)

    def cancel(self, target: Target, source_query_id: str) -> bool:
        session = self._running.get(source_query_id)
        if session is None:
            return False
        session.interrupt()
        return True

    def stamp(self, target: Target) -> tuple[object, ...]:
        return file_stamp(
            resolve_path(SqliteConfig.model_validate(target.config).path, self.settings.folders, own_folder=self.settings.own_folder)
        )

    def check(self, config: SourceConfig) -> None:
        resolve_path(SqliteConfig.model_validate(config.model_dump()).path, self.settings.folders, own_folder=self.settings.own_folder)


class SqliteSession(Session):
    dialect = "sqlite"

    def __init__(self, settings: SourceSettings, config: SqliteConfig, running: dict[str, SqliteSession]) -> None:
        self._path = resolve_path(config.path, settings.folders, own_folder=settings.own_folder)
        self._running = running
        self._deadline = float("inf")
        self._is_cancelled = False
        self._is_open = True
        self._result: SqliteResult | None = None
        self.source_query_id = secrets.token_hex(8)
        uri = f"file:{url_quote(str(self._path))}?mode=ro"
        try:
            self._connection = sqlite3.connect(
                uri, uri=True, check_same_thread=False, isolation_level=None, timeout=5.0, cached_statements=32
            )
            self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.Error as e:
            raise SourceUnreachable(f"The file cannot be opened as a SQLite database: {e}") from e
        self._connection.text_factory = _text
        self._lock_down()
        running[self.source_query_id] = self

    def _lock_down(self) -> None:
        connection = self._connection
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.create_function(HASH_FUNCTION, 2, keyed_hash, deterministic=True)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_VALUE_BYTES)
        connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, 1_000_000)
        connection.set_authorizer(_authorize)
        connection.set_progress_handler(self._must_stop, _STEPS_BETWEEN_CHECKS)

    def _must_stop(self) -> bool:
        return self._is_cancelled or time.monotonic() > self._deadline

    def next_id(self) -> None:
        """A new id for the next statement."""
        self._running.pop(self.source_query_id, None)
        self._deadline = float("inf")
        self._is_cancelled = False
        self.source_query_id = secrets.token_hex(8)
        self._running[self.source_query_id] = self

    def query(
        self, sql: str, parameters: Parameters | None = None, *, timeout_s: float = 30.0, batch_rows: int = BATCH_ROWS
    ) -> SqliteResult:
        return self._run("", sql, parameters or {}, timeout_s=timeout_s, batch_rows=batch_rows)

    def _run(self, prefix: str, sql: str, parameters: Parameters, *, timeout_s: float, batch_rows: int) -> SqliteResult:
        bound = prefix + bind(sql, parameters, "sqlite", lambda name: f":{name}")
        return SqliteResult(self, bound, dict(parameters), timeout_s=timeout_s, batch_rows=batch_rows)

    def start(self, sql: str, parameters: dict[str, Any], timeout_s: float) -> sqlite3.Cursor:
        """Run a statement until its first row. Raises sqlite3's errors."""
        self._deadline = time.monotonic() + timeout_s
        return self._connection.execute(sql, {name: _storable(value) for name, value in parameters.items()})

    def problem(self, e: Exception, timeout_s: float) -> SourceProblem:
        """A driver's error as ours."""
        message = str(e)
        if "interrupted" in message:
            is_late = time.monotonic() > self._deadline and not self._is_cancelled
            return QueryTimedOut(f"The statement was stopped after {timeout_s:g} s.") if is_late else QueryCancelled()
        return QueryRefusedBySource(message)

    def rows(self, sql: str, *, timeout_s: float = 10.0) -> list[tuple[Any, ...]]:
        """All rows of one of our own statements."""
        try:
            return self.start(sql, {}, timeout_s).fetchall()
        except sqlite3.Error as e:
            raise self.problem(e, timeout_s) from e
        finally:
            self.next_id()

    def explain(self, sql: str, parameters: Parameters | None = None, *, timeout_s: float = 10.0) -> Plan:
        with self._run("EXPLAIN QUERY PLAN ", sql, parameters or {}, timeout_s=timeout_s, batch_rows=BATCH_ROWS) as result:
            steps = [row for batch in result for row in batch.to_pylist()]
        return Plan(plan=[{k: step[k] for k in ("id", "parent", "detail")} for step in steps], estimated_cost=None, estimated_rows=None)

    def interrupt(self) -> None:
        self._is_cancelled = True
        with contextlib.suppress(sqlite3.Error):
            self._connection.interrupt()

    def ping(self) -> float:
        started = time.perf_counter()
        self.rows("SELECT 1")
        return (time.perf_counter() - started) * 1000

    def is_read_only_login(self) -> bool | None:
        return True  # there is no login, and the file is opened for reading alone

    def introspect(self, *, timeout_s: float = 30.0) -> Catalog:
        from analytics_platform.sources.sqlite_catalog import introspect

        return introspect(self, self._path.stat().st_size, timeout_s)

    def is_usable(self) -> bool:
        return self._is_open and self._deadline == float("inf")

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            self._running.pop(self.source_query_id, None)
            self._connection.close()


class SqliteResult(Result):
    """Rows of a statement. SQLite has no column types, only typed values: those of the first rows decide."""

    def __init__(self, session: SqliteSession, sql: str, parameters: dict[str, Any], *, timeout_s: float, batch_rows: int) -> None:
        self._session = session
        self._timeout_s = timeout_s
        self._batch_rows = batch_rows
        self._is_open = True
        try:
            self._cursor = session.start(sql, parameters, timeout_s)
            self._first = self._cursor.fetchmany(max(batch_rows, _TYPING_ROWS))
        except (sqlite3.Error, sqlite3.Warning, OverflowError, ValueError) as e:
            raise self._ended_by(e) from e
        if self._cursor.description is None:
            self.close()
            raise QueryRefusedBySource("The statement gives no rows.")
        names = [column[0] for column in self._cursor.description]
        values = list(zip(*self._first, strict=True)) if self._first else [()] * len(names)
        self._plans: list[ColumnPlan] = [plan_column(name, v) for name, v in zip(names, values, strict=True)]
        self.schema = schema_of(self._plans)
        if len(self._first) < max(batch_rows, _TYPING_ROWS):
            self.close()

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        rows, self._first = self._first, []
        while rows:
            for at in range(0, len(rows), self._batch_rows):
                yield to_batch(rows[at : at + self._batch_rows], self._plans, self.schema)
            if not self._is_open:
                return
            try:
                rows = self._cursor.fetchmany(self._batch_rows)
            except sqlite3.Error as e:
                raise self._ended_by(e) from e
        self.close()

    def _ended_by(self, e: Exception) -> SourceProblem:
        problem = self._session.problem(e, self._timeout_s)
        self.close()
        return problem

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            cursor = getattr(self, "_cursor", None)
            if cursor is not None:
                cursor.close()
            self._session.next_id()


def _authorize(action: int, first: str | None, second: str | None, database: str | None, trigger: str | None) -> int:
    """Called by SQLite for each thing a statement would do, while it compiles it."""
    if action == sqlite3.SQLITE_FUNCTION:
        return sqlite3.SQLITE_DENY if (second or "").lower() in _REFUSED_FUNCTIONS else sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA:
        return sqlite3.SQLITE_OK if (first or "").lower() in _PRAGMAS else sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_UPDATE and first == "sqlite_master":
        return sqlite3.SQLITE_OK  # asked when json_each or a pragma's table is first used; a real one fails on the file opened read-only
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def _storable(value: Any) -> Any:
    """A parameter as SQLite keeps such values: times as ISO text, decimals as numbers."""
    from datetime import date, datetime
    from datetime import time as clock
    from decimal import Decimal

    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, (date, clock)):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def _text(raw: bytes) -> str:
    """Texts that are not UTF-8 are shown, not refused."""
    return raw.decode("utf-8", "replace")
