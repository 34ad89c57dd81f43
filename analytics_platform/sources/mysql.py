"""MySQL and MariaDB through PyMySQL: rows streamed unbuffered, read-only and timed at the server."""

from __future__ import annotations

import contextlib
import json
import secrets
import socket
import ssl
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from analytics_platform.sources.batches import ColumnPlan, schema_of, to_batch
from analytics_platform.sources.catalog import Catalog
from analytics_platform.sources.configs import MysqlConfig, SourceConfig
from analytics_platform.sources.connector import BATCH_ROWS, Connector, Parameters, Plan, Result, Session, SourceSettings, Target
from analytics_platform.sources.placeholders import bind, refuse_unless_reading
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
from analytics_platform.sources.statistics import quote_backtick
from analytics_platform.sources.watchdog import WATCHDOG

if TYPE_CHECKING:
    import pyarrow as pa
    from pymysql.connections import Connection
    from pymysql.cursors import SSCursor

_SQL_MODE: Final = "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"
_REFUSED_LOGIN: Final = frozenset((1044, 1045, 1049, 1130, 1698, 1862, 1820))
_ACCESS_DENIED: Final = 1045
_NEEDS_TLS: Final = frozenset((2026, 3159))
_TIMED_OUT: Final = frozenset((1969, 3024))
_CANCELLED: Final = frozenset((1317, 1028))
_LOST: Final = frozenset((1927, 2006, 2013, 2014, 2055, 0))
_GRACE_S: Final = 3.0
_HARMLESS_GRANTS: Final = frozenset(
    ("USAGE", "SELECT", "SHOW VIEW", "SHOW DATABASES", "PROCESS", "REPLICATION CLIENT", "BINLOG MONITOR", "SLAVE MONITOR")
)


class MysqlConnector(Connector):
    kind = "mysql"
    title = "MySQL or MariaDB"
    dialect = "mysql"
    config_model = MysqlConfig
    driver = "pymysql"

    def open(self, target: Target) -> MysqlSession:
        return MysqlSession(self.settings, MysqlConfig.model_validate(target.config))

    def check(self, config: SourceConfig) -> None:
        asked = MysqlConfig.model_validate(config.model_dump())
        self.settings.door.endpoints(asked.host, asked.port, login=(asked.database, asked.username))

    def cancel(self, target: Target, source_query_id: str) -> bool:
        session = self.open(target)
        try:
            return session.kill(source_query_id)
        finally:
            session.close()


