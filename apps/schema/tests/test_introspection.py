"""Real servers: what their catalogs give, and how fast."""

from __future__ import annotations

from typing import Any

import pytest

from analytics_platform.sources.problems import AddressRefused
from apps.schema.contract import SourceSchema, schemas
from apps.schema.tests.factories import SHOP, add_source, mariadb_shop, postgresql_shop

COMMENTS = "; COMMENT ON TABLE customers IS 'Who buys'; COMMENT ON COLUMN customers.country IS 'Where they live'"
SCHEMAS = (
    "; CREATE SCHEMA sales; CREATE TABLE sales.orders (id BIGINT PRIMARY KEY, total NUMERIC(12, 2)); CREATE TABLE sales.refunds (id INT)"
)


def introspected(tenant: Any, kind: str, config: dict[str, Any]) -> SourceSchema:
    source_id = add_source(tenant, kind=kind, config=config)
    with tenant.acting():
        return schemas.introspect(data_source_id=source_id)


def test_reads_a_postgresql_with_schemas_comments_and_keys(tenant: Any, settings: Any) -> None:
    with postgresql_shop(settings, SHOP + COMMENTS + SCHEMAS) as config:
        schema = introspected(tenant, "postgresql", config)
        found = {(t.schema_name, t.name): t for t in schema.tables}
        with tenant.acting():
            assert schema.data_source_id is not None
            in_default = schemas.table(data_source_id=schema.data_source_id, table_name="orders")
            in_sales = schemas.table(data_source_id=schema.data_source_id, table_name="sales.orders")

    assert (schema.dialect, schema.default_schema) == ("postgres", "public")
    assert set(found) == {("public", n) for n in ("big_orders", "customers", "orders")} | {("sales", "orders"), ("sales", "refunds")}
    customers = found["public", "customers"]
    assert customers.comment == "Who buys"
    assert {c.name: c.comment for c in customers.columns}["country"] == "Where they live"
    assert found["public", "orders"].foreign_keys[0].references.table == "customers"
    assert {c.name: c.type for c in found["public", "orders"].columns} == {
        "id": "integer", "customer_id": "integer", "status": "string", "amount": "decimal", "ordered_at": "datetime",
    }  # fmt: skip
    assert (len(in_default.columns), len(in_sales.columns)) == (5, 2)
    assert in_default.sample_rows[0][:3] == [1, 1, "delivered"]


def test_reads_a_mariadb(tenant: Any) -> None:
    with mariadb_shop() as config:
        schema = introspected(tenant, "mysql", config)

    found = {t.name: t for t in schema.tables}
    assert schema.dialect == "mysql"
    assert set(found) == {"big_orders", "customers", "orders"}
    assert found["big_orders"].kind == "view"
    assert found["orders"].primary_key == ["id"]
    assert {c.name: c.type for c in found["orders"].columns}["amount"] == "decimal"
    assert sorted({c.name: c.sample_values for c in found["customers"].columns}["country"]) == ["Germany", "United States"]  # type: ignore[type-var]


def test_profiles_a_large_source_in_a_job_of_its_own(tenant: Any, settings: Any, settle: Any) -> None:
    script = (
        ";".join(f"CREATE TABLE t{i:03d} (id INT PRIMARY KEY, kind TEXT)" for i in range(60))
        + "; INSERT INTO t000 VALUES (1, 'first kind')"
    )
    with postgresql_shop(settings, script) as config:
        schema = introspected(tenant, "postgresql", config)
        before = {t.name: t for t in schema.tables}["t000"].columns[1].sample_values
        settle()
        with tenant.acting():
            assert schema.data_source_id is not None
            after = {t.name: t for t in schemas.get(data_source_id=schema.data_source_id).tables}["t000"].columns[1].sample_values

    assert len(schema.tables) == 60
    assert (before, after) == ([], ["first kind"])


def test_judges_the_address_anew_on_every_read(tenant: Any, settings: Any) -> None:
    own = settings.DATABASES["default"]
    login = (own["HOST"] or "127.0.0.1", int(own["PORT"] or 5432), own["NAME"], own["USER"] or "postgres")
    settings.DEMO_LOGINS = (login,)
    config = dict(zip(("host", "port", "database", "username"), login, strict=True)) | {"password": ""}
    source_id = add_source(tenant, kind="postgresql", config=config)
    settings.DEMO_LOGINS = ()

    with tenant.acting(), pytest.raises(AddressRefused):
        schemas.introspect(data_source_id=source_id)


def test_looks_at_the_whole_of_a_large_table(tenant: Any, settings: Any) -> None:
    script = "CREATE TABLE t (id INT, kind TEXT); INSERT INTO t SELECT g, CASE WHEN g > 90000 THEN 'late' ELSE 'early' END FROM generate_series(1, 100000) g; ANALYZE t"
    with postgresql_shop(settings, script) as config:
        kind = introspected(tenant, "postgresql", config).tables[0].columns[1]

    assert sorted(map(str, kind.sample_values)) == ["early", "late"]
    assert kind.statistics is not None
    assert 5_000 < (kind.statistics.sampled_rows or 0) <= 10_000
