"""Making and removing a tenant's schemas: the models' DDL, collected once a release, run in one round trip for each database."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from uuid import UUID

from django.apps import apps as django_apps
from django.conf import settings
from django.db import connections, router, transaction
from django.db.backends.utils import CursorWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model
from django.utils import timezone

from analytics_platform.kernel.context import Tenant, tenant_in_force, tenant_of
from analytics_platform.kernel.databases import alias_of_label, is_tenants
from analytics_platform.kernel.tenancy.models import Tenant as TenantRow

TABLES_OF_A_NEW_SCHEMA: list[Callable[[str], str]] = []
"""Hooks for what a `RunSQL` or `RunPython` migration adds beside the models: given the database alias, the SQL a new schema also runs."""

_ANY = UUID(int=0)  # the DDL is the same for every tenant


def local_aliases() -> list[str]:
    """Every database that this process owns tables in."""
    return sorted(set(settings.APP_DATABASES.values()) | {"default"})


def tenant_models(alias: str) -> list[type[Model]]:
    """The models whose tables live in the tenants' schemas of this database."""
    with tenant_in_force(_ANY):
        return [
            model
            for config in django_apps.get_app_configs()
            if is_tenants(config.label) and alias_of_label(config.label) == alias
            for model in router.get_migratable_models(config, alias, include_auto_created=True)
        ]


@cache
def schema_ddl(alias: str) -> str:
    """The SQL that fills a new, empty schema which is first in the search path: tables, indexes, and the record of migrations."""
    with tenant_in_force(_ANY):
        models = tenant_models(alias)
        connection = connections[alias]
        with connection.schema_editor(collect_sql=True, atomic=False) as editor:
            with_own_tables = [m for m in models if m._meta.managed and not m._meta.proxy and not m._meta.auto_created]
            for model in with_own_tables:
                editor.create_model(model)
        statements = [*editor.collected_sql, *_migrations_record(alias)]
        statements += [hook(alias) for hook in TABLES_OF_A_NEW_SCHEMA]
    return "\n".join(
        statement.rstrip().rstrip(";") + ";" for statement in statements if statement.strip() and not statement.startswith("--")
    )


def _migrations_record(alias: str) -> list[str]:
    """The rows that say every migration has been applied: a schema made from the models is as a migrated one."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    with connections[alias].schema_editor(collect_sql=True, atomic=False) as editor:
        editor.create_model(MigrationRecorder.Migration)
    now = timezone.now().isoformat()
    rows = ", ".join(f"('{app}', '{name}', '{now}')" for app, name in sorted(loader.disk_migrations))
    return [*editor.collected_sql, f"INSERT INTO django_migrations (app, name, applied) VALUES {rows}"]


def ensure_tenant(*, tenant_id: UUID) -> None:
    """The tenant's schema in every database of this process, made where it is missing. Idempotent."""
    tenant = tenant_of(tenant_id)
    for alias in local_aliases():
        with tenant_in_force(None), transaction.atomic(using=alias):
            _ensure_in(alias, tenant)


def _ensure_in(alias: str, tenant: Tenant) -> None:
    ddl = schema_ddl(alias)
    with connections[alias].cursor() as cursor:
        _wait_for_others(cursor, tenant)
        if TenantRow.objects.using(alias).filter(pk=tenant.id).exists():
            return
        cursor.execute(
            f'CREATE SCHEMA "{tenant.schema}"; SET LOCAL search_path TO "{tenant.schema}", public; {ddl} SET LOCAL search_path TO public'
        )
        TenantRow.objects.using(alias).bulk_create([TenantRow(id=tenant.id, schema_name=tenant.schema)])


def _wait_for_others(cursor: CursorWrapper, tenant: Tenant) -> None:
    """Until this transaction ends nobody else makes or removes the schema."""
    cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [tenant.schema])


def drop_tenant(*, tenant_id: UUID) -> None:
    """Remove the tenant's schema, and all that is in it, from every database of this process. Idempotent."""
    tenant = tenant_of(tenant_id)
    for alias in local_aliases():
        with tenant_in_force(None), transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            _wait_for_others(cursor, tenant)
            cursor.execute(f'DROP SCHEMA IF EXISTS "{tenant.schema}" CASCADE')
            TenantRow.objects.using(alias).filter(pk=tenant.id)._raw_delete(alias)


def known_tenants(alias: str) -> list[UUID]:
    """The ids of all tenants that this database has a schema for."""
    with tenant_in_force(None):
        return list(TenantRow.objects.using(alias).values_list("id", flat=True))
