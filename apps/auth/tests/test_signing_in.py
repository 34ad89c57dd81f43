"""Login, refresh, logout, sessions, switch: what works, and what ends at once."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.auth.models import RefreshToken, Session, User
from apps.auth.operator import close_account
from apps.auth.signing_in import ATTEMPTS
from apps.auth.tests.factories import PASSWORD, Person, with_token

pytestmark = pytest.mark.layouts


def log_in(anonymous, email: str, password: str = PASSWORD, **more):
    return anonymous.post("/auth/login", {"email": email, "password": password, **more})


def refresh(anonymous, token: str):
    return anonymous.post("/auth/refresh", {"refresh": token})


def test_login_takes_any_spelling_of_the_address(anonymous, owner: Person) -> None:
    answer = log_in(anonymous, f" {owner.email.upper()}")
    body = answer.json()
    assert answer.status_code == 200
    assert body["tenant"]["id"] == str(owner.tenant_id)
    assert with_token(body["access"]).get("/auth/user").json()["id"] == str(owner.id)


def test_a_wrong_password_and_an_unknown_address_look_alike(anonymous, owner: Person) -> None:
    wrong, unknown = log_in(anonymous, owner.email, "wrong"), log_in(anonymous, "nobody@company.example", "wrong")
    assert wrong.status_code == unknown.status_code == 401
    assert {**wrong.json(), "request_id": ""} == {**unknown.json(), "request_id": ""}


def test_attempts_are_counted_by_address(anonymous, owner: Person, stranger: Person) -> None:
    for _ in range(ATTEMPTS):
        assert log_in(anonymous, owner.email, "wrong").status_code == 401
    refused = log_in(anonymous, owner.email)
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert int(refused["Retry-After"]) > 0
    assert log_in(anonymous, stranger.email).status_code == 200


def test_a_rightful_login_starts_the_count_again(anonymous, owner: Person) -> None:
    for password in ["wrong"] * (ATTEMPTS - 1) + [PASSWORD] + ["wrong"] * (ATTEMPTS - 1):
        log_in(anonymous, owner.email, password)
    assert log_in(anonymous, owner.email).status_code == 200


def test_refresh_gives_the_next_pair(anonymous, owner: Person) -> None:
    answer = refresh(anonymous, owner.refresh_token)
    body = answer.json()
    assert answer.status_code == 200
    assert set(body) == {"access", "refresh", "expires_in"}
    assert with_token(body["access"]).get("/auth/validate").status_code == 200
    assert refresh(anonymous, body["refresh"]).status_code == 200


def test_a_reused_refresh_token_ends_the_whole_session(anonymous, owner: Person) -> None:
    newer = refresh(anonymous, owner.refresh_token).json()
    reused = refresh(anonymous, owner.refresh_token)
    assert (reused.status_code, reused.json()["code"]) == (401, "refresh_reused")
    assert refresh(anonymous, newer["refresh"]).json()["code"] == "refresh_invalid"
    assert with_token(newer["access"]).get("/auth/validate").json()["code"] == "token_stale"


def test_reuse_leaves_the_users_other_sessions_alone(anonymous, owner: Person) -> None:
    other = owner.anew()
    refresh(anonymous, owner.refresh_token)
    refresh(anonymous, owner.refresh_token)
    assert other.api.get("/auth/validate").status_code == 200


def test_no_token_is_stored(anonymous, owner: Person) -> None:
    stored = str(list(RefreshToken.objects.values())) + str(list(Session.objects.values()))
    assert owner.refresh_token not in stored
    assert owner.signed_in.access not in stored


@pytest.mark.parametrize("token", ["x", "ä" * 40, "a.b.c", "\ud7ff"])
def test_an_unknown_refresh_token_is_refused(anonymous, token: str) -> None:
    assert refresh(anonymous, token).json()["code"] == "refresh_invalid"


def test_an_access_token_is_no_refresh_token(anonymous, owner: Person) -> None:
    assert anonymous.post("/auth/refresh", {"refresh": owner.signed_in.access}).status_code in (400, 401)


def test_an_expired_session_is_over(anonymous, owner: Person) -> None:
    Session.objects.filter(user_id=owner.id).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert refresh(anonymous, owner.refresh_token).json()["code"] == "refresh_invalid"


def test_logout_ends_the_session_at_once(anonymous, owner: Person) -> None:
    assert anonymous.post("/auth/logout", {"refresh": owner.refresh_token}).status_code == 204
    assert owner.api.get("/auth/user").json()["code"] == "token_stale"
    assert refresh(anonymous, owner.refresh_token).status_code == 401


def test_sessions_are_listed_and_ended(owner: Person) -> None:
    other = owner.anew()
    listed = owner.api.get("/auth/sessions").json()["results"]
    assert [session["current"] for session in listed] == [False, True]
    assert owner.api.delete(f"/auth/sessions/{listed[0]['id']}").status_code == 204
    assert other.api.get("/auth/validate").json()["code"] == "token_stale"
    assert len(owner.api.get("/auth/sessions").json()["results"]) == 1


def test_somebody_elses_session_is_not_there(owner: Person, stranger: Person) -> None:
    theirs = stranger.api.get("/auth/sessions").json()["results"][0]["id"]
    assert owner.api.delete(f"/auth/sessions/{theirs}").status_code == 404
    assert stranger.api.get("/auth/validate").status_code == 200


def test_switch_enters_another_of_ones_companies(anonymous, owner: Person, stranger: Person) -> None:
    invitation = stranger.invite(owner.email, "viewer")["invitation"]
    joined = anonymous.post("/auth/register", {"email": owner.email, "password": PASSWORD, "invitation": invitation})
    assert joined.status_code == 201
    switched = owner.api.post("/auth/switch", {"tenant": stranger.slug}).json()
    said = with_token(switched["access"]).get("/auth/validate").json()
    assert (said["tenant_id"], said["role"]) == (str(stranger.tenant_id), "viewer")
    assert {m["role"] for m in owner.api.get("/auth/user").json()["memberships"]} == {"owner", "viewer"}
    assert log_in(anonymous, owner.email, tenant=str(owner.tenant_id)).json()["tenant"]["slug"] == owner.slug


@pytest.mark.parametrize("wanted", ["stranger", "nowhere"])
def test_neither_switch_nor_login_tells_whether_a_company_exists(anonymous, owner: Person, stranger: Person, wanted: str) -> None:
    slug = stranger.slug if wanted == "stranger" else "no-such-company"
    assert owner.api.post("/auth/switch", {"tenant": slug}).json()["code"] == "not_a_member"
    assert log_in(anonymous, owner.email, tenant=slug).json()["code"] == "not_a_member"


def test_x_tenant_must_match(owner: Person, stranger: Person) -> None:
    assert owner.api.get("/auth/validate", HTTP_X_TENANT=owner.slug).status_code == 200
    refused = owner.api.get("/auth/validate", HTTP_X_TENANT=stranger.slug)
    assert (refused.status_code, refused.json()["code"]) == (403, "tenant_mismatch")


def test_a_closed_account_is_out_at_once(anonymous, owner: Person) -> None:
    close_account(user_id=owner.id)
    assert owner.api.get("/auth/validate").json()["code"] == "token_stale"
    assert log_in(anonymous, owner.email).json()["code"] == "invalid_credentials"
    assert refresh(anonymous, owner.refresh_token).status_code == 401


def test_the_name_changes_under_a_version(owner: Person) -> None:
    assert owner.api.patch("/auth/user", {"full_name": "New Name", "version": 1}).json()["full_name"] == "New Name"
    assert owner.api.patch("/auth/user", {"full_name": "Older", "version": 1}).json()["code"] == "stale_version"
    assert User.objects.get(pk=owner.id).full_name == "New Name"


@pytest.mark.parametrize("path", ["/auth/validate", "/auth/user", "/auth/sessions", "/auth/api-keys"])
def test_nobody_gets_in_without_a_token(anonymous, path: str) -> None:
    assert anonymous.get(path).json()["code"] == "not_signed_in"


def test_an_authenticated_request_asks_no_database(owner: Person) -> None:
    with ExitStack() as stack:
        counted = [stack.enter_context(CaptureQueriesContext(connections[alias])) for alias in settings.DATABASES]
        assert owner.api.get("/auth/validate").status_code == 200
    assert sum(len(queries) for queries in counted) == 0


@pytest.mark.parametrize("trusted", [True, False])
def test_a_forged_forwarding_header_gives_no_new_attempts(anonymous, owner: Person, settings, trusted: bool) -> None:
    settings.TRUST_PROXY = trusted
    for number in range(ATTEMPTS + 1):
        body = {"email": owner.email, "password": "wrong"}
        answer = anonymous.post("/auth/login", body, HTTP_X_FORWARDED_FOR=f"10.0.0.{number}, 192.0.2.7")
    assert answer.status_code == 429
