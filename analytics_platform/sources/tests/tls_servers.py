"""Servers of the tests' own, with TLS and without: MariaDB, PostgreSQL, and PostgreSQL's embedded build, which has no TLS, behind a front that has."""

from __future__ import annotations

import contextlib
import os
import pwd
import select
import shutil
import socket
import ssl
import struct
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pymysql
import pytest

from analytics_platform.embedded.postgres import UNPRIVILEGED_USER, start_postgres, stop_postgres, superuser_url
from analytics_platform.embedded.servers import LOOPBACK, free_port, wait_until_ready

Login = dict[str, Any]
Files = tuple[Path, Path]
"""A certificate and its key."""

TLS_ONLY = "template1"
"""The database that PostgreSQL lets nobody into without TLS."""

_SSL_REQUEST = struct.pack("!II", 8, 80_877_103)


class Servers:
    """Servers by name, each started when it is first asked for; the block ends those that were."""

    def __init__(self, tls: Files | None) -> None:
        self._tls = tls
        self._started: dict[str, Login] = {}
        self._running = ExitStack()

    def login(self, name: str) -> Login:
        """How the server is reached, but for its host."""
        if name not in self._started:
            self._started[name] = self._running.enter_context(SERVERS[name](self._tls))
        return self._started[name]

    def __enter__(self) -> Servers:
        return self

    def __exit__(self, *_: object) -> None:
        self._running.close()


@contextmanager
def mariadb(tls: Files | None) -> Iterator[Login]:
    """A server without accounts: whoever comes is let in."""
    binary = shutil.which("mariadbd") or shutil.which("mariadbd", path="/usr/sbin")
    if binary is None:
        pytest.skip("MariaDB's server (mariadbd) is not installed here, so its TLS is not tried")
    with _own_folder() as folder:
        port = free_port()
        places = [f"--datadir={folder}", f"--socket={folder / 'socket'}", f"--pid-file={folder / 'pid'}", f"--port={port}"]
        small = ["--skip-grant-tables", "--innodb-log-file-size=8M", "--innodb-buffer-pool-size=16M", f"--bind-address={LOOPBACK}"]
        protocol = [f"--ssl-cert={tls[0]}", f"--ssl-key={tls[1]}"] if tls else ["--skip-ssl"]
        as_root = ["--user=root"] if os.geteuid() == 0 else []
        login: Login = {"port": port, "database": "shop", "username": "root"}
        with _running([binary, "--no-defaults", *places, *small, *protocol, *as_root], lambda: _make_shop(port), folder):
            yield login


