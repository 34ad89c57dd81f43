"""What accounts write to people: called by jobs, which try again what fails."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from analytics_platform.kernel.crypto import unseal
from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.mail import send_mail
from apps.auth.models import Invitation, PasswordReset, User
from apps.auth.secret_tokens import hash_of, new_token

INVITATION_PURPOSE = "accounts.invitation"
"""What the token of an invitation is sealed for while its mail waits."""
RESET_LIFETIME = timedelta(hours=1)


def mail_reset(email: str) -> None:
    """Make a token and mail it, if somebody has this address. Raises MailNotSent, and then keeps no token."""
    user = User.objects.filter(email=email, is_active=True).first()
    if user is None:
        return
    token = new_token()
    text = (
        f"Somebody, hopefully you, asked to reset the password of {user.email} at {settings.PUBLIC_URL}.\n\n"
        f"Send this token with your new password to POST {settings.PUBLIC_URL}/api/v1/auth/password/reset/confirm within an hour:\n\n"
        f"    {token}\n\nIf it was not you, there is nothing to do.\n"
    )
    send_mail(to=user.email, subject="Reset your password", text=text)
    with transaction_for("auth"):
        PasswordReset.objects.filter(user=user).delete()
        PasswordReset.objects.create(token_hash=hash_of(token), user=user, expires_at=timezone.now() + RESET_LIFETIME)


def mail_invitation(invitation_id: UUID, sealed: str) -> None:
    """Nothing is sent for an invitation that was taken back or accepted meanwhile. Raises MailNotSent."""
    invitation = Invitation.objects.select_related("company").filter(pk=invitation_id, accepted_at=None).first()
    if invitation is None:
        return
    token = unseal(sealed, purpose=INVITATION_PURPOSE, tenant_id=invitation.company_id, record_id=invitation.id).decode()
    text = (
        f"You are invited to join {invitation.company.name} at {settings.PUBLIC_URL} as {invitation.role}.\n\n"
        f"Register under this address, {invitation.email}, until {invitation.expires_at:%Y-%m-%d}, by POST {settings.PUBLIC_URL}/api/v1/auth/register "
        f"with this invitation:\n\n    {token}\n"
    )
    send_mail(to=invitation.email, subject=f"Join {invitation.company.name}", text=text)
