"""Epochs are kept: Redis may forget or be away, a stale token stays refused."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from analytics_platform.kernel import redis as kernel_redis
from analytics_platform.kernel.context import acting_as
from analytics_platform.kernel.epochs import KNOWN, EpochUnknown, is_known, member_scope, raise_epoch
from analytics_platform.kernel.http.tokens import verify
from analytics_platform.kernel.ids import uuid7
from analytics_platform.kernel.jobs import RunningJob
from analytics_platform.kernel.redis import redis_client
from apps.auth import tasks
from apps.auth.contract import accounts
from apps.auth.models import Invitation, Membership, PasswordReset, Session, StaleScope
from apps.auth.staleness import sweep
from apps.auth.tests.factories import Person

pytestmark = pytest.mark.layouts


def test_a_redis_that_forgot_is_told_again(owner: Person) -> None:
    colleague = owner.colleague("viewer")
    owner.api.patch(f"{owner.tenant_path}/users/{colleague.id}", {"role": "analyst"})
    redis_client().flushdb()
    assert colleague.api.get("/auth/validate").json()["code"] == "token_stale"
    assert owner.api.get("/auth/validate").status_code == 200


def test_restoring_leaves_newer_epochs(owner: Person) -> None:
    scope, other = member_scope(owner.tenant_id, owner.id), member_scope(owner.tenant_id, owner.tenant_id)
    StaleScope.objects.bulk_create(StaleScope(scope=name, at_ms=1, expires_at="2100-01-01T00:00:00Z") for name in (scope, other))
    newer = int(time.time() * 1000) + 60_000
    raise_epoch(scope, at_ms=newer)
    redis_client().delete(KNOWN)
    accounts.restore_epochs()
    assert [int(redis_client().get(name)) for name in (scope, other)] == [newer, 1]
    assert is_known()


def test_what_no_token_can_match_is_swept(owner: Person) -> None:
    StaleScope.objects.create(scope="stale:s:old", at_ms=1, expires_at="2020-01-01T00:00:00Z")
    StaleScope.objects.create(scope="stale:s:new", at_ms=1, expires_at="2100-01-01T00:00:00Z")
    sweep()
    assert set(StaleScope.objects.filter(scope__startswith="stale:s:").values_list("scope", flat=True)) == {"stale:s:new"}


@pytest.fixture
def redis_away(settings, owner: Person):
    """Nothing listens where Redis should be."""
    there = settings.REDIS_URL
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    kernel_redis.redis_client.cache_clear()
    yield
    settings.REDIS_URL = there
    kernel_redis.redis_client.cache_clear()


def test_nothing_changes_while_redis_is_away(owner: Person, redis_away) -> None:
    with acting_as(verify(owner.signed_in.access)), pytest.raises(EpochUnknown):
        accounts.update_member(tenant_id=owner.tenant_id, user_id=owner.id, attributes={"region": "EMEA"})
    assert Membership.objects.get(user_id=owner.id).attributes == {}


def test_no_token_is_believed_while_redis_is_away(owner: Person, redis_away) -> None:
    answer = owner.api.get("/auth/validate")
    assert (answer.status_code, answer.json()["code"]) == (503, "epoch_unknown")


def test_old_sessions_resets_and_invitations_are_swept(owner: Person) -> None:
    owner.invite("late@company.example", "viewer")
    current = owner.anew()
    long_ago = timezone.now() - timedelta(days=200)
    Session.objects.exclude(pk=verify(current.signed_in.access).session_id).update(expires_at=long_ago)
    Invitation.objects.update(expires_at=long_ago)
    PasswordReset.objects.create(token_hash="0" * 64, user_id=owner.id, expires_at=long_ago)
    tasks.sweep(job=RunningJob(id=uuid7(), attempt=1, tell=lambda fraction, message: None))
    assert (Session.objects.count(), Invitation.objects.count(), PasswordReset.objects.count()) == (1, 0, 0)
    assert current.api.get("/auth/validate").status_code == 200
