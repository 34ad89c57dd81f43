"""PostgreSQL through psycopg 3: rows streamed in chunks, read-only and timed at the server, one round trip a statement."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import select
import socket
import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeVar

from analytics_platform.sources.batches import ColumnPlan, schema_of, to_batch
from analytics_platform.sources.catalog import Catalog, Column, Table
from analytics_platform.sources.configs import PostgresqlConfig, SourceConfig
from analytics_platform.sources.connector import BATCH_ROWS, Connector, Parameters, Plan, Result, Session, SourceSettings, Target
from analytics_platform.sources.outbound import Endpoint
from analytics_platform.sources.placeholders import bind, refuse_unless_reading
from analytics_platform.sources.postgresql_copy import CannotCopy, CopyOut, PostgresqlCopy, begin_copy
from analytics_platform.sources.postgresql_trust import NO_FILE, TrustedRoots
from analytics_platform.sources.problems import (
    ConnectionLost,
    QueryCancelled,
    QueryRefusedBySource,
    QueryTimedOut,
    SourceAuthFailed,
    SourceProblem,
    SourceTlsFailed,
    SourceUnreachable,
    without_secret,
)
from analytics_platform.sources.statistics import MAX_TEXT, quote_ansi
from analytics_platform.sources.watchdog import WATCHDOG, Watch

if TYPE_CHECKING:
    import psycopg
    import pyarrow as pa
    from psycopg.pq.abc import PGresult

R = TypeVar("R")
_CHUNK_ROWS: Final = 1_000
_GRACE_S: Final = 3.0
_SETTINGS: Final = (
    "SET default_transaction_read_only = on; SET timezone = 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'postgres'; SET standard_conforming_strings = on; "
    "SET idle_in_transaction_session_timeout = '60s'; SET lc_messages = 'C'"
)
_TLS_FAULTS: Final = (
    "SSL error:",
    "server does not support SSL",
    "server certificate for ",
    "root certificate",
    "weak sslmode",
    "SSL certificate's ",
)
_BUSY: Final = ("too many", "starting up", "shutting down", "remaining connection slots")


class PostgresqlConnector(Connector):
    kind = "postgresql"
    title = "PostgreSQL"
    dialect = "postgres"
    config_model = PostgresqlConfig
    driver = "psycopg"

    def open(self, target: Target) -> PostgresqlSession:
        return PostgresqlSession(self.settings, PostgresqlConfig.model_validate(target.config))

    def check(self, config: SourceConfig) -> None:
        asked = PostgresqlConfig.model_validate(config.model_dump())
        self.settings.door.endpoints(asked.host, asked.port, login=(asked.database, asked.username))

    def cancel(self, target: Target, source_query_id: str) -> bool:
        tag = _tag(source_query_id)
        session = self.open(target)
        try:
            running = "FROM pg_stat_activity WHERE query LIKE $1 AND state = 'active' AND pid <> pg_backend_pid()"
            if not session.rows(f"SELECT pg_cancel_backend(pid) {running}", [f"{tag}%"]):
                return True
            for _ in range(50):
                if not session.rows(f"SELECT pid {running}", [f"{tag}%"]):
                    return True
                time.sleep(0.02)
            return False
        finally:
            session.close()


class PostgresqlSession(Session):
    dialect = "postgres"

    def __init__(self, settings: SourceSettings, config: PostgresqlConfig) -> None:
        self._settings = settings
        self._config = config
        self._is_kept = False
        self._trusted = TrustedRoots(config.options.ca_certificate)
        try:
            self._dial()
        except BaseException:
            self._trusted.close()
            raise

    def _dial(self) -> None:
        self._connection = connect(self._settings, self._config, self._trusted)
        self._backend_pid = self._connection.info.backend_pid
        self._timeout_ms = -1
        self._type_names: dict[int, str] = {}
        self._announces_read_only = self._connection.info.parameter_status("default_transaction_read_only") is not None
        self.next_id()

    def next_id(self) -> None:
        """A new id for the next statement, so that a late cancel cannot hit another one on the same connection."""
        self.source_query_id = f"{self._backend_pid}:{secrets.token_hex(8)}"

    def query(
        self, sql: str, parameters: Parameters | None = None, *, timeout_s: float = 30.0, batch_rows: int = BATCH_ROWS
    ) -> PostgresqlResult:
        return self._run("", sql, parameters or {}, timeout_s=timeout_s, batch_rows=batch_rows)

    def query_many(self, sql: str, parameters: Parameters | None = None, *, timeout_s: float = 30.0) -> Result:
        if parameters:  # COPY takes none
            return self.query(sql, parameters, timeout_s=timeout_s)
        refuse_unless_reading(sql)
        asked_under = self.source_query_id
        try:
            return self._on_this_or_a_new_line(lambda: PostgresqlCopy(self, sql, timeout_s=timeout_s, batch_rows=BATCH_ROWS))
        except CannotCopy:
            self.source_query_id = asked_under
            return self.query(sql, timeout_s=timeout_s)

    def _run(self, prefix: str, sql: str, parameters: Parameters, *, timeout_s: float, batch_rows: int) -> PostgresqlResult:
        refuse_unless_reading(sql)
        names: list[str] = []
        bound = prefix + bind(sql, parameters, "postgres", lambda name: f"${_position(names, name)}")
        values = [parameters[name] for name in names]
        return self._on_this_or_a_new_line(lambda: PostgresqlResult(self, bound, values, timeout_s=timeout_s, batch_rows=batch_rows))

    def _on_this_or_a_new_line(self, run: Callable[[], R]) -> R:
        """A kept connection may be gone since: then the statement goes over a new one."""
        asked_under = self.source_query_id
        try:
            result = run()
        except ConnectionLost:
            if not self._is_kept:
                raise
            self._connection.close()
            self._is_kept = False
            self._dial()
            self.source_query_id = asked_under  # the caller has it already, and cancelling goes by its tag
            result = run()
        self._is_kept = True
        return result

    def start(self, sql: str, values: list[Any], timeout_s: float) -> tuple[Any, Iterator[tuple[Any, ...]]]:
        """Send a statement; its cursor and its rows as they come."""
        import psycopg

        self._make_ready(timeout_s)
        cursor = psycopg.RawCursor(self._connection)
        return cursor, cursor.stream(f"{_tag(self.source_query_id)}{sql}", values or None, size=_CHUNK_ROWS)

    def prepared(self, sql: str, timeout_s: float) -> PGresult:
        """The columns that a statement would give. The server takes it alone: what is more or less than one statement is refused here."""
        from psycopg import errors
        from psycopg.pq import ExecStatus

        self._make_ready(timeout_s)
        prepared = self._connection.pgconn.prepare(b"", sql.encode(self._connection.info.encoding))
        if prepared.status == ExecStatus.FATAL_ERROR:
            raise errors.error_from_result(prepared)
        described = self.describe()
        if described.status == ExecStatus.FATAL_ERROR:
            raise errors.error_from_result(described)
        return described

    def copy(self, sql: str, timeout_s: float) -> CopyOut:
        """Start the copy of a statement that was prepared just now."""
        self._make_ready(timeout_s)
        return begin_copy(self._connection.pgconn, _tag(self.source_query_id), sql, self._connection.info.encoding)

    def finish_copy(self, copy: CopyOut | None) -> None:
        """Leave a copy; where rows are still to come, the server is told to stop."""
        with contextlib.suppress(_driver_error()):
            if copy is not None and not copy.is_over and not self._connection.closed:
                self.interrupt()
                with contextlib.suppress(_driver_error()):
                    copy.drain()
            self.finished()

    def loader(self, oid: int) -> Callable[[str], Any]:
        """What the driver makes of a type's text."""
        from psycopg.adapt import Transformer
        from psycopg.pq import Format

        load, encoding = Transformer(self._connection).get_loader(oid, Format.TEXT).load, self._connection.info.encoding
        return lambda text: load(text.encode(encoding))

    def watch(self, timeout_s: float) -> Watch:
        """Break the line should the server not keep its own time limit."""
        return WATCHDOG.watch(timeout_s + _GRACE_S, self.hang_up)

    def _make_ready(self, timeout_s: float) -> None:
        """Read-only whatever the session was told before, and timed at the server."""
        status = self._connection.info.parameter_status("default_transaction_read_only")
        if self._announces_read_only and status != "on":
            self._connection.close()
            raise ConnectionLost("The session was no longer read-only and has been ended.")
        timeout_ms = max(1, int(timeout_s * 1000))
        if timeout_ms != self._timeout_ms:
            self._connection.execute(f"SET statement_timeout = {timeout_ms}")
            self._timeout_ms = timeout_ms
        if not self._announces_read_only:
            self._connection.execute("BEGIN READ ONLY")

    def finished(self) -> None:
        """A statement has ended: leave its transaction, if it needed one, and take a new id."""
        if not self._announces_read_only and not self._connection.closed:
            self._connection.rollback()
        self.next_id()

    def describe(self) -> PGresult:
        """The columns of the last statement, where it gave no row. Every thread would stand still in the driver's own call until the server answers."""
        from psycopg.generators import execute

        self._connection.pgconn.send_describe_prepared(b"")
        results: list[PGresult] = self._connection.wait(execute(self._connection.pgconn))
        return results[-1]

    def type_names(self, oids: set[int]) -> dict[int, str]:
        """Names of types that the driver does not know."""
        missing = sorted(oids - self._type_names.keys())
        if missing:
            asked_under = self.source_query_id
            self._type_names.update(self.rows("SELECT oid::int8, format_type(oid, NULL) FROM pg_type WHERE oid = ANY($1)", [missing]))
            self.source_query_id = asked_under  # what this is asked for may still have to run
        return self._type_names

    def rows(self, sql: str, values: list[Any] | None = None, *, timeout_s: float = 10.0) -> list[tuple[Any, ...]]:
        """All rows of one of our own statements."""
        started = time.monotonic()
        watch = self.watch(timeout_s)
        try:
            _, stream = self.start(sql, values or [], timeout_s)
            return list(stream)
        except _driver_error() as e:
            raise self.problem(e, time.monotonic() - started, timeout_s) from e
        finally:
            watch.stop()
            self.finished()

    def problem(self, e: psycopg.Error, elapsed_s: float, timeout_s: float) -> SourceProblem:
        """A driver's error as ours."""
        from psycopg import errors

        message = self.clean(e.diag.message_primary or str(e))
        if isinstance(e, errors.QueryCanceled):
            is_late = "timeout" in message or elapsed_s >= timeout_s
            return QueryTimedOut(f"The statement was stopped after {timeout_s:g} s.") if is_late else QueryCancelled()
        if self._connection.closed and elapsed_s >= timeout_s:
            return QueryTimedOut(f"The source fell silent; it was given up after {elapsed_s:.0f} s.")
        if self._connection.closed or isinstance(e, (errors.AdminShutdown, errors.CrashShutdown, errors.IdleInTransactionSessionTimeout)):
            return ConnectionLost(message)
        return QueryRefusedBySource(message, sqlstate=e.sqlstate)

    def clean(self, message: str) -> str:
        """A message without the password, should a server repeat it."""
        return without_secret(message, self._config.password)

    def explain(self, sql: str, parameters: Parameters | None = None, *, timeout_s: float = 10.0) -> Plan:
        with self._run("EXPLAIN (FORMAT JSON) ", sql, parameters or {}, timeout_s=timeout_s, batch_rows=BATCH_ROWS) as result:
            text = "".join(batch.column(0)[0].as_py() for batch in result)
        plan = json.loads(text)
        top = plan[0]["Plan"]
        return Plan(plan=plan, estimated_cost=top.get("Total Cost"), estimated_rows=top.get("Plan Rows"))

    def interrupt(self) -> None:
        self._trusted.rewind()
        with contextlib.suppress(_driver_error()):
            self._connection.cancel_safe(timeout=5)

    def hang_up(self) -> None:
        """Break the line, from any thread, to a server that does not even keep its own time limit."""
        with contextlib.suppress(OSError, _driver_error()), socket.socket(fileno=os.dup(self._connection.fileno())) as line:
            line.shutdown(socket.SHUT_RDWR)

    def ping(self) -> float:
        started = time.perf_counter()
        self.rows("SELECT 1")
        return (time.perf_counter() - started) * 1000

    def is_read_only_login(self) -> bool | None:
        from analytics_platform.sources.postgresql_catalog import CAN_WRITE

        return not self.rows(CAN_WRITE)[0][0]

    def introspect(self, *, timeout_s: float = 30.0) -> Catalog:
        from analytics_platform.sources.postgresql_catalog import introspect

        return introspect(self, self._config.options.schemas, timeout_s)

    def shortened(self, column: Column) -> str:
        name = quote_ansi(column.name)
        return f"left({name}::text, {MAX_TEXT})" if column.type == "string" else name

    def sampling(self, table: Table, rows: int) -> str:
        estimate = table.row_estimate or 0
        if table.kind != "table" or estimate <= rows * 2:
            return ""
        # a little less than the limit takes, which would else cut off the end of the table
        return f" TABLESAMPLE SYSTEM ({min(100.0, max(0.001, 95.0 * rows / estimate)):.4f}) REPEATABLE (0)"

    def is_usable(self) -> bool:
        from psycopg.pq import TransactionStatus

        connection = self._connection
        if connection.closed or connection.info.transaction_status != TransactionStatus.IDLE:
            return False
        if self._announces_read_only and connection.info.parameter_status("default_transaction_read_only") != "on":
            return False
        line = select.poll()
        line.register(connection.fileno(), select.POLLIN)
        return not line.poll(0)  # an idle server that speaks is saying goodbye

    def close(self) -> None:
        self._connection.close()
        self._trusted.close()


