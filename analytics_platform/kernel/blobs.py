"""Shared storage for bulk data: a local folder by default, S3 or MinIO by settings. Keys are ours; names from users never get here.

    with blobs.writing(purpose="uploads", format="csv", limit_bytes=…) as out:
        out.write(chunk)
    ref = out.ref                       # a BlobRef: key, format, size_bytes, sha256, expires_at
    with blobs.opened(ref) as stream: …
    path = blobs.local_path(ref)        # for readers that need a file: DuckDB, the parser
    blobs.delete(ref)

A key is `<tenant>/<purpose>/<uuid7>.<format>`: what another tenant made is not found, and the id tells when a blob was made.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, cast
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages

from analytics_platform.kernel.context import current_tenant
from analytics_platform.kernel.declare import BlobRef, Problem
from analytics_platform.kernel.ids import uuid7

CHUNK_BYTES = 256 * 1024
_KEY = re.compile(r"(?P<tenant>[0-9a-f-]{36})/(?P<purpose>[a-z][a-z0-9_-]{0,30})/(?P<id>[0-9a-f-]{36})(?:\.[a-z0-9]{1,12})?")
_READ_ONLY = 0o444


class BlobNotFound(Problem):
    code = "blob_not_found"
    status = 404
    title = "The stored data is not there any more."


class BlobTooLarge(Problem):
    code = "blob_too_large"
    status = 413
    title = "This is more than may be stored."


class BlobWriter:
    """Takes bytes, counts and hashes them. What it wrote is visible under its key only once `finish` has returned."""

    def __init__(self, *, purpose: str, format: str, limit_bytes: int | None = None, expires_at: datetime | None = None) -> None:
        self.key = new_key(purpose=purpose, format=format)
        self.format = format
        self.limit_bytes = limit_bytes
        self.expires_at = expires_at
        self.size_bytes = 0
        self._hash = hashlib.sha256()
        descriptor, name = tempfile.mkstemp(prefix="incoming-", dir=incoming_dir())
        self.path = Path(name)
        self._file = os.fdopen(descriptor, "wb")
        self._ref: BlobRef | None = None

    def write(self, data: bytes) -> None:
        """Append. Raises BlobTooLarge as soon as the limit is passed."""
        self.size_bytes += len(data)
        if self.limit_bytes is not None and self.size_bytes > self.limit_bytes:
            raise BlobTooLarge
        self._hash.update(data)
        self._file.write(data)

    def finish(self) -> BlobRef:
        """Move what was written to its key."""
        self._file.close()
        _place(self.path, self.key)
        self._ref = BlobRef(
            key=self.key, format=self.format, size_bytes=self.size_bytes, sha256=self._hash.hexdigest(), expires_at=self.expires_at
        )
        return self._ref

    def abort(self) -> None:
        """Leave nothing behind."""
        self._file.close()
        self.path.unlink(missing_ok=True)

    @property
    def ref(self) -> BlobRef:
        """What was stored. Only after `finish`."""
        if self._ref is None:
            raise RuntimeError("the blob is not finished")
        return self._ref


@contextmanager
def writing(*, purpose: str, format: str, limit_bytes: int | None = None, expires_at: datetime | None = None) -> Iterator[BlobWriter]:
    """A writer that is finished at the end of the block, or leaves nothing behind if the block raises."""
    writer = BlobWriter(purpose=purpose, format=format, limit_bytes=limit_bytes, expires_at=expires_at)
    try:
        yield writer
        writer.finish()
    except BaseException:
        writer.abort()
        raise


def store_file(path: Path, *, purpose: str, format: str, expires_at: datetime | None = None) -> BlobRef:
    """Take over a finished local file (from `incoming_dir()` it is only renamed); `path` is gone afterwards."""
    size_bytes = path.stat().st_size
    with path.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
    key = new_key(purpose=purpose, format=format)
    _place(path, key)
    return BlobRef(key=key, format=format, size_bytes=size_bytes, sha256=digest, expires_at=expires_at)


def opened(ref: BlobRef | str) -> BinaryIO:
    """The bytes, as a stream to be closed. Raises BlobNotFound, also for another tenant's key and past `expires_at`."""
    key = _checked(ref)
    try:
        return cast("BinaryIO", _storage().open(key, "rb"))
    except FileNotFoundError as error:
        raise BlobNotFound from error


def chunks(ref: BlobRef | str) -> Iterator[bytes]:
    """The bytes in pieces. The blob is opened at once, so that one that is not there is known before an answer is begun."""
    return _chunks(opened(ref))


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    with stream:
        while data := stream.read(CHUNK_BYTES):
            yield data


def local_path(ref: BlobRef | str) -> Path:
    """A local file with the bytes, for reading: the blob itself on a local disk, else a copy in a bounded cache. Raises BlobNotFound."""
    key, storage = _checked(ref), _storage()
    if isinstance(storage, FileSystemStorage):
        path = Path(storage.path(key))
        if not path.is_file():
            raise BlobNotFound
        return path
    return _cached_copy(key, storage)


def exists(ref: BlobRef | str) -> bool:
    """Whether the blob can be read by the tenant in force."""
    try:
        return _storage().exists(_checked(ref))
    except BlobNotFound:
        return False


