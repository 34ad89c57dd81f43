"""The endpoints under /schema, on a SQLite shop."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from apps.schema.tests.factories import add_source, change, sqlite_shop

NEVER = "/schema/01890000-0000-7000-8000-000000000001"  # the same in every process: it names parametrised tests


def names(found: list[dict[str, Any]]) -> list[str]:
    return [item["name"] for item in found]


def test_introspects_on_demand_with_columns_keys_and_indexes(api: Any, source_id: UUID) -> None:
    answer = api.post("/schema/introspect", {"data_source_id": str(source_id)})

    assert answer.status_code == 200
    body = answer.json()
    tables = {t["name"]: t for t in body["tables"]}
    assert (body["data_source_id"], body["version"], body["dialect"]) == (str(source_id), 1, "sqlite")
    assert (tables["orders"]["kind"], tables["big_orders"]["kind"]) == ("table", "view")
    assert tables["orders"]["primary_key"] == ["id"]
    key = tables["orders"]["foreign_keys"][0]
    assert (key["columns"], key["references"]["table"], key["references"]["columns"]) == (["customer_id"], "customers", ["id"])
    assert tables["orders"]["indexes"][0]["columns"] == ["customer_id", "ordered_at"]
    amount = {c["name"]: c for c in tables["orders"]["columns"]}["amount"]
    assert (amount["type"], amount["nullable"], amount["primary_key"]) == ("decimal", True, False)


def test_answers_the_first_read_by_introspecting(api: Any, source_id: UUID) -> None:
    assert names(api.get(f"/schema/{source_id}").json()["tables"]) == ["big_orders", "customers", "orders"]


def test_shows_sample_values_and_statistics(api: Any, source_id: UUID) -> None:
    tables = {t["name"]: t for t in api.get(f"/schema/{source_id}").json()["tables"]}
    country = {c["name"]: c for c in tables["customers"]["columns"]}["country"]

    assert sorted(country["sample_values"]) == ["Germany", "United States"]
    assert country["statistics"]["distinct_count"] == 2
    assert country["statistics"]["null_fraction"] == pytest.approx(1 / 3, abs=0.01)


def test_refresh_makes_a_version_only_for_a_change(api: Any, tenant: Any) -> None:
    path = sqlite_shop()
    source_id = add_source(tenant, config={"path": path.name})
    assert api.get(f"/schema/{source_id}").json()["version"] == 1

    same = api.post(f"/schema/{source_id}/refresh").json()
    change(path, "CREATE TABLE products (id INTEGER); ALTER TABLE customers ADD COLUMN city TEXT; DROP VIEW big_orders")
    other = api.post(f"/schema/{source_id}/refresh").json()

    assert same == {"version": 1, "changed": False, "added": [], "removed": [], "altered": []}
    assert other == {"version": 2, "changed": True, "added": ["products"], "removed": ["big_orders"], "altered": ["customers"]}


def test_keeps_versions_and_tells_their_difference(api: Any, tenant: Any) -> None:
    path = sqlite_shop()
    source_id = add_source(tenant, config={"path": path.name})
    api.get(f"/schema/{source_id}")
    change(path, "ALTER TABLE customers ADD COLUMN city TEXT")
    api.post(f"/schema/{source_id}/refresh")

    versions = api.get(f"/schema/{source_id}/versions").json()
    first = api.get(f"/schema/{source_id}/versions/1").json()
    diff = api.get(f"/schema/{source_id}/diff?from=1&to=2").json()

    assert [version["version"] for version in versions["results"]] == [2, 1]
    assert "city" not in [c["name"] for t in first["tables"] for c in t["columns"]]
    assert diff["altered"][0]["added_columns"] == ["city"]
    assert api.get(f"/schema/{source_id}/versions/9").json()["code"] == "schema_version_not_found"
    assert api.get(f"/schema/{source_id}/diff?from=1&to=9").status_code == 404


def test_lists_and_searches_tables(api: Any, source_id: UUID) -> None:
    everything = api.get(f"/schema/{source_id}/tables").json()
    some = api.get(f"/schema/{source_id}/tables?search=order&page_size=1").json()

    assert names(everything["results"]) == ["big_orders", "customers", "orders"]
    assert (some["count"], names(some["results"])) == (2, ["big_orders"])
    assert "page=2" in some["next"]


def test_shows_one_table_with_sample_rows(api: Any, source_id: UUID) -> None:
    table = api.get(f"/schema/{source_id}/tables/ORDERS").json()

    assert table["sample_columns"] == ["id", "customer_id", "status", "amount", "ordered_at"]
    assert [row[:3] for row in table["sample_rows"]] == [[1, 1, "delivered"], [2, 1, "new"], [3, 2, "new"]]
    assert api.get(f"/schema/{source_id}/tables/nothing").json()["code"] == "schema_table_not_found"


def test_what_people_say_survives_a_refresh_and_can_be_searched(api: Any, source_id: UUID) -> None:
    said = {
        "description": "People who buy from us",
        "synonyms": ["clients"],
        "columns": [{"name": "country", "description": "Where they live", "synonyms": ["nation"]}],
    }
    answer = api.patch(f"/schema/{source_id}/tables/customers", said)
    api.post(f"/schema/{source_id}/refresh")
    table = api.get(f"/schema/{source_id}/tables/customers").json()
    hits = api.get(f"/schema/{source_id}/catalog?search=clients").json()["results"]

    assert answer.json()["description"] == table["description"] == "People who buy from us"
    assert {c["name"]: c["synonyms"] for c in table["columns"]}["country"] == ["nation"]
    assert (hits[0]["table"], hits[0]["column"]) == ("customers", None)
    assert api.get(f"/schema/{source_id}/catalog?search=nation").json()["results"][0]["column"] == "country"


def test_a_second_remark_keeps_what_it_does_not_mention(api: Any, source_id: UUID) -> None:
    api.patch(f"/schema/{source_id}/tables/customers", {"description": "One", "columns": [{"name": "name", "pii": True}]})
    table = api.patch(
        f"/schema/{source_id}/tables/customers", {"synonyms": ["clients"], "columns": [{"name": "name", "description": "Full"}]}
    ).json()
    name = {c["name"]: c for c in table["columns"]}["name"]

    assert (table["description"], table["synonyms"], name["pii"], name["description"]) == ("One", ["clients"], True, "Full")


@pytest.mark.parametrize("mark", ["hidden", "pii"])
def test_marked_columns_show_no_value_anywhere(api: Any, tenant: Any, source_id: UUID, mark: str) -> None:
    from apps.schema.contract import schemas

    api.get(f"/schema/{source_id}")
    api.patch(f"/schema/{source_id}/tables/customers", {"columns": [{"name": "country", mark: True}, {"name": "email", mark: True}]})
    for _ in range(2):
        whole = api.get(f"/schema/{source_id}").content + api.get(f"/schema/{source_id}/tables/customers").content
        assert b"Germany" not in whole
        assert b"ann@example.com" not in whole
        with tenant.acting():
            assert schemas.find_values(data_source_id=source_id, terms=["germany"]) == []
        api.post(f"/schema/{source_id}/refresh")


def test_values_come_back_when_the_mark_is_taken_away(api: Any, source_id: UUID, settle: Any) -> None:
    api.patch(f"/schema/{source_id}/tables/customers", {"columns": [{"name": "country", "pii": True}]})
    api.patch(f"/schema/{source_id}/tables/customers", {"columns": [{"name": "country", "pii": False}]})
    settle()

    assert b"Germany" in api.get(f"/schema/{source_id}").content


def test_a_private_source_shows_names_alone(api: Any, tenant: Any) -> None:
    from apps.schema.contract import schemas

    source_id = add_source(tenant, private=True)
    whole = api.get(f"/schema/{source_id}").content + api.get(f"/schema/{source_id}/tables/customers").content

    assert b"country" in whole
    assert b"Germany" not in whole
    with tenant.acting():
        assert schemas.find_values(data_source_id=source_id, terms=["germany"]) == []


def test_finds_values_by_what_people_call_them(tenant: Any, source_id: UUID) -> None:
    from apps.schema.contract import schemas

    with tenant.acting():
        found = schemas.find_values(data_source_id=source_id, terms=["usa", "delivered", "nonsense"])

    assert [(m.term, m.table, m.column, m.value) for m in found if m.table != "big_orders"] == [
        ("usa", "customers", "country", "United States"),
        ("delivered", "orders", "status", "delivered"),
    ]


def test_introspects_in_the_background(api: Any, source_id: UUID, settle: Any) -> None:
    answer = api.post("/schema/introspect", {"data_source_id": str(source_id), "async": True})
    settle()

    assert answer.status_code == 202
    assert answer["Location"].endswith(answer.json()["job_id"])
    job = api.get(answer["Location"]).json()
    assert (job["state"], job["result"]["version"]) == ("succeeded", 1)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("get", NEVER, None, 404, "data_source_not_found"),
        ("post", f"{NEVER}/refresh", {}, 404, "data_source_not_found"),
        ("get", f"{NEVER}/tables", None, 404, "data_source_not_found"),
        ("get", f"{NEVER}/versions", None, 404, "data_source_not_found"),
        ("get", f"{NEVER}/versions/1", None, 404, "data_source_not_found"),
        ("get", f"{NEVER}/diff?from=1&to=2", None, 404, "data_source_not_found"),
        ("get", f"{NEVER}/diff", None, 400, "invalid"),
        ("get", f"{NEVER}/catalog", None, 404, "data_source_not_found"),
        ("get", "/schema/nonsense", None, 404, "not_found"),
        ("post", "/schema/introspect", {}, 400, "introspection_target"),
        ("post", "/schema/introspect", {"data_source_id": str(uuid4()), "file_id": str(uuid4())}, 400, "introspection_target"),
        ("post", "/schema/introspect", {"data_source_id": str(uuid4())}, 404, "data_source_not_found"),
        ("post", "/schema/introspect", {"file_id": str(uuid4())}, 404, "file_not_found"),
        ("post", "/schema/introspect", {"data_source_id": str(uuid4()), "async": True}, 404, "data_source_not_found"),
    ],
)
def test_refuses_with_a_stable_code(api: Any, method: str, path: str, body: Any, status: int, code: str) -> None:
    answer = getattr(api, method)(path, *([body] if body is not None else []))

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_refuses_remarks_on_columns_that_are_not_there(api: Any, source_id: UUID) -> None:
    answer = api.patch(f"/schema/{source_id}/tables/customers", {"columns": [{"name": "nothing", "pii": True}]})

    assert (answer.status_code, answer.json()["code"]) == (400, "schema_unknown_column")


def test_viewers_read_but_do_not_write(tenant: Any, source_id: UUID) -> None:
    viewer = tenant.api("viewer")

    assert viewer.get(f"/schema/{source_id}").status_code == 200
    assert viewer.post(f"/schema/{source_id}/refresh").status_code == 403
    assert viewer.patch(f"/schema/{source_id}/tables/customers", {"description": "x"}).status_code == 403


def test_says_that_a_source_cannot_be_reached(api: Any, tenant: Any) -> None:
    closed = {"host": "127.0.0.1", "port": 9, "database": "shop", "username": "reader", "password": "x"}
    source_id = add_source(tenant, kind="postgresql", config=closed)

    answer = api.get(f"/schema/{source_id}")

    assert (answer.status_code, answer.json()["code"]) == (503, "source_unreachable")
