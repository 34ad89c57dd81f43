"""What other apps call: the same in process and over HTTP."""

from __future__ import annotations

from typing import Any, cast
from uuid import uuid4

import pytest

from analytics_platform.kernel.contracts.remote import Remote
from analytics_platform.sql.canonical.model import CanonicalField, CanonicalSchema, Entity, TransformationRule
from analytics_platform.sql.problems import NotMapped
from apps.mapping.contract import CanonicalSchemaNotFound, MappingInvalid, MappingNotFound, Mappings, mappings
from apps.mapping.tests.conftest import CodesShop
from tests.shops.codes import CODES

pytestmark = [pytest.mark.layouts, pytest.mark.xdist_group("live_server"), pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=["in process", "over HTTP"])
def client(request: pytest.FixtureRequest, settings: Any) -> Mappings:
    """The contract, answered here or by another process's door."""
    if request.param == "in process":
        return mappings
    settings.SERVE_INTERNAL = True
    return cast("Mappings", Remote(Mappings, request.getfixturevalue("live_server").url))


def test_maps_translates_describes_and_covers(tenant: Any, shop: CodesShop, client: Mappings) -> None:
    with tenant.acting():
        made = client.create(data_source_id=shop.id, mapping=CODES.mapping)
        found = client.mapping(data_source_id=shop.id)
        translation = client.translate(
            data_source_id=shop.id, sql='SELECT status, count(*) AS n FROM "order" GROUP BY status', schema="commerce"
        )
        source = client.canonical(data_source_id=shop.id)
        coverage = client.coverage(schema="commerce", sql="SELECT net_revenue FROM order_line")
        suggestion = client.suggest(data_source_id=shop.id, schema="commerce")
        client.delete(data_source_id=shop.id)

    assert (made, found.entities) == (found, CODES.mapping.entities)
    assert [column.type for column in translation.columns] == ["string", "integer"]
    columns = {f"{field.entity}.{field.field}": (field.table, field.column) for field in source.mapped}
    assert columns["customer.name"] == ("cust", "nm")
    assert columns["order_line.quantity"] == ("ordl", "qty")
    assert "payment.amount" in source.missing
    assert [one.can_answer for one in coverage.sources] == [True]
    assert suggestion.mapping.entity("customer") is not None


def test_publishes_schemas_and_keeps_rules(tenant: Any, client: Mappings) -> None:
    schema = CanonicalSchema(name="own", entities=[Entity(name="a", fields=[CanonicalField(name="id", type="string")])])
    with tenant.acting():
        published = client.publish_schema(schema=schema)
        rule = client.create_rule(rule=TransformationRule(name="cents", expression="input / 100.0"))
        assert [found.name for found in client.schemas().results] == ["commerce", "own", "subscriptions"]
        assert client.schema(name="own", version=1) == published
        assert client.rules().results == [rule]
        client.delete_rule(rule_id=rule.id)
        assert client.rules().count == 0


def test_raises_its_own_errors(tenant: Any, shop: CodesShop, client: Mappings) -> None:
    with tenant.acting():
        with pytest.raises(MappingNotFound):
            client.translate(data_source_id=uuid4(), sql="SELECT 1 FROM customer")
        with pytest.raises(CanonicalSchemaNotFound):
            client.schema(name="nothing")
        with pytest.raises(MappingInvalid) as refused:
            wrong = CODES.mapping.model_copy(
                update={"entities": [CODES.mapping.entities[0].model_copy(update={"source": "nothing", "sql": None})]}
            )
            client.create(data_source_id=shop.id, mapping=wrong)
        client.create(data_source_id=shop.id, mapping=CODES.mapping)
        with pytest.raises(NotMapped) as lacking:
            client.translate(data_source_id=shop.id, sql="SELECT amount FROM payment")
    assert "entities.0.source" in {error.field for error in refused.value.errors}
    assert lacking.value.extra["missing"] == ["payment"]