class PostgresqlResult(Result):
    """Rows as they come. The first batch is fetched at once: it tells the columns' types."""

    def __init__(self, session: PostgresqlSession, sql: str, values: list[Any], *, timeout_s: float, batch_rows: int) -> None:
        self._session = session
        self._timeout_s = timeout_s
        self._batch_rows = batch_rows
        self._is_open = True
        self._started = time.monotonic()
        self._watch = session.watch(timeout_s)
        try:
            cursor, self._stream = session.start(sql, values, timeout_s)
            self._first = list(islice(self._stream, batch_rows))
            described = cursor.pgresult if self._first else session.describe()
            is_complete = len(self._first) < batch_rows
        except _driver_error() as e:
            raise self._ended_by(e) from e
        except BaseException:
            self.close()
            raise
        if is_complete:
            self.close()
        self._plans = self._plan(described, can_ask=is_complete)
        self.schema = schema_of(self._plans)

    def _plan(self, described: Any, *, can_ask: bool) -> list[ColumnPlan]:
        from analytics_platform.sources.postgresql_types import is_known, plan_column

        columns = [(described.fname(i).decode(), described.ftype(i), described.fmod(i)) for i in range(described.nfields)]
        unknown = {oid for _, oid, _ in columns if not is_known(oid)}
        names = self._session.type_names(unknown) if unknown and can_ask else {}
        values = list(zip(*self._first, strict=True)) if self._first else [()] * len(columns)
        return [plan_column(name, oid, mod, names.get(oid, ""), v) for (name, oid, mod), v in zip(columns, values, strict=True)]

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        rows, self._first = self._first, []
        while rows:
            yield to_batch(rows, self._plans, self.schema)
            if not self._is_open:
                return
            try:
                rows = list(islice(self._stream, self._batch_rows))
            except _driver_error() as e:
                raise self._ended_by(e) from e
        self.close()

    def _ended_by(self, e: psycopg.Error) -> SourceProblem:
        problem = self._session.problem(e, time.monotonic() - self._started, self._timeout_s)
        self.close()
        return problem

    def close(self) -> None:
        if not self._is_open:
            return
        self._is_open = False
        self._watch.stop()
        stream = getattr(self, "_stream", None)
        if stream is not None:
            stream.close()
        with contextlib.suppress(_driver_error()):
            self._session.finished()