def delete(ref: BlobRef | str) -> None:
    """Remove the blob and what was cached of it. One that is gone already is no error."""
    key = _checked(ref, may_be_expired=True)
    _storage().delete(key)
    _cache_path(key).unlink(missing_ok=True)


def delete_older(*, purpose: str, than: timedelta) -> int:
    """Remove the blobs of one purpose that the tenant in force made longer ago than this. Returns how many."""
    newest = datetime.now(UTC) - than
    old = [key for key in _keys(purpose) if made_at(key) < newest]
    for key in old:
        delete(key)
    return len(old)


def delete_all() -> int:
    """Remove everything that the tenant in force has stored, for when the tenant itself is removed. Returns how many."""
    try:
        purposes, _ = _storage().listdir(str(current_tenant()))
    except FileNotFoundError:
        return 0
    keys = [key for purpose in purposes for key in _keys(purpose)]
    for key in keys:
        delete(key)
    return len(keys)


def _keys(purpose: str) -> list[str]:
    """The keys of one purpose of the tenant in force."""
    folder = f"{current_tenant()}/{purpose}"
    try:
        _, names = _storage().listdir(folder)
    except FileNotFoundError:
        return []
    return [key for name in names if _KEY.fullmatch(key := f"{folder}/{name}")]


def made_at(key: str) -> datetime:
    """When the blob was begun, as its id (UUIDv7, RFC 9562) says."""
    match = _KEY.fullmatch(key)
    if match is None:
        raise BlobNotFound
    return datetime.fromtimestamp((UUID(match["id"]).int >> 80) / 1000, tz=UTC)


def new_key(*, purpose: str, format: str = "") -> str:
    """A key for something that the tenant in force makes."""
    key = f"{current_tenant()}/{purpose}/{uuid7()}" + (f".{format}" if format else "")
    if _KEY.fullmatch(key) is None:
        raise ValueError(f"not a purpose and a format: {purpose!r}, {format!r}")
    return key


def incoming_dir() -> Path:
    """Where files are made before they are stored: on the storage's own disk where it is local, so that storing is a rename."""
    storage = _storage()
    base = Path(storage.location) if isinstance(storage, FileSystemStorage) else Path(settings.DATA_DIR)
    folder = base / ".incoming"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def remove_abandoned(*, than: timedelta) -> int:
    """Remove what was begun in `incoming_dir()` longer ago than this and never stored: its process was killed. Returns how many."""
    newest, removed = time.time() - than.total_seconds(), 0
    for path in incoming_dir().iterdir():
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < newest:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
                removed += 1
    return removed


def _storage() -> Storage:
    return storages["default"]


def _checked(ref: BlobRef | str, *, may_be_expired: bool = False) -> str:
    """The key, once it is sure that it is one of ours and this tenant's."""
    key = ref if isinstance(ref, str) else ref.key
    match = _KEY.fullmatch(key)
    if match is None or match["tenant"] != str(current_tenant()):
        raise BlobNotFound
    if not may_be_expired and isinstance(ref, BlobRef) and ref.expires_at is not None and ref.expires_at <= datetime.now(UTC):
        raise BlobNotFound
    return key


def _place(path: Path, key: str) -> None:
    """Give a finished local file its key. Read-only, as DuckDB could write over a file that it is allowed to read."""
    storage = _storage()
    if isinstance(storage, FileSystemStorage):
        target = Path(storage.path(key))
        target.parent.mkdir(parents=True, exist_ok=True)
        path.chmod(_READ_ONLY)
        if path.stat().st_dev == target.parent.stat().st_dev:
            path.replace(target)
        else:
            shutil.move(path, target)
        return
    with path.open("rb") as stream:
        storage.save(key, File(stream, name=key))
    path.unlink()


def _cache_path(key: str) -> Path:
    return Path(settings.DATA_DIR) / "blob-cache" / key.replace("/", "_")


def _cached_copy(key: str, storage: Storage) -> Path:
    """A copy of a remote blob. Blobs never change, so that a copy is good for ever; the least recently used go first."""
    path = _cache_path(key)
    with contextlib.suppress(FileNotFoundError):
        os.utime(path)
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix="fetching-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as target, storage.open(key, "rb") as source:
            shutil.copyfileobj(source, target, CHUNK_BYTES)
        Path(name).chmod(_READ_ONLY)
        Path(name).replace(path)
    except FileNotFoundError as error:
        raise BlobNotFound from error
    finally:
        Path(name).unlink(missing_ok=True)
    _shrink_cache(path.parent, keep=path)
    return path


def _shrink_cache(folder: Path, *, keep: Path) -> None:
    """Remove the least recently used copies until the cache fits. A reader that has one open keeps its bytes."""
    limit_bytes = int(getattr(settings, "BLOB_CACHE_BYTES", 2 * 1024**3))
    copies = []
    for path in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):
            copies.append((path.stat().st_mtime, path.stat().st_size, path))
    total = sum(size for _, size, _ in copies)
    for _, size, path in sorted(copies):
        if total <= limit_bytes:
            return
        if path != keep:
            path.unlink(missing_ok=True)
            total -= size
