"""The sweep: each second, any worker looks for events that nobody was told of; each hour it forgets what is old."""

from __future__ import annotations

import time
from collections import defaultdict
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Min
from django.utils import timezone

from analytics_platform.kernel.databases import alias_of
from analytics_platform.kernel.events import log
from analytics_platform.kernel.events.kicks import kick
from analytics_platform.kernel.events.models import Cursor, ParkedEvent
from analytics_platform.kernel.events.sources import sources
from analytics_platform.kernel.events.subscriptions import subscribing_apps, wanted_names

FORGOTTEN_EVERY_S = 3600
_forgotten_at = float("-inf")


def sweep() -> set[str]:
    """Kick the apps that are behind a log or have parked events that are due. Answers them."""
    behind = _behind() | _with_parked_due()
    for app in behind:
        kick(app)
    _forget_now_and_then()
    return behind


def _behind() -> set[str]:
    wanted = {app: wanted_names(app) for app in subscribing_apps()}
    cursors = _cursors({alias_of(app) for app in wanted})
    found = set()
    for source in sources({name for names in wanted.values() for name in names}):
        for app, names in wanted.items():
            reads_it = any(name.split(".")[0] in source.apps for name in names)
            if reads_it and cursors[app, source.log_id] < source.head:
                found.add(app)
    return found


def _cursors(aliases: set[str]) -> dict[tuple[str, UUID], int]:
    found: dict[tuple[str, UUID], int] = defaultdict(int)
    for alias in aliases:
        for subscriber, log_id, position in Cursor.objects.using(alias).values_list("subscriber", "log_id", "position"):
            found[subscriber, log_id] = position
    return found


def _with_parked_due() -> set[str]:
    found: set[str] = set()
    for alias in {alias_of(app) for app in subscribing_apps()}:
        found |= set(
            ParkedEvent.objects.using(alias).filter(retry_at__lte=timezone.now()).order_by().values_list("subscriber", flat=True).distinct()
        )
    return found & set(subscribing_apps())


def _forget_now_and_then() -> None:
    global _forgotten_at
    if time.monotonic() - _forgotten_at > FORGOTTEN_EVERY_S:
        _forgotten_at = time.monotonic()
        forget()


def forget() -> None:
    """Drop the weeks of the log that are older than they are kept, unless an app of this process has yet to read them."""
    aliases = set(settings.APP_DATABASES.values())
    before = (timezone.now() - timedelta(days=settings.EVENTS_KEPT_DAYS)).date()
    for alias in aliases:
        log_id = log.head(alias).log_id
        slowest = [
            Cursor.objects.using(other).filter(log_id=log_id, subscriber__in=subscribing_apps()).aggregate(least=Min("position"))["least"]
            for other in aliases
        ]
        unread_from = min((position for position in slowest if position is not None), default=2**62)
        log.drop_partitions(alias, before=before, unread_from=unread_from + 1)
