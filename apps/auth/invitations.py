"""Asking somebody to join."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from analytics_platform.kernel.crypto import seal
from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.epochs import count_attempt
from analytics_platform.kernel.events import publish
from analytics_platform.kernel.ids import uuid7
from analytics_platform.kernel.jobs import enqueue
from apps.auth.contract import AlreadyMember, Invited, UserInvited
from apps.auth.conversions import invited_of
from apps.auth.mails import INVITATION_PURPOSE
from apps.auth.models import Invitation, Membership, normalised_email
from apps.auth.rights import check_may_grant, check_role_exists, locked_company, own_tenant, permissions_of
from apps.auth.secret_tokens import hash_of, new_token
from apps.auth.tasks import send_invitation

INVITATION_LIFETIME = timedelta(days=7)
INVITATIONS_PER_HOUR = 500


class Invitations:
    """Asking somebody to join."""

    def invite(self, *, tenant_id: UUID, email: str, role: str) -> Invited:
        """The mail is sent by a job; its token waits there sealed."""
        principal = own_tenant(tenant_id)
        email = normalised_email(email)
        count_attempt(f"invite:{tenant_id}", limit=INVITATIONS_PER_HOUR, window_s=3600)
        token = new_token()
        with transaction_for("auth"):
            company = locked_company(tenant_id)
            check_role_exists(tenant_id, role)
            check_may_grant(principal, permissions_of(tenant_id, role))
            if Membership.objects.filter(company=company, user__email=email).exists():
                raise AlreadyMember
            Invitation.objects.filter(company=company, email=email, accepted_at=None).delete()
            invitation = Invitation.objects.create(
                id=uuid7(),
                company=company,
                email=email,
                role=role,
                token_hash=hash_of(token),
                invited_by=principal.user_id,
                expires_at=timezone.now() + INVITATION_LIFETIME,
            )
            publish(UserInvited(invitation_id=invitation.id, email=email, role=role))
            sealed = seal(token.encode(), purpose=INVITATION_PURPOSE, tenant_id=tenant_id, record_id=invitation.id)
            enqueue(send_invitation, invitation_id=invitation.id, sealed=sealed)
        return Invited(**invited_of(invitation).model_dump(), invitation=token)
