"""Migrating many tenants: schemas with the same migrations applied share one plan, collected as SQL once and run in one transaction each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connections, transaction
from django.db.migrations import Migration, operations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from analytics_platform.kernel.context import Tenant, tenant_in_force, tenant_of
from analytics_platform.kernel.tenancy.schemas import known_tenants

Applied = frozenset[tuple[str, str]]
_NOT_COLLECTABLE = (operations.RunPython, operations.SeparateDatabaseAndState)


@dataclass(frozen=True)
class Migrated:
    """What was done in one database: schemas brought up to date, and schemas that were already."""

    alias: str
    migrated: int
    current: int


def migrate_tenants(alias: str) -> Migrated:
    """Bring every tenant's schema of this database up to date. A failing tenant stops the run; those before it stay migrated."""
    tenants = [tenant_of(tenant_id) for tenant_id in known_tenants(alias)]
    groups: dict[Applied, list[Tenant]] = defaultdict(list)
    for tenant, applied in _applied(alias, tenants).items():
        groups[applied].append(tenant)
    migrated = sum(_migrate_group(alias, group) for group in groups.values())
    return Migrated(alias, migrated, len(tenants) - migrated)


def _applied(alias: str, tenants: Iterable[Tenant]) -> dict[Tenant, Applied]:
    """The set of applied migrations of each schema, read in one statement."""
    tenants = list(tenants)
    if not tenants:
        return {}
    selects = " UNION ALL ".join(f"SELECT '{t.schema}', app, name FROM \"{t.schema}\".django_migrations" for t in tenants)
    found: dict[str, set[tuple[str, str]]] = {t.schema: set() for t in tenants}
    with connections[alias].cursor() as cursor:
        cursor.execute(selects)
        for schema, app, name in cursor.fetchall():
            found[schema].add((app, name))
    return {t: frozenset(found[t.schema]) for t in tenants}


def _migrate_group(alias: str, group: list[Tenant]) -> int:
    """Plan once, then run the same SQL in each schema. Answers how many were migrated."""
    connection = connections[alias]
    with tenant_in_force(group[0].id):
        executor = MigrationExecutor(connection)
        plan = [migration for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
        if not plan:
            return 0
        sql = _collected(executor, plan) if _is_collectable(plan) else None
    for tenant in group:
        with tenant_in_force(tenant.id):
            if sql is None:
                one = MigrationExecutor(connection)
                one.migrate(one.loader.graph.leaf_nodes())
            else:
                with transaction.atomic(using=alias), connection.cursor() as cursor:
                    cursor.execute(sql)
    return len(group)


def _is_collectable(plan: list[Migration]) -> bool:
    return all(m.atomic and not any(isinstance(o, _NOT_COLLECTABLE) for o in m.operations) for m in plan)


def _collected(executor: MigrationExecutor, plan: list[Migration]) -> str:
    """The plan as SQL, with the rows that record it."""
    state = executor._create_project_state(with_applied_migrations=True)  # type: ignore[attr-defined]
    statements: list[str] = []
    for migration in plan:
        with executor.connection.schema_editor(collect_sql=True, atomic=False) as editor:
            state = migration.apply(state, editor, collect_sql=True)
        statements += [s for s in editor.collected_sql if not s.startswith("--")]
    now = timezone.now().isoformat()
    table = MigrationRecorder.Migration._meta.db_table
    statements += [f"INSERT INTO {table} (app, name, applied) VALUES ('{m.app_label}', '{m.name}', '{now}')" for m in plan]
    return "\n".join(s.rstrip().rstrip(";") + ";" for s in statements if s.strip())
