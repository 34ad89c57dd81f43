"""The registry: shipped schemas, versions that never change, and YAML in and out without surprises."""

from __future__ import annotations

from typing import Any

import pytest

from analytics_platform.kernel.declare import Problem
from analytics_platform.sql.canonical.checking import schema_faults
from analytics_platform.sql.canonical.model import CanonicalSchema
from apps.mapping.documents import LARGEST_BYTES, loaded, parsed, written
from apps.mapping.shipping import shipped

SHOP = {
    "name": "shop",
    "entities": [{"name": "sale", "fields": [{"name": "id", "type": "string", "key": True}, {"name": "total", "type": "decimal"}]}],
}
YAML = """
name: nations
entities:
  - name: nation
    fields:
      - {name: code, type: string, key: true, values: [no, se, dk, on]}
      - {name: since, type: date}
metrics:
  - {name: nations, expression: "count(code)"}
"""


@pytest.mark.parametrize("name", ["commerce", "subscriptions"])
def test_shipped_schemas_are_sound(name: str) -> None:
    for schema in shipped()[name]:
        assert schema_faults(schema) == []
        assert all(field.synonyms and field.description for entity in schema.entities for field in entity.fields)


@pytest.mark.parametrize("name", ["commerce", "subscriptions"])
def test_a_schema_survives_its_document(name: str) -> None:
    for schema in shipped()[name]:
        assert parsed(written(schema).encode(), CanonicalSchema) == schema


def test_every_tenant_reads_what_is_shipped(api: Any, other_tenant: Any) -> None:
    for client in (api, other_tenant.api("viewer")):
        names = {schema["name"]: schema["shipped"] for schema in client.get("/mappings/schemas").json()["results"]}
        assert names == {"commerce": True, "subscriptions": True}
        assert client.get("/mappings/schemas/subscriptions/1").json()["metrics"][0]["name"] == "mrr"


def test_shipped_names_are_not_published_over(api: Any) -> None:
    answer = api.post("/mappings/schemas", {**SHOP, "name": "commerce"})
    assert (answer.status_code, answer.json()["code"]) == (409, "canonical_schema_exists")


def test_publishing_again_makes_the_next_version_and_changes_none(api: Any) -> None:
    first = api.post("/mappings/schemas", SHOP)
    assert (first.status_code, first.json()["version"], first["Location"]) == (201, 1, "/api/v1/mappings/schemas/shop/1")
    wider = {**SHOP, "entities": [{**SHOP["entities"][0], "fields": [*SHOP["entities"][0]["fields"], {"name": "day", "type": "date"}]}]}
    assert api.post("/mappings/schemas", {**wider, "version": 1}).status_code == 409
    assert api.post("/mappings/schemas", {**wider, "version": 3}).status_code == 409
    assert api.post("/mappings/schemas", {**wider, "version": 2}).json()["versions"] == [1, 2]
    assert len(api.get("/mappings/schemas/shop/1").json()["entities"][0]["fields"]) == 2
    assert len(api.get("/mappings/schemas/shop").json()["entities"][0]["fields"]) == 3
    assert len(api.get("/mappings/schemas/shop?version=1").json()["entities"][0]["fields"]) == 2
    assert api.get("/mappings/schemas/shop/3").json()["code"] == "canonical_schema_not_found"


def test_an_answer_may_be_sent_back_as_the_next_version(api: Any) -> None:
    answered = api.post("/mappings/schemas", SHOP).json()
    assert api.post("/mappings/schemas", {**answered, "version": 2}).json()["version"] == 2


def test_every_contradiction_is_listed(api: Any) -> None:
    fields = [{"name": "id", "type": "string"}, {"name": "id", "type": "string"}]
    body = {"name": "odd", "entities": [{"name": "a", "fields": fields}], "metrics": [{"name": "m", "expression": "sum(nothing)"}]}
    answer = api.post("/mappings/schemas", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "canonical_schema_invalid")
    assert len(answer.json()["errors"]) >= 2


def test_a_document_is_published_and_given_out_again(api: Any) -> None:
    made = api.post("/mappings/schemas/import", YAML, "application/yaml")
    assert made.status_code == 201, made.content
    assert made.json()["entities"][0]["fields"][0]["values"] == ["no", "se", "dk", "on"]
    document = api.get("/mappings/schemas/nations/1?format=yaml").content
    assert parsed(document, CanonicalSchema).version == 1
    assert api.post("/mappings/schemas/import", document.decode(), "application/yaml").status_code == 409
    assert api.post("/mappings/schemas/import", document.decode().replace("version: 1", "version: 2"), "text/yaml").status_code == 201


def test_a_document_of_another_kind_is_refused(api: Any) -> None:
    assert api.post("/mappings/schemas/import", "{}", "text/csv").status_code == 415
    wrong = api.post("/mappings/schemas/import", "name: x\nentities: 3", "application/yaml")
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "entities")


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("a: &x [1]\nb: *x", "malformed"),
        ("a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]", "malformed"),
        ("[" * 5000, "malformed"),
        ("a: " + "{a: " * 200, "malformed"),
        ("a: 1\na: 2", "malformed"),
        ("!!python/object/apply:os.system [ls]", "malformed"),
        ("a: !!binary aGk=", "malformed"),
        ('a: "\\0"', "malformed"),
        ('a: "\\uD800"', "malformed"),
        ("? [a]\n: b", "malformed"),
        ("--- 1\n--- 2", "malformed"),
        ("a: {b", "malformed"),
        ("#" * (LARGEST_BYTES + 1), "too_large"),
    ],
)
def test_a_document_that_would_do_harm_is_refused(document: str, code: str) -> None:
    with pytest.raises(Problem) as refused:
        loaded(document.encode())
    assert refused.value.code == code


def test_words_stay_words() -> None:
    text = b"a: [no, yes, on, 007, 1_000, 2024-01-01, 0x10, 12:30, 1.5, 3, true, null]\nno: 1\n1: 2"
    expected = ["no", "yes", "on", "007", "1_000", "2024-01-01", "0x10", "12:30", 1.5, 3, True, None]
    assert loaded(text) == {"a": expected, "no": 1, "1": 2}
