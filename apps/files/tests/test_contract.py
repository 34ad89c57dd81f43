"""What other apps call: the same in process and over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from analytics_platform.kernel.contracts.remote import Remote
from analytics_platform.kernel.ids import uuid7
from apps.files.contract import FileBusy, FileNotFound, FileNotReady, Files, files
from apps.files.tests.test_api import ready, upload

pytestmark = [pytest.mark.layouts, pytest.mark.xdist_group("live_server"), pytest.mark.django_db(transaction=True)]
Settle = Callable[[], None]


@pytest.fixture(params=["in process", "over HTTP"])
def client(request: pytest.FixtureRequest) -> Files:
    if request.param == "in process":
        return files
    request.getfixturevalue("settings").SERVE_INTERNAL = True
    return Remote(Files, request.getfixturevalue("live_server").url)  # type: ignore[return-value]


def test_answers_files_and_tables_in_the_order_asked_for(client: Files, tenant: Any, settle: Settle) -> None:
    first, second = (UUID(ready(tenant.api(), settle, name)["id"]) for name in ("a.csv", "b.csv"))
    with tenant.acting():
        assert [file.id for file in client.get_many(file_ids=[second, uuid7(), first])] == [second, first]
        tables = client.tables(file_ids=[second, first])
        assert client.find(search="a.c").count == 1
        assert client.original(file_id=first).name == "a.csv"
    assert [(table.file_id, table.table_name, table.version) for table in tables] == [(second, "b", 1), (first, "a", 1)]


def test_raises_its_own_errors(client: Files, tenant: Any) -> None:
    file_id = UUID(upload(tenant.api()).json()["id"])
    with tenant.acting():
        with pytest.raises(FileNotFound):
            client.get(file_id=uuid7())
        with pytest.raises(FileNotReady):
            client.tables(file_ids=[file_id])
        with pytest.raises(FileBusy):
            client.process(file_id=file_id)


def test_another_tenant_finds_nothing(client: Files, tenant: Any, other_tenant: Any) -> None:
    file_id = UUID(upload(tenant.api()).json()["id"])
    with other_tenant.acting():
        assert client.get_many(file_ids=[file_id]) == []
        for call in (client.get, client.original, client.bad_rows, client.process, client.delete):
            with pytest.raises(FileNotFound):
                call(file_id=file_id)
    with tenant.acting():
        client.delete(file_id=file_id)
        with pytest.raises(FileNotFound):
            client.get(file_id=file_id)


def test_uploads_of_one_name_at_once_get_tables_of_their_own(tenant: Any) -> None:
    together = Barrier(4)

    def one(_: int) -> str:
        together.wait()
        try:
            return str(upload(tenant.api()).json()["table_name"])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        names = sorted(pool.map(one, range(4)))
    assert names == ["sales_q1", "sales_q1_2", "sales_q1_3", "sales_q1_4"]
