"""A small load generator: kept-alive connections over plain sockets, so that the generator costs little beside what it measures."""

from __future__ import annotations

import json
import selectors
import socket
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any

SECONDS = 3.0
WARM_UP_S = 1.0
PROCESSES = 2
CONNECTIONS = 8
STACK_KEY = "BENCH_SIGNING_KEY"
"""The environment variable with the key of the empty stack's tokens."""


@dataclass(frozen=True)
class Load:
    """What a run of requests gave: how many a second, and the median time of one, in milliseconds."""

    per_second: float
    p50_ms: float


class UnexpectedAnswer(RuntimeError):
    """The server answered with something else than the status that was asked for."""


def request_bytes(method: str, path: str, *, token: str = "", body: Any = None, headers: dict[str, str] | None = None) -> bytes:
    """One HTTP/1.1 request, ready to be sent again and again."""
    content = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(content)}"]
    if content:
        lines.append("Content-Type: application/json")
    if token:
        lines.append(f"Authorization: Bearer {token}")
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode() + content


def run(port: int, request: bytes, *, status: int = 200, seconds: float = SECONDS) -> Load:
    """Send `request` over and over from all processes and connections, once before it counts: each of the server's processes has its caches then.

    Raises UnexpectedAnswer.
    """
    with ProcessPoolExecutor(PROCESSES) as pool:
        for lasting_s in (WARM_UP_S, seconds):
            parts = list(pool.map(_hammer, *zip(*[(port, request, status, lasting_s)] * PROCESSES, strict=True)))
    taken = [ms for part in parts for ms in part]
    return Load(per_second=len(taken) / seconds, p50_ms=statistics.median(taken))


def one_by_one(port: int, request: bytes, *, times: int, status: int = 200) -> list[float]:
    """Milliseconds of each of `times` requests over one connection, one after the other."""
    taken = []
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(times):
            began = time.perf_counter()
            connection.sendall(request)
            _check(read_answer(connection), status)
            taken.append((time.perf_counter() - began) * 1000)
    return taken


def _hammer(port: int, request: bytes, status: int, seconds: float) -> list[float]:
    ready = selectors.DefaultSelector()
    taken: list[float] = []
    for _ in range(CONNECTIONS):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(request)
        ready.register(connection, selectors.EVENT_READ, time.perf_counter())
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        for key, _ in ready.select(timeout=1):
            connection = key.fileobj
            assert isinstance(connection, socket.socket)
            _check(read_answer(connection), status)
            now = time.perf_counter()
            taken.append((now - key.data) * 1000)
            ready.modify(connection, selectors.EVENT_READ, now)
            connection.sendall(request)
    for each in list(ready.get_map().values()):
        assert isinstance(each.fileobj, socket.socket)
        each.fileobj.close()
    return taken


def read_answer(connection: socket.socket) -> bytes:
    """The head and the body of one answer, whether it says its length or comes in chunks."""
    data = b""
    while (end := data.find(b"\r\n\r\n")) < 0:
        data += _receive(connection)
    head = data[:end].lower()
    if b"transfer-encoding: chunked" in head:
        while not data.endswith(b"\r\n0\r\n\r\n"):
            data += _receive(connection)
        return data
    place = head.find(b"content-length:")
    length = int(head[place + 15 :].split(b"\r\n", 1)[0]) if place >= 0 else 0
    while len(data) < end + 4 + length:
        data += _receive(connection)
    return data


def _receive(connection: socket.socket) -> bytes:
    part = connection.recv(65_536)
    if not part:
        raise UnexpectedAnswer("the server closed the connection")
    return part


def _check(answer: bytes, status: int) -> None:
    if int(answer[9:12]) != status:
        raise UnexpectedAnswer(answer[:2000].decode(errors="replace"))
