"""The signed-in user."""

from __future__ import annotations

from analytics_platform.kernel.context import NotSignedIn, current_principal
from analytics_platform.kernel.databases import transaction_for
from apps.auth import contract
from apps.auth.conversions import user_of
from apps.auth.models import User
from apps.auth.rights import check_version, own_session


class Profile:
    """The signed-in user."""

    def get_user(self) -> contract.User:
        """With all companies that it belongs to."""
        user = User.objects.filter(pk=current_principal().user_id).first()
        if user is None:
            raise NotSignedIn
        return user_of(user)

    def update_user(self, *, full_name: str | None = None, version: int | None = None) -> contract.User:
        """Not with an API key."""
        user_id = own_session().user_id
        with transaction_for("auth"):
            user = User.objects.select_for_update().get(pk=user_id)
            check_version(version, user.version)
            user.full_name = user.full_name if full_name is None else full_name
            user.version += 1
            user.save(update_fields=["full_name", "version", "updated_at"])
        return user_of(user)
