"""People who really signed up, each with a client of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from analytics_platform.kernel.ids import uuid7
from apps.auth.contract import NewTenant, SignedIn, accounts
from conftest import ApiClient

PASSWORD = "correct horse battery 9"


@dataclass
class Person:
    """Somebody who is signed in."""

    api: ApiClient
    signed_in: SignedIn

    @property
    def id(self) -> UUID:
        return self.signed_in.user.id

    @property
    def email(self) -> str:
        return self.signed_in.user.email

    @property
    def tenant_id(self) -> UUID:
        return self.signed_in.tenant.id

    @property
    def slug(self) -> str:
        return self.signed_in.tenant.slug

    @property
    def tenant_path(self) -> str:
        return f"/auth/tenants/{self.tenant_id}"

    @property
    def refresh_token(self) -> str:
        return self.signed_in.refresh

    def anew(self) -> Person:
        """The same person after signing in again."""
        return person(accounts.login(email=self.email, password=PASSWORD, tenant=self.slug))

    def make_role(self, name: str, *permissions: str) -> dict[str, Any]:
        answer = self.api.post(f"{self.tenant_path}/roles", {"name": name, "permissions": list(permissions)})
        assert answer.status_code == 201, answer.content
        return answer.json()

    def invite(self, email: str, role: str) -> dict[str, Any]:
        answer = self.api.post(f"{self.tenant_path}/users", {"email": email, "role": role})
        assert answer.status_code == 201, answer.content
        return answer.json()

    def colleague(self, role: str) -> Person:
        """Somebody invited by this person, who joined."""
        email = an_email()
        invitation = self.invite(email, role)["invitation"]
        return person(accounts.register(email=email, password=PASSWORD, full_name="A Colleague", invitation=invitation))


def an_email() -> str:
    return f"p{uuid7().hex[-12:]}@company.example"


def with_token(access: str) -> ApiClient:
    client = ApiClient()
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {access}"
    return client


def with_key(key: str) -> ApiClient:
    client = ApiClient()
    client.defaults["HTTP_X_API_KEY"] = key
    return client


def person(signed_in: SignedIn) -> Person:
    return Person(with_token(signed_in.access), signed_in)


def founder(name: str = "Acme") -> Person:
    """A new user with a new company."""
    return person(accounts.register(email=an_email(), password=PASSWORD, full_name="Fay Founder", tenant=NewTenant(name=name)))
