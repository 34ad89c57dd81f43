"""What the operator does to single accounts, sessions and keys: the admin's actions."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.epochs import member_scope, session_scope
from apps.auth.models import ApiKey, Membership, User
from apps.auth.signing_in import end_sessions
from apps.auth.staleness import make_stale


def close_account(*, user_id: UUID) -> None:
    """Nobody signs in with it, and what is signed in ends at once."""
    with transaction_for("auth"):
        memberships = list(Membership.objects.select_for_update().filter(user_id=user_id).order_by("pk"))
        User.objects.filter(pk=user_id).update(is_active=False, updated_at=timezone.now())
        end_sessions(reason="account_closed", user_id=user_id)
        if memberships:
            make_stale(*(member_scope(m.company_id, user_id) for m in memberships))


def reopen_account(*, user_id: UUID) -> None:
    """It may sign in again."""
    with transaction_for("auth"):
        User.objects.filter(pk=user_id).update(is_active=True, updated_at=timezone.now())


def end_session(*, session_id: UUID) -> None:
    """At once."""
    with transaction_for("auth"):
        end_sessions(reason="by_operator", pk=session_id)


def revoke_key(*, api_key_id: UUID) -> None:
    """At once."""
    with transaction_for("auth"):
        if ApiKey.objects.filter(pk=api_key_id, revoked_at=None).update(revoked_at=timezone.now()):
            make_stale(session_scope(api_key_id))
