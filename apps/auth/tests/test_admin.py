"""The operator's admin and commands: staff only, no secret shown, actions hold at once."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from apps.auth.models import ApiKey, Company, Invitation, Session, User
from apps.auth.signing_in import ATTEMPTS
from apps.auth.tests.factories import PASSWORD, Person, an_email, with_key

STAFF_PASSWORD = "staff horse battery 5"


@pytest.fixture
def staff(db: None) -> Client:
    User.objects.create_superuser("staff@platform.example", STAFF_PASSWORD)
    client = Client(SERVER_NAME="localhost")
    answer = client.post("/admin/login/?next=/admin/", {"username": "Staff@Platform.example", "password": STAFF_PASSWORD})
    assert answer.status_code == 302
    return client


def act(staff: Client, model: str, action: str, id: object) -> None:
    answer = staff.post(f"/admin/accounts/{model}/", {"action": action, "_selected_action": [str(id)]})
    assert answer.status_code == 302


@pytest.mark.parametrize("model", ["user", "company", "membership", "role", "session", "apikey", "invitation"])
def test_lists_and_shows_without_secrets(staff: Client, owner: Person, model: str) -> None:
    owner.make_role("reporter", "files.read")
    owner.invite(an_email(), "viewer")
    owner.api.post("/auth/api-keys", {"name": "k", "permissions": []})
    listed = staff.get(f"/admin/accounts/{model}/?q=a").content.decode()
    ids = [
        row.pk
        for row in {"user": User, "company": Company, "session": Session, "apikey": ApiKey, "invitation": Invitation}.get(
            model, Company
        ).objects.all()
    ]
    shown = listed + "".join(staff.get(f"/admin/accounts/{model}/{id}/change/").content.decode() for id in ids)
    hashes = [
        *User.objects.values_list("password", flat=True),
        *ApiKey.objects.values_list("key_hash", flat=True),
        *Invitation.objects.values_list("token_hash", flat=True),
    ]
    assert not [secret for secret in hashes if secret in shown]


def test_a_user_of_a_company_does_not_get_in(owner: Person) -> None:
    client = Client(SERVER_NAME="localhost")
    assert client.post("/admin/login/?next=/admin/", {"username": owner.email, "password": PASSWORD}).status_code == 200
    assert client.get("/admin/").status_code == 302


def test_attempts_at_the_admin_are_counted(db: None) -> None:
    User.objects.create_superuser("staff@platform.example", STAFF_PASSWORD)
    client = Client(SERVER_NAME="localhost")
    for password in ["wrong"] * ATTEMPTS + [STAFF_PASSWORD]:
        answer = client.post("/admin/login/?next=/admin/", {"username": "staff@platform.example", "password": password})
        assert answer.status_code == 200


def test_suspends_and_resumes_a_company(staff: Client, owner: Person) -> None:
    act(staff, "company", "suspend", owner.tenant_id)
    assert owner.api.get("/auth/validate").json()["code"] == "token_stale"
    act(staff, "company", "resume", owner.tenant_id)
    assert owner.anew().api.get("/auth/validate").status_code == 200


def test_locks_a_user_out_and_in_again(staff: Client, owner: Person, anonymous) -> None:
    act(staff, "user", "close", owner.id)
    assert owner.api.get("/auth/validate").status_code == 401
    act(staff, "user", "reopen", owner.id)
    assert owner.anew().api.get("/auth/validate").status_code == 200


def test_ends_a_session_and_revokes_a_key(staff: Client, owner: Person) -> None:
    key = owner.api.post("/auth/api-keys", {"name": "k", "permissions": ["auth.read"]}).json()
    act(staff, "apikey", "revoke", key["id"])
    assert with_key(key["key"]).get("/auth/validate").status_code == 401
    act(staff, "session", "end", Session.objects.get(user_id=owner.id).pk)
    assert owner.api.get("/auth/validate").json()["code"] == "token_stale"


def test_nothing_is_added_changed_or_deleted_by_hand(staff: Client, owner: Person) -> None:
    assert staff.get("/admin/accounts/user/add/").status_code == 403
    assert staff.post(f"/admin/accounts/user/{owner.id}/change/", {"is_staff": "on"}).status_code == 403
    assert staff.post(f"/admin/accounts/company/{owner.tenant_id}/delete/", {"post": "yes"}).status_code == 403


def test_create_tenant_prints_the_password_it_made(anonymous) -> None:
    out, email = io.StringIO(), an_email()
    call_command("create_tenant", name="Acme Ltd", email=email, stdout=out)
    printed = dict(line.split(maxsplit=1) for line in out.getvalue().splitlines())
    assert printed["tenant"].startswith("acme-ltd ")
    assert anonymous.post("/auth/login", {"email": email, "password": printed["password"]}).status_code == 200


def test_create_tenant_says_what_is_wrong(owner: Person) -> None:
    with pytest.raises(CommandError, match="registered already"):
        call_command("create_tenant", name="Acme", email=owner.email)
    with pytest.raises(CommandError, match="too short"):
        call_command("create_tenant", name="Acme", email=an_email(), password="x")
