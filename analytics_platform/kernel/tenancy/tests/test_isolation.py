"""What was found to go wrong with a schema for each tenant, each as a test: two tenants, one connection."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest
from django.apps import apps as django_apps
from django.conf import settings
from django.db import DatabaseError, ProgrammingError, connections, transaction

from analytics_platform.kernel.context import NoTenant, active_schema, current_tenant, tenant_in_force, tenant_of
from analytics_platform.kernel.databases import PlatformRouter, alias_of_label, is_tenants
from analytics_platform.kernel.ids import uuid7
from analytics_platform.kernel.tenancy.schemas import local_aliases, tenant_models

pytestmark = pytest.mark.layouts


def a_tenants_alias() -> str:
    """A database that holds tenants' tables in this layout."""
    return next(alias for alias in local_aliases() if tenant_models(alias))


def schema_seen(alias: str) -> str:
    """The schema that PostgreSQL itself says comes first."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        return cursor.fetchone()[0]


def tables_in(alias: str, schema: str) -> set[str]:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
        return {name for (name,) in cursor.fetchall()}


def test_follows_the_context(tenant, other_tenant) -> None:
    alias = a_tenants_alias()
    with tenant_in_force(tenant.id):
        assert schema_seen(alias) == tenant_of(tenant.id).schema
        with tenant_in_force(other_tenant.id):
            assert schema_seen(alias) == tenant_of(other_tenant.id).schema
        assert schema_seen(alias) == tenant_of(tenant.id).schema
    assert schema_seen(alias) == "public"


def test_restores_the_tenant_after_an_exception(tenant) -> None:
    with pytest.raises(ZeroDivisionError), tenant_in_force(tenant.id):
        raise ZeroDivisionError
    assert active_schema() == "public"
    with pytest.raises(NoTenant):
        current_tenant()


def test_forgetting_the_tenant_fails_loudly(tenant) -> None:
    alias = a_tenants_alias()
    table = tenant_models(alias)[0]._meta.db_table
    with pytest.raises(ProgrammingError), transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute(f'SELECT 1 FROM "{table}"')


@pytest.mark.django_db(transaction=True)
def test_no_tenants_table_is_ever_in_public(tenant) -> None:
    for alias in local_aliases():
        names = {model._meta.db_table for model in tenant_models(alias)}
        assert tables_in(alias, "public").isdisjoint(names)
        assert names <= tables_in(alias, tenant_of(tenant.id).schema)


def test_the_router_puts_each_app_in_one_place(tenant) -> None:
    router = PlatformRouter()
    for config in django_apps.get_app_configs():
        if not config.name.startswith("apps."):
            continue
        home = alias_of_label(config.label)
        for alias in settings.DATABASES:
            assert router.allow_migrate(alias, config.label) == (alias == home and not is_tenants(config.label))
            with tenant_in_force(tenant.id):
                assert router.allow_migrate(alias, config.label) == (alias == home and is_tenants(config.label))


@pytest.mark.django_db(transaction=True)
def test_a_swallowed_error_does_not_leave_the_next_tenant_in_the_previous_schema(tenant, other_tenant) -> None:
    """COMMIT of a failed transaction is a ROLLBACK, which takes the SET back; the stock backend then trusts its cached path."""
    alias = a_tenants_alias()
    with tenant_in_force(tenant.id):
        assert schema_seen(alias) == tenant_of(tenant.id).schema
    with tenant_in_force(other_tenant.id), transaction.atomic(using=alias):
        assert schema_seen(alias) == tenant_of(other_tenant.id).schema
        try:
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT no_such_column")
        except DatabaseError:
            pass
    with tenant_in_force(other_tenant.id):
        assert schema_seen(alias) == tenant_of(other_tenant.id).schema


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_savepoint_does_not_keep_a_stale_path(tenant, other_tenant) -> None:
    alias = a_tenants_alias()
    with tenant_in_force(tenant.id), transaction.atomic(using=alias):
        schema_seen(alias)
        with pytest.raises(ZeroDivisionError), tenant_in_force(other_tenant.id), transaction.atomic(using=alias):
            assert schema_seen(alias) == tenant_of(other_tenant.id).schema
            raise ZeroDivisionError
        assert schema_seen(alias) == tenant_of(tenant.id).schema


def test_a_thread_starts_without_a_tenant(tenant) -> None:
    seen: list[str] = []
    with tenant_in_force(tenant.id):
        thread = threading.Thread(target=lambda: seen.append(active_schema()))
        thread.start()
        thread.join()
    assert seen == ["public"]


def test_a_schema_cannot_be_put_in_force_on_a_connection(tenant) -> None:
    from django_tenants.postgresql_backend.base import FakeTenant

    with pytest.raises(RuntimeError):
        connections[a_tenants_alias()].set_tenant(FakeTenant(tenant_of(tenant.id).schema))


def test_the_schemas_name_follows_from_the_id() -> None:
    assert tenant_of(UUID(int=1)).schema == "t_00000000000000000000000000000001"
    assert tenant_of(uuid7()).schema.isidentifier()


def test_refuses_pgbouncer_in_transaction_mode(settings) -> None:
    from django.core.exceptions import ImproperlyConfigured

    settings.DATABASES = {"default": {"PORT": 6432}}
    with pytest.raises(ImproperlyConfigured):
        django_apps.get_app_config("tenancy").ready()
