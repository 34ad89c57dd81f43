"""Jobs: mails, and what is swept up."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.jobs import RunningJob, job
from analytics_platform.kernel.tenancy.door import drop_everywhere
from apps.auth import staleness
from apps.auth.mails import mail_invitation, mail_reset
from apps.auth.models import Company, Invitation, PasswordReset, Session

MAIL_ATTEMPTS = 8
_ENDED_SESSIONS_KEPT = timedelta(days=90)


@job(kind="auth.send_password_reset", time_limit_s=60, attempts=MAIL_ATTEMPTS, as_actor=False)
def send_password_reset(*, job: RunningJob, email: str) -> None:
    """Mail a reset token, if somebody has this address."""
    mail_reset(email)


@job(kind="auth.send_invitation", time_limit_s=60, attempts=MAIL_ATTEMPTS, as_actor=False)
def send_invitation(*, job: RunningJob, invitation_id: UUID, sealed: str) -> None:
    """Mail an invitation."""
    mail_invitation(invitation_id, sealed)


@job(kind="auth.drop_tenant", time_limit_s=600, attempts=20, as_actor=False)
def drop_tenant(*, job: RunningJob, tenant_id: UUID) -> None:
    """Remove what a deleted company made, from every database."""
    drop_everywhere(tenant_id)


@job(kind="auth.undo_registration", time_limit_s=600, attempts=20, as_actor=False)
def undo_registration(*, job: RunningJob, tenant_id: UUID) -> None:
    """Remove the schemas of a company that was never founded: its sign-up failed half-way, or its process died."""
    if not Company.objects.filter(pk=tenant_id).exists():
        drop_everywhere(tenant_id)


@job(kind="auth.sweep", time_limit_s=300, every_s=3600, as_actor=False)
def sweep(*, job: RunningJob) -> None:
    """Forget what can do neither good nor harm any more."""
    staleness.sweep()
    now = timezone.now()
    with transaction_for("auth"):
        PasswordReset.objects.filter(expires_at__lt=now).delete()
        Invitation.objects.filter(accepted_at=None, expires_at__lt=now - _ENDED_SESSIONS_KEPT).delete()
        Session.objects.filter(expires_at__lt=now - _ENDED_SESSIONS_KEPT).delete()
