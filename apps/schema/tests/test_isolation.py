"""Two tenants: neither sees what the other's sources hold."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from apps.datasources.contract import DataSourceNotFound
from apps.schema.contract import schemas
from apps.schema.models import Annotation, Source

pytestmark = pytest.mark.layouts


def test_another_tenants_schema_is_not_there(tenant: Any, other_tenant: Any, source_id: UUID) -> None:
    tenant.api().get(f"/schema/{source_id}")
    stranger = other_tenant.api()
    answers = [
        stranger.get(f"/schema/{source_id}"),
        stranger.post(f"/schema/{source_id}/refresh"),
        stranger.get(f"/schema/{source_id}/tables"),
        stranger.get(f"/schema/{source_id}/tables/customers"),
        stranger.patch(f"/schema/{source_id}/tables/customers", {"description": "mine"}),
        stranger.get(f"/schema/{source_id}/versions"),
        stranger.get(f"/schema/{source_id}/versions/1"),
        stranger.get(f"/schema/{source_id}/diff?from=1&to=1"),
        stranger.get(f"/schema/{source_id}/catalog?search=customers"),
        stranger.post("/schema/introspect", {"data_source_id": str(source_id)}),
        stranger.post("/schema/introspect", {"data_source_id": str(source_id), "async": True}),
    ]

    assert [answer.status_code for answer in answers] == [404] * len(answers)
    with other_tenant.acting():
        assert schemas.current_versions(data_source_ids=[source_id]) == {}
        with pytest.raises(DataSourceNotFound):
            schemas.find_values(data_source_id=source_id, terms=["usa"])
        assert not Source.objects.exists()
        assert not Annotation.objects.exists()


def test_a_cached_answer_belongs_to_its_tenant(tenant: Any, other_tenant: Any, source_id: UUID) -> None:
    with tenant.acting():
        schemas.get(data_source_id=source_id)
        schemas.get(data_source_id=source_id)
    with other_tenant.acting(), pytest.raises(DataSourceNotFound):
        schemas.get(data_source_id=source_id)
