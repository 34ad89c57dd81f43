"""Questions in canonical words, over one source or several differently shaped ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from apps.datasources.contract import PolicyDraft, data_sources
from tests.shops.connected import connected
from tests.shops.facts import FACTS


@pytest.fixture
def shops(api: Any, settle: Callable[[], None], tmp_path: Path) -> Iterator[dict[str, str]]:
    with connected(api, settle, tmp_path, shops=("codes", "folder")) as found:
        settle()
        yield found


def ask(api: Any, question: str, **where: Any) -> Any:
    return api.post("/queries/generate-with-agent", {"question": question, "canonical": "commerce", "execute": True, **where})


def test_counts_by_a_translated_value_over_each_shop(api: Any, shops: dict[str, str]) -> None:
    expected = dict(Counter(order.status for order in FACTS.orders))
    for source_id in shops.values():
        found = ask(api, "how many orders by status", data_source_id=source_id)
        assert found.status_code == 200, found.json()
        assert dict(found.json()["execution"]["rows"]) == expected
        assert found.json()["canonical"] == "commerce"


def test_a_metric_of_the_schema_is_understood(api: Any, shops: dict[str, str]) -> None:
    countries = {customer.id: customer.country for customer in FACTS.customers}
    orders = {order.id: countries[order.customer_id] for order in FACTS.orders}
    revenue: Counter[str] = Counter()
    for line in FACTS.lines:
        revenue[orders[line.order_id]] += line.quantity * line.unit_price - (line.discount or Decimal(0))  # type: ignore[assignment]
    for source_id in shops.values():
        found = ask(api, "net revenue by country", data_source_id=source_id).json()
        assert {country: Decimal(value) for country, value in found["execution"]["rows"]} == dict(revenue)


def test_a_canonical_value_in_the_question_is_found(api: Any, shops: dict[str, str]) -> None:
    expected = sum(order.status == "cancelled" for order in FACTS.orders)
    for source_id in shops.values():
        assert ask(api, "how many cancelled orders are there", data_source_id=source_id).json()["execution"]["rows"] == [[expected]]


def test_several_shops_answer_side_by_side(api: Any, shops: dict[str, str]) -> None:
    found = ask(api, "how many customers are there", data_source_ids=list(shops.values())).json()
    assert found["data_source_ids"] == list(shops.values())
    assert found["execution"]["rows"] == [[name, len(FACTS.customers)] for name in shops]
    assert found["execution"]["incomplete"] == []


def test_a_source_that_lacks_something_is_told_beside_the_others(api: Any, shops: dict[str, str]) -> None:
    mapping = api.get(f"/mappings/{shops['codes']}").json()
    kept = [entity for entity in mapping["entities"] if entity["entity"] != "customer"]
    changed = api.put(f"/mappings/{shops['codes']}", {"schema": "commerce", "schema_version": 1, "entities": kept})
    assert changed.status_code == 200, changed.json()
    found = ask(api, "how many customers are there", data_source_ids=list(shops.values())).json()
    assert found["execution"]["rows"] == [["folder", len(FACTS.customers)]]
    [lacking] = found["execution"]["incomplete"]
    assert (lacking["data_source"], lacking["code"], lacking["missing"][:1]) == ("codes", "not_mapped", ["customer"])
    alone = ask(api, "how many customers are there", data_source_id=shops["codes"])
    assert (alone.status_code, alone.json()["code"]) == (422, "not_mapped")


def test_a_viewer_may_run_what_was_written_for_the_question_and_nothing_else(
    tenant: Any, api: Any, shops: dict[str, str], settle: Callable[[], None]
) -> None:
    viewer = tenant.api("viewer")
    asked = viewer.post("/queries/generate", {"question": "how many orders by status", "canonical": True, "data_source_id": shops["codes"]})
    assert asked.status_code == 200, asked.json()
    settle()
    body = {"data_source_id": shops["codes"], "sql": asked.json()["sql"], "query_id": asked.json()["id"]}
    assert viewer.post("/execute/sql", {**body, "canonical": "commerce"}).status_code == 200
    assert viewer.post("/execute/sql", body).json()["code"] == "free_sql_not_allowed"


def test_policies_hold_for_canonical_questions(tenant: Any, api: Any, shops: dict[str, str]) -> None:
    with tenant.acting():
        draft = PolicyDraft(name="p", roles=["analyst"], table="cust", row_filter="id <= 5", hidden_columns=["mail"])
        data_sources.create_policy(data_source_id=shops["codes"], policy=draft)  # type: ignore[arg-type]
    analyst = tenant.api("analyst")
    assert ask(analyst, "how many customers are there", data_source_id=shops["codes"]).json()["execution"]["rows"] == [[5]]
    refused = analyst.post("/execute/sql", {"data_source_id": shops["codes"], "sql": "SELECT email FROM customer", "canonical": "commerce"})
    assert (refused.status_code, refused.json()["code"]) == (403, "hidden_by_policy")


def test_a_column_renamed_under_the_mapping_is_named_and_never_an_error_at_the_source(
    api: Any, shops: dict[str, str], tmp_path: Path
) -> None:
    import sqlite3

    from django.conf import settings

    with sqlite3.connect(Path(settings.SOURCE_DIRS[0]) / f"{tmp_path.name}.sqlite") as connection:
        connection.execute("ALTER TABLE cust RENAME COLUMN nm TO full_name")
    connection.close()
    assert api.post(f"/schema/{shops['codes']}/refresh").json()["changed"] is True
    broken = api.post("/execute/sql", {"data_source_id": shops["codes"], "sql": "SELECT name FROM customer", "canonical": "commerce"})
    assert (broken.status_code, broken.json()["code"]) == (409, "mapping_broken")
    assert any("nm" in column for column in broken.json()["columns"])
    whole = api.post("/execute/sql", {"data_source_id": shops["codes"], "sql": "SELECT COUNT(*) FROM order", "canonical": "commerce"})
    assert whole.json()["rows"] == [[len(FACTS.orders)]]
