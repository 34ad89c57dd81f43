"""Storage of its own for each test, and a real S3 to test against."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings


@pytest.fixture(autouse=True)
def local_storage(settings: LazySettings, tmp_path: Path) -> Path:
    """A folder that is this test's alone."""
    settings.DATA_DIR = tmp_path / "data"
    folder = tmp_path / "blobs"
    use_storage(settings, "django.core.files.storage.FileSystemStorage", location=str(folder), base_url=None)
    return folder


def use_storage(settings: LazySettings, backend: str, **options: Any) -> None:
    """Let blobs be kept there."""
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": backend, "OPTIONS": options}}


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of an S3 server on loopback."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(settings: LazySettings, s3_server: str, local_storage: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A bucket in it that blobs are kept in."""
    import boto3

    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "region_name": "us-east-1"}
    bucket = boto3.resource("s3", endpoint_url=s3_server, **keys).Bucket("blobs")
    bucket.create()
    use_storage(
        settings,
        "storages.backends.s3.S3Storage",
        bucket_name="blobs",
        endpoint_url=s3_server,
        access_key="testing",
        secret_key="testing",
        region_name="us-east-1",
        file_overwrite=True,
        default_acl=None,
        max_memory_size=1024 * 1024,
    )
    yield bucket
    bucket.objects.all().delete()
