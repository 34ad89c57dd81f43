"""Uploaded files: described without a source, and as sources that follow their files."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import MULTIPART_CONTENT

from apps.datasources.contract import MaskedColumn, PolicyDraft, data_sources
from apps.schema.contract import schemas
from apps.schema.tests.factories import add_source

CSV = b"Country,Amount,Sold at\nGermany,12.5,2024-01-01\nUnited States,7,2024-02-01\nGermany,,2024-03-01\n"


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> None:
    """Blobs of this test's own."""
    options = {"location": str(tmp_path), "base_url": None}
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options},
    }


def upload(api: Any, name: str = "sales.csv", content: bytes = CSV) -> str:
    """The id of a new file, not yet processed."""
    answer = api.post("/files/upload", {"file": SimpleUploadedFile(name, content)}, content_type=MULTIPART_CONTENT)
    assert answer.status_code == 201, answer.content
    return str(answer.json()["id"])


def test_describes_a_file_with_figures(api: Any, settle: Any) -> None:
    file_id = upload(api)
    settle()

    answer = api.post("/schema/introspect", {"file_id": file_id})

    assert answer.status_code == 200
    table = answer.json()["tables"][0]
    assert (table["kind"], table["row_count"], answer.json()["dialect"]) == ("file", 3, "duckdb")
    assert [c["type"] for c in table["columns"]] == ["string", "decimal", "date"]
    assert table["columns"][0]["sample_values"] == ["Germany", "United States"]
    assert table["columns"][0]["statistics"]["distinct_count"] == 2


def test_a_file_that_is_not_processed_yet_is_a_conflict(api: Any) -> None:
    answer = api.post("/schema/introspect", {"file_id": upload(api)})

    assert (answer.status_code, answer.json()["code"]) == (409, "file_not_ready")


def test_describes_several_files_for_other_apps(api: Any, tenant: Any, settle: Any) -> None:
    ids = [UUID(upload(api, name)) for name in ("one.csv", "two.csv")]
    settle()

    with tenant.acting():
        schema = schemas.get_for_file(file_ids=ids)

    assert [table.name for table in schema.tables] == ["one", "two"]
    assert schema.data_source_id is None


def test_a_source_made_of_a_file_follows_it(api: Any, tenant: Any, settle: Any) -> None:
    first = upload(api, "one.csv")
    settle()
    source_id = add_source(tenant, kind="files", config={"file_ids": [first]})
    settle()
    before = api.get(f"/schema/{source_id}").json()
    api.post(f"/files/{first}/process", {"options": {"header": False}})
    settle()
    after = api.get(f"/schema/{source_id}").json()

    assert (before["version"], before["tables"][0]["row_count"]) == (1, 3)
    assert (after["version"], after["tables"][0]["row_count"]) == (2, 4)
    with tenant.acting():
        assert schemas.find_values(data_source_id=source_id, terms=["germany"])[0].value == "Germany"
        assert api.get(f"/schema/{source_id}/tables/one").json()["sample_rows"][0][0] == "Country"


def test_a_source_loses_the_table_of_a_deleted_file(api: Any, tenant: Any, settle: Any) -> None:
    ids = [upload(api, name) for name in ("one.csv", "two.csv")]
    settle()
    source_id = add_source(tenant, kind="files", config={"file_ids": ids})
    settle()
    api.delete(f"/files/{ids[0]}")
    settle()

    assert [t["name"] for t in api.get(f"/schema/{source_id}").json()["tables"]] == ["two"]


def test_a_source_gains_the_table_of_a_file_that_was_not_ready(api: Any, tenant: Any, settle: Any) -> None:
    file_id = upload(api, "one.csv")
    with tenant.acting():
        source_id = data_sources.create(name="soon", kind="files", config={"file_ids": [file_id]}).id
    settle()

    assert [t["name"] for t in api.get(f"/schema/{source_id}").json()["tables"]] == ["one"]


def test_looks_at_the_whole_of_a_large_file(api: Any, settle: Any) -> None:
    rows = "\n".join(f"{i},{'late' if i > 27_000 else 'early'}" for i in range(30_000))
    file_id = upload(api, "big.csv", f"id,kind\n{rows}\n".encode())
    settle()

    columns = api.post("/schema/introspect", {"file_id": file_id}).json()["tables"][0]["columns"]

    assert sorted(columns[1]["sample_values"]) == ["early", "late"]
    assert 5_000 < columns[0]["statistics"]["sampled_rows"] <= 10_000


def test_shows_of_a_file_what_every_source_that_holds_it_lets_be_seen(tenant: Any, settle: Any) -> None:
    file_id = upload(tenant.api())
    settle()
    first, second = (add_source(tenant, kind="files", config={"file_ids": [file_id]}) for _ in range(2))
    masked = [MaskedColumn(column="country", mask="hash")]
    with tenant.acting():
        hiding = PolicyDraft(name="amount", roles=["viewer"], table="sales", hidden_columns=["amount"])
        data_sources.create_policy(data_source_id=first, policy=hiding)
        masking = PolicyDraft(name="country", roles=["viewer"], table="sales", masked_columns=masked)
        data_sources.create_policy(data_source_id=second, policy=masking)
    found = {}
    for role in ("viewer", "analyst", "viewer"):
        with tenant.acting(role):
            schema = schemas.introspect(file_id=UUID(file_id))
            found[role] = schema.model_dump_json()
            assert schemas.get_for_file(file_ids=[UUID(file_id)]).rights == schema.rights
    assert [word for word in ("amount", "Germany", "12.5") if word in found["viewer"]] == []
    assert [word for word in ("amount", "Germany", "12.5") if word not in found["analyst"]] == []


def test_shows_no_values_of_a_file_that_a_private_source_holds(tenant: Any, settle: Any) -> None:
    file_id = upload(tenant.api())
    settle()
    add_source(tenant, kind="files", config={"file_ids": [file_id]}, private=True)
    with tenant.acting():
        assert "Germany" not in schemas.introspect(file_id=UUID(file_id)).model_dump_json()
