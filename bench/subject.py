"""A batch subscriber that writes a row for each event: the least that `metrics` and `history` do."""

from __future__ import annotations

import time

from django.apps import AppConfig

from analytics_platform.kernel.events import Envelope, subscriber

APP = "metrics"
EVENT = "auth.RoleChanged"
"""An event that nothing else here publishes, of an app that may consume everything."""


class BenchConfig(AppConfig):
    """Registers the subscriber when all contracts are known."""

    name = "bench"
    default = True

    def ready(self) -> None:
        """The decorator at work; at import it would be too early."""
        subscriber(EVENT, batch=True, app=APP)(note)


def note(*, envelopes: list[Envelope]) -> None:
    """One statement a batch: which event was handled, and when."""
    from django.db import connection

    now = time.time()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO public.bench_handled (event_id, handled_at) SELECT unnest(%s::uuid[]), %s",
            [[e.payload["user_id"] for e in envelopes], now],
        )
