"""What other apps call: the same in process and over HTTP."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from analytics_platform.kernel.contracts.remote import Remote
from apps.datasources.contract import DataSourceNotFound
from apps.schema.contract import (
    ColumnAnnotation,
    IntrospectionTarget,
    Schemas,
    SchemaTable,
    SchemaTableNotFound,
    SchemaVersionNotFound,
    TableAnnotation,
    schemas,
)
from apps.schema.tests.factories import add_source, sqlite_shop

pytestmark = [pytest.mark.layouts, pytest.mark.xdist_group("live_server"), pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=["in process", "over HTTP"])
def client(request: pytest.FixtureRequest, settings: Any) -> Schemas:
    """The contract, answered here or by another process's door."""
    if request.param == "in process":
        return schemas
    settings.SERVE_INTERNAL = True
    return cast("Schemas", Remote(Schemas, request.getfixturevalue("live_server").url))


def test_describes_finds_and_annotates(tenant: Any, client: Schemas) -> None:
    source_id = add_source(tenant)
    said = TableAnnotation(synonyms=["clients"], columns=[ColumnAnnotation(name="email", pii=True)])
    with tenant.acting():
        assert client.current_versions(data_source_ids=[source_id]) == {}
        schema = client.introspect(data_source_id=source_id)
        annotated = client.annotate(data_source_id=source_id, table_name="customers", annotation=said)
        found = client.find_values(data_source_id=source_id, terms=["usa"])
        many = client.get_many(data_source_ids=[source_id, source_id])
        versions = client.current_versions(data_source_ids=[source_id, uuid4()])
        job = client.start_introspection(data_source_id=source_id)
        hits = client.catalog(data_source_id=source_id, search="clients")
        refreshed = client.refresh(data_source_id=source_id)

    tables = {table.name: table for table in schema.tables}
    assert isinstance(tables["orders"], SchemaTable)
    assert tables["orders"].foreign_keys[0].references.table == "customers"
    assert {column.name: column.pii for column in annotated.columns}["email"]
    assert found[0].value == "United States"
    assert [one.version for one in many] == [1, 1]
    assert versions == {source_id: 1}
    assert isinstance(job.job_id, UUID)
    assert hits.results[0].table == "customers"
    assert not refreshed.changed


def test_raises_its_own_errors(tenant: Any, client: Schemas) -> None:
    source_id = add_source(tenant)
    with tenant.acting():
        with pytest.raises(DataSourceNotFound):
            client.get(data_source_id=uuid4())
        with pytest.raises(SchemaTableNotFound):
            client.table(data_source_id=source_id, table_name="nothing")
        with pytest.raises(SchemaVersionNotFound):
            client.version(data_source_id=source_id, version=99)
        with pytest.raises(IntrospectionTarget):
            client.introspect()


def test_reads_of_what_is_known_do_not_ask_the_source(tenant: Any) -> None:
    path = sqlite_shop()
    source_id = add_source(tenant, config={"path": path.name})
    with tenant.acting():
        schemas.get(data_source_id=source_id)
        path.unlink()
        assert schemas.get(data_source_id=source_id).version == 1
        assert schemas.table(data_source_id=source_id, table_name="orders").sample_rows == []