class MysqlSession(Session):
    dialect = "mysql"

    def __init__(self, settings: SourceSettings, config: MysqlConfig) -> None:
        self._settings = settings
        self._config = config
        self._is_kept = False
        self._dial()

    def _dial(self) -> None:
        self._connection, self._line = connect(self._settings, self._config)
        self._is_closed = False
        self._is_mariadb = "mariadb" in str(self._connection.get_server_info()).lower()
        self._timeout_ms = -1
        self._is_streaming = False
        self.next_id()

    def next_id(self) -> None:
        """A new id for the next statement, so that a late cancel cannot hit another one on the same connection."""
        self.source_query_id = f"{self._connection.thread_id()}:{secrets.token_hex(8)}"
        self._is_streaming = False

    def query(
        self, sql: str, parameters: Parameters | None = None, *, timeout_s: float = 30.0, batch_rows: int = BATCH_ROWS
    ) -> MysqlResult:
        return self._run("", sql, parameters or {}, timeout_s=timeout_s, batch_rows=batch_rows)

    def _run(self, prefix: str, sql: str, parameters: Parameters, *, timeout_s: float, batch_rows: int) -> MysqlResult:
        refuse_unless_reading(sql)
        bound = prefix + bind(sql, parameters, "mysql", lambda name: str(self._connection.escape(parameters[name])))
        asked_under = self.source_query_id
        try:
            result = MysqlResult(self, bound, timeout_s=timeout_s, batch_rows=batch_rows)
        except ConnectionLost:
            if not self._is_kept:
                raise
            self.close()
            self._is_kept = False
            self._dial()
            self.source_query_id = asked_under  # the caller has it already, and cancelling goes by its tag
            result = MysqlResult(self, bound, timeout_s=timeout_s, batch_rows=batch_rows)
        self._is_kept = True
        return result

    def start(self, sql: str, timeout_s: float) -> SSCursor:
        """Send a statement; its cursor, from which rows are read as they come."""
        from pymysql.cursors import SSCursor

        timeout_ms = max(1, int(timeout_s * 1000))
        if timeout_ms != self._timeout_ms:
            limit = f"max_statement_time = {timeout_ms / 1000}" if self._is_mariadb else f"max_execution_time = {timeout_ms}"
            self._connection.query(f"SET SESSION {limit}")
            self._timeout_ms = timeout_ms
        cursor = SSCursor(self._connection)
        self._is_streaming = True
        cursor.execute(f"{_tag(self.source_query_id)}{sql}")
        return cursor

    def rows(self, sql: str, *, timeout_s: float = 10.0) -> list[tuple[Any, ...]]:
        """All rows of one of our own statements, as text."""
        from pymysql import MySQLError

        started = time.monotonic()
        watch = WATCHDOG.watch(timeout_s + _GRACE_S, self.hang_up)
        try:
            return list(self.start(sql, timeout_s).fetchall_unbuffered())
        except (MySQLError, OSError) as e:
            raise self.problem(e, time.monotonic() - started, timeout_s) from e
        finally:
            watch.stop()
            self.next_id()

    def problem(self, e: Exception, elapsed_s: float, timeout_s: float) -> SourceProblem:
        """A driver's error as ours."""
        from pymysql import InterfaceError

        code, message = _code_and_message(e, self._config.password)
        if code in _TIMED_OUT or (elapsed_s >= timeout_s and code in _CANCELLED | _LOST):
            return QueryTimedOut(f"The statement was stopped after {timeout_s:g} s.")
        if code in _CANCELLED:
            return QueryCancelled()
        if code in _LOST or isinstance(e, (OSError, InterfaceError)):
            self.close()
            return ConnectionLost(message)
        return QueryRefusedBySource(message, errno=code)

    def explain(self, sql: str, parameters: Parameters | None = None, *, timeout_s: float = 10.0) -> Plan:
        with self._run("EXPLAIN FORMAT=JSON ", sql, parameters or {}, timeout_s=timeout_s, batch_rows=BATCH_ROWS) as result:
            plan = json.loads("".join(str(batch.column(0)[0].as_py()) for batch in result))
        figures = dict(_figures(plan))
        cost = figures.get("query_cost", figures.get("cost"))
        rows = figures.get("rows_produced_per_join", figures.get("rows"))
        return Plan(
            plan=plan, estimated_cost=float(cost) if cost is not None else None, estimated_rows=float(rows) if rows is not None else None
        )

    def kill(self, source_query_id: str) -> bool:
        """Stop another connection's statement by its id; whether it was seen to have stopped."""
        find = f"SELECT id FROM information_schema.processlist WHERE command <> 'Sleep' AND info LIKE '{_tag(source_query_id)}%'"
        for _ in range(50):
            found = self.rows(find)
            if not found:
                return True
            with contextlib.suppress(QueryRefusedBySource):  # it ended between the two statements
                self._connection.query(f"KILL QUERY {int(found[0][0])}")
            time.sleep(0.02)
        return False

    def interrupt(self) -> None:
        with contextlib.suppress(SourceProblem):
            second = MysqlSession(self._settings, self._config)
            try:
                second.kill(self.source_query_id)
            finally:
                second.close()

    def is_connected(self) -> bool:
        """Whether the driver still holds its end of the line."""
        return bool(self._connection.open)

    def last_result(self) -> Any:
        """The driver's own result object."""
        return self._connection._result

    def hang_up(self) -> None:
        """Break the line, from any thread: whoever waits on it wakes with an error."""
        with contextlib.suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)

    def ping(self) -> float:
        started = time.perf_counter()
        self.rows("SELECT 1")
        return (time.perf_counter() - started) * 1000

    def is_read_only_login(self) -> bool | None:
        granted, roles = _rights(self.rows("SHOW GRANTS"))
        if self._is_mariadb:
            with contextlib.suppress(QueryRefusedBySource):  # older ones know no PUBLIC
                granted |= _rights(self.rows("SHOW GRANTS FOR PUBLIC"))[0]
        return granted <= _HARMLESS_GRANTS and all(self._only_reads_as(role) for role in roles)

    def _only_reads_as(self, role: str) -> bool:
        """Whether the login may only read once it has taken a role; roles of the role come with it."""
        before = self.rows("SELECT CURRENT_ROLE()")[0][0]
        own = str(before) if before and not self._is_mariadb else quote_backtick(str(before)) if before else "NONE"
        if not self._take_role(role):
            return False  # what it may do is not known
        only_reads = _rights(self.rows("SHOW GRANTS"))[0] <= _HARMLESS_GRANTS
        return self._take_role(own) and only_reads

    def _take_role(self, role: str) -> bool:
        from pymysql import MySQLError

        try:
            self._connection.query(f"SET ROLE {role}")
        except MySQLError:
            return False
        return True

    def introspect(self, *, timeout_s: float = 30.0) -> Catalog:
        from analytics_platform.sources.mysql_catalog import introspect

        return introspect(self, self._config.database, timeout_s)

    def quote(self, identifier: str) -> str:
        return quote_backtick(identifier)

    def is_usable(self) -> bool:
        if self._is_closed or self._is_streaming or not self._connection.open:
            return False
        self._line.setblocking(False)
        try:
            self._line.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        else:
            return False  # an idle server that speaks, or has hung up, is of no use
        finally:
            with contextlib.suppress(OSError):
                self._line.setblocking(True)

    def close(self) -> None:
        if self._is_closed:
            return
        self._is_closed = True
        if self._is_streaming:
            self.hang_up()  # a polite goodbye would first read every row that is still to come
        with contextlib.suppress(Exception):  # closing never raises, whatever state the driver is in
            self._connection.close()
        self._line.close()


