"""Two people with different policies ask the same: each is answered from their own part, and the model is told of no more."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as django_settings

from analytics_platform.kernel.context import acting_as
from apps.datasources.contract import MaskedColumn, PolicyDraft, data_sources
from apps.querygen.contract import CannotAnswer, queries
from apps.querygen.hidden import names_hidden
from apps.querygen.models import Generation
from apps.querygen.tests.conftest import add_shop
from apps.querygen.tests.scripted_model import ScriptedModel
from apps.querygen.tests.test_api import GOOD, asked
from apps.schema.contract import SchemaColumn, SchemaTable, SourceSchema, schemas

pytestmark = pytest.mark.layouts

HIDDEN_VALUES = ("Ada", "Germany", "Laptop", "Electronics")
HIDDEN_NAMES = ("region",)


def table(name: str, *columns: str) -> SchemaTable:
    return SchemaTable(name=name, columns=[SchemaColumn(name=column, type="string") for column in columns])


@pytest.mark.parametrize(
    ("question", "is_named"),
    [
        ("average salary of people", True),
        ("people by Salary", True),
        ("people by 'salary'", False),
        ("people per month", False),
        ("how many people are there", False),
        ("total revenue", False),
    ],
)
def test_only_a_word_that_means_nothing_else_names_what_is_hidden(question: str, is_named: bool) -> None:
    whole, seen = [table("people", "name", "salary", "month", "revenue", "count")], [table("people", "name")]
    now = datetime(2024, 1, 1, tzinfo=UTC)
    held = [SourceSchema(data_source_id=None, version=1, dialect="sqlite", introspected_at=now, tables=tables) for tables in (seen, whole)]
    assert names_hidden(question, seen=held[0], whole=held[1]) is is_named


@pytest.fixture
def shop_id(tenant: Any, profiled_id: UUID) -> UUID:
    """The shop, of which viewers see no prices, no names of customers, and no country but one. Analysts see all of it."""
    masked = [MaskedColumn(column="name", mask="hash")]
    categories = [MaskedColumn(column="category", mask="null"), MaskedColumn(column="name", mask="hash")]
    drafts = [
        PolicyDraft(name="prices", roles=["viewer"], table="products", hidden_columns=["price"], masked_columns=categories),
        PolicyDraft(name="customers", roles=["viewer"], table="customers", masked_columns=masked),
        PolicyDraft(name="countries", roles=["viewer"], table="countries", hidden_columns=["region"], row_filter="id = 1"),
    ]
    with tenant.acting():
        for draft in drafts:
            data_sources.create_policy(data_source_id=profiled_id, policy=draft)
    return profiled_id


def generated(api: Any, source_id: UUID, question: str, **more: Any) -> dict[str, Any]:
    """The body of an answer, of whatever status."""
    body: dict[str, Any] = api.post("/queries/generate", asked(source_id, question, **more)).json()
    return body


def test_what_a_policy_hides_is_told_from_what_is_not_there_without_a_name(tenant: Any, shop_id: UUID) -> None:
    viewer, analyst = tenant.api("viewer"), tenant.api("analyst")
    for _ in range(2):
        hidden = generated(viewer, shop_id, "number of countries by region", engine="offline")
        absent = generated(viewer, shop_id, "weather in Berlin", engine="offline")
        found = generated(analyst, shop_id, "number of countries by region", engine="offline")
        assert [(body["code"], body["reason"]) for body in (hidden, absent)] == [
            ("cannot_answer", "hidden_by_policy"),
            ("cannot_answer", "not_there"),
        ]
        assert [name for name in HIDDEN_NAMES if name in json.dumps([hidden["closest"], hidden["detail"], absent["closest"]])] == []
        assert "region" in found["sql"]


def test_no_rows_and_an_error_are_answers_of_their_own(tenant: Any, shop_id: UUID) -> None:
    viewer = tenant.api("viewer")
    body = viewer.post(
        "/queries/generate-with-agent", asked(shop_id, "how many orders with status 'lost'", engine="offline", execute=True)
    ).json()
    assert body["execution"]["rows"] == [[0]]
    unknown = viewer.post("/queries/generate", asked(UUID(int=1), "how many orders"))
    assert (unknown.status_code, unknown.json()["code"]) == (404, "data_source_not_found")


def test_values_that_are_kept_back_are_not_written_into_sql(tenant: Any, shop_id: UUID) -> None:
    questions = ["how many customers are in germany", "how many products of electronics"]
    found = {
        role: json.dumps([generated(tenant.api(role), shop_id, question, engine="offline") for question in questions])
        for role in ("analyst", "viewer", "analyst")
    }
    assert [value for value in ("'Germany'", "'Electronics'") if value in found["viewer"]] == []
    assert [value for value in ("'Germany'", "'Electronics'") if value not in found["analyst"]] == []


def test_an_answer_is_not_given_again_to_who_sees_something_else(tenant: Any, shop_id: UUID) -> None:
    analyst, viewer = tenant.api("analyst"), tenant.api("viewer")
    first = [generated(api, shop_id, "how many orders are there") for api in (analyst, viewer)]
    second = [generated(api, shop_id, "how many orders are there") for api in (tenant.api("analyst"), tenant.api("viewer"))]
    assert [body["cached"] for body in (*first, *second)] == [False, False, True, True]


def test_answers_are_told_apart_by_the_values_that_policies_bind(tenant: Any, shop_id: UUID) -> None:
    draft = PolicyDraft(name="own orders", roles=["viewer"], table="orders", row_filter="customer_id = :attributes.customer")
    with tenant.acting():
        data_sources.create_policy(data_source_id=shop_id, policy=draft)
    cached = [
        generated(tenant.api("viewer", attributes={"customer": customer}), shop_id, "how many orders are there")["cached"]
        for customer in (1, 2, 1)
    ]
    assert cached == [False, False, True]


def test_the_model_is_told_only_what_the_asker_may_see(tenant: Any, shop_id: UUID, scripted: Callable[..., ScriptedModel]) -> None:
    sent = {}
    for role in ("viewer", "analyst", "viewer"):
        model = scripted(GOOD)
        generated(tenant.api(role), shop_id, f"how many orders of customers in germany ({role} {len(sent)})", engine="llm")
        sent[role] = model.sent
    assert "ordered_at" in sent["viewer"]
    assert [word for word in (*HIDDEN_VALUES, *HIDDEN_NAMES) if word in sent["viewer"]] == []
    assert [word for word in (*HIDDEN_VALUES, *HIDDEN_NAMES) if word not in sent["analyst"]] == []


def test_an_example_is_shown_under_the_rights_it_was_confirmed_under(
    tenant: Any, shop_id: UUID, scripted: Callable[..., ScriptedModel]
) -> None:
    analyst, viewer = tenant.api("analyst"), tenant.api("viewer")
    confirmed = generated(analyst, shop_id, "how many customers are in germany", engine="offline")
    assert analyst.post(f"/queries/{confirmed['id']}/feedback", {"rating": 1}).status_code == 204
    own = generated(viewer, shop_id, "how many customers are there", engine="offline")
    assert viewer.post(f"/queries/{own['id']}/feedback", {"rating": 1}).status_code == 204
    sent = {}
    for role, api in (("viewer", viewer), ("analyst", analyst)):
        model = scripted(GOOD)
        generated(api, shop_id, "how many customers are in the south of germany", engine="llm")
        sent[role] = model.sent
    listed = {role: api.get("/queries/examples").json()["results"] for role, api in (("viewer", viewer), ("analyst", analyst))}
    assert ("are in germany" in sent["viewer"], "are there" in sent["viewer"]) == (False, True)
    assert ("are in germany" in sent["analyst"], "are there" in sent["analyst"]) == (True, False)
    assert {role: len(found) for role, found in listed.items()} == {"viewer": 1, "analyst": 2}


def test_a_correction_is_kept_under_its_authors_rights(tenant: Any, shop_id: UUID) -> None:
    with tenant.acting("viewer"):
        made = queries.generate(data_source_id=shop_id, question="how many customers are there")
    reviewer = tenant.principal("owner")
    with acting_as(reviewer):
        queries.give_feedback(query_id=made.id, rating=1, corrected_sql="SELECT COUNT(*) FROM customers WHERE name = 'Ada'")
    seen = {}
    for role in ("viewer", "analyst"):
        with tenant.acting(role):
            seen[role] = [example.sql for example in queries.list_examples(data_source_id=shop_id).results]
    assert seen["viewer"] == []
    assert "Ada" in seen["analyst"][0]


def test_sql_of_others_is_withheld_from_who_sees_less(tenant: Any, shop_id: UUID) -> None:
    generated(tenant.api("analyst"), shop_id, "how many customers are in germany", engine="offline")
    with tenant.acting():
        everything = PolicyDraft(name="admins see less", roles=["admin"], table="countries", hidden_columns=["name"])
        data_sources.create_policy(data_source_id=shop_id, policy=everything)
    lines = {}
    for role in ("admin", "owner"):
        lines[role] = tenant.api(role).get("/queries/history").json()["results"][0]
        again = tenant.api(role).get(f"/queries/{lines[role]['id']}").json()
        assert (again["sql"], again["withheld"]) == (lines[role]["sql"], lines[role]["withheld"])
    assert (lines["admin"]["sql"], lines["admin"]["withheld"]) == ("", True)
    assert ("'Germany'" in lines["owner"]["sql"], lines["owner"]["withheld"]) == (True, False)


def test_a_follow_up_forgets_what_was_answered_under_other_rights(
    tenant: Any, shop_id: UUID, scripted: Callable[..., ScriptedModel]
) -> None:
    analyst = tenant.api("analyst")
    first = generated(analyst, shop_id, "how many customers are in germany", engine="offline")
    assert "'Germany'" in first["sql"]
    with tenant.acting():
        draft = PolicyDraft(
            name="analysts too", roles=["analyst"], table="countries", masked_columns=[MaskedColumn(column="name", mask="null")]
        )
        data_sources.create_policy(data_source_id=shop_id, policy=draft)
    model = scripted(GOOD)
    generated(analyst, shop_id, "how many orders are there", conversation_id=first["conversation_id"], engine="llm")
    assert "Germany" not in model.sent
    second = scripted(GOOD)
    generated(analyst, shop_id, "how many products are there", conversation_id=first["conversation_id"], engine="llm")
    assert "how many orders are there" in second.sent


def test_suggestions_name_nothing_hidden(tenant: Any, shop_id: UUID) -> None:
    with tenant.acting():
        draft = PolicyDraft(name="status", roles=["viewer"], table="orders", hidden_columns=["status"])
        data_sources.create_policy(data_source_id=shop_id, policy=draft)
    address = f"/queries/suggestions?data_source_id={shop_id}"
    found = {role: json.dumps(tenant.api(role).get(address).json()) for role in ("viewer", "analyst", "viewer")}
    assert ("status" in found["viewer"], "status" in found["analyst"]) == (False, True)


def test_a_broken_policy_refuses_a_question(tenant: Any, shop_id: UUID) -> None:
    with tenant.acting():
        source = data_sources.connection(data_source_id=shop_id)
    assert source.policies
    with tenant.acting():
        broken = next(policy for policy in source.policies if policy.name == "prices")
        _rename_price(tenant, shop_id)
    answer = tenant.api("viewer").post("/queries/generate", asked(shop_id, "how many orders"))
    assert (answer.status_code, answer.json()["code"]) == (409, "policy_broken")
    assert broken.name not in answer.content.decode()
    assert tenant.api("analyst").post("/queries/generate", asked(shop_id, "how many orders")).status_code == 200


def test_another_tenants_policies_hide_nothing_here(tenant: Any, other_tenant: Any, shop_id: UUID, settle: Callable[[], None]) -> None:
    theirs = add_shop(other_tenant, django_settings.SOURCE_DIRS[0])
    settle()
    for _ in range(2):
        with other_tenant.acting("viewer"):
            assert "region" in queries.generate(data_source_id=theirs, question="number of countries by region", engine="offline").sql
        with tenant.acting("viewer"), pytest.raises(CannotAnswer):
            queries.generate(data_source_id=shop_id, question="number of countries by region", engine="offline")


def _rename_price(tenant: Any, source_id: UUID) -> None:
    path = data_sources.get(data_source_id=source_id).config["path"]
    connection = sqlite3.connect(Path(django_settings.SOURCE_DIRS[0]) / str(path))
    connection.execute("ALTER TABLE products RENAME COLUMN price TO cost")
    connection.commit()
    connection.close()
    schemas.refresh(data_source_id=source_id)


# A private source: names alone, whatever happened before.


def every_value() -> list[str]:
    """Texts of the shop that are no names of tables and columns, and no words of the questions here."""
    return ["Ada", "Germany", "France", "Japan", "Europe", "Laptop", "Phone", "Novel", "Electronics", "cancelled", "2023-11-20", "1000"]


def test_no_value_of_a_private_source_reaches_the_model_on_any_way(
    tenant: Any, profiled_id: UUID, scripted: Callable[..., ScriptedModel], settle: Callable[[], None]
) -> None:
    api = tenant.api("owner")
    while_open = [
        generated(api, profiled_id, "how many customers are in germany", engine="offline"),
        generated(api, profiled_id, "how many products of electronics", engine="offline"),
    ]
    assert "'Germany'" in while_open[0]["sql"]
    for answer in while_open:
        api.post(f"/queries/{answer['id']}/feedback", {"rating": 1})
    api.post(
        f"/queries/{while_open[0]['id']}/feedback", {"rating": 1, "corrected_sql": "SELECT COUNT(*) FROM countries WHERE name = 'Japan'"}
    )
    with tenant.acting():
        data_sources.update(data_source_id=profiled_id, private=True)
    wrong = {"sql": "SELECT nothing FROM orders"}
    refused_by_the_source = {"sql": "SELECT json_extract(name, 'Zanzibar') FROM customers"}
    model = scripted(wrong, refused_by_the_source, {"search": ["countries"]}, GOOD)
    conversation = while_open[0]["conversation_id"]
    api.post("/queries/generate-with-agent", asked(profiled_id, "how many orders", engine="llm", execute=True))
    api.post("/queries/generate-with-agent", asked(profiled_id, "and by month?", conversation_id=conversation, engine="llm", execute=True))
    own = generated(api, profiled_id, "how many orders by status", engine="offline")
    api.post("/queries/generate-with-agent", asked(profiled_id, "total sales by month", engine="offline", execute=True))
    for question in ("and by month?", "which one has the most?", "and of customers?"):
        api.post(
            "/queries/generate-with-agent",
            asked(profiled_id, question, conversation_id=own["conversation_id"], engine="llm", execute=True),
        )
    settle()
    generated(api, profiled_id, "how many customers are there", engine="llm")
    assert len(model.requests) >= 8
    assert "ordered_at" in model.sent
    assert [value for value in (*every_value(), "no such path", "JSON path") if value in model.sent] == []


def test_earlier_sql_of_a_private_source_goes_without_its_literals(
    tenant: Any, private_id: UUID, scripted: Callable[..., ScriptedModel]
) -> None:
    api = tenant.api("owner")
    first = generated(api, private_id, "how many orders are there", engine="offline")
    with tenant.acting():
        Generation.objects.filter(id=first["id"]).update(sql="SELECT 4711 /* note */ FROM orders WHERE status = 'Zanzibar' -- because")
    model = scripted(GOOD)
    generated(api, private_id, "how many customers are there", conversation_id=first["conversation_id"], engine="llm")
    assert "Earlier in this conversation" in model.sent
    assert [word for word in ("4711", "Zanzibar", "note", "because") if word in model.sent] == []
