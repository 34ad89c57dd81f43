"""What a source must not reach: files, the network, other databases; and how a wrong configuration is told."""

from __future__ import annotations

import os
import socket
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from analytics_platform.sources.connector import SourceSettings, Target
from analytics_platform.sources.hub import CONNECTORS, Sources, parse_config
from analytics_platform.sources.outbound import OutboundDoor
from analytics_platform.sources.problems import (
    AddressRefused,
    PathRefused,
    QueryRefusedBySource,
    QueryTimedOut,
    SourceAuthFailed,
    SourceConfigInvalid,
    SourceUnreachable,
)

DUCKDB_ATTACKS = [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/proc/self/environ')",
    "SELECT * FROM read_blob('/etc/hostname')",
    "SELECT * FROM read_parquet('{folder}/stored/b.parquet')",
    "SELECT * FROM '{folder}/stored/b.parquet'",
    "SELECT * FROM glob('/*')",
    "SELECT * FROM read_csv('http://127.0.0.1:9/x.csv')",
    "COPY (SELECT 1) TO '{folder}/out.csv'",
    "COPY (SELECT 1) TO '{folder}/stored/a.parquet'",
    "ATTACH '{folder}/other.db'",
    "ATTACH ':memory:' AS m",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "RESET lock_configuration",
    "PRAGMA database_list",
    "EXPORT DATABASE '{folder}/dump'",
    "CREATE TABLE t AS SELECT 1",
    "CREATE VIEW cities AS SELECT 1",
    "CREATE MACRO f() AS 1",
    "CALL pragma_version()",
    "CREATE SECRET (TYPE s3)",
    "SELECT getenv('HOME')",
    "SELECT 1; SELECT 2",
    "CHECKPOINT",
]
SQLITE_ATTACKS = [
    "ATTACH DATABASE '{folder}/other.sqlite' AS o",
    "ATTACH DATABASE ':memory:' AS o",
    "SELECT load_extension('x')",
    "SELECT readfile('/etc/passwd')",
    "SELECT writefile('{folder}/x', 'y')",
    "PRAGMA writable_schema = ON",
    "PRAGMA query_only = OFF",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA database_list",
    "SELECT * FROM pragma_database_list",
    "UPDATE sqlite_master SET sql = ''",
    "VACUUM INTO '{folder}/copy.sqlite'",
    "CREATE TEMP TABLE t (a)",
    "CREATE VIRTUAL TABLE v USING fts5(a)",
    "BEGIN EXCLUSIVE",
    "REINDEX",
    "ANALYZE",
    "SELECT zeroblob(1000000000)",
]


def run(sources: Sources, target: Target, sql: str) -> None:
    with sources.session(target) as session, session.query(sql, timeout_s=5) as result:
        list(result)


@pytest.mark.parametrize("attack", DUCKDB_ATTACKS)
@pytest.mark.parametrize("which", ["files", "duckdb_file"])
def test_duckdb_reaches_nothing_but_its_tables(
    sources: Sources, request: pytest.FixtureRequest, tmp_path: Path, which: str, attack: str
) -> None:
    target: Target = request.getfixturevalue(which)
    before = sorted(p.name for p in tmp_path.rglob("*"))
    with pytest.raises(QueryRefusedBySource) as caught:
        run(sources, target, attack.format(folder=tmp_path))
    assert sorted(p.name for p in tmp_path.rglob("*")) == before
    assert "/etc" not in caught.value.detail


def test_an_allowed_file_cannot_be_overwritten(sources: Sources, files: Target, tmp_path: Path) -> None:
    stored = tmp_path / "stored" / "a.parquet"
    before = stored.read_bytes()
    with pytest.raises(QueryRefusedBySource):
        run(sources, files, f"COPY (SELECT 'gone') TO '{stored}' (FORMAT parquet)")
    assert stored.read_bytes() == before


@pytest.mark.parametrize("attack", SQLITE_ATTACKS)
def test_sqlite_reaches_nothing_but_its_tables(sources: Sources, sqlite: Target, tmp_path: Path, attack: str) -> None:
    before = sorted(p.name for p in tmp_path.iterdir())
    with pytest.raises(QueryRefusedBySource):
        run(sources, sqlite, attack.format(folder=tmp_path))
    assert sorted(p.name for p in tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    "harmless", ["SELECT value FROM json_each('[1]')", "SELECT upper(name), strftime('%Y', 'now') FROM customers", "VALUES (1)"]
)
def test_sqlite_still_does_what_people_need(sources: Sources, sqlite: Target, harmless: str) -> None:
    run(sources, sqlite, harmless)


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
@pytest.mark.parametrize("path", ["/etc/passwd", "../outside.db", "link.db", "nothing.db", "folder", "a\x00b", "folder/../../outside.db"])
def test_refuses_paths_outside_the_opened_folders(tmp_path: Path, kind: str, path: str) -> None:
    opened = tmp_path / "opened"
    (opened / "folder").mkdir(parents=True)
    sqlite3.connect(tmp_path / "outside.db").close()
    os.symlink(tmp_path / "outside.db", opened / "link.db")
    hub = Sources(SourceSettings(door=OutboundDoor(), folders=(opened,)))
    with (
        pytest.raises((PathRefused, SourceConfigInvalid, ValueError)),
        hub.session(Target(kind=kind, config={"path": path}, key=("t", "s"), version="1")),
    ):
        pass


def test_opens_no_file_where_the_operator_opened_no_folder(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "a.db").close()
    hub = Sources(SourceSettings(door=OutboundDoor()))
    target = Target(kind="sqlite", config={"path": str(tmp_path / "a.db")}, key=("t", "s"), version="1")
    with pytest.raises(PathRefused), hub.session(target):
        pass


