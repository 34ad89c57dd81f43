"""The accounts' contract, answered; each use case stands in a module of its own."""

from __future__ import annotations

from apps.auth import staleness
from apps.auth.api_keys import ApiKeys
from apps.auth.companies import Companies
from apps.auth.contract import Accounts
from apps.auth.invitations import Invitations
from apps.auth.members import Members
from apps.auth.passwords import Passwords
from apps.auth.profile import Profile
from apps.auth.registration import Registration
from apps.auth.roles import Roles
from apps.auth.signing_in import SigningIn


class AccountsService(Registration, SigningIn, Passwords, Profile, Companies, Members, Invitations, Roles, ApiKeys, Accounts):
    """Who may do what."""

    def restore_epochs(self) -> None:
        """From the table."""
        staleness.restore()
