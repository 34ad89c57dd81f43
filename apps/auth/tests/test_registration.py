"""Signing up: a company that is usable when the answer arrives, or nothing at all."""

from __future__ import annotations

import socket

import pytest
from django.db import connections

from analytics_platform.kernel.context import tenant_of
from analytics_platform.kernel.tenancy.schemas import known_tenants, local_aliases, tenant_models
from apps.auth.models import Company, User
from apps.auth.tests.factories import PASSWORD, Person, an_email

pytestmark = pytest.mark.layouts


def sign_up(anonymous, **changes):
    body = {"email": an_email(), "password": PASSWORD, "full_name": "Fay", "tenant": {"name": "Acme Ltd"}}
    return anonymous.post("/auth/register", {**body, **changes})


def test_answers_user_tenant_and_tokens(anonymous) -> None:
    answer = sign_up(anonymous, email="  Fay@Company.EXAMPLE ")
    body = answer.json()
    assert answer.status_code == 201
    assert body["user"]["email"] == "fay@company.example"
    assert body["user"]["memberships"][0] == {"tenant": body["tenant"], "role": "owner"}
    assert body["tenant"]["slug"] == "acme-ltd"
    assert body["expires_in"] == 900
    assert PASSWORD not in answer.content.decode()


def test_the_tenant_has_its_tables_in_every_database(owner: Person) -> None:
    for alias in local_aliases():
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [tenant_of(owner.tenant_id).schema])
            found = {name for (name,) in cursor.fetchall()}
        assert {model._meta.db_table for model in tenant_models(alias)} <= found


def test_the_token_works_at_once(owner: Person) -> None:
    answer = owner.api.get("/auth/validate").json()
    assert (answer["valid"], answer["role"], answer["tenant_id"]) == (True, "owner", str(owner.tenant_id))


def test_a_taken_slug_is_refused(anonymous) -> None:
    sign_up(anonymous, tenant={"name": "One", "slug": "taken"})
    answer = sign_up(anonymous, tenant={"name": "Two", "slug": "taken"})
    assert (answer.status_code, answer.json()["code"]) == (409, "tenant_slug_taken")


def test_a_name_that_is_taken_gets_another_slug(anonymous) -> None:
    first, second = (sign_up(anonymous).json()["tenant"]["slug"] for _ in range(2))
    assert first == "acme-ltd"
    assert second.startswith("acme-ltd-")


@pytest.mark.parametrize("slug", ["With Spaces", "admin", "-x", "ümlaut"])
def test_a_bad_slug_is_named(anonymous, slug: str) -> None:
    answer = sign_up(anonymous, tenant={"name": "X", "slug": slug})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "tenant.slug"


def test_an_address_signs_up_once_whatever_its_spelling(anonymous, owner: Person) -> None:
    answer = sign_up(anonymous, email=owner.email.upper())
    assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")


@pytest.mark.parametrize(
    ("password", "code"),
    [("h4rd2gss", "password_too_short"), ("1234567890123", "password_entirely_numeric"), ("password123", "password_too_common")],
)
def test_a_weak_password_is_refused_and_not_repeated(anonymous, password: str, code: str) -> None:
    answer = sign_up(anonymous, password=password)
    assert answer.status_code == 400
    assert code in {error["code"] for error in answer.json()["errors"]}
    assert password not in answer.content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"email": "no address"}, {"tenant": None}, {"tenant": {"name": ""}}, {"tenant": {"name": "a\0b"}}, {"full_name": "a\0b"},
        {"invitation": "x"}, {"email": "a\0@b.example"}, {"unknown": 1}, {"password": ""}, {"email": ["x"]},
    ],
)  # fmt: skip
def test_a_bad_body_is_refused(anonymous, changes: dict) -> None:
    assert sign_up(anonymous, **changes).status_code == 400


def test_too_many_from_one_address_are_refused(anonymous, settings) -> None:
    settings.REGISTRATIONS_PER_HOUR = 2
    statuses = [sign_up(anonymous).status_code for _ in range(3)]
    assert statuses == [201, 201, 429]


def test_nothing_is_left_when_another_process_does_not_answer(anonymous, settings) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.SERVICE_URLS = {"elsewhere": f"http://127.0.0.1:{closed.getsockname()[1]}"}
        before = {alias: set(known_tenants(alias)) for alias in local_aliases()}
        answer = sign_up(anonymous, email="left@company.example", tenant={"name": "Left", "slug": "left"})
    assert (answer.status_code, answer.json()["code"]) == (503, "tenant_not_ready")
    assert answer["Retry-After"]
    assert not User.objects.filter(email="left@company.example").exists()
    assert not Company.objects.filter(slug="left").exists()
    assert {alias: set(known_tenants(alias)) for alias in local_aliases()} == before