@contextmanager
def postgresql(tls: Files | None) -> Iterator[Login]:
    """The system's PostgreSQL, as its embedded build has no TLS."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not found:
        pytest.skip("No PostgreSQL is installed here beside the embedded one, which has no TLS; that one is tried behind a front")
    with _own_folder(tls) as folder:
        data, port = folder / "data", free_port()
        login: Login = {"port": port, "database": "postgres", "username": "postgres", "password": "s3cret-of-tests"}
        (folder / "password").write_text(login["password"])
        made = ["--username=postgres", "--auth=scram-sha-256", f"--pwfile={folder / 'password'}", "--no-sync", f"--pgdata={data}"]
        subprocess.run([found[-1].with_name("initdb"), *made], check=True, capture_output=True, cwd="/", **_unprivileged())
        (data / "pg_hba.conf").write_text(f"hostssl {TLS_ONLY} all all scram-sha-256\nhost postgres all all scram-sha-256\n")
        settings = {"port": port, "listen_addresses": LOOPBACK, "unix_socket_directories": "", "fsync": "off", "ssl": "off"}
        if tls:
            settings |= {"ssl": "on", "ssl_cert_file": folder / tls[0].name, "ssl_key_file": folder / tls[1].name}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

        def answer() -> None:
            psycopg.connect(host=LOOPBACK, port=port, user="postgres", password=login["password"], connect_timeout=2).close()

        with _running([str(found[-1]), "-D", str(data), *options], answer, folder):
            yield login


@contextmanager
def fronted_postgresql(tls: Files | None) -> Iterator[Login]:
    """The embedded PostgreSQL, which is everywhere; with TLS through a front that ends it.

    The front is a thread of this process: whatever waits for the server without letting other threads run waits for ever.
    """
    with tempfile.TemporaryDirectory(prefix="tls-server-") as name:
        folder = Path(name)
        server = start_postgres(folder, durable=False)
        try:
            url = urlsplit(superuser_url(folder))
            login: Login = {"port": server.port, "database": "postgres", "username": url.username, "password": url.password}
            if tls is None:
                yield login
                return
            with socket.create_server((LOOPBACK, 0)) as front:
                threading.Thread(target=_serve, args=(front, server.port, tls), daemon=True).start()
                yield {**login, "port": front.getsockname()[1]}
        finally:
            stop_postgres(folder)


@contextmanager
def mysql_that_refuses(code: int, message: str, *, offers_tls: bool = False) -> Iterator[Login]:
    """A server that lets nobody in, and answers nothing that is TLS to who takes its offer of it."""
    capabilities = 0x88200 | (0x800 if offers_tls else 0)
    low, high = struct.pack("<I", capabilities)[:2], struct.pack("<I", capabilities)[2:]
    greeting = b"\x0a8.4.0\0" + bytes(4) + b"s" * 8 + b"\0" + low + b"\x21" + bytes(2) + high + b"\x15" + bytes(10)
    greeting += b"s" * 12 + b"\0mysql_native_password\0"

    def refuse(server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = server.accept()
                with client:
                    client.sendall(_packet(0, greeting))
                    wants_tls = len(client.recv(65_536)) == 36
                    client.sendall(
                        b"no TLS at all" if wants_tls else _packet(2, b"\xff" + struct.pack("<H", code) + b"#08004" + message.encode())
                    )

    with socket.create_server((LOOPBACK, 0)) as server:
        threading.Thread(target=refuse, args=(server,), daemon=True).start()
        yield {"host": LOOPBACK, "port": server.getsockname()[1], "database": "d", "username": "u"}


def _packet(number: int, payload: bytes) -> bytes:
    return struct.pack("<I", len(payload))[:3] + bytes([number]) + payload


def _make_shop(port: int) -> None:
    with pymysql.connect(host=LOOPBACK, port=port, user="root", connect_timeout=2) as admin:
        admin.query("CREATE DATABASE IF NOT EXISTS shop")


SERVERS: dict[str, Callable[[Files | None], contextlib.AbstractContextManager[Login]]] = {
    "mariadb": mariadb,
    "postgresql": postgresql,
    "fronted_postgresql": fronted_postgresql,
}


def _serve(front: socket.socket, port: int, tls: Files) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*tls)
    while True:
        try:
            client, _ = front.accept()
        except OSError:
            return
        threading.Thread(target=_pass_on, args=(client, port, context), daemon=True).start()


def _pass_on(client: socket.socket, port: int, context: ssl.SSLContext) -> None:
    """Both ways in one thread: TLS is not written and read at once."""
    with contextlib.suppress(OSError), ExitStack() as opened:
        opened.callback(client.close)
        server = opened.enter_context(socket.create_connection((LOOPBACK, port)))
        begun = client.recv(8, socket.MSG_WAITALL)
        if begun == _SSL_REQUEST:
            client.sendall(b"S")
            client = opened.enter_context(context.wrap_socket(client, server_side=True))
        else:
            server.sendall(begun)
        while True:
            has_more = isinstance(client, ssl.SSLSocket) and client.pending()
            for line in [client] if has_more else select.select([client, server], [], [])[0]:
                data = line.recv(65_536)
                if not data:
                    return
                (server if line is client else client).sendall(data)


@contextmanager
def _own_folder(tls: Files | None = None) -> Iterator[Path]:
    """A folder, with copies of the certificate and its key, of whom a server runs as that does not run as root."""
    with tempfile.TemporaryDirectory(prefix="tls-server-") as name:
        folder = Path(name)
        for file in tls or ():
            shutil.copy(file, folder)
        if os.geteuid() == 0:
            user = pwd.getpwnam(UNPRIVILEGED_USER)
            for place in (folder, *folder.iterdir()):
                os.chown(place, user.pw_uid, user.pw_gid)
        yield folder


def _unprivileged() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam(UNPRIVILEGED_USER)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@contextmanager
def _running(command: list[str], answer: Callable[[], None], folder: Path) -> Iterator[None]:
    """A server that has answered; ended by its process."""

    def answers() -> bool:
        try:
            answer()
        except (psycopg.OperationalError, pymysql.OperationalError):
            return False
        return True

    log = folder / "server.log"
    as_whom = {} if "--user=root" in command else _unprivileged()
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd="/", **as_whom)
    try:
        wait_until_ready(process, answers, log=log)
        yield
    finally:
        process.send_signal(2 if "postgres" in command[0] else 15)
        process.wait(timeout=30)
