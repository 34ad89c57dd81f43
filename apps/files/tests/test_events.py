"""The saga of a file as other apps hear it, and what undoes its steps."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
import pytest
from django.db import connections

from analytics_platform.kernel import blobs
from analytics_platform.kernel.databases import alias_of
from analytics_platform.kernel.declare import BlobRef
from apps.files.contract import FileBusy, FileNotFound, FileNotReady, UnsupportedFileType, files
from apps.files.models import UploadedFile
from apps.files.tests.test_api import CSV, ready, upload

pytestmark = pytest.mark.layouts
Settle = Callable[[], None]


def told(file_id: str) -> list[str]:
    """The events of one file, in order, by name."""
    with connections[alias_of("files")].cursor() as cursor:
        cursor.execute(
            "SELECT name FROM (SELECT id, name FROM public.events_outbox WHERE key = %s UNION ALL SELECT id, name FROM public.events_log WHERE key = %s)"
            " AS told ORDER BY id",
            [file_id, file_id],
        )
        return [str(row[0]).rpartition(".")[2] for row in cursor.fetchall()]


def stored(content: bytes = CSV) -> BlobRef:
    with blobs.writing(purpose="uploads", format="") as out:
        out.write(content)
    return out.ref


def test_a_good_file_is_uploaded_processed_and_deleted(api: Any, settle: Settle) -> None:
    found = ready(api, settle)
    api.delete(f"/files/{found['id']}")
    assert told(found["id"]) == ["FileUploaded", "FileProcessed", "FileDeleted"]


def test_a_bad_file_is_uploaded_and_fails(api: Any, settle: Settle) -> None:
    found = ready(api, settle, content=b"\x00\x01\x02\x03" * 100)
    assert told(found["id"]) == ["FileUploaded", "FileFailed"]


def test_nothing_is_told_and_nothing_kept_of_a_refused_upload(tenant: Any, local_storage: Path) -> None:
    with tenant.acting():
        with pytest.raises(UnsupportedFileType):
            files.upload(blob=stored(), name="a.exe", content_type="")
        assert UploadedFile.objects.count() == 0
    assert [path for path in local_storage.rglob("*") if path.is_file()] == []


def test_tables_are_references_to_parquet(api: Any, tenant: Any, settle: Settle) -> None:
    first, second = ready(api, settle, "a.csv"), ready(api, settle, "b.csv")
    with tenant.acting():
        tables = files.tables(file_ids=[UUID(second["id"]), UUID(first["id"])])
    assert [(table.table_name, table.version, table.row_count, table.blob.format) for table in tables] == [
        ("b", 1, 2, "parquet"),
        ("a", 1, 2, "parquet"),
    ]


def test_tables_of_files_that_are_not_ready_or_not_there_are_refused(api: Any, tenant: Any, other_tenant: Any, settle: Settle) -> None:
    found, unread = ready(api, settle), upload(api).json()
    with tenant.acting(), pytest.raises(FileNotReady):
        files.tables(file_ids=[UUID(found["id"]), UUID(unread["id"])])
    with other_tenant.acting():
        with pytest.raises(FileNotFound):
            files.tables(file_ids=[UUID(found["id"])])
        assert files.get_many(file_ids=[UUID(found["id"])]) == []


def test_the_earlier_table_answers_while_a_file_is_parsed_again(api: Any, tenant: Any, settle: Settle) -> None:
    found = ready(api, settle)
    file_id = UUID(found["id"])
    with tenant.acting():
        files.process(file_id=file_id)
        with pytest.raises(FileBusy):
            files.process(file_id=file_id)
        [table] = files.tables(file_ids=[file_id])
        assert (table.version, blobs.exists(table.blob)) == (1, True)
    settle()
    with tenant.acting():
        assert files.tables(file_ids=[file_id])[0].version == 2
        assert blobs.exists(table.blob)


def test_a_killed_parser_fails_the_file(api: Any, settle: Settle) -> None:
    found = upload(api, content=b"a,b\n" + b"1,2\n" * 2_000_000).json()
    done = threading.Event()

    def kill_parsers() -> None:
        while not done.wait(0.02):
            for child in psutil.Process().children():
                if "apps.files.parsing.child" in child.cmdline():
                    os.kill(child.pid, signal.SIGKILL)

    killer = threading.Thread(target=kill_parsers)
    killer.start()
    settle()
    done.set()
    killer.join()
    failed = api.get(f"/files/{found['id']}").json()
    assert (failed["status"], failed["error"]["code"]) == ("failed", "file_parse_limit")


def test_the_parser_leaves_the_workers_memory_alone(api: Any, settle: Settle) -> None:
    rows = b"name,amount\n" + b"somebody somewhere,12.50\n" * 1_000_000
    found = upload(api, content=rows).json()
    before = psutil.Process().memory_info().rss
    settle()
    grown = psutil.Process().memory_info().rss - before
    assert api.get(f"/files/{found['id']}").json()["row_count"] == 1_000_000
    assert grown < 10 * 1024 * 1024
