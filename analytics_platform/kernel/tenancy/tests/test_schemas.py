"""Making, migrating and removing tenants' schemas."""

from __future__ import annotations

import re

import pytest
from django.db import connections, migrations, models, transaction
from django.db.migrations.executor import MigrationExecutor

from analytics_platform.kernel.context import tenant_in_force, tenant_of
from analytics_platform.kernel.ids import uuid7
from analytics_platform.kernel.tenancy import migrating
from analytics_platform.kernel.tenancy.models import Tenant
from analytics_platform.kernel.tenancy.schemas import drop_tenant, ensure_tenant, known_tenants, local_aliases, tenant_models

pytestmark = [pytest.mark.layouts, pytest.mark.django_db(transaction=True)]
_COLUMNS = """
    SELECT table_name, column_name, data_type, is_nullable, column_default, character_maximum_length, is_identity
    FROM information_schema.columns WHERE table_schema = %s ORDER BY 1, 2
"""
_INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = %s ORDER BY 1, 2"
_CONSTRAINTS = """
    SELECT c.relname, n.conname, pg_get_constraintdef(n.oid) FROM pg_constraint n JOIN pg_class c ON c.oid = n.conrelid
    JOIN pg_namespace s ON s.oid = n.connamespace WHERE s.nspname = %s ORDER BY 1, 2
"""


def structure(alias: str, schema: str) -> dict[str, list[tuple[str, ...]]]:
    """Everything that makes a schema what it is, without its name."""
    found = {}
    with connections[alias].cursor() as cursor:
        for part, statement in (("columns", _COLUMNS), ("indexes", _INDEXES), ("constraints", _CONSTRAINTS)):
            cursor.execute(statement, [schema])
            found[part] = [tuple(re.sub(rf'"?{schema}"?\.', "", str(value)) for value in row) for row in cursor.fetchall()]
        cursor.execute(f'SELECT app, name FROM "{schema}".django_migrations ORDER BY 1, 2')
        found["migrations"] = cursor.fetchall()
    return found


def test_a_made_schema_equals_a_migrated_one() -> None:
    for alias in local_aliases():
        made, migrated = uuid7(), tenant_of(uuid7())
        ensure_tenant(tenant_id=made)
        with connections[alias].cursor() as cursor:
            cursor.execute(f'CREATE SCHEMA "{migrated.schema}"')
        try:
            with tenant_in_force(migrated.id):
                executor = MigrationExecutor(connections[alias])
                executor.migrate(executor.loader.graph.leaf_nodes())
            assert structure(alias, tenant_of(made).schema) == structure(alias, migrated.schema)
        finally:
            drop_tenant(tenant_id=made)
            with connections[alias].cursor() as cursor:
                cursor.execute(f'DROP SCHEMA "{migrated.schema}" CASCADE')


def test_making_a_tenant_twice_changes_nothing(tenant) -> None:
    before = {alias: structure(alias, tenant_of(tenant.id).schema) for alias in local_aliases()}
    ensure_tenant(tenant_id=tenant.id)
    assert {alias: structure(alias, tenant_of(tenant.id).schema) for alias in local_aliases()} == before


def test_a_removed_tenant_leaves_nothing() -> None:
    tenant_id = uuid7()
    ensure_tenant(tenant_id=tenant_id)
    drop_tenant(tenant_id=tenant_id)
    drop_tenant(tenant_id=tenant_id)
    for alias in local_aliases():
        assert tenant_id not in known_tenants(alias)
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [tenant_of(tenant_id).schema])
            assert cursor.fetchone() is None


class _AddsATable(migrations.Migration):
    """A migration that a next release might bring."""

    operations = [
        migrations.CreateModel("Extra", [("id", models.BigAutoField(primary_key=True)), ("note", models.TextField(default="100% new"))]),
        migrations.AddIndex("extra", models.Index(fields=["note"], name="extra_note")),
    ]


@pytest.fixture
def next_release(monkeypatch: pytest.MonkeyPatch):
    """The plan of every executor ends with one more migration of an app with tenants' tables."""
    alias = next(alias for alias in local_aliases() if tenant_models(alias))
    label = tenant_models(alias)[0]._meta.app_label
    extra = _AddsATable("9999_extra", label)
    original = MigrationExecutor.migration_plan

    def plan(self: MigrationExecutor, targets, clean_start=False):
        planned = original(self, targets, clean_start)
        return planned if (label, extra.name) in self.loader.applied_migrations else [*planned, (extra, False)]

    monkeypatch.setattr(MigrationExecutor, "migration_plan", plan)
    return alias, f"{label}_extra"


def test_many_tenants_migrate_at_once(next_release, tenant, other_tenant) -> None:
    alias, table = next_release
    done = migrating.migrate_tenants(alias)
    assert done.migrated == len(known_tenants(alias))
    for one in (tenant, other_tenant):
        with tenant_in_force(one.id), transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            cursor.execute(f"INSERT INTO {table} (note) VALUES ('a') RETURNING note")
            assert cursor.fetchone() == ("a",)
    assert migrating.migrate_tenants(alias).migrated == 0


def test_a_tenant_is_known_in_every_database(tenant) -> None:
    for alias in local_aliases():
        assert Tenant.objects.using(alias).filter(pk=tenant.id).exists()
