"""What other apps call, through the wire form."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from analytics_platform.kernel.problems import Invalid, StaleVersion
from apps.datasources.contract import ConnectionFailed, DataSourceNameTaken, DataSourceNotFound, data_sources
from apps.datasources.tests.factories import SECRET, postgresql_body, sqlite_body

pytestmark = pytest.mark.layouts


def test_answers_many_in_the_order_asked_for_and_leaves_out_what_is_not_there(tenant: Any) -> None:
    with tenant.acting():
        one, two = data_sources.create(**sqlite_body()), data_sources.create(**sqlite_body())
        assert [s.id for s in data_sources.get_many(ids=[two.id, uuid4(), one.id])] == [two.id, one.id]
        assert [c.data_source_id for c in data_sources.connections(ids=[two.id, one.id])] == [two.id, one.id]


def test_a_connection_carries_its_config_sealed(tenant: Any) -> None:
    with tenant.acting():
        made = data_sources.create(**postgresql_body())
        connection = data_sources.connection(data_source_id=made.id)
    assert (connection.dialect, connection.version, connection.file_ids) == ("postgres", 1, [])
    assert SECRET not in connection.model_dump_json()


def test_raises_its_own_errors(tenant: Any) -> None:
    with tenant.acting():
        made = data_sources.create(**sqlite_body(name="taken"))
        other = data_sources.create(**sqlite_body())
        with pytest.raises(DataSourceNotFound):
            data_sources.get(data_source_id=UUID(int=0))
        with pytest.raises(DataSourceNameTaken):
            data_sources.update(data_source_id=other.id, name="taken")
        with pytest.raises(StaleVersion):
            data_sources.update(data_source_id=made.id, name="x", version=7)
        with pytest.raises(ConnectionFailed):
            data_sources.create(**postgresql_body(), test=True)
        with pytest.raises(Invalid) as caught:
            data_sources.create(name="x", kind="postgresql", config={})
        assert "config.host" in {e.field for e in caught.value.errors}
