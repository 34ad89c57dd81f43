"""Passwords: how strong, changing one's own, and the reset by mail that tells nobody who has an account."""

from __future__ import annotations

import hashlib

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.declare import FieldError
from analytics_platform.kernel.epochs import count_attempt, forget_attempts
from analytics_platform.kernel.jobs import enqueue
from analytics_platform.kernel.problems import Invalid
from apps.auth.contract import ResetInvalid, Visitor, WrongPassword
from apps.auth.models import PasswordReset, User, normalised_email
from apps.auth.rights import own_session
from apps.auth.secret_tokens import hash_of
from apps.auth.signing_in import ATTEMPTS, ATTEMPTS_WINDOW_S, end_sessions
from apps.auth.tasks import send_password_reset

RESETS_PER_HOUR = 5


class Passwords:
    """Changing and resetting."""

    def change_password(self, *, current_password: str, new_password: str) -> None:
        """The session that asks goes on, the others end."""
        session = own_session()
        attempt = f"password:{session.user_id}"
        count_attempt(attempt, limit=ATTEMPTS, window_s=ATTEMPTS_WINDOW_S)
        if not session.user.check_password(current_password):
            raise WrongPassword
        forget_attempts(attempt)
        check_strength(new_password, user=session.user, field="new_password")
        session.user.set_password(new_password)
        with transaction_for("auth"):
            _store(session.user)
            end_sessions(reason="password_changed", but=session.pk, user_id=session.user_id)

    def request_password_reset(self, *, email: str, visitor: Visitor = Visitor()) -> None:
        """A job does everything, so that the answer takes the same time for every address."""
        email = normalised_email(email)
        digest = hashlib.sha256(f"{email}|{visitor.address}".encode(errors="surrogatepass")).hexdigest()
        count_attempt(f"reset:{digest}", limit=RESETS_PER_HOUR, window_s=3600)
        with transaction_for("auth"):
            enqueue(send_password_reset, email=email)

    def confirm_password_reset(self, *, token: str, new_password: str) -> None:
        """The token works once."""
        found = PasswordReset.objects.select_related("user").filter(pk=hash_of(token), used_at=None, expires_at__gt=timezone.now()).first()
        if found is None or not found.user.is_active:
            raise ResetInvalid
        check_strength(new_password, user=found.user, field="new_password")
        found.user.set_password(new_password)
        with transaction_for("auth"):
            if not PasswordReset.objects.filter(pk=found.pk, used_at=None).update(used_at=timezone.now()):
                raise ResetInvalid
            _store(found.user)
            end_sessions(reason="password_reset", user_id=found.user_id)


def check_strength(password: str, *, user: User, field: str) -> None:
    """Django's validators. Raises Invalid with each fault."""
    try:
        validate_password(password, user=user)
    except ValidationError as fault:
        raise Invalid(
            errors=[FieldError(field=field, code=str(error.code), message=error.messages[0]) for error in fault.error_list]
        ) from fault


def _store(user: User) -> None:
    """With all reset tokens spent."""
    User.objects.filter(pk=user.pk).update(password=user.password, updated_at=timezone.now())
    PasswordReset.objects.filter(user=user, used_at=None).delete()