def connect(settings: SourceSettings, config: PostgresqlConfig, trusted: TrustedRoots) -> psycopg.Connection[tuple[Any, ...]]:
    """A connection to a judged address. Nothing of the operator's own environment (password file, certificates) goes along."""
    import psycopg

    endpoints = settings.door.endpoints(config.host, config.port, login=(config.database, config.username))
    failure: SourceProblem = SourceUnreachable()
    for endpoint in endpoints:
        try:
            connection = psycopg.connect(**_arguments(settings, config, endpoint, trusted))
            _prepare(connection)
            return connection
        except psycopg.Error as e:
            failure = _connect_problem(e, config)
            if isinstance(failure, SourceAuthFailed):
                break
    raise failure


def _arguments(settings: SourceSettings, config: PostgresqlConfig, endpoint: Endpoint, trusted: TrustedRoots) -> dict[str, Any]:
    return {
        "host": endpoint.host,
        "hostaddr": endpoint.address,
        "port": endpoint.port,
        "dbname": config.database,
        "user": config.username,
        "password": config.password,
        "sslmode": config.sslmode,
        "application_name": config.options.application_name or "analytics-platform",
        "connect_timeout": max(2, int(settings.connect_timeout_s)),
        "passfile": NO_FILE,
        "options": "",
        "gssencmode": "disable",
        "sslcertmode": "disable",
        "sslrootcert": trusted.path() if config.sslmode.startswith("verify") else NO_FILE,
        "tcp_user_timeout": 30_000,
        "keepalives_idle": 15,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "autocommit": True,
        "prepare_threshold": None,
    }


