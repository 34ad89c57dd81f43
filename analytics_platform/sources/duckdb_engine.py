"""DuckDB in this process, locked down: no file, no network, no settings, one reading statement at a time, ended in time."""

from __future__ import annotations

import contextlib
import json
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from analytics_platform.sources.catalog import Catalog, Table
from analytics_platform.sources.connector import BATCH_ROWS, Parameters, Plan, Result, Session, SourceSettings
from analytics_platform.sources.duckdb_types import ColumnShape, shape_columns, to_batch
from analytics_platform.sources.placeholders import bind
from analytics_platform.sources.problems import QueryCancelled, QueryRefusedBySource, QueryTimedOut, SourceProblem
from analytics_platform.sources.watchdog import WATCHDOG, Watch

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_NO_ACCESS: Final = "Files, the network and settings cannot be reached from SQL."
Introspect = Callable[["DuckdbSession", float], Catalog]


def base_config(settings: SourceSettings) -> dict[str, Any]:
    """What every instance starts with. Nothing is spilled to disk: a statement that needs more memory than it may have fails."""
    return {
        "threads": settings.engine_threads,
        "memory_limit": f"{settings.engine_memory_mb}MB",
        "temp_directory": "",
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        "allow_unsigned_extensions": False,
    }


class Engine:
    """One DuckDB instance. Sessions are cursors of it; it lives on while one of them does."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, introspect: Introspect) -> None:
        self.connection = connection
        self.introspect = introspect
        self.used_at = time.monotonic()
        self.session_count = 0
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET parquet_metadata_cache = true")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own on the instance."""
        self.used_at = time.monotonic()
        return self.connection.cursor()


