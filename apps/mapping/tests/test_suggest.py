"""Proposed mappings of differently shaped shops, held against those made by hand: a field is right where it gives the same values."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from analytics_platform.llm.tests.scripted_model import ScriptedModel, serving
from apps.datasources.contract import data_sources
from apps.mapping.contract import mappings
from apps.mapping.reaching import whole
from apps.mapping.tests.conftest import CodesShop
from apps.mapping.tests.shops import SHOPS, connected, mapped_fields, opened_folder, rows_of
from tests.shops.servers import opened_codes
from tests.shops.tables import commerce

LEAST_SHARE = 0.8


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", SHOPS)
def test_most_fields_of_a_shop_are_proposed_right(name: str, tenant: Any, settings: Any, settle: Any, tmp_path: Path) -> None:
    with connected(name, tenant, settings, tmp_path) as shop:
        settle()
        with tenant.acting():
            for rule in shop.opened.shop.rules.values():
                mappings.create_rule(rule=rule)
            suggestion = mappings.suggest(data_source_id=shop.data_source_id, schema="commerce")
            catalog = whole(shop.data_source_id).catalog
        by_hand, rules = shop.opened.shop.mapping, shop.opened.shop.rules
        wanted, proposed = mapped_fields(by_hand), mapped_fields(suggestion.mapping)
        wrong = {
            place: "not proposed" if place not in proposed else "not wanted" if place not in wanted else ""
            for place in wanted | proposed
            if place not in wanted & proposed
            or rows_of(shop.opened, suggestion.mapping, catalog, rules, *place)
            != rows_of(shop.opened, by_hand, shop.opened.catalog, rules, *place)
        }
        share = 1 - len(wrong) / len(wanted | proposed)
        assert share >= LEAST_SHARE, (share, wrong)


@pytest.fixture
def scripted(settings: Any) -> Iterator[Callable[..., ScriptedModel]]:
    """Starts a model that gives these replies, and points the platform at it."""
    with ExitStack() as stack:

        def start(*replies: Any) -> ScriptedModel:
            model = stack.enter_context(serving(ScriptedModel(*replies)))
            settings.LLM_BASE_URL, settings.LLM_API_KEY, settings.LLM_MODEL = model.url, "key", "scripted"
            return model

        yield start


def test_a_proposal_says_why_and_can_be_kept(shop: CodesShop, api: Any, settle: Any) -> None:
    settle()
    found = api.post(f"/mappings/{shop.id}/suggest", {"schema": "commerce"}).json()
    fields = {(e["entity"], f["field"]): f for e in found["entities"] for f in e["fields"]}
    quantity = fields["order_line", "quantity"]
    assert quantity["expression"] == "qty"
    assert set(quantity["scores"]) == {"name", "type", "values", "key"}
    assert quantity["score"] > 0.7
    assert any("qty" in sentence for sentence in quantity["evidence"])
    assert fields["customer", "is_active"]["values"] == {"J": True, "N": False}
    assert (found["engine"], found["missing"]) == ("offline", ["payment", "refund"])
    assert api.post(f"/mappings/{shop.id}", found["mapping"]).status_code == 201


def test_nothing_is_kept_by_proposing(shop: CodesShop, api: Any) -> None:
    api.post(f"/mappings/{shop.id}/suggest", {"schema": "commerce"})
    assert api.get(f"/mappings/{shop.id}").status_code == 404


def test_a_proposal_shows_nothing_that_a_policy_hides(shop: CodesShop, api: Any, tenant: Any, settle: Any) -> None:
    settle()
    policy = {"name": "names", "roles": ["analyst"], "table": "cust", "hidden_columns": ["mail", "nm"]}
    assert api.post(f"/data-sources/{shop.id}/policies", policy).status_code == 201
    seen = tenant.api("analyst").post(f"/mappings/{shop.id}/suggest", {"schema": "commerce"})
    customer = next(entity for entity in seen.json()["entities"] if entity["entity"] == "customer")
    assert {"name", "email"} <= set(customer["missing"])
    assert "nm" not in {field["expression"] for field in customer["fields"]}
    assert "example.com" not in seen.content.decode()
    everything = api.post(f"/mappings/{shop.id}/suggest", {"schema": "commerce"}).json()["entities"][0]["fields"]
    assert {"nm", "mail"} <= {field["expression"] for field in everything}


@pytest.fixture
def unclear(shop: CodesShop, settle: Any) -> CodesShop:
    """The shop with a column whose name says nothing."""
    shop.change("ALTER TABLE cust RENAME COLUMN nm TO bzx")
    settle()
    return shop


def test_a_model_decides_what_names_do_not_and_sees_no_value(unclear: CodesShop, api: Any, scripted: Callable[..., ScriptedModel]) -> None:
    path = f"/mappings/{unclear.id}/suggest"
    offline = api.post(path, {"schema": "commerce"}).json()
    assert "name" in offline["entities"][0]["missing"]
    model = scripted("{}")
    api.post(path, {"schema": "commerce"})
    asked = json.loads(model.requests[0]["messages"][1]["content"])["customer.name"]
    number = next(index for index, text in enumerate(asked["candidates"]) if "bzx" in text)
    scripted({"customer.name": number, "order.nothing": 3, "customer.city": 99})
    found = api.post(path, {"schema": "commerce"}).json()
    assert (offline["engine"], found["engine"]) == ("offline", "llm")
    assert {f["field"]: f["expression"] for f in found["entities"][0]["fields"]}["name"] == "bzx"
    values = {
        str(value)
        for (value,) in unclear.run("SELECT city FROM cust WHERE city <> '' UNION SELECT bzx FROM cust UNION SELECT label FROM codes")
    }
    canonical = {value for entity in commerce().entities for target in entity.fields for value in (target.name, *target.values)}
    assert [value for value in values - canonical - {"DE"} if value in model.sent] == []


@pytest.mark.parametrize("reply", ["no idea", 500, "[1, 2]"])
def test_a_model_that_fails_changes_nothing(unclear: CodesShop, api: Any, scripted: Callable[..., ScriptedModel], reply: Any) -> None:
    offline = api.post(f"/mappings/{unclear.id}/suggest", {"schema": "commerce"}).json()
    scripted(reply)
    found = api.post(f"/mappings/{unclear.id}/suggest", {"schema": "commerce"})
    assert (found.status_code, found.json()["engine"]) == (200, "offline")
    assert found.json()["mapping"] == offline["mapping"]
    assert found.json()["warnings"]


def test_a_private_source_is_proposed_by_its_names(tenant: Any, api: Any, settle: Any) -> None:
    folder = opened_folder()
    with opened_codes(folder):
        with tenant.acting():
            source = data_sources.create(name="private", kind="sqlite", config={"path": str(folder / "codes.sqlite")}, private=True)
        settle()
        found = api.post(f"/mappings/{source.id}/suggest", {"schema": "commerce"})
    expressions = {f"{e['entity']}.{f['field']}": f["expression"] for e in found.json()["entities"] for f in e["fields"]}
    assert (expressions["customer.name"], expressions["order_line.unit_price"]) == ("nm", "price")
    assert "Berlin" not in found.content.decode()
