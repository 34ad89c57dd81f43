"""Two companies that try to reach each other: what is another's is not there."""

from __future__ import annotations

import pytest

from apps.auth.contract import accounts
from apps.auth.models import ApiKey, Company, Membership, Role
from apps.auth.tests.factories import Person, an_email

pytestmark = pytest.mark.layouts

REQUESTS = [
    ("get", ""), ("patch", ""), ("get", "/users"), ("post", "/users"), ("get", "/users/{user}"), ("patch", "/users/{user}"), ("delete", "/users/{user}"),
    ("get", "/roles"), ("post", "/roles"), ("get", "/roles/{role}"), ("patch", "/roles/{role}"), ("delete", "/roles/{role}"),
]  # fmt: skip
BODIES = {
    ("patch", ""): {"name": "Mine now"},
    ("post", "/users"): {"email": "spy@company.example", "role": "owner"},
    ("patch", "/users/{user}"): {"role": "viewer"},
    ("post", "/roles"): {"name": "spy", "permissions": []},
    ("patch", "/roles/{role}"): {"permissions": []},
}


ADDRESSES = [(method, path, "their company") for method, path in REQUESTS] + [
    (method, path, "own company") for method, path in REQUESTS if "{" in path
]


@pytest.mark.parametrize(("method", "path", "path_of"), ADDRESSES)
def test_another_companys_ids_are_not_there(owner: Person, stranger: Person, method: str, path: str, path_of: str) -> None:
    role = stranger.make_role("theirs", "files.read")
    base = stranger.tenant_path if path_of == "their company" else owner.tenant_path
    full = base + path.format(user=stranger.id, role=role["id"])
    body = BODIES.get((method, path), {})
    answer = getattr(owner.api, method)(full) if method in ("get", "delete") else getattr(owner.api, method)(full, body)
    assert answer.status_code == 404
    assert Company.objects.get(pk=stranger.tenant_id).name == "Globex"
    assert Membership.objects.get(company_id=stranger.tenant_id).role == "owner"
    assert Role.objects.get(company_id=stranger.tenant_id).permissions == ["files.read"]


def test_another_companys_keys_are_not_there(owner: Person, stranger: Person) -> None:
    key = stranger.api.post("/auth/api-keys", {"name": "theirs", "permissions": ["files.read"]}).json()
    assert owner.api.get("/auth/api-keys").json()["count"] == 0
    assert owner.api.get(f"/auth/api-keys/{key['id']}").status_code == 404
    assert owner.api.delete(f"/auth/api-keys/{key['id']}").status_code == 404
    assert ApiKey.objects.get(pk=key["id"]).revoked_at is None


def test_a_role_name_means_ones_own_companys_role(owner: Person, stranger: Person) -> None:
    owner.make_role("same", "files.read")
    stranger.make_role("same", "files.write")
    colleague = owner.colleague("same")
    assert colleague.api.get("/auth/validate").json()["permissions"] == ["files.read"]
    answer = owner.api.post(f"{owner.tenant_path}/users", {"email": an_email(), "role": "only-theirs"})
    assert answer.status_code == 400


def test_suspending_one_company_leaves_the_other(owner: Person, stranger: Person, anonymous) -> None:
    accounts.suspend_tenant(tenant_id=stranger.tenant_id, reason="unpaid")
    assert stranger.api.get("/auth/validate").json()["code"] == "token_stale"
    assert anonymous.post("/auth/refresh", {"refresh": stranger.refresh_token}).json()["code"] == "tenant_suspended"
    assert owner.api.get("/auth/validate").status_code == 200
    accounts.resume_tenant(tenant_id=stranger.tenant_id)
    assert anonymous.post("/auth/refresh", {"refresh": stranger.refresh_token}).status_code == 200