class Engines:
    """Kept instances by key, the least recently used first to go, and what runs on them by id."""

    def __init__(self, settings: SourceSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._is_sweep_due = False
        self._engines: OrderedDict[tuple[object, ...], Engine] = OrderedDict()
        self.running: dict[str, DuckdbSession] = {}

    def session(self, owner: tuple[object, ...], state: tuple[object, ...], make: Callable[[], Engine]) -> DuckdbSession:
        """A session on the instance of this owner in this state; an instance in another state of the same owner is let go first."""
        key = (owner, state)
        with self._lock:
            for known in [known for known in self._engines if known[0] == owner and known != key]:
                self._engines.pop(known).connection.close()
            found = self._engines.get(key)
            if found is None:
                found = self._engines[key] = make()
            self._engines.move_to_end(key)
            for idle in [known for known, engine in self._engines.items() if not engine.session_count and known != key]:
                if len(self._engines) > self._settings.max_engines:
                    self._engines.pop(idle).connection.close()
            found.session_count += 1
            self._sweep_later()
            return DuckdbSession(found, self)

    def left(self, engine: Engine) -> None:
        """A session has ended."""
        with self._lock:
            engine.session_count -= 1
            engine.used_at = time.monotonic()

    def _sweep_later(self) -> None:
        """With the lock held: let go what nobody uses any more; an open database file keeps its writers out."""
        if self._engines and not self._is_sweep_due:
            self._is_sweep_due = True
            WATCHDOG.watch(self._settings.idle_s + 1, self._sweep)

    def _sweep(self) -> None:
        with self._lock:
            self._is_sweep_due = False
            before = time.monotonic() - self._settings.idle_s
            for known in [known for known, engine in self._engines.items() if not engine.session_count and engine.used_at < before]:
                self._engines.pop(known).connection.close()
            self._sweep_later()

    def interrupt(self, source_query_id: str) -> bool:
        """Stop what runs under this id in this process."""
        session = self.running.get(source_query_id)
        if session is None:
            return False
        session.interrupt()
        return True

    def close(self) -> None:
        """Let every instance go."""
        with self._lock:
            for engine in self._engines.values():
                engine.connection.close()
            self._engines.clear()


class DuckdbSession(Session):
    dialect = "duckdb"

    def __init__(self, engine: Engine, engines: Engines) -> None:
        self._engine = engine
        self._engines = engines
        self._running = engines.running
        self._is_open = True
        self._cursor = engine.cursor()
        self._is_cancelled = False
        self.source_query_id = secrets.token_hex(8)
        self._running[self.source_query_id] = self

    def next_id(self) -> None:
        """A new id for the next statement."""
        self._running.pop(self.source_query_id, None)
        self._is_cancelled = False
        self.source_query_id = secrets.token_hex(8)
        self._running[self.source_query_id] = self

    def query(
        self, sql: str, parameters: Parameters | None = None, *, timeout_s: float = 30.0, batch_rows: int = BATCH_ROWS
    ) -> DuckdbResult:
        bound = bind(sql, parameters or {}, "duckdb", lambda name: f"${name}")
        return DuckdbResult(self, bound, dict(parameters or {}), timeout_s=timeout_s, batch_rows=batch_rows)

    def start(self, sql: str, parameters: dict[str, Any], batch_rows: int) -> tuple[pa.RecordBatchReader, list[str]]:
        """Start a statement; its rows, and its columns' native types. Raises DuckDB's errors."""
        statement = self._one_reading_statement(sql)
        self._cursor.execute("BEGIN TRANSACTION READ ONLY")
        relation = self._cursor.sql(statement, params=parameters or None)
        return relation.to_arrow_reader(batch_rows), [str(kind) for kind in relation.types]

    def _one_reading_statement(self, sql: str) -> duckdb.Statement:
        import duckdb

        statements = self._cursor.extract_statements(sql)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise QueryRefusedBySource("Exactly one reading statement is run.")
        return statements[0]

    def finished(self, *, is_drained: bool) -> None:
        """A statement has ended. A cursor with rows left is replaced by a fresh one."""
        import duckdb

        try:
            if is_drained:
                self._cursor.rollback()
        except duckdb.Error:
            is_drained = False
        if not is_drained:
            self._cursor.close()
            self._cursor = self._engine.cursor()
        self.next_id()

    def problem(self, e: Exception, watch: Watch | None, timeout_s: float) -> SourceProblem:
        """A driver's error as ours, without a path of this machine."""
        import duckdb

        if isinstance(e, duckdb.InterruptException):
            is_late = watch is not None and watch.fired and not self._is_cancelled
            return QueryTimedOut(f"The statement was stopped after {timeout_s:g} s.") if is_late else QueryCancelled()
        if isinstance(e, (duckdb.PermissionException, duckdb.IOException)):
            return QueryRefusedBySource(_NO_ACCESS)
        return QueryRefusedBySource(str(e))

    def rows(self, sql: str, parameters: list[Any] | None = None, *, timeout_s: float = 10.0) -> list[tuple[Any, ...]]:
        """All rows of one of our own statements."""
        import duckdb

        watch = WATCHDOG.watch(timeout_s, self._cursor.interrupt)
        try:
            found: list[tuple[Any, ...]] = self._cursor.execute(sql, parameters).fetchall()
            return found
        except duckdb.Error as e:
            raise self.problem(e, watch, timeout_s) from e
        finally:
            watch.stop()

    def explain(self, sql: str, parameters: Parameters | None = None, *, timeout_s: float = 10.0) -> Plan:
        import duckdb

        bound = bind(sql, parameters or {}, "duckdb", lambda name: f"${name}")
        try:
            self._one_reading_statement(bound)
        except duckdb.Error as e:
            raise self.problem(e, None, timeout_s) from e
        given: Any = dict(parameters) if parameters else None
        plan = json.loads(self.rows(f"EXPLAIN (FORMAT JSON) {bound}", given, timeout_s=timeout_s)[0][1])
        estimate = str(plan[0].get("extra_info", {}).get("Estimated Cardinality", "")).lstrip("~")
        return Plan(plan=plan, estimated_cost=None, estimated_rows=float(estimate) if estimate.isdigit() else None)

    def interrupt(self) -> None:
        self._is_cancelled = True
        self.stop()

    def stop(self) -> None:
        """Interrupt the engine; what the statement then ends as is the caller's to say."""
        self._cursor.interrupt()

    def ping(self) -> float:
        started = time.perf_counter()
        self.rows("SELECT 1")
        return (time.perf_counter() - started) * 1000

    def is_read_only_login(self) -> bool | None:
        return True  # there is no login, and the instance cannot write, whatever SQL says

    def introspect(self, *, timeout_s: float = 30.0) -> Catalog:
        return self._engine.introspect(self, timeout_s)

    def sampling(self, table: Table, rows: int) -> str:
        estimate = table.row_estimate or 0
        return f" TABLESAMPLE BERNOULLI ({min(100.0, 95.0 * rows / estimate):.4f}%)" if estimate > 2 * rows else ""

    def is_usable(self) -> bool:
        return False  # a cursor costs nothing; what is kept is the instance, by `Engines`

    def close(self) -> None:
        import duckdb

        if not self._is_open:
            return
        self._is_open = False
        self._running.pop(self.source_query_id, None)
        with contextlib.suppress(duckdb.Error):
            self._cursor.close()
        self._engines.left(self._engine)


class DuckdbResult(Result):
    """DuckDB's own Arrow batches, streamed, with what Arrow knows and JSON does not (intervals, nested values) made text."""

    def __init__(self, session: DuckdbSession, sql: str, parameters: dict[str, Any], *, timeout_s: float, batch_rows: int) -> None:
        import duckdb

        self._session = session
        self._timeout_s = timeout_s
        self._is_open = True
        self._reader: pa.RecordBatchReader | None = None
        self._watch = WATCHDOG.watch(timeout_s, session.stop)
        try:
            self._reader, native = session.start(sql, parameters, batch_rows)
        except duckdb.Error as e:
            raise self._ended_by(e) from e
        except QueryRefusedBySource:
            self.close()
            raise
        self._shapes: list[ColumnShape] = shape_columns(self._reader.schema, native)
        import pyarrow as pa

        self.schema = pa.schema([shape.field for shape in self._shapes])

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        import duckdb
        import pyarrow as pa

        while self._reader is not None:
            try:
                batch = self._reader.read_next_batch()
            except StopIteration:
                self._end(is_drained=True)
                return
            except (duckdb.Error, pa.ArrowException, OSError) as e:
                raise self._ended_by(e) from e
            if batch.num_rows:
                yield to_batch(batch, self._shapes, self.schema)

    def _ended_by(self, e: Exception) -> SourceProblem:
        import duckdb

        if not isinstance(e, duckdb.Error) and "nterrupt" in str(e):
            e = duckdb.InterruptException(str(e))
        problem = self._session.problem(e, self._watch, self._timeout_s)
        self.close()
        return problem

    def _end(self, *, is_drained: bool) -> None:
        if self._is_open:
            self._is_open = False
            self._watch.stop()
            self._reader = None
            self._session.finished(is_drained=is_drained)

    def close(self) -> None:
        self._end(is_drained=False)
