"""The REST door: mappings are made, checked, translated with and removed; permissions hold."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from apps.mapping.tests.conftest import CodesShop

pytestmark = pytest.mark.layouts
BY_STATUS = "SELECT status, count(*) AS orders FROM \"order\" WHERE status = 'paid' GROUP BY status"


def test_a_mapping_is_kept_as_it_was_sent(mapped: CodesShop, api: Any) -> None:
    found = api.get(f"/mappings/{mapped.id}").json()
    assert (found["schema"], found["schema_version"], found["version"], found["status"]) == ("commerce", 1, 1, "ok")
    assert [entity["entity"] for entity in found["entities"]] == ["customer", "product", "order", "order_line"]
    assert found["entities"][3]["fields"][0]["expression"] == "id"


def test_a_second_mapping_to_the_same_schema_is_refused(mapped: CodesShop, api: Any) -> None:
    answer = api.post(f"/mappings/{mapped.id}", mapped.body)
    assert (answer.status_code, answer.json()["code"]) == (409, "mapping_exists")


def test_every_fault_of_a_mapping_is_listed_with_its_place(shop: CodesShop, api: Any) -> None:
    body = shop.body
    body["entities"][3]["fields"][0]["expression"] = "nothing_of_that_name"
    body["entities"][3]["fields"][1]["field"] = "colour"
    answer = api.post(f"/mappings/{shop.id}", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "mapping_invalid")
    places = {error["field"] for error in answer.json()["errors"]}
    assert {"entities.3.fields.0.expression", "entities.3.fields.1.field"} <= places


def test_canonical_sql_is_translated_and_runs(mapped: CodesShop, api: Any) -> None:
    answer = api.post("/mappings/translate", {"data_source_id": str(mapped.id), "sql": BY_STATUS})
    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert (found["dialect"], found["schema"], found["mapping_version"]) == ("sqlite", "commerce", 1)
    assert [(column["name"], column["type"]) for column in found["columns"]] == [("status", "string"), ("orders", "integer")]
    lineage = {entry["output"]: entry for entry in found["lineage"]}
    assert lineage["status"]["canonical"] == ["order.status"]
    by_hand = "SELECT 'paid', count(*) FROM ord JOIN codes ON kind = 'status' AND code = st WHERE label = 'paid'"
    assert mapped.run(found["sql"]) == mapped.run(by_hand)


@pytest.mark.parametrize(
    ("sql", "status", "code"),
    [
        ("SELECT amount FROM payment", 422, "not_mapped"),
        ("SELECT nothing FROM customer", 422, "unknown_column"),
        ("SELECT 1 FROM cust", 422, "unknown_table"),
        ("DELETE FROM customer", 422, "not_read_only"),
        ("SELECT 1; SELECT 2", 422, "multiple_statements"),
        ("SELECT (", 422, "syntax_error"),
    ],
)
def test_what_cannot_be_translated_says_why(mapped: CodesShop, api: Any, sql: str, status: int, code: str) -> None:
    answer = api.post("/mappings/translate", {"data_source_id": str(mapped.id), "sql": sql})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("sql", "code"), [("SELECT nothing FROM customer", "unknown_column"), ("SELECT amount FROM payment", "not_mapped")]
)
def test_what_cannot_be_translated_is_a_fault_of_the_verdict(mapped: CodesShop, api: Any, sql: str, code: str) -> None:
    verdict = api.post("/queries/validate", {"data_source_id": str(mapped.id), "sql": sql, "canonical": True})
    assert verdict.status_code == 200, verdict.content
    assert [error["code"] for error in verdict.json()["errors"]] == [code]
    assert verdict.json()["valid"] is False


def test_what_is_not_mapped_is_named(mapped: CodesShop, api: Any) -> None:
    answer = api.post("/mappings/translate", {"data_source_id": str(mapped.id), "sql": "SELECT amount FROM payment"}).json()
    assert answer["missing"] == ["payment"]


def test_a_replaced_mapping_translates_anew(mapped: CodesShop, api: Any) -> None:
    sql = {"data_source_id": str(mapped.id), "sql": "SELECT name FROM customer"}
    before = api.post("/mappings/translate", sql).json()["sql"]
    body = api.get(f"/mappings/{mapped.id}").json()
    next(field for field in body["entities"][0]["fields"] if field["field"] == "name")["expression"] = "'x ' || nm"
    changed = api.put(f"/mappings/{mapped.id}", body)
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    after = api.post("/mappings/translate", sql).json()
    assert (after["mapping_version"], after["sql"] != before) == (2, True)
    assert {name for (name,) in mapped.run(after["sql"])} == {f"x {name}" for (name,) in mapped.run("SELECT nm FROM cust")}


def test_a_stale_version_is_refused(mapped: CodesShop, api: Any) -> None:
    answer = api.put(f"/mappings/{mapped.id}", {**mapped.body, "version": 7})
    assert (answer.status_code, answer.json()["code"]) == (409, "stale_version")
    assert api.patch(f"/mappings/{mapped.id}", {"version": 7}).status_code == 409


def test_a_patch_replaces_entities_by_name(mapped: CodesShop, api: Any) -> None:
    payment = {
        "entity": "payment",
        "source": "ord",
        "fields": [{"field": "id", "expression": "id"}, {"field": "amount", "expression": "ship"}],
    }
    changed = api.patch(f"/mappings/{mapped.id}", {"entities": [payment], "version": 1}).json()
    assert [entity["entity"] for entity in changed["entities"]] == ["customer", "product", "order", "order_line", "payment"]
    assert changed["version"] == 2


def test_a_removed_mapping_is_gone(mapped: CodesShop, api: Any) -> None:
    assert api.delete(f"/mappings/{mapped.id}").status_code == 204
    assert api.get(f"/mappings/{mapped.id}").json()["code"] == "mapping_not_found"
    assert api.post("/mappings/translate", {"data_source_id": str(mapped.id), "sql": "SELECT 1 FROM customer"}).status_code == 404


def test_several_mappings_need_the_schema_named(mapped: CodesShop, api: Any) -> None:
    api.post(
        "/mappings/schemas", {"name": "people", "entities": [{"name": "person", "fields": [{"name": "id", "type": "string", "key": True}]}]}
    )
    body = {"schema": "people", "entities": [{"entity": "person", "source": "cust", "fields": [{"field": "id", "expression": "id"}]}]}
    assert api.post(f"/mappings/{mapped.id}", body).status_code == 201
    assert (api.get(f"/mappings/{mapped.id}").status_code, api.get(f"/mappings/{mapped.id}").json()["code"]) == (409, "mapping_ambiguous")
    assert api.get(f"/mappings/{mapped.id}?schema=people").json()["schema"] == "people"
    named = {"data_source_id": str(mapped.id), "sql": "SELECT id FROM person", "schema": "people"}
    assert api.post("/mappings/translate", named).json()["schema"] == "people"


def test_a_source_of_nobody_is_not_there(api: Any) -> None:
    path = f"/mappings/{uuid4()}"
    body = {"schema": "commerce", "entities": [{"entity": "customer", "source": "t", "fields": [{"field": "id", "expression": "id"}]}]}
    answers = [
        api.get(path),
        api.post(path, body),
        api.put(path, body),
        api.delete(path),
        api.post(f"{path}/suggest", {"schema": "commerce"}),
    ]
    assert [answer.status_code for answer in answers] == [404] * 5


def test_viewers_read_and_analysts_make(mapped: CodesShop, tenant: Any) -> None:
    viewer, analyst = tenant.api("viewer"), tenant.api("analyst")
    assert viewer.get(f"/mappings/{mapped.id}").status_code == 200
    assert viewer.post("/mappings/translate", {"data_source_id": str(mapped.id), "sql": "SELECT id FROM customer"}).status_code == 200
    assert viewer.put(f"/mappings/{mapped.id}", mapped.body).status_code == 403
    assert viewer.delete(f"/mappings/{mapped.id}").status_code == 403
    assert viewer.post("/mappings/rules", {"name": "r", "expression": "input"}).status_code == 403
    assert analyst.put(f"/mappings/{mapped.id}", mapped.body).status_code == 200


def test_a_rule_is_used_and_its_new_rates_hold_at_once(mapped: CodesShop, api: Any) -> None:
    rule = api.post("/mappings/rules", {"name": "doubled", "expression": "input * 2"}).json()
    line = {
        **mapped.body["entities"][1],
        "fields": [{"field": "id", "expression": "id"}, {"field": "list_price", "expression": "price", "rule": "doubled"}],
    }
    assert api.patch(f"/mappings/{mapped.id}", {"entities": [line]}).status_code == 200
    sql = {"data_source_id": str(mapped.id), "sql": "SELECT sum(list_price) AS s FROM product"}
    doubled = mapped.run(api.post("/mappings/translate", sql).json()["sql"])[0][0]
    assert api.patch(f"/mappings/rules/{rule['id']}", {"expression": "input * 4"}).json()["version"] == 2
    assert float(mapped.run(api.post("/mappings/translate", sql).json()["sql"])[0][0]) == pytest.approx(2 * float(doubled))


def test_a_rule_that_mappings_use_stays(mapped: CodesShop, api: Any) -> None:
    rule = api.post("/mappings/rules", {"name": "doubled", "expression": "input * 2"}).json()
    assert api.post("/mappings/rules", {"name": "doubled", "expression": "input"}).json()["code"] == "rule_exists"
    product = {
        **mapped.body["entities"][1],
        "fields": [{"field": "id", "expression": "id"}, {"field": "list_price", "expression": "price", "rule": "doubled"}],
    }
    assert api.patch(f"/mappings/{mapped.id}", {"entities": [product]}).status_code == 200
    assert api.delete(f"/mappings/rules/{rule['id']}").json()["code"] == "rule_in_use"
    assert api.patch(f"/mappings/rules/{rule['id']}", {"name": "tripled"}).json()["code"] == "rule_in_use"
    api.put(f"/mappings/{mapped.id}", mapped.body)
    assert api.delete(f"/mappings/rules/{rule['id']}").status_code == 204
    assert api.get(f"/mappings/rules/{rule['id']}").status_code == 404


@pytest.mark.parametrize(
    "rule", [{"expression": "input +"}, {"expression": "other * 2"}, {"expression": "input * rate", "rates": {"EUR": -1}}]
)
def test_a_rule_that_is_no_expression_of_its_input_is_refused(api: Any, rule: dict[str, Any]) -> None:
    answer = api.post("/mappings/rules", {"name": "r", **rule})
    assert (answer.status_code, answer.json()["code"]) == (422, "rule_invalid")


def test_coverage_tells_mapped_from_missing_and_who_can_answer(mapped: CodesShop, api: Any) -> None:
    found = api.get("/mappings/coverage?schema=commerce").json()
    source = found["sources"][0]
    assert (source["data_source_id"], source["status"]) == (str(mapped.id), "ok")
    assert (source["fields"]["order.status"], source["fields"]["payment.amount"]) == ("mapped", "missing")
    assert len(found["fields"]) == source["mapped"] + source["missing"] == len(source["fields"])
    can = api.get("/mappings/coverage", {"schema": "commerce", "sql": "SELECT net_revenue FROM order_line"}).json()
    assert can["sources"][0]["can_answer"] is True
    cannot = api.get("/mappings/coverage", {"schema": "commerce", "sql": "SELECT sum(amount) AS s FROM payment"}).json()
    assert (cannot["sources"][0]["can_answer"], cannot["sources"][0]["lacks"]) == (False, ["payment.amount"])
    assert api.get("/mappings/coverage", {"schema": "commerce", "sql": "SELECT nothing FROM order_line"}).status_code == 422
    assert api.get("/mappings/coverage?schema=nothing").status_code == 404


def test_an_exported_mapping_is_imported_again(mapped: CodesShop, api: Any) -> None:
    document = api.get(f"/mappings/{mapped.id}?format=yaml")
    assert document["Content-Type"].startswith("application/yaml")
    again = api.post(f"/mappings/{mapped.id}/import", document.content.decode(), "application/yaml")
    assert again.json()["code"] == "mapping_exists"
    replaced = api.post(f"/mappings/{mapped.id}/import?replace=true", document.content.decode(), "application/yaml").json()
    assert replaced["version"] == 2
    assert replaced["entities"] == api.get(f"/mappings/{mapped.id}").json()["entities"]


def test_what_a_policy_hides_is_withheld(mapped: CodesShop, api: Any, tenant: Any) -> None:
    policy = {"name": "no mail", "roles": ["viewer"], "table": "cust", "hidden_columns": ["mail"]}
    assert api.post(f"/data-sources/{mapped.id}/policies", policy).status_code == 201
    viewer = tenant.api("viewer")
    seen = viewer.get(f"/mappings/{mapped.id}")
    assert seen.json()["withheld"] == ["customer.email"]
    assert b"mail" not in seen.content.replace(b"customer.email", b"")
    asked = {"data_source_id": str(mapped.id), "sql": "SELECT email FROM customer"}
    assert (viewer.post("/mappings/translate", asked).status_code, viewer.post("/mappings/translate", asked).json()["code"]) == (
        403,
        "hidden_by_policy",
    )
    assert viewer.post("/mappings/translate", {**asked, "sql": "SELECT name FROM customer"}).status_code == 200
    assert api.post("/mappings/translate", asked).status_code == 200
