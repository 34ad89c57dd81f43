"""The platform's own databases are no source: whatever name, spelling, kind or file leads to them, on every connect."""

from __future__ import annotations

import os
import socket
import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from analytics_platform.sources.configured import own_servers
from analytics_platform.sources.connector import SourceSettings, Target
from analytics_platform.sources.hub import Sources
from analytics_platform.sources.outbound import Login, OutboundDoor
from analytics_platform.sources.problems import AddressRefused, PathRefused, SourceConfigInvalid, SourceProblem, SourceUnreachable

EVERYTHING = ("0.0.0.0/0", "::/0")
SPELLINGS = [
    "127.0.0.1", "127.0.0.2", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost", "LocalHost", "localhost.", "::1", "0:0:0:0:0:0:0:1",
    "::ffff:127.0.0.1", "::ffff:7f00:1", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "0.0.0.0", "::", socket.gethostname(),
]  # fmt: skip


@pytest.fixture
def own_port() -> Iterator[int]:
    """A server on this machine that nobody may be led to; it would be an error to be connected to at all."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield server.getsockname()[1]
        with pytest.raises(BlockingIOError):
            server.accept()


def hub(port: int, *, own_host: str = "127.0.0.1", let_through: tuple[Login, ...] = ()) -> Sources:
    door = OutboundDoor(allowed=EVERYTHING, own_servers=[(own_host, port)], let_through=let_through)
    return Sources(SourceSettings(door=door, connect_timeout_s=2))


def target(kind: str, host: str, port: int, **more: Any) -> Target:
    config = {"host": host, "port": port, "database": "platform", "username": "platform", **more}
    return Target(kind=kind, config=config, key=("tenant", uuid.uuid4().hex), version="1")


@pytest.mark.parametrize("kind", ["postgresql", "mysql"])
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_spelling_leads_to_it(own_port: int, kind: str, spelling: str) -> None:
    with pytest.raises((AddressRefused, SourceUnreachable, SourceConfigInvalid)), hub(own_port).session(target(kind, spelling, own_port)):
        pass


@pytest.mark.parametrize("own_host", ["127.0.0.1", "::1", "localhost", socket.gethostname()])
@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_it_is_known_by_its_address_and_not_by_the_name_it_is_configured_under(own_port: int, own_host: str, host: str) -> None:
    with pytest.raises(AddressRefused, match="own database"):
        OutboundDoor(allowed=EVERYTHING, own_servers=[(own_host, own_port)]).endpoints(host, own_port)


@pytest.mark.parametrize(
    "host", ["/var/run/postgresql", "@abstract", "%2Fvar%2Frun", "", "127.0.0.1,10.0.0.1", "localhost:5432", "fe80::1%lo"]
)
def test_no_socket_and_no_list_of_hosts_is_a_host(own_port: int, host: str) -> None:
    with pytest.raises((SourceConfigInvalid, SourceProblem, ValueError)), hub(own_port).session(target("postgresql", host, own_port)):
        pass


@pytest.mark.parametrize("database", ["host=127.0.0.1 dbname=x", "postgresql://127.0.0.1/x", "demo?host=/tmp", "demo' host='127.0.0.1"])
def test_the_name_of_a_database_leads_nowhere_else(own_port: int, database: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        elsewhere = target("postgresql", "127.0.0.1", free.getsockname()[1], database=f"{database} port={own_port}")
        with pytest.raises(SourceUnreachable), hub(own_port).session(elsewhere):
            pass


@pytest.mark.parametrize("changed", [{"database": "platform"}, {"username": "owner"}, {"host": "localhost"}, {"database": "demo "}])
def test_only_exactly_the_demo_is_let_through(own_port: int, changed: dict[str, str]) -> None:
    demo = Login("127.0.0.1", own_port, "demo", "demo_reader")
    asked = {"host": "127.0.0.1", "database": "demo", "username": "demo_reader", **changed}
    with pytest.raises(AddressRefused), hub(own_port, let_through=(demo,)).session(target("postgresql", port=own_port, **asked)):
        pass


@pytest.mark.parametrize("kind", ["postgresql", "mysql"])
def test_a_name_that_moves_to_it_is_refused_then(own_port: int, kind: str) -> None:
    answers = {"moving.example": ["93.184.215.14"], "127.0.0.1": ["127.0.0.1"]}
    door = OutboundDoor(allowed=EVERYTHING, own_servers=[("127.0.0.1", own_port)], resolver=lambda host, port: answers[host])
    sources = Sources(SourceSettings(door=door))
    sources.check(kind, target(kind, "moving.example", own_port).config)
    answers["moving.example"] = ["127.0.0.1"]
    moved = target(kind, "moving.example", own_port)
    with pytest.raises(AddressRefused, match="own database"), sources.session(moved):
        pass
    with pytest.raises(AddressRefused, match="own database"):
        sources.cancel(moved, "1:x")


def settings_with(databases: dict[str, dict[str, Any]], *, redis: str = "", broker: str = "") -> Any:
    return SimpleNamespace(DATABASES=databases, REDIS_URL=redis, BROKER_URL=broker)


def test_every_database_of_every_app_is_its_own() -> None:
    databases = {
        "default": {"HOST": "db", "PORT": 5432},
        "execution": {"HOST": "db2", "PORT": "6000"},
        "files": {"HOST": "a,b", "PORT": "1,2"},
    }
    found = own_servers(settings_with(databases, redis="rediss://cache/0", broker="amqp://u:p@mq//;amqps://mq2//"))
    assert found == [("db", 5432), ("db2", 6000), ("a", 1), ("b", 2), ("cache", 6379), ("mq", 5672), ("mq2", 5671)]


@pytest.mark.parametrize("host", ["", None, "/var/run/postgresql", "@abstract"])
def test_a_database_behind_a_socket_is_on_this_machine(host: str | None) -> None:
    assert own_servers(settings_with({"default": {"HOST": host, "PORT": ""}}, redis="unix:///run/redis.sock")) == [
        ("127.0.0.1", 5432),
        ("127.0.0.1", 6379),
    ]


def made(kind: str, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection: Any = sqlite3.connect(path) if kind == "sqlite" else duckdb.connect(str(path))
    connection.execute("CREATE TABLE t (a INTEGER)")
    connection.close()
    return path


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
@pytest.mark.parametrize("opened", ["", ".", "own", "own/blobs", "own/sources"])
def test_no_file_of_the_platforms_own_is_a_source(tmp_path: Path, kind: str, opened: str) -> None:
    """Whichever folder the operator opened, by its path, by a symlink, by a detour."""
    own = tmp_path / "own"
    kept = made(kind, own / "blobs" / "tenant" / "kept.db")
    (own / "sources").mkdir()
    os.symlink(kept, own / "sources" / "link.db")
    os.symlink(own / "blobs", own / "sources" / "folder")
    sources = Sources(SourceSettings(door=OutboundDoor(), folders=(tmp_path / opened,), own_folder=own))
    paths = [
        str(kept),
        "kept.db",
        "link.db",
        "folder/tenant/kept.db",
        "../blobs/tenant/kept.db",
        "own/blobs/tenant/kept.db",
        "tenant/kept.db",
    ]
    for path in paths:
        with pytest.raises(PathRefused):
            sources.check(kind, {"path": path})
        with pytest.raises(PathRefused), sources.session(Target(kind=kind, config={"path": path}, key=("t", path), version="1")):
            pass


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_the_folder_for_sources_inside_it_is_open(tmp_path: Path, kind: str) -> None:
    made(kind, tmp_path / "own" / "sources" / "shop.db")
    sources = Sources(SourceSettings(door=OutboundDoor(), folders=(tmp_path / "own" / "sources",), own_folder=tmp_path / "own"))
    with sources.session(Target(kind=kind, config={"path": "shop.db"}, key=("t", "s"), version="1")) as session:
        assert session.ping() >= 0
    sources.close()
