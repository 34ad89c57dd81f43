"""Shared storage: what is written is what is read, by its own tenant alone, and nothing half-written is ever seen."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import LazySettings
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from analytics_platform.kernel import blobs
from analytics_platform.kernel.context import tenant_in_force
from analytics_platform.kernel.declare import BlobRef

ACME, GLOBEX = UUID(int=1), UUID(int=2)  # the same in every process: they name parametrised tests


@pytest.fixture(autouse=True)
def folder(settings: LazySettings, tmp_path: Path) -> Iterator[Path]:
    """A folder to keep blobs in, and a tenant in force."""
    options = {"location": str(tmp_path / "blobs"), "base_url": None}
    settings.DATA_DIR = tmp_path
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}}
    with tenant_in_force(ACME):
        yield tmp_path / "blobs"


def stored(data: bytes = b"abc", **options: object) -> BlobRef:
    with blobs.writing(purpose="results", format="csv", **options) as out:  # type: ignore[arg-type]
        out.write(data)
    return out.ref


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@given(pieces=st.lists(st.binary(max_size=2_000), max_size=10))
@hypothesis_settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_reads_what_was_written(pieces: list[bytes]) -> None:
    with blobs.writing(purpose="results", format="csv") as out:
        for piece in pieces:
            out.write(piece)
    whole = b"".join(pieces)
    assert (out.ref.size_bytes, out.ref.sha256) == (len(whole), hashlib.sha256(whole).hexdigest())
    assert b"".join(blobs.chunks(out.ref)) == whole == blobs.local_path(out.ref).read_bytes()


def test_a_key_holds_the_tenant_and_no_name() -> None:
    tenant, purpose, name = stored().key.split("/")
    assert (tenant, purpose, name[-4:]) == (str(ACME), "results", ".csv")


def test_nothing_is_left_of_a_block_that_raised(folder: Path) -> None:
    with pytest.raises(ZeroDivisionError), blobs.writing(purpose="results", format="csv") as out:
        out.write(b"abc" * (1 // 0))
    assert files_in(folder) == []


def test_refuses_more_than_the_limit(folder: Path) -> None:
    with pytest.raises(blobs.BlobTooLarge):
        stored(b"abcd", limit_bytes=3)
    assert files_in(folder) == []


def test_takes_over_a_file(folder: Path) -> None:
    path = blobs.incoming_dir() / "made"
    path.write_bytes(b"abc")
    ref = blobs.store_file(path, purpose="tables", format="parquet")
    assert not path.exists()
    assert (blobs.opened(ref).read(), ref.size_bytes) == (b"abc", 3)


def test_stored_files_are_read_only() -> None:
    assert blobs.local_path(stored()).stat().st_mode & 0o222 == 0


def test_another_tenant_finds_nothing() -> None:
    ref = stored()
    with tenant_in_force(GLOBEX):
        for reach in (blobs.opened, blobs.local_path, blobs.delete, blobs.chunks):
            with pytest.raises(blobs.BlobNotFound):
                reach(ref)
        assert not blobs.exists(ref)
    assert blobs.exists(ref)


@pytest.mark.parametrize("key", ["../../etc/passwd", "/etc/passwd", f"{ACME}/results/../x", f"{ACME}/results/x", ""])
def test_a_key_that_is_not_ours_is_not_found(key: str) -> None:
    with pytest.raises(blobs.BlobNotFound):
        blobs.opened(key)


@pytest.mark.parametrize(("purpose", "format"), [("../x", "csv"), ("a/b", "csv"), ("x", "../csv"), ("", "csv")])
def test_no_path_comes_in_by_purpose_or_format(purpose: str, format: str) -> None:
    with pytest.raises(ValueError, match="not a purpose"):
        blobs.new_key(purpose=purpose, format=format)


def test_an_expired_blob_is_not_found_but_can_be_deleted() -> None:
    ref = stored(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    with pytest.raises(blobs.BlobNotFound):
        blobs.opened(ref)
    blobs.delete(ref)
    blobs.delete(ref)


def test_deletes_what_is_older_and_of_that_purpose() -> None:
    ref, other = stored(), blobs.store_file(_file(), purpose="tables", format="csv")
    assert datetime.now(UTC) - blobs.made_at(ref.key) < timedelta(minutes=1)
    assert blobs.delete_older(purpose="results", than=timedelta(hours=1)) == 0
    assert blobs.delete_older(purpose="results", than=timedelta(seconds=-1)) == 1
    assert (blobs.exists(ref), blobs.exists(other)) == (False, True)


def test_deletes_all_of_its_own_tenant_alone() -> None:
    mine = [stored(), blobs.store_file(_file(), purpose="tables", format="csv")]
    with tenant_in_force(GLOBEX):
        other = stored()
    assert (blobs.delete_all(), blobs.delete_all()) == (2, 0)
    assert [blobs.exists(ref) for ref in mine] == [False, False]
    with tenant_in_force(GLOBEX):
        assert blobs.exists(other)


def test_removes_what_a_killed_process_left_but_not_what_is_being_written() -> None:
    left, folder = blobs.incoming_dir() / "incoming-old", blobs.incoming_dir() / "parsing-old"
    left.write_bytes(b"x")
    (folder / "inner").mkdir(parents=True)
    for path in (left, folder):
        os.utime(path, (0, 0))
    with blobs.writing(purpose="results", format="csv") as out:
        assert blobs.remove_abandoned(than=timedelta(hours=1)) == 2
        out.write(b"abc")
    assert blobs.opened(out.ref).read() == b"abc"


def _file() -> Path:
    path = blobs.incoming_dir() / "made"
    path.write_bytes(b"x")
    return path
