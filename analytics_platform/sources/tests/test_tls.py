"""TLS to PostgreSQL and MariaDB servers of the tests' own: who is connected to how, and who is refused."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analytics_platform.embedded.servers import LOOPBACK
from analytics_platform.sources.connector import Session, SourceSettings, Target
from analytics_platform.sources.hub import Sources, parse_config
from analytics_platform.sources.outbound import OutboundDoor
from analytics_platform.sources.problems import QueryCancelled, QueryTimedOut, SourceAuthFailed, SourceConfigInvalid, SourceTlsFailed
from analytics_platform.sources.tests.certificates import Authority
from analytics_platform.sources.tests.tls_servers import SERVERS, TLS_ONLY, Servers, mysql_that_refuses

HOST = "db.example.test"
LONG_RUNNING = {"postgresql": "SELECT pg_sleep(30)", "mysql": "SELECT sleep(30)"}
MANY_ROWS = {
    "postgresql": "SELECT n, repeat('x', 100) FROM generate_series(1, 50000) n",
    "mysql": "SELECT seq, repeat('x', 100) FROM seq_1_to_50000",
}
each_server = pytest.mark.parametrize("server", SERVERS)
each_kind = pytest.mark.parametrize("kind", ["postgresql", "mysql"])


@pytest.fixture
def sources() -> Iterator[Sources]:
    """Every host name is this machine's: the connection goes to the judged address, the certificate is held against the name."""
    door = OutboundDoor(allowed=["127.0.0.0/8"], resolver=lambda host, port: [LOOPBACK])
    found = Sources(SourceSettings(door=door, connect_timeout_s=5))
    yield found
    found.close()


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority("The company's own authority")


