"""Tokens that are refused before they expire: told to Redis at once, kept in a table so that Redis can be told again."""

from __future__ import annotations

import time
from datetime import timedelta
from functools import partial

import redis
from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone

from analytics_platform.kernel import epochs
from analytics_platform.kernel.databases import alias_of, transaction_for
from apps.auth.models import StaleScope

_MARGIN_S = 120


def make_stale(*scopes: str) -> None:
    """Refuse the tokens of these scopes that were issued until now. Call it in the transaction that changes the rights, after its rows are locked.

    Redis is told inside the transaction, so that a Redis that is away rolls the change back (raises EpochUnknown), and again once it has
    committed, as tokens with the old rights may have been issued in between.
    """
    now_ms = int(time.time() * 1000)
    expires_at = timezone.now() + timedelta(seconds=settings.ACCESS_TOKEN_LIFETIME_S + _MARGIN_S)
    rows = [StaleScope(scope=scope, at_ms=now_ms, expires_at=expires_at) for scope in sorted(set(scopes))]
    StaleScope.objects.bulk_create(rows, update_conflicts=True, unique_fields=["scope"], update_fields=["at_ms", "expires_at"])
    _tell(scopes)
    transaction.on_commit(partial(_tell, scopes), using=alias_of("auth"))


def _tell(scopes: tuple[str, ...]) -> None:
    try:
        epochs.raise_epoch(*scopes)
    except redis.RedisError as fault:
        raise epochs.EpochUnknown(retry_after_s=5) from fault


def restore() -> None:
    """Tell Redis every epoch that may still matter, then that it knows them all. What it has is newer, and stays.

    The table is locked, so that changes which are being made are waited for, and of many that find Redis empty one does the work.
    """
    alias = alias_of("auth")
    with transaction_for("auth"), connections[alias].cursor() as cursor:
        cursor.execute(f'LOCK TABLE "{StaleScope._meta.db_table}" IN SHARE ROW EXCLUSIVE MODE')
        if epochs.is_known():
            return
        for row in StaleScope.objects.filter(expires_at__gte=timezone.now()):
            epochs.raise_epoch(row.scope, at_ms=row.at_ms, only_missing=True)
        epochs.mark_known()


def sweep() -> None:
    """Forget the scopes that no token can match any more."""
    with transaction_for("auth"):
        expired = StaleScope.objects.select_for_update(skip_locked=True).filter(expires_at__lt=timezone.now())
        StaleScope.objects.filter(pk__in=list(expired.values_list("pk", flat=True))).delete()
