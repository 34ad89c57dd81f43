"""What schema does when sources and files change, and what it tells."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.utils import timezone

from analytics_platform.kernel.databases import alias_of
from analytics_platform.kernel.jobs.models import JobRow
from apps.datasources.contract import data_sources
from apps.schema import models
from apps.schema.contract import schemas
from apps.schema.tests.factories import add_source, change, sqlite_shop

pytestmark = pytest.mark.layouts
CLOSED = {"host": "127.0.0.1", "port": 9, "database": "shop", "username": "reader", "password": "x"}


def told(tenant: Any, name: str) -> list[dict[str, Any]]:
    """The payloads of the schema app's events of this name, for this tenant, in order."""
    with connections[alias_of("schema")].cursor() as cursor:
        cursor.execute(
            "SELECT payload FROM (SELECT id, name, tenant_id, payload FROM public.events_log UNION ALL"
            " SELECT id, name, tenant_id, payload FROM public.events_outbox) AS e WHERE name = %s AND tenant_id = %s ORDER BY id",
            [f"schema.{name}", tenant.id],
        )
        return [json.loads(row[0]) for row in cursor.fetchall()]


def test_a_new_source_is_read_by_itself(tenant: Any, settle: Any) -> None:
    source_id = add_source(tenant)
    settle()

    with tenant.acting():
        assert schemas.current_versions(data_source_ids=[source_id]) == {source_id: 1}
    event = told(tenant, "SchemaIntrospected")[-1]
    assert (event["data_source_id"], event["schema_version"], event["table_count"], event["changed"]) == (str(source_id), 1, 3, True)


def test_a_source_with_another_config_is_read_again(tenant: Any, settle: Any) -> None:
    source_id = add_source(tenant)
    settle()
    other = sqlite_shop("CREATE TABLE products (id INTEGER)")
    with tenant.acting():
        data_sources.update(data_source_id=source_id, config={"path": other.name})
    settle()

    with tenant.acting():
        assert [t.name for t in schemas.get(data_source_id=source_id).tables] == ["products"]
    assert told(tenant, "SchemaRefreshed")[-1]["added"] == ["products"]


def test_a_source_that_becomes_private_loses_its_values(tenant: Any, settle: Any) -> None:
    source_id = add_source(tenant)
    settle()
    with tenant.acting():
        assert schemas.find_values(data_source_id=source_id, terms=["usa"])
        data_sources.update(data_source_id=source_id, private=True)
    settle()

    with tenant.acting():
        assert schemas.find_values(data_source_id=source_id, terms=["usa"]) == []
        assert "Germany" not in schemas.get(data_source_id=source_id).model_dump_json()
        assert not models.ColumnValues.objects.exists()


def test_a_deleted_source_leaves_nothing(tenant: Any, settle: Any) -> None:
    source_id = add_source(tenant)
    settle()
    tenant.api().patch(f"/schema/{source_id}/tables/customers", {"description": "x"})
    with tenant.acting():
        data_sources.delete(data_source_id=source_id)
    settle()

    with tenant.acting():
        left = [
            m.objects.filter(data_source_id=source_id).exists()
            for m in (models.Source, models.Version, models.Annotation, models.ColumnValues)
        ]
    assert left == [False] * 4
    assert tenant.api().get(f"/schema/{source_id}").status_code == 404


def test_tells_what_a_refresh_found(tenant: Any, settle: Any) -> None:
    path = sqlite_shop()
    source_id = add_source(tenant, config={"path": path.name})
    settle()
    change(path, "CREATE TABLE products (id INTEGER); DROP TABLE orders")
    tenant.api().post(f"/schema/{source_id}/refresh")

    event = told(tenant, "SchemaRefreshed")[-1]
    assert (event["from_version"], event["schema_version"], event["added"], event["removed"]) == (1, 2, ["products"], ["orders"])


def test_tells_that_a_source_could_not_be_read(tenant: Any, settle: Any) -> None:
    source_id = add_source(tenant, kind="postgresql", config=CLOSED)
    settle(may_fail=True)
    JobRow.objects.using(alias_of("schema")).filter(state="queued").update(due_at=timezone.now())
    settle(may_fail=True)

    event = told(tenant, "SchemaFailed")[-1]
    assert (event["data_source_id"], event["code"]) == (str(source_id), "source_unreachable")


def test_no_event_carries_a_value_of_a_row(tenant: Any, settle: Any) -> None:
    source_id: UUID = add_source(tenant)
    settle()
    tenant.api().post(f"/schema/{source_id}/refresh")

    assert "Germany" not in str([told(tenant, name) for name in ("SchemaIntrospected", "SchemaRefreshed", "SchemaFailed")])


def test_a_source_that_is_opened_again_shows_its_values(tenant: Any, settle: Any) -> None:
    source_id = add_source(tenant, private=True)
    settle()
    with tenant.acting():
        assert schemas.find_values(data_source_id=source_id, terms=["usa"]) == []
        data_sources.update(data_source_id=source_id, private=False)
    settle()

    with tenant.acting():
        assert schemas.find_values(data_source_id=source_id, terms=["usa"])[0].value == "United States"