class MysqlResult(Result):
    """Rows as they come, in the server's own text, cast by Arrow."""

    def __init__(self, session: MysqlSession, sql: str, *, timeout_s: float, batch_rows: int) -> None:
        from pymysql import MySQLError

        from analytics_platform.sources.mysql_types import plan_column

        self._session = session
        self._timeout_s = timeout_s
        self._batch_rows = batch_rows
        self._is_open = True
        self._started = time.monotonic()
        self._watch = WATCHDOG.watch(timeout_s + _GRACE_S, session.hang_up)
        try:
            self._cursor = session.start(sql, timeout_s)
            fields = self._cursor._result.fields  # the driver shows flags and character sets nowhere else
            self._first = list(self._cursor.fetchmany(batch_rows))
        except (MySQLError, OSError) as e:
            raise self._ended_by(e) from e
        if len(self._first) < batch_rows:
            self._end()
        values = list(zip(*self._first, strict=True)) if self._first else [()] * len(fields)
        self._plans: list[ColumnPlan] = [plan_column(field, v) for field, v in zip(fields, values, strict=True)]
        self.schema = schema_of(self._plans)

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        from pymysql import MySQLError

        rows, self._first = self._first, []
        while rows:
            yield to_batch(rows, self._plans, self.schema)
            if not self._is_open:
                return
            try:
                rows = list(self._cursor.fetchmany(self._batch_rows))
            except (MySQLError, OSError) as e:
                raise self._ended_by(e) from e
        self._end()

    def _end(self) -> None:
        """Everything has been read: the connection can be kept."""
        self._is_open = False
        self._watch.stop()
        self._session.next_id()

    def _ended_by(self, e: Exception) -> SourceProblem:
        problem = self._session.problem(e, time.monotonic() - self._started, self._timeout_s)
        self._abandon()
        self._end()
        return problem

    def close(self) -> None:
        """Stop the statement at the server and read what is still on the line, for a moment at most; then the connection can be kept."""
        from pymysql import MySQLError

        if not self._is_open:
            return
        self._watch.stop()
        self._watch = WATCHDOG.watch(_GRACE_S, self._session.hang_up)
        self._session.interrupt()
        try:
            self._cursor.close()
        except (MySQLError, OSError):
            self._abandon()
        self._end()

    def _abandon(self) -> None:
        """Nothing more comes: tell the driver, which would otherwise read on when its objects are collected."""
        result = self._session.last_result()
        if result is not None and not self._session.is_connected():
            result.unbuffered_active = False


def connect(settings: SourceSettings, config: MysqlConfig) -> tuple[Connection[Any], socket.socket]:
    """A connection over a socket that the outbound door opened, and a second handle on its line to break it with."""
    try:
        return _dial(settings, config, config.sslmode)
    except SourceTlsFailed:
        if config.sslmode != "prefer":
            raise
        return _dial(settings, config, "disable")


