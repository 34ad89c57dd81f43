"""Streams: each chunk is made in the request's own context, and long ones may hold only half of the web threads."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator, Iterable, Iterator
from contextvars import Context, copy_context
from typing import Any, TypeVar

from django.conf import settings
from django.db import connections
from django.http import StreamingHttpResponse

from analytics_platform.kernel.declare import Problem
from analytics_platform.kernel.problems import body_of

T = TypeVar("T")
_seats = threading.BoundedSemaphore(max(1, settings.WEB_THREADS // 2))


class TooManyStreams(Problem):
    """Half of this process's threads serve streams already."""

    code = "too_many_streams"
    status = 503
    title = "Too many streams are open; try again shortly."


def in_this_context(chunks: Iterable[T]) -> Iterator[T]:
    """The same chunks, each made under the tenant, user and request id that are in force now."""
    return _in(copy_context(), chunks)


def _in(context: Context, chunks: Iterable[T]) -> Iterator[T]:
    iterator = context.run(iter, chunks)
    try:
        while True:
            try:
                yield context.run(next, iterator)
            except StopIteration:
                return
    finally:
        close = getattr(iterator, "close", None)
        if close is not None:
            context.run(close)


def event_stream(events: Iterable[tuple[str, Any]]) -> StreamingHttpResponse:
    """Server-sent events out of (name, JSON-able data) pairs; a Problem on the way ends it as an `error` event. Raises TooManyStreams."""
    if not _seats.acquire(blocking=False):
        raise TooManyStreams(retry_after_s=5)
    connections.close_all()
    response = StreamingHttpResponse(_Seated(events), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


class _Seated:
    """Frees the seat exactly once, whether the stream ends, fails or is dropped by the client."""

    def __init__(self, events: Iterable[tuple[str, Any]]) -> None:
        self._chunks = self._encoded(events)
        self._is_seated = True

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._chunks)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self._is_seated:
            self._is_seated = False
            _seats.release()
            self._chunks.close()

    def _encoded(self, events: Iterable[tuple[str, Any]]) -> Generator[bytes, None, None]:
        try:
            for name, data in events:
                yield _frame(name, data)
        except Problem as problem:
            yield _frame("error", body_of(problem))
        finally:
            connections.close_all()


def _frame(name: str, data: Any) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data, separators=(',', ':'), default=str)}\n\n".encode()
