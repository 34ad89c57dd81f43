"""Every endpoint of files, as a client sees it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import MULTIPART_CONTENT

from analytics_platform.kernel import blobs
from analytics_platform.kernel.ids import uuid7
from apps.files.tests.factories import SALES, xlsx

CSV = b"Order No,Zip,Amount\n1,00501,12.50\n2,10001,9.75\n"
Settle = Callable[[], None]


def upload(api: Any, name: str = "Sales Q1.csv", content: bytes = CSV, **fields: Any) -> Any:
    file = SimpleUploadedFile(name, content, content_type="text/html")
    return api.post("/files/upload", {"file": file, **fields}, content_type=MULTIPART_CONTENT)


def ready(api: Any, settle: Settle, name: str = "Sales Q1.csv", content: bytes = CSV) -> dict[str, Any]:
    """The file after its processing."""
    found = upload(api, name, content).json()
    settle()
    return api.get(f"/files/{found['id']}").json()


def stored_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_upload_answers_at_once_and_processing_follows(api: Any, settle: Settle) -> None:
    response = upload(api)
    body = response.json()
    assert response.status_code == 201, body
    assert (body["name"], body["size"], body["status"], body["table_name"]) == ("Sales Q1.csv", len(CSV), "uploaded", "sales_q1")
    assert body["content_type"] == "text/csv"
    settle()
    found = api.get(f"/files/{body['id']}").json()
    assert (found["status"], found["row_count"], found["version"], found["format"], found["delimiter"]) == ("ready", 2, 1, "csv", ",")
    assert [(c["name"], c["type"], c["label"]) for c in found["columns"]] == [
        ("order_no", "integer", "Order No"),
        ("zip", "string", "Zip"),
        ("amount", "decimal", "Amount"),
    ]
    job = api.get(f"/jobs/{body['job_id']}").json()
    assert job["state"] == "succeeded"


def test_shows_bad_rows(api: Any, settle: Settle) -> None:
    found = ready(api, settle, content=CSV + b"3,x\n")
    assert (found["row_count"], found["bad_row_count"]) == (2, 1)
    assert found["bad_rows"] == [{"line": 4, "reason": "too few cells: 2 instead of 3", "text": ""}]
    shown = api.get(f"/files/{found['id']}/preview").json()
    assert shown["bad_rows"] == [{"line": 4, "reason": "too few cells: 2 instead of 3", "text": "3,x"}]


def test_a_file_that_cannot_be_read_says_why(api: Any, settle: Settle) -> None:
    found = ready(api, settle, content=b"\x00\x01\x02\x03" * 100)
    assert (found["status"], found["error"]["code"]) == ("failed", "file_unreadable")
    response = api.get(f"/files/{found['id']}/preview")
    assert (response.status_code, response.json()["code"]) == (409, "file_not_ready")


def test_preview_shows_the_first_rows(api: Any, settle: Settle) -> None:
    found = ready(api, settle)
    body = api.get(f"/files/{found['id']}/preview?rows=1").json()
    assert (body["rows"], body["row_count"], body["truncated"]) == ([[1, "00501", "12.50"]], 2, True)
    assert api.get(f"/files/{found['id']}/preview?rows=0").status_code == 400


def test_download_gives_the_original_as_an_attachment(api: Any, settle: Settle) -> None:
    found = ready(api, settle, name="Übersicht <b>.csv")
    response = api.get(f"/files/{found['id']}/download")
    assert b"".join(response.streaming_content) == CSV
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%C3%9Cbersicht")
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("text/csv", "nosniff")


def test_processing_again_makes_a_new_version(api: Any, settle: Settle) -> None:
    found = ready(api, settle, name="a.xlsx", content=xlsx({"A": SALES, "B": [["x"], ["y"]]}))
    response = api.post(f"/files/{found['id']}/process", {"options": {"sheet": "B"}})
    assert response.status_code == 202
    assert response["Location"] == f"/api/v1/jobs/{response.json()['job_id']}"
    settle()
    again = api.get(f"/files/{found['id']}").json()
    assert (again["version"], again["sheet"], [c["name"] for c in again["columns"]]) == (2, "B", ["x"])


def test_a_failed_second_parse_keeps_the_first_table(api: Any, settle: Settle) -> None:
    found = ready(api, settle, name="a.xlsx", content=xlsx({"A": SALES}))
    api.post(f"/files/{found['id']}/process", {"options": {"sheet": "Nope"}})
    settle()
    again = api.get(f"/files/{found['id']}").json()
    assert (again["status"], again["version"], again["error"]["code"]) == ("ready", 1, "file_unreadable")
    assert api.get(f"/files/{found['id']}/preview").status_code == 200


def test_processing_twice_at_once_is_refused(api: Any) -> None:
    found = upload(api).json()
    response = api.post(f"/files/{found['id']}/process", {})
    assert (response.status_code, response.json()["code"]) == (409, "file_busy")


@pytest.mark.parametrize("options", [{"delimiter": "ab"}, {"skip_rows": -1}, {"unknown": 1}, {"null_values": "NA"}, {"sheet": "a\0"}])
def test_refuses_options_that_are_none(api: Any, settle: Settle, options: dict[str, Any]) -> None:
    found = ready(api, settle)
    response = api.post(f"/files/{found['id']}/process", {"options": options})
    assert (response.status_code, response.json()["code"]) == (400, "invalid")


def test_delete_removes_the_row_and_every_stored_object(api: Any, settle: Settle, local_storage: Path) -> None:
    found = ready(api, settle)
    assert len(stored_in(local_storage)) == 2
    assert api.delete(f"/files/{found['id']}").status_code == 204
    assert stored_in(local_storage) == []
    assert api.get(f"/files/{found['id']}").status_code == 404
    assert api.delete(f"/files/{found['id']}").status_code == 404


def test_delete_while_it_is_being_processed_leaves_nothing(api: Any, settle: Settle, local_storage: Path) -> None:
    found = upload(api).json()
    assert api.delete(f"/files/{found['id']}").status_code == 204
    settle()
    assert stored_in(local_storage) == []


def test_table_names_are_unique_and_free_again(api: Any) -> None:
    first, second, third = (upload(api, name).json() for name in ("Sales Q1.csv", "sales-q1.CSV.gz", "../../etc/Sales Q1.csv"))
    assert [f["table_name"] for f in (first, second, third)] == ["sales_q1", "sales_q1_2", "sales_q1_3"]
    assert third["name"] == "Sales Q1.csv"
    api.delete(f"/files/{second['id']}")
    assert upload(api).json()["table_name"] == "sales_q1_2"


def test_lists_with_search_status_order_and_pages(api: Any, settle: Settle) -> None:
    for name in ("alpha.csv", "beta.csv", "Alphabet.csv"):
        upload(api, name)
    settle()
    upload(api, "gamma.csv")
    listed = api.get("/files?search=ALPHA&ordering=name").json()
    assert (listed["count"], {f["name"] for f in listed["results"]}) == (2, {"alpha.csv", "Alphabet.csv"})
    assert [f["name"] for f in api.get("/files?status=uploaded").json()["results"]] == ["gamma.csv"]
    page = api.get("/files?page=2&page_size=3").json()
    assert (page["count"], len(page["results"]), page["next"]) == (4, 1, None)
    assert page["previous"] is not None
    assert api.get("/files?ordering=secret").status_code == 400
    assert api.get("/files?search=%00").status_code == 400


def test_refuses_a_file_that_is_too_large_and_keeps_nothing(api: Any, local_storage: Path, settings: LazySettings) -> None:
    settings.MAX_UPLOAD_BYTES = 1024 * 1024
    response = upload(api, content=b"1,2\n" * 600_000)
    assert (response.status_code, response.json()["code"]) == (413, "file_too_large")
    assert stored_in(local_storage) == []
    assert api.get("/files").json()["count"] == 0


def test_a_tenant_has_a_limit_of_its_own(tenant: Any) -> None:
    large = b"1,2\n" * 600_000
    assert upload(tenant.api(limits={"max_upload_mb": 2}), content=large).status_code == 413
    assert upload(tenant.api(limits={"max_upload_mb": 3}), content=large).status_code == 201


@pytest.mark.parametrize("name", ["report.pdf", "macro.exe", "book.xlsx.gz", "page.html"])
def test_refuses_other_kinds_of_files_and_keeps_nothing(api: Any, local_storage: Path, name: str) -> None:
    response = upload(api, name, b"x")
    assert (response.status_code, response.json()["code"]) == (415, "unsupported_file_type")
    assert stored_in(local_storage) == []


def test_needs_the_field_file(api: Any) -> None:
    response = api.post("/files/upload", {"other": SimpleUploadedFile("a.csv", CSV)}, content_type=MULTIPART_CONTENT)
    assert (response.status_code, response.json()["code"]) == (400, "file_missing")


def test_needs_multipart(api: Any) -> None:
    response = api.post("/files/upload", {"file": "x"})
    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("body", [b"--BoUnDaRyStRiNg\r\nbroken", b"nothing"])
def test_a_broken_body_is_a_bad_request(api: Any, body: bytes, local_storage: Path) -> None:
    assert api.generic("POST", "/files/upload", body, MULTIPART_CONTENT).status_code == 400
    assert stored_in(local_storage) == []


def test_reads_what_is_gzipped(api: Any, settle: Settle) -> None:
    found = ready(api, settle, "log.ndjson.gz", gzip.compress(b'{"a": 1}\n{"a": 2}\n'))
    assert (found["status"], found["compression"], found["row_count"]) == ("ready", "gzip", 2)


def test_a_viewer_looks_and_does_not_touch(tenant: Any, api: Any, settle: Settle) -> None:
    found, viewer = ready(api, settle), tenant.api("viewer")
    assert viewer.get(f"/files/{found['id']}/preview").status_code == 200
    assert upload(viewer).status_code == 403
    assert viewer.post(f"/files/{found['id']}/process", {}).status_code == 403
    assert viewer.delete(f"/files/{found['id']}").status_code == 403


def test_nobody_gets_in_without_signing_in(anonymous: Client) -> None:
    assert anonymous.get("/files").status_code == 401
    assert upload(anonymous).status_code == 401


@pytest.mark.layouts
def test_another_tenants_file_is_not_there(api: Any, other_tenant: Any, tenant: Any, settle: Settle) -> None:
    found, stranger = ready(api, settle), other_tenant.api()
    for path in ("", "/download", "/preview"):
        assert stranger.get(f"/files/{found['id']}{path}").status_code == 404
    assert stranger.delete(f"/files/{found['id']}").status_code == 404
    assert stranger.post(f"/files/{found['id']}/process", {}).status_code == 404
    assert stranger.get("/files").json()["count"] == 0
    with tenant.acting():
        key = blobs_of(UUID(found["id"]))
    with other_tenant.acting(), pytest.raises(blobs.BlobNotFound):
        blobs.opened(key)


def blobs_of(file_id: UUID) -> str:
    from apps.files.contract import files

    return files.tables(file_ids=[file_id])[0].blob.key


def test_an_unknown_file_is_not_there(api: Any) -> None:
    assert api.get(f"/files/{uuid7()}").json()["code"] == "file_not_found"
    assert api.get("/files/not-an-id").status_code == 404


def test_formula_text_is_kept_as_it_is(api: Any, settle: Settle) -> None:
    found = ready(api, settle, content=b"name,note\nA,=1+1\nB,@cmd\n")
    assert [row[1] for row in api.get(f"/files/{found['id']}/preview").json()["rows"]] == ["=1+1", "@cmd"]


def test_nul_characters_in_a_file_are_no_trouble(api: Any, settle: Settle) -> None:
    found = ready(api, settle, "a.json", b'[{"a\\u0000b": "x\\u0000y"}]')
    assert (found["status"], found["columns"][0]["name"]) == ("ready", "a_b")
    assert api.get(f"/files/{found['id']}/preview").json()["rows"] == [["x\0y"]]
    assert upload(api, "a\0b.csv").status_code == 201


def test_nan_and_large_numbers_are_fit_for_json(api: Any, settle: Settle) -> None:
    rows = json.dumps([{"id": 9007199254740993, "x": 1.5}, {"id": 1, "x": None}]).encode()
    found = ready(api, settle, "ids.json", rows)
    assert api.get(f"/files/{found['id']}/preview").json()["rows"] == [["9007199254740993", 1.5], [1, None]]
