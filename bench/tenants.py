"""A tenant made: its schema with every app's tables, beside PostgreSQL running the same statements."""

from __future__ import annotations

import time
from uuid import uuid4

from bench.report import Figure, median_ms
from bench.stage import Stage


def measure(stage: Stage) -> list[Figure]:
    """The schema alone, and a whole registration (with the hashing of the password)."""
    from analytics_platform.kernel.ids import uuid7
    from analytics_platform.kernel.tenancy.schemas import ensure_tenant

    schema_ms = median_ms(lambda: ensure_tenant(tenant_id=uuid7()), times=10)
    register_ms = median_ms(lambda: register(stage), times=5, warm_up=1)
    return [
        Figure(
            "a tenant's schema made",
            schema_ms,
            "ms",
            "< 200 ms",
            median_ms(bare_schema, times=10),
            "its DDL in one transaction",
            schema_ms < 200,
        ),
        Figure("a registration, tenant and user", register_ms, "ms", ""),
    ]


def bare_schema() -> None:
    """The DDL of all apps, run as one string."""
    from django.db import connection, transaction

    from analytics_platform.kernel.tenancy.schemas import schema_ddl

    name = f"bench_{uuid4().hex}"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'CREATE SCHEMA "{name}"; SET LOCAL search_path TO "{name}", public; {schema_ddl("default")}')


def register(stage: Stage) -> None:
    """One more company signs up."""
    number = time.time_ns()
    person = {
        "email": f"p{number}@example.com",
        "password": "correct horse battery",
        "full_name": "P",
        "tenant": {"name": f"Company {number}"},
    }
    stage.call("POST", "/auth/register", json=person)