def _dial(settings: SourceSettings, config: MysqlConfig, sslmode: str) -> tuple[Connection[Any], socket.socket]:
    import pymysql
    from pymysql.converters import encoders

    login = (config.database, config.username)
    sock = settings.door.connect(config.host, config.port, timeout_s=settings.connect_timeout_s, login=login)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    line = sock.dup()
    watch = WATCHDOG.watch(settings.connect_timeout_s, lambda: line.shutdown(socket.SHUT_RDWR))
    try:
        connection = pymysql.Connection(
            host=config.host,
            port=config.port,
            user=config.username,
            password=config.password.encode(),
            database=config.database,
            charset=config.options.charset,
            sql_mode=_SQL_MODE,
            init_command="SET SESSION TRANSACTION READ ONLY",
            autocommit=True,
            conv=dict(encoders),
            defer_connect=True,
            **_tls(sslmode, config.options.ca_certificate),
        )
        connection.connect(sock)
        connection.query("SET SESSION time_zone = '+00:00'")
        return connection, line
    except (pymysql.MySQLError, OSError, ValueError) as e:
        sock.close()
        line.close()
        raise _connect_problem(e, config, timed_out=watch.fired) from e
    finally:
        watch.stop()


def _tls(sslmode: str, ca_certificate: str | None) -> dict[str, Any]:
    if sslmode == "prefer":
        return {}  # the driver then encrypts where the server offers it
    if sslmode == "disable":
        return {"ssl_disabled": True}
    context = ssl.create_default_context(cadata=ca_certificate)
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT  # certificates that MySQL makes itself are not that strict
    context.check_hostname = sslmode == "verify-full"
    if sslmode == "require":
        context.verify_mode = ssl.CERT_NONE
    return {"ssl": context}


def _connect_problem(e: Exception, config: MysqlConfig, *, timed_out: bool) -> SourceProblem:
    code, message = _code_and_message(e, config.password)
    if code in _REFUSED_LOGIN:  # MariaDB says no more to whom it wants over TLS
        hint = " It may want TLS, which sslmode disable turns off." if code == _ACCESS_DENIED and config.sslmode == "disable" else ""
        return SourceAuthFailed(message + hint)
    where = f"{config.host}:{config.port}"
    if timed_out:
        return SourceUnreachable(f"{where} took too long to answer.")
    if code in _NEEDS_TLS or isinstance(getattr(e, "original_exception", e), ssl.SSLError):
        return SourceTlsFailed(f"{where}: no TLS as sslmode {config.sslmode} asks for it: {message}")
    return SourceUnreachable(f"{where}: {message}")


def _code_and_message(e: Exception, secret: str) -> tuple[int, str]:
    code = e.args[0] if e.args and isinstance(e.args[0], int) else -1
    text = str(e.args[1]) if len(e.args) > 1 else str(e)
    return code, without_secret(text, secret)


def _tag(source_query_id: str) -> str:
    token = source_query_id.partition(":")[2]
    return f"/* {''.join(c for c in token if c.isalnum())} */ "


def _figures(plan: Any) -> Iterator[tuple[str, Any]]:
    """Every named figure of a plan, the outermost last, so that a dict keeps that one."""
    if isinstance(plan, dict):
        for value in plan.values():
            yield from _figures(value)
        yield from ((k, v) for k, v in plan.items() if isinstance(v, (int, float, str)))
    elif isinstance(plan, list):
        for value in plan:
            yield from _figures(value)


def _rights(lines: list[tuple[Any, ...]]) -> tuple[set[str], set[str]]:
    """The privileges that lines of SHOW GRANTS give, and the roles, as they are written there."""
    privileges: set[str] = set()
    roles: set[str] = set()
    for (line,) in lines:
        given, on, _ = str(line).removeprefix("GRANT ").partition(" ON ")
        if on:
            privileges |= {p.partition("(")[0].strip().upper() for p in _outside_brackets(given)}
        elif not str(line).startswith("SET "):
            roles |= {role.strip() for role in _outside_brackets(given.rpartition(" TO ")[0])}
    return privileges, roles


def _outside_brackets(privileges: str) -> Iterator[str]:
    """Split at commas that are not inside a column list."""
    depth, piece = 0, ""
    for c in privileges:
        depth += (c == "(") - (c == ")")
        if c == "," and not depth:
            yield piece
            piece = ""
        else:
            piece += c
    yield piece
