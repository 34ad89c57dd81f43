"""Files on S3 behave as on the disk; uploads never stand whole in memory."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.handlers.wsgi import WSGIRequest

from analytics_platform.kernel import blobs
from analytics_platform.kernel.problems import Malformed
from apps.files.api.uploads import received
from apps.files.contract import FileTooLarge, files
from apps.files.tests.test_api import CSV, ready, upload

MIB = 1024 * 1024


def test_a_file_lives_and_dies_on_s3(api: Any, settle: Callable[[], None], s3: Any) -> None:
    found = ready(api, settle)
    assert len(list(s3.objects.all())) == 2
    assert api.get(f"/files/{found['id']}/preview").json()["rows"][1] == [2, "10001", "9.75"]
    assert b"".join(api.get(f"/files/{found['id']}/download").streaming_content) == CSV
    assert api.delete(f"/files/{found['id']}").status_code == 204
    assert list(s3.objects.all()) == []


def test_a_refused_upload_leaves_nothing_on_s3(api: Any, s3: Any, settings: LazySettings) -> None:
    settings.MAX_UPLOAD_BYTES = MIB
    assert upload(api, content=b"1,2\n" * 600_000).status_code == 413
    assert upload(api, name="a.pdf").status_code == 415
    assert list(s3.objects.all()) == []


class Endless(io.RawIOBase):
    """A multipart body of `size` bytes that is made while it is read."""

    def __init__(self, size: int) -> None:
        self.head = b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n'
        self.tail = b"\r\n--B--\r\n"
        self.length = len(self.head) + size + len(self.tail)
        self.position = 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        wanted = min(size if size >= 0 else self.length, self.length - self.position)
        end, body_ends = self.position + wanted, self.length - len(self.tail)
        head = self.head[self.position : end]
        body = b"1" * max(0, min(end, body_ends) - max(self.position, len(self.head)))
        tail = self.tail[max(0, self.position - body_ends) : max(0, end - body_ends)]
        self.position = end
        return head + body + tail

    def request(self) -> WSGIRequest:
        """A request that brings it."""
        environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/", "CONTENT_TYPE": "multipart/form-data; boundary=B"}
        return WSGIRequest({**environ, "CONTENT_LENGTH": str(self.length), "wsgi.input": self})


def test_an_upload_is_never_whole_in_memory(tenant: Any, settings: LazySettings) -> None:
    with tenant.acting():
        tracemalloc.start()
        blob, name, _ = received(Endless(40 * MIB).request())
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert (name, blob.size_bytes) == ("a.csv", 40 * MIB)
    assert peak < 6 * MIB


def test_what_is_too_large_is_read_to_its_end_but_not_kept(tenant: Any, settings: LazySettings, local_storage: Path) -> None:
    settings.MAX_UPLOAD_BYTES = MIB
    body = Endless(5 * MIB)
    with tenant.acting(), pytest.raises(FileTooLarge):
        received(body.request())
    assert body.position == body.length
    assert [path for path in local_storage.rglob("*") if path.is_file()] == []


def test_what_is_far_too_large_is_not_even_read(tenant: Any, settings: LazySettings) -> None:
    settings.MAX_UPLOAD_BYTES = MIB
    body = Endless(11 * MIB)
    with tenant.acting(), pytest.raises(FileTooLarge):
        received(body.request())
    assert body.position == 0


def test_an_upload_that_ends_early_leaves_nothing(tenant: Any, local_storage: Path) -> None:
    body = Endless(5 * MIB)
    body.tail = b""
    with tenant.acting(), pytest.raises(Malformed):
        received(body.request())
    assert [path for path in local_storage.rglob("*") if path.is_file()] == []


def test_tables_give_readers_a_file_on_the_disk(api: Any, tenant: Any, settle: Callable[[], None], s3: Any) -> None:
    from uuid import UUID

    found = ready(api, settle)
    with tenant.acting():
        [table] = files.tables(file_ids=[UUID(found["id"])])
        path = blobs.local_path(table.blob)
        assert path.read_bytes()[:4] == b"PAR1"
        assert path.stat().st_size == table.blob.size_bytes
