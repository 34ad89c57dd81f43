"""What is counted, how it is noted, and long work."""

from __future__ import annotations

import os
import time
from uuid import UUID

from django.db import connections, transaction

from analytics_platform.kernel.context import tenant_in_force
from analytics_platform.kernel.databases import alias_of
from analytics_platform.kernel.declare import Event
from analytics_platform.kernel.events import Envelope, publish
from analytics_platform.kernel.jobs import RunningJob, job
from tests.counting.apps import PUBLISHER, SUBSCRIBER

TENANT = UUID("0192f000-0000-7000-8000-000000000001")


class Counted(Event):
    """A counter went up by one."""

    key_field = "counter"
    counter: str
    number: int


def note(*, envelopes: list[Envelope]) -> None:
    """One row for each event, slowly enough to be caught in the middle."""
    with connections[alias_of(SUBSCRIBER)].cursor() as cursor:
        cursor.executemany(
            "INSERT INTO public.heard (key, number, process) VALUES (%s, %s, %s)",
            [(envelope.key, envelope.payload["number"], os.getpid()) for envelope in envelopes],
        )
        cursor.execute("SELECT pg_sleep(0.02)")


def count_up(key: str, times: int) -> None:
    """Each time in a transaction of its own: lock the counter, raise it, tell. Every tenth is rolled back."""
    alias = alias_of(PUBLISHER)
    with tenant_in_force(TENANT):
        for time_number in range(times):
            with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
                cursor.execute("UPDATE public.counters SET number = number + 1 WHERE key = %s RETURNING number", [key])
                publish(Counted(counter=key, number=cursor.fetchone()[0]))
                transaction.set_rollback(time_number % 10 == 9, using=alias)


@job(kind="counting.sleep", app=SUBSCRIBER, as_actor=False)
def sleep(*, job: RunningJob, seconds: float) -> None:
    """Say which process runs it, and take long."""
    _say("sleep")
    time.sleep(seconds)


@job(kind="counting.tick", app=SUBSCRIBER, every_s=0.5)
def tick(*, job: RunningJob) -> None:
    """Periodic work."""
    _say("tick")


def _say(kind: str) -> None:
    with connections[alias_of(SUBSCRIBER)].cursor() as cursor:
        cursor.execute("INSERT INTO public.ran (kind, process) VALUES (%s, %s)", [kind, os.getpid()])