@pytest.mark.parametrize("which", ["postgresql", "mysql"])
def test_a_wrong_password_is_told_without_it(sources: Sources, request: pytest.FixtureRequest, which: str) -> None:
    target: Target = request.getfixturevalue(which)
    wrong = Target(
        kind=target.kind, config={**target.config, "username": "nobody_here", "password": "hunter2-s3cret"}, key=("t", "w"), version="1"
    )
    with pytest.raises(SourceAuthFailed) as caught, sources.session(wrong):
        pass
    assert "hunter2-s3cret" not in repr(caught.value) + caught.value.detail


@pytest.mark.parametrize("kind", ["postgresql", "mysql"])
def test_a_closed_port_is_unreachable(sources: Sources, kind: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        config = {"host": "127.0.0.1", "port": port, "database": "x", "username": "x"}
        with pytest.raises(SourceUnreachable), sources.session(Target(kind=kind, config=config, key=("t", "u"), version="1")):
            pass


@pytest.mark.parametrize(
    "attack",
    [
        "SET SESSION TRANSACTION READ WRITE",
        "SET default_transaction_read_only = off",
        "SET SESSION max_statement_time = 0",
        "RESET ALL",
        "START TRANSACTION READ WRITE",
        "COPY customers TO STDOUT",
        "DO $$ BEGIN END $$",
        "CALL p()",
        "KILL 1",
        "/* x */ SET timezone = 'x'",
        "LOCK TABLE customers",
        "WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone",
        "EXPLAIN ANALYZE DELETE FROM orders",
    ],
)
@pytest.mark.parametrize("which", ["postgresql", "mysql"])
def test_a_session_stays_as_it_was_set_up(sources: Sources, request: pytest.FixtureRequest, which: str, attack: str) -> None:
    target: Target = request.getfixturevalue(which)
    with sources.session(target) as session:
        with pytest.raises(QueryRefusedBySource), session.query(attack) as result:
            list(result)
        with session.query("SELECT count(*) AS n FROM orders") as result:
            assert next(iter(result)).to_pylist() == [{"n": 2}]


class Line:
    """A TCP line to a server that can fall silent: what comes after that is swallowed."""

    def __init__(self, host: str, port: int) -> None:
        self.is_silent = False
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._far = (host, port)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            far = socket.create_connection(self._far)
            for a, b in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=(a, b), daemon=True).start()

    def _pass_on(self, a: socket.socket, b: socket.socket) -> None:
        try:
            while data := a.recv(65536):
                if not self.is_silent:
                    b.sendall(data)
        except OSError:
            pass
        a.close()

    def close(self) -> None:
        self._server.close()


@pytest.mark.parametrize("which", ["postgresql", "mysql"])
def test_a_source_that_falls_silent_is_given_up(sources: Sources, request: pytest.FixtureRequest, which: str) -> None:
    target: Target = request.getfixturevalue(which)
    line = Line(target.config["host"], target.config["port"])
    behind = Target(kind=target.kind, config={**target.config, "port": line.port}, key=("t", "silent"), version="1")
    with sources.session(behind) as session:
        with session.query("SELECT 1", timeout_s=0.2) as result:
            list(result)
        line.is_silent = True
        with pytest.raises(QueryTimedOut), session.query("SELECT 2", timeout_s=0.2) as result:
            list(result)
        assert not session.is_usable()
    line.close()


@pytest.mark.parametrize("kind", ["postgresql", "mysql"])
def test_a_server_that_says_nothing_is_given_up(kind: str) -> None:
    hub = Sources(SourceSettings(door=OutboundDoor(allowed=["127.0.0.0/8"]), connect_timeout_s=0.5))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        config = {"host": "127.0.0.1", "port": silent.getsockname()[1], "database": "x", "username": "x"}
        with pytest.raises(SourceUnreachable), hub.session(Target(kind=kind, config=config, key=("t", "u"), version="1")):
            pass


@pytest.mark.parametrize("which", ["postgresql", "mysql"])
def test_the_door_is_asked_on_every_connect(request: pytest.FixtureRequest, which: str) -> None:
    target: Target = request.getfixturevalue(which)
    hub = Sources(SourceSettings(door=OutboundDoor()))
    with pytest.raises(AddressRefused), hub.session(target):
        pass


BAD_CONFIGS: list[dict[str, Any]] = [
    {"host": "/var/run/postgresql"},
    {"host": "a,b"},
    {"host": "h user=postgres"},
    {"host": "user@h"},
    {"host": "h:5432"},
    {"host": ""},
    {"port": 0},
    {"port": 70000},
    {"sslmode": "whatever"},
    {"options": {"options": "-c log_statement=all"}},
    {"dsn": "postgresql://x"},
    {"passfile": "/etc/passwd"},
    {"database": "x\x00y"},
]


@pytest.mark.parametrize("bad", BAD_CONFIGS)
def test_refuses_configurations_beyond_the_allow_list(bad: dict[str, Any]) -> None:
    config = {"host": "db.example.com", "database": "d", "username": "u", "password": "planted-s3cret", **bad}
    with pytest.raises(SourceConfigInvalid) as caught:
        parse_config("postgresql", config)
    assert caught.value.errors
    assert "planted-s3cret" not in str(caught.value.errors) + caught.value.detail


@pytest.mark.parametrize("kind", sorted(CONNECTORS))
def test_every_kind_has_a_schema_that_marks_its_secrets(kind: str) -> None:
    model = CONNECTORS[kind].config_model
    properties = model.model_json_schema()["properties"]
    assert {name for name, field in properties.items() if field.get("writeOnly")} == set(model.secret_fields)