def _prepare(connection: psycopg.Connection[tuple[Any, ...]]) -> None:
    from analytics_platform.sources.postgresql_types import register_loaders

    register_loaders(connection)
    for setting in _SETTINGS.split("; "):
        # lc_messages is a superuser's to set before PostgreSQL 15; without it messages come in the server's language
        with contextlib.suppress(_refused()) if "lc_messages" in setting else contextlib.nullcontext():
            connection.execute(setting.encode())


def _connect_problem(e: psycopg.Error, config: PostgresqlConfig) -> SourceProblem:
    message = without_secret(" ".join(str(e).split()), config.password)
    if "FATAL" in message:
        if config.sslmode == "disable" and "no pg_hba.conf entry" in message and message.endswith((", no encryption", ", SSL off")):
            return SourceTlsFailed(f"TLS is off (sslmode disable), and the server lets nobody in like this without it: {message}")
        return SourceUnreachable(message) if any(word in message for word in _BUSY) else SourceAuthFailed(message)
    if any(fault in message for fault in _TLS_FAULTS):
        return SourceTlsFailed(f"No TLS as sslmode {config.sslmode} asks for it: {message}")
    return SourceUnreachable(message)


def _tag(source_query_id: str) -> str:
    return f"/* {source_query_id.partition(':')[2]} */ "


def _position(names: list[str], name: str) -> int:
    if name not in names:
        names.append(name)
    return names.index(name) + 1


def _driver_error() -> type[psycopg.Error]:
    import psycopg

    return psycopg.Error


def _refused() -> type[psycopg.Error]:
    from psycopg import errors

    return errors.InsufficientPrivilege