@pytest.fixture(scope="module")
def with_tls(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with Servers(authority.issue(tmp_path_factory.mktemp("certificate"), HOST, LOOPBACK)) as servers:
        yield servers


@pytest.fixture(scope="module")
def without_tls() -> Iterator[Servers]:
    with Servers(None) as servers:
        yield servers


def kind_of(server: str) -> str:
    return "mysql" if server == "mariadb" else "postgresql"


def target(servers: Servers, server: str, sslmode: str, *, host: str = HOST, ca: str | None = None, **changes: Any) -> Target:
    config = {**servers.login(server), "host": host, "sslmode": sslmode, "options": {"ca_certificate": ca}, **changes}
    return Target(kind=kind_of(server), config=config, key=("tenant", f"{server}-{sslmode}-{host}"), version="1")


@each_server
@pytest.mark.parametrize(
    ("sslmode", "host", "is_told_the_authority", "is_encrypted"),
    [
        ("disable", HOST, False, False),
        ("prefer", HOST, False, True),
        ("require", HOST, False, True),
        ("verify-ca", HOST, True, True),
        ("verify-ca", "other.example.test", True, True),
        ("verify-full", HOST, True, True),
        ("verify-full", LOOPBACK, True, True),
    ],
)
def test_a_server_with_tls_is_reached(
    sources: Sources,
    with_tls: Servers,
    authority: Authority,
    server: str,
    sslmode: str,
    host: str,
    is_told_the_authority: bool,
    is_encrypted: bool,
) -> None:
    reached = target(with_tls, server, sslmode, host=host, ca=authority.pem if is_told_the_authority else None)
    with sources.session(reached) as session:
        assert encrypted(session, server) is is_encrypted


@each_server
@pytest.mark.parametrize("sslmode", ["disable", "prefer"])
def test_a_server_without_tls_is_reached_where_it_is_not_asked_for(
    sources: Sources, without_tls: Servers, server: str, sslmode: str
) -> None:
    with sources.session(target(without_tls, server, sslmode)) as session:
        assert not encrypted(session, server)


@each_server
@pytest.mark.parametrize("sslmode", ["require", "verify-ca", "verify-full"])
def test_a_server_without_tls_is_refused_where_it_is_asked_for(sources: Sources, without_tls: Servers, server: str, sslmode: str) -> None:
    asked = target(without_tls, server, sslmode)
    with pytest.raises(SourceTlsFailed, match=f"TLS.*{sslmode}.*SSL") as caught, sources.session(asked):
        pass
    assert (caught.value.code, caught.value.status) == ("source_tls_failed", 422)


@each_server
@pytest.mark.parametrize("sslmode", ["verify-ca", "verify-full"])
@pytest.mark.parametrize("told", [None, Authority("Somebody else").pem], ids=["public authorities", "another authority"])
def test_a_certificate_of_an_unknown_authority_is_refused(
    sources: Sources, with_tls: Servers, server: str, sslmode: str, told: str | None
) -> None:
    asked = target(with_tls, server, sslmode, ca=told)
    with pytest.raises(SourceTlsFailed, match="certificate verify failed"), sources.session(asked):
        pass


@each_server
@pytest.mark.parametrize("host", ["other.example.test", "127.0.0.2"])
def test_a_certificate_for_another_host_is_refused(
    sources: Sources, with_tls: Servers, authority: Authority, server: str, host: str
) -> None:
    asked = target(with_tls, server, "verify-full", host=host, ca=authority.pem)
    with pytest.raises(SourceTlsFailed, match=host), sources.session(asked):
        pass


@each_server
def test_one_of_several_authorities_is_enough(sources: Sources, with_tls: Servers, authority: Authority, server: str) -> None:
    with sources.session(target(with_tls, server, "verify-full", ca=Authority("Retired").pem + authority.pem)) as session:
        assert encrypted(session, server)


@each_server
def test_the_public_authorities_are_the_systems(
    sources: Sources, with_tls: Servers, authority: Authority, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bundle.pem").write_text(authority.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "bundle.pem"))
    with sources.session(target(with_tls, server, "verify-full")) as session:
        assert encrypted(session, server)


@each_server
def test_certificates_of_the_operators_home_play_no_part(
    sources: Sources, with_tls: Servers, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".postgresql").mkdir()
    (tmp_path / ".postgresql" / "root.crt").write_text(Authority("The operator's").pem)
    monkeypatch.setenv("HOME", str(tmp_path))
    with sources.session(target(with_tls, server, "require")) as session:
        assert encrypted(session, server)


def test_a_postgresql_that_insists_on_tls_says_so(sources: Sources, with_tls: Servers) -> None:
    with pytest.raises(SourceTlsFailed, match="TLS is off"), sources.session(target(with_tls, "postgresql", "disable", database=TLS_ONLY)):
        pass
    with sources.session(target(with_tls, "postgresql", "prefer", database=TLS_ONLY)) as session:
        assert encrypted(session, "postgresql")


def test_a_mysql_that_insists_on_tls_says_so(sources: Sources) -> None:
    with mysql_that_refuses(3159, "Connections using insecure transport are prohibited") as login:
        refused = Target(kind="mysql", config={**login, "sslmode": "disable"}, key=("t",), version="1")
        with pytest.raises(SourceTlsFailed, match="insecure transport"), sources.session(refused):
            pass


def test_a_login_that_mariadb_may_want_over_tls_is_told_of_it(sources: Sources, mysql: Target) -> None:
    config = {**mysql.config, "password": "wr0ng", "sslmode": "disable"}
    with (
        pytest.raises(SourceAuthFailed, match="may want TLS"),
        sources.session(Target(kind="mysql", config=config, key=("t",), version="1")),
    ):
        pass


def test_mysql_falls_back_where_tls_is_offered_and_does_not_come_about(sources: Sources) -> None:
    with mysql_that_refuses(1045, "Access denied in the clear", offers_tls=True) as login:
        preferred, required = (
            Target(kind="mysql", config={**login, "sslmode": sslmode}, key=("t",), version="1") for sslmode in ("prefer", "require")
        )
        with pytest.raises(SourceAuthFailed, match="in the clear"), sources.session(preferred):
            pass
        with pytest.raises(SourceTlsFailed), sources.session(required):
            pass


@each_server
def test_statements_are_stopped_timed_and_streamed_under_tls(
    sources: Sources, with_tls: Servers, authority: Authority, server: str
) -> None:
    asked, kind = target(with_tls, server, "verify-full", ca=authority.pem), kind_of(server)
    with sources.session(asked) as session:
        assert sum(batch.num_rows for batch in session.query_many(MANY_ROWS[kind])) == 50_000
        with session.query(MANY_ROWS[kind], batch_rows=10) as unread:
            next(iter(unread))
        session.ping()
        with pytest.raises((QueryTimedOut, QueryCancelled)):
            list(session.query(LONG_RUNNING[kind], timeout_s=0.2))
    with sources.session(asked) as kept:
        assert kept is session
        assert encrypted(kept, server)


@each_server
def test_a_statement_is_interrupted_over_a_second_connection_with_tls(
    sources: Sources, with_tls: Servers, authority: Authority, server: str
) -> None:
    with sources.session(target(with_tls, server, "verify-full", ca=authority.pem)) as session:
        interrupting = threading.Timer(0.3, session.interrupt)
        interrupting.start()
        with pytest.raises(QueryCancelled):
            list(session.query(LONG_RUNNING[kind_of(server)], timeout_s=20))
        interrupting.join()


@each_server
def test_a_line_that_broke_is_dialled_again_under_tls(sources: Sources, with_tls: Servers, authority: Authority, server: str) -> None:
    with sources.session(target(with_tls, server, "verify-full", ca=authority.pem)) as session:
        list(session.query("SELECT 1"))
        session.hang_up()  # type: ignore[attr-defined]  # both kinds have it
        assert encrypted(session, server)


@each_server
def test_no_file_of_certificates_can_be_found_or_is_left(
    sources: Sources, with_tls: Servers, authority: Authority, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_tls.login(server)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = open_files()
    with sources.fresh_session(target(with_tls, server, "verify-full", ca=authority.pem)):
        assert not list(tmp_path.iterdir())
    with pytest.raises(SourceTlsFailed), sources.fresh_session(target(with_tls, server, "verify-full", ca=Authority("Other").pem)):
        pass
    assert not list(tmp_path.iterdir())
    assert [name for name in open_files() - before if str(tmp_path) in name] == []


@each_kind
@pytest.mark.parametrize("text", ["", "certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "\udcff"])
def test_what_is_no_certificate_is_refused_in_its_place(kind: str, text: str) -> None:
    assert faults_of(kind, "verify-full", text) == ["config.options.ca_certificate"]


@each_kind
def test_a_private_key_is_refused(kind: str, tmp_path: Path) -> None:
    certificate, key = Authority("A").issue(tmp_path, HOST, LOOPBACK)
    assert faults_of(kind, "verify-full", certificate.read_text() + key.read_text()) == ["config.options.ca_certificate"]


@each_kind
@pytest.mark.parametrize("sslmode", ["disable", "prefer", "require"])
def test_certificates_that_would_not_be_checked_are_refused(kind: str, sslmode: str) -> None:
    assert faults_of(kind, sslmode, Authority("A").pem) == ["config.options"]


@each_kind
def test_what_stands_between_certificates_is_not_kept(kind: str) -> None:
    pems = [Authority("A").pem, Authority("B").pem]
    config = parse_config(kind, configured("verify-ca", "\n# The first\n".join(pems)))
    assert config.model_dump()["options"]["ca_certificate"] == "".join(pems)


def encrypted(session: Session, server: str) -> bool:
    """Whether the server says that it is; a server behind a front does not know, but the driver does."""
    if server == "fronted_postgresql":
        return bool(session._connection.pgconn.ssl_in_use)  # type: ignore[attr-defined]
    asked = {
        "postgresql": "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
        "mariadb": "SELECT variable_value <> '' FROM information_schema.session_status WHERE variable_name = 'SSL_CIPHER'",
    }
    (batch,) = session.query(asked[server])
    return bool(batch.column(0)[0].as_py())


def open_files() -> set[str]:
    """Where this process's descriptors lead."""
    return {os.path.realpath(f"/dev/fd/{descriptor}") for descriptor in os.listdir("/dev/fd")}


def configured(sslmode: str, ca: str) -> dict[str, Any]:
    return {"host": HOST, "database": "d", "username": "u", "sslmode": sslmode, "options": {"ca_certificate": ca}}


def faults_of(kind: str, sslmode: str, ca: str) -> list[str]:
    with pytest.raises(SourceConfigInvalid) as caught:
        parse_config(kind, configured(sslmode, ca))
    return [fault.field for fault in caught.value.errors]
