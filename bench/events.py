"""Events from commit to handled: how many a second with a backlog, and how long one takes, beside PostgreSQL moving the same rows."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import psycopg

from bench.report import Figure
from bench.stage import Stage
from bench.subject import APP

BACKLOG = 20_000
PER_TRANSACTION = 500
SINGLE = 40
TIMEOUT_S = 60.0


def measure(stage: Stage) -> list[Figure]:
    """A backlog made while the subscriber's cursor is held, then let go; then single events one after another."""
    _make_table()
    tenant_id = UUID(str(stage.call("GET", "/auth/validate")["tenant"]["id"]))
    publish_and_wait(tenant_id, [uuid4()])  # the cursor is there, and everything is warm
    with cursor_held():
        backlog = [uuid4() for _ in range(BACKLOG)]
        publish(tenant_id, backlog)
        let_go_at = time.perf_counter()
    _wait_until_handled(len(backlog) + 1)
    per_second = BACKLOG / (time.perf_counter() - let_go_at)
    p50_ms = statistics.median(publish_and_wait(tenant_id, [uuid4()]) for _ in range(SINGLE))
    return [
        Figure(
            "events, commit to handled, batch subscriber",
            per_second,
            "/s",
            "≥ 10,000/s",
            rows_moved_per_second(),
            "the same rows, two statements",
            per_second >= 10_000,
        ),
        Figure("one event, commit to handled, p50", p50_ms, "ms", "≤ 30 ms", is_met=p50_ms <= 30),
    ]


def publish(tenant_id: UUID, user_ids: list[UUID]) -> None:
    """As an app does, some in each transaction."""
    from analytics_platform.kernel.context import tenant_in_force
    from analytics_platform.kernel.databases import transaction_for
    from analytics_platform.kernel.events import publish_all
    from apps.auth.contract import RoleChanged

    with tenant_in_force(tenant_id):
        for start in range(0, len(user_ids), PER_TRANSACTION):
            some = user_ids[start : start + PER_TRANSACTION]
            with transaction_for("auth"):
                publish_all(RoleChanged(user_id=user_id, role="viewer", previous_role="analyst") for user_id in some)


def publish_and_wait(tenant_id: UUID, user_ids: list[UUID]) -> float:
    """Milliseconds from the commit until the subscriber noted the event."""
    publish(tenant_id, user_ids)
    committed_at = time.time()
    deadline = time.monotonic() + TIMEOUT_S
    while time.monotonic() < deadline:
        row = _one("SELECT handled_at FROM public.bench_handled WHERE event_id = %s", [user_ids[-1]])
        if row:
            return (row[0] - committed_at) * 1000
        time.sleep(0.002)
    raise RuntimeError("an event was not handled in time: is the worker running?")


@contextmanager
def cursor_held() -> Iterator[None]:
    """Keep the subscriber from reading, as another of its workers would."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as holder:
        holder.execute("SELECT 1 FROM public.events_cursor WHERE subscriber = %s FOR UPDATE", [APP])
        yield


def _wait_until_handled(count: int) -> None:
    deadline = time.monotonic() + TIMEOUT_S
    while time.monotonic() < deadline:
        row = _one("SELECT count(*) FROM public.bench_handled", [])
        if row and row[0] >= count:
            return
        time.sleep(0.01)
    raise RuntimeError("the events were not handled in time: is the worker running?")


def rows_moved_per_second() -> float:
    """What PostgreSQL alone does: the backlog's rows copied once and noted once."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS public.bench_floor (LIKE public.bench_handled INCLUDING ALL)")
        cursor.execute("TRUNCATE public.bench_floor")
        began = time.perf_counter()
        cursor.execute("CREATE TEMP TABLE moved AS SELECT * FROM public.events_log ORDER BY position")
        cursor.execute("INSERT INTO public.bench_floor SELECT event_id, handled_at FROM public.bench_handled")
        taken_s = time.perf_counter() - began
        cursor.execute("DROP TABLE moved")
    return BACKLOG / taken_s


def _make_table() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS public.bench_handled (event_id uuid PRIMARY KEY, handled_at double precision NOT NULL)")


def _one(sql: str, parameters: list[UUID]) -> tuple[float, ...] | None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        found: tuple[float, ...] | None = cursor.fetchone()
        return found
