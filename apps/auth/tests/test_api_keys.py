"""API keys: shown once, no more than their owner, gone at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.auth.models import ApiKey
from apps.auth.tests.factories import Person, with_key

pytestmark = pytest.mark.layouts


def make_key(who: Person, *permissions: str, **more) -> dict:
    answer = who.api.post("/auth/api-keys", {"name": "nightly", "permissions": list(permissions), **more})
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_a_key_acts_within_its_permissions(owner: Person) -> None:
    made = make_key(owner, "auth.read", "files.read")
    said = with_key(made["key"]).get("/auth/validate").json()
    assert (said["user_id"], said["permissions"]) == (str(owner.id), ["auth.read", "files.read"])
    assert with_key(made["key"]).get(owner.tenant_path).status_code == 200
    assert with_key(made["key"]).patch(owner.tenant_path, {"name": "x"}).status_code == 403


def test_a_key_is_shown_once_and_stored_hashed(owner: Person) -> None:
    made = make_key(owner, "files.read")
    listed = owner.api.get("/auth/api-keys")
    assert made["key"] not in listed.content.decode()
    assert made["key"].startswith(listed.json()["results"][0]["prefix"])
    assert made["key"] not in str(list(ApiKey.objects.values()))


def test_a_revoked_key_is_refused_at_once(owner: Person) -> None:
    made = make_key(owner, "files.read")
    client = with_key(made["key"])
    assert client.get("/auth/validate").status_code == 200
    assert owner.api.delete(f"/auth/api-keys/{made['id']}").status_code == 204
    assert client.get("/auth/validate").json()["code"] == "not_signed_in"
    assert owner.api.get(f"/auth/api-keys/{made['id']}").status_code == 404


def test_a_key_loses_what_its_owner_loses_at_once(owner: Person) -> None:
    second = owner.colleague("owner")
    client = with_key(make_key(second, "auth.read", "auth.write")["key"])
    assert client.get("/auth/validate").json()["permissions"] == ["auth.read", "auth.write"]
    owner.api.patch(f"{owner.tenant_path}/users/{second.id}", {"role": "viewer"})
    assert client.get("/auth/validate").json()["permissions"] == ["auth.read"]


def test_a_key_goes_with_its_owner(owner: Person) -> None:
    second = owner.colleague("owner")
    client = with_key(make_key(second, "auth.read")["key"])
    assert client.get("/auth/validate").status_code == 200
    owner.api.delete(f"{owner.tenant_path}/users/{second.id}")
    assert client.get("/auth/validate").status_code == 401


def test_an_expired_key_is_refused(owner: Person) -> None:
    made = make_key(owner, "files.read", expires_at=(timezone.now() + timedelta(hours=1)).isoformat())
    ApiKey.objects.filter(pk=made["id"]).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert with_key(made["key"]).get("/auth/validate").status_code == 401


def test_a_moment_that_is_over_is_refused(owner: Person) -> None:
    answer = owner.api.post("/auth/api-keys", {"name": "x", "permissions": [], "expires_at": "2020-01-01T00:00:00Z"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "expires_at")


def test_nobody_makes_a_key_with_more_than_they_have(owner: Person) -> None:
    owner.make_role("keyholder", "auth.admin")
    holder = owner.colleague("keyholder")
    answer = holder.api.post("/auth/api-keys", {"name": "x", "permissions": ["files.read"]})
    assert (answer.status_code, answer.json()["code"]) == (403, "cannot_grant")


def test_a_key_changes_neither_password_nor_session(owner: Person) -> None:
    client = with_key(make_key(owner, "auth.read", "auth.admin")["key"])
    changed = client.post("/auth/password/change", {"current_password": "x", "new_password": "y"})
    assert changed.json()["code"] == "session_needed"
    assert client.post("/auth/switch", {"tenant": owner.slug}).json()["code"] == "session_needed"
    assert client.patch("/auth/user", {"full_name": "x"}).json()["code"] == "session_needed"


@pytest.mark.parametrize("key", ["x", "apk_00000000_" + "a" * 43, "ä"])
def test_an_unknown_key_is_refused(anonymous, key: str) -> None:
    assert with_key(key.encode().decode("latin-1")).get("/auth/validate").json()["code"] == "not_signed_in"
