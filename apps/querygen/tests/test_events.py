"""What query generation tells others, and what it does when a source goes."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from analytics_platform.kernel.databases import alias_of
from apps.datasources.contract import data_sources
from apps.querygen import models
from apps.querygen.contract import CannotAnswer, queries

pytestmark = pytest.mark.layouts


def told(tenant: Any, name: str) -> list[dict[str, Any]]:
    """The payloads of this app's events of this name, for this tenant, in order."""
    with connections[alias_of("querygen")].cursor() as cursor:
        cursor.execute(
            "SELECT payload FROM (SELECT id, name, tenant_id, payload FROM public.events_log UNION ALL"
            " SELECT id, name, tenant_id, payload FROM public.events_outbox) AS e WHERE name = %s AND tenant_id = %s ORDER BY id",
            [f"querygen.{name}", tenant.id],
        )
        return [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in cursor.fetchall()]


def test_a_generation_is_told_with_its_sql(tenant: Any, source_id: UUID) -> None:
    with tenant.acting():
        made = queries.generate(data_source_id=source_id, question="how many orders are there")
    event = told(tenant, "QueryGenerated")[-1]
    assert (event["query_id"], event["sql"], event["engine"]) == (str(made.id), made.sql, "offline")


def test_a_refusal_is_not_told(tenant: Any, source_id: UUID) -> None:
    before = len(told(tenant, "QueryGenerated"))
    with tenant.acting(), pytest.raises(CannotAnswer):
        queries.generate(data_source_id=source_id, question="weather in Berlin")
    assert len(told(tenant, "QueryGenerated")) == before


def test_a_validation_is_told(tenant: Any, source_id: UUID) -> None:
    with tenant.acting():
        queries.validate(data_source_id=source_id, sql="DROP TABLE orders")
    event = told(tenant, "QueryValidated")[-1]
    assert (event["valid"], event["error_codes"]) == (False, ["not_read_only"])


def test_everything_asked_of_a_source_goes_with_it(tenant: Any, source_id: UUID, settle: Any) -> None:
    with tenant.acting():
        made = queries.generate(data_source_id=source_id, question="how many orders are there")
        queries.give_feedback(query_id=made.id, rating=1)
        queries.create_template(name="all", data_source_id=source_id, sql="SELECT id FROM orders")
        data_sources.delete(data_source_id=source_id)
    settle()
    with tenant.acting():
        counts = [model.objects.count() for model in (models.Conversation, models.Generation, models.Example, models.Template)]
    assert counts == [0, 0, 0, 0]
