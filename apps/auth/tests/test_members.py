"""Members, invitations, roles: who may give what to whom, and that it holds at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from analytics_platform.kernel.http.tokens import verify
from apps.auth.models import Invitation, Membership
from apps.auth.tests.factories import PASSWORD, Person, an_email, with_token

pytestmark = pytest.mark.layouts


def join(anonymous, email: str, invitation: str, password: str = PASSWORD):
    return anonymous.post("/auth/register", {"email": email, "password": password, "full_name": "New", "invitation": invitation})


def test_an_invitation_is_answered_listed_and_accepted(anonymous, owner: Person) -> None:
    email = an_email()
    invited = owner.invite(email, "analyst")
    assert (invited["email"], invited["role"], invited["status"]) == (email, "analyst", "invited")
    assert [m["status"] for m in owner.api.get(f"{owner.tenant_path}/users").json()["results"]] == ["active", "invited"]
    joined = join(anonymous, email.upper(), invited["invitation"])
    assert joined.status_code == 201
    assert joined.json()["tenant"]["id"] == str(owner.tenant_id)
    assert with_token(joined.json()["access"]).get("/auth/validate").json()["role"] == "analyst"
    members = owner.api.get(f"{owner.tenant_path}/users").json()
    assert (members["count"], {m["status"] for m in members["results"]}) == (2, {"active"})


def test_an_invitation_is_bound_to_its_address(anonymous, owner: Person) -> None:
    answer = join(anonymous, an_email(), owner.invite(an_email(), "viewer")["invitation"])
    assert (answer.status_code, answer.json()["code"]) == (404, "invitation_invalid")


def test_an_invitation_works_once(anonymous, owner: Person) -> None:
    email = an_email()
    token = owner.invite(email, "viewer")["invitation"]
    join(anonymous, email, token)
    assert join(anonymous, email, token).json()["code"] == "invitation_invalid"


def test_an_invitation_expires(anonymous, owner: Person) -> None:
    email = an_email()
    token = owner.invite(email, "viewer")["invitation"]
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert join(anonymous, email, token).json()["code"] == "invitation_invalid"


def test_an_invitation_is_stored_as_a_hash_and_never_listed(owner: Person) -> None:
    token = owner.invite(an_email(), "viewer")["invitation"]
    assert token not in str(list(Invitation.objects.values()))
    assert token not in owner.api.get(f"{owner.tenant_path}/users").content.decode()


def test_a_newer_invitation_replaces_the_older(anonymous, owner: Person) -> None:
    email = an_email()
    older, newer = owner.invite(email, "viewer")["invitation"], owner.invite(email, "admin")["invitation"]
    assert join(anonymous, email, older).status_code == 404
    assert join(anonymous, email, newer).status_code == 201


def test_an_invitation_can_be_taken_back(anonymous, owner: Person) -> None:
    email = an_email()
    invited = owner.invite(email, "viewer")
    assert owner.api.delete(f"{owner.tenant_path}/users/{invited['id']}").status_code == 204
    assert join(anonymous, email, invited["invitation"]).status_code == 404


def test_somebody_with_an_account_joins_with_its_password(anonymous, owner: Person, stranger: Person) -> None:
    token = owner.invite(stranger.email, "viewer")["invitation"]
    assert join(anonymous, stranger.email, token, password="not the password").json()["code"] == "invalid_credentials"
    assert join(anonymous, stranger.email, token).status_code == 201


def test_a_member_is_not_invited_again(owner: Person) -> None:
    colleague = owner.colleague("viewer")
    answer = owner.api.post(f"{owner.tenant_path}/users", {"email": colleague.email, "role": "viewer"})
    assert (answer.status_code, answer.json()["code"]) == (409, "already_member")


def test_an_unknown_role_is_refused(owner: Person) -> None:
    answer = owner.api.post(f"{owner.tenant_path}/users", {"email": an_email(), "role": "emperor"})
    assert answer.json()["errors"][0]["code"] == "unknown_role"


def test_a_changed_role_holds_at_once(anonymous, owner: Person) -> None:
    colleague = owner.colleague("viewer")
    changed = owner.api.patch(f"{owner.tenant_path}/users/{colleague.id}", {"role": "analyst"})
    assert changed.json()["role"] == "analyst"
    assert colleague.api.get("/auth/validate").json()["code"] == "token_stale"
    newer = anonymous.post("/auth/refresh", {"refresh": colleague.refresh_token}).json()
    assert with_token(newer["access"]).get("/auth/validate").json()["role"] == "analyst"
    assert owner.api.get("/auth/validate").status_code == 200


def test_changed_attributes_reach_the_token(anonymous, owner: Person) -> None:
    attributes = {"region": "EMEA", "level": 3, "teams": ["a", "b"], "lead": True, "share": 0.5}
    colleague = owner.colleague("viewer")
    owner.api.patch(f"{owner.tenant_path}/users/{colleague.id}", {"attributes": attributes})
    assert colleague.api.get("/auth/validate").json()["code"] == "token_stale"
    newer = anonymous.post("/auth/refresh", {"refresh": colleague.refresh_token}).json()
    assert verify(newer["access"]).attributes == attributes


@pytest.mark.parametrize("attributes", [{"Bad Name": 1}, {"a": {"b": 1}}, {"a": "x\0y"}, {"a": None}, {"a": [1]}])
def test_odd_attributes_are_refused(owner: Person, attributes: dict) -> None:
    assert owner.api.patch(f"{owner.tenant_path}/users/{owner.id}", {"attributes": attributes}).status_code == 400


def test_not_a_number_is_refused(owner: Person) -> None:
    answer = owner.api.patch(f"{owner.tenant_path}/users/{owner.id}", '{"attributes": {"a": NaN}}', "application/json")
    assert answer.status_code == 400


def test_a_removed_member_is_out_at_once(anonymous, owner: Person) -> None:
    colleague = owner.colleague("analyst")
    assert owner.api.delete(f"{owner.tenant_path}/users/{colleague.id}").status_code == 204
    assert colleague.api.get("/auth/validate").json()["code"] == "token_stale"
    assert anonymous.post("/auth/refresh", {"refresh": colleague.refresh_token}).status_code == 401
    assert anonymous.post("/auth/login", {"email": colleague.email, "password": PASSWORD}).json()["code"] == "not_a_member"


@pytest.mark.parametrize("role", ["analyst", "viewer"])
def test_only_admins_manage_members(owner: Person, role: str) -> None:
    colleague = owner.colleague(role)
    assert colleague.api.get(f"{owner.tenant_path}/users").status_code == 200
    assert colleague.api.post(f"{owner.tenant_path}/users", {"email": an_email(), "role": "viewer"}).status_code == 403
    assert colleague.api.patch(f"{owner.tenant_path}/users/{colleague.id}", {"role": "owner"}).status_code == 403
    assert colleague.api.delete(f"{owner.tenant_path}/users/{owner.id}").status_code == 403


def test_an_admin_makes_nobody_an_owner(owner: Person) -> None:
    admin, colleague = owner.colleague("admin"), owner.colleague("viewer")
    for target in (admin, colleague):
        answer = admin.api.patch(f"{owner.tenant_path}/users/{target.id}", {"role": "owner"})
        assert (answer.status_code, answer.json()["code"]) == (403, "cannot_grant")
    assert admin.api.post(f"{owner.tenant_path}/users", {"email": an_email(), "role": "owner"}).json()["code"] == "cannot_grant"
    assert admin.api.patch(f"{owner.tenant_path}/users/{colleague.id}", {"role": "admin"}).status_code == 200


def test_an_admin_neither_demotes_nor_removes_an_owner(owner: Person) -> None:
    owner.colleague("owner")
    admin = owner.colleague("admin")
    assert admin.api.patch(f"{owner.tenant_path}/users/{owner.id}", {"role": "viewer"}).json()["code"] == "cannot_grant"
    assert admin.api.patch(f"{owner.tenant_path}/users/{owner.id}", {"attributes": {}}).json()["code"] == "cannot_grant"
    assert admin.api.delete(f"{owner.tenant_path}/users/{owner.id}").json()["code"] == "cannot_grant"


def test_the_last_owner_stays(owner: Person) -> None:
    demoted = owner.api.patch(f"{owner.tenant_path}/users/{owner.id}", {"role": "viewer"})
    removed = owner.api.delete(f"{owner.tenant_path}/users/{owner.id}")
    assert [(a.status_code, a.json()["code"]) for a in (demoted, removed)] == [(409, "last_owner")] * 2
    assert Membership.objects.get(user_id=owner.id).role == "owner"


def test_an_owner_may_leave_another_behind(owner: Person) -> None:
    second = owner.colleague("owner")
    assert owner.api.patch(f"{owner.tenant_path}/users/{owner.id}", {"role": "viewer"}).status_code == 200
    assert second.api.patch(f"{owner.tenant_path}/users/{second.id}", {"role": "viewer"}).status_code == 409


def test_a_stale_version_is_refused(owner: Person) -> None:
    colleague = owner.colleague("viewer")
    path = f"{owner.tenant_path}/users/{colleague.id}"
    assert owner.api.patch(path, {"role": "analyst", "version": 1}).json()["version"] == 2
    assert owner.api.patch(path, {"role": "admin", "version": 1}).json()["code"] == "stale_version"


def test_members_are_searched_and_paged(owner: Person) -> None:
    colleague = owner.colleague("viewer")
    owner.invite("zz-last@company.example", "viewer")
    assert [m["email"] for m in owner.api.get(f"{owner.tenant_path}/users?search={colleague.email[:13]}").json()["results"]] == [
        colleague.email
    ]
    pages = [owner.api.get(f"{owner.tenant_path}/users?page={n}&page_size=2").json() for n in (1, 2)]
    assert [len(page["results"]) for page in pages] == [2, 1]
    assert pages[0]["count"] == 3
    assert pages[1]["results"][0]["email"] == "zz-last@company.example"


def test_the_built_in_roles_are_listed_first(owner: Person) -> None:
    owner.make_role("reporter", "dashboards.read")
    roles = owner.api.get(f"{owner.tenant_path}/roles").json()["results"]
    assert [role["name"] for role in roles] == ["owner", "admin", "analyst", "viewer", "reporter"]
    assert [role["built_in"] for role in roles] == [True] * 4 + [False]


def test_a_role_of_ones_own_grants_what_it_names(owner: Person) -> None:
    owner.make_role("reporter", "dashboards.read", "auth.read")
    colleague = owner.colleague("reporter")
    said = colleague.api.get("/auth/validate").json()
    assert (said["role"], said["permissions"]) == ("reporter", ["auth.read", "dashboards.read"])


def test_a_changed_role_reaches_its_members_at_once(anonymous, owner: Person) -> None:
    role = owner.make_role("reporter", "dashboards.read")
    colleague = owner.colleague("reporter")
    path = f"{owner.tenant_path}/roles/{role['id']}"
    assert owner.api.patch(path, {"name": "writer", "permissions": ["dashboards.write"]}).status_code == 200
    assert colleague.api.get("/auth/validate").json()["code"] == "token_stale"
    newer = anonymous.post("/auth/refresh", {"refresh": colleague.refresh_token}).json()
    said = with_token(newer["access"]).get("/auth/validate").json()
    assert (said["role"], said["permissions"]) == ("writer", ["dashboards.write"])


def test_a_role_that_somebody_has_stays(owner: Person) -> None:
    role = owner.make_role("reporter", "dashboards.read")
    colleague = owner.colleague("reporter")
    path = f"{owner.tenant_path}/roles/{role['id']}"
    assert owner.api.delete(path).json()["code"] == "role_in_use"
    owner.api.delete(f"{owner.tenant_path}/users/{colleague.id}")
    assert owner.api.delete(path).status_code == 204
    assert owner.api.get(path).status_code == 404


def test_built_in_roles_do_not_change(owner: Person) -> None:
    viewer = owner.api.get(f"{owner.tenant_path}/roles").json()["results"][3]
    path = f"{owner.tenant_path}/roles/{viewer['id']}"
    assert owner.api.get(path).json()["name"] == "viewer"
    assert owner.api.patch(path, {"permissions": ["auth.admin"]}).json()["code"] == "role_built_in"
    assert owner.api.delete(path).json()["code"] == "role_built_in"


@pytest.mark.parametrize("name", ["owner", "taken"])
def test_role_names_are_unique(owner: Person, name: str) -> None:
    owner.make_role("taken", "files.read")
    answer = owner.api.post(f"{owner.tenant_path}/roles", {"name": name, "permissions": ["files.read"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "role_name_taken")


def test_an_unknown_permission_is_named(owner: Person) -> None:
    answer = owner.api.post(f"{owner.tenant_path}/roles", {"name": "x", "permissions": ["files.fly"]})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "unknown_permission")


def test_nobody_makes_a_role_with_more_than_they_have(owner: Person) -> None:
    owner.make_role("clerk", "auth.admin", "auth.read", "files.read")
    clerk = owner.colleague("clerk")
    answer = clerk.api.post(f"{owner.tenant_path}/roles", {"name": "x", "permissions": ["files.read", "files.delete"]})
    assert (answer.status_code, answer.json()["code"]) == (403, "cannot_grant")
    strong = owner.make_role("strong", "files.delete")
    assert clerk.api.patch(f"{owner.tenant_path}/roles/{strong['id']}", {"permissions": []}).json()["code"] == "cannot_grant"
    assert clerk.api.post(f"{owner.tenant_path}/roles", {"name": "x", "permissions": ["files.read"]}).status_code == 201


def test_limits_and_settings_are_kept(owner: Person) -> None:
    answer = owner.api.patch(owner.tenant_path, {"name": "Acme AG", "limits": {"max_rows": 10}, "settings": {"theme": "dark", "gone": 1}})
    assert answer.json()["limits"]["max_rows"] == 10
    again = owner.api.patch(owner.tenant_path, {"settings": {"gone": None}}).json()
    assert (again["name"], again["limits"]["max_rows"], again["settings"]) == ("Acme AG", 10, {"theme": "dark"})


@pytest.mark.parametrize(
    "body",
    [
        {"limits": {"max_rows": 0}},
        {"limits": {"unknown": 1}},
        {"settings": {"a": "\0"}},
        {"status": "active"},
        {"limits": {"max_rows": 10**30}},
    ],
)
def test_odd_limits_are_refused(owner: Person, body: dict) -> None:
    assert owner.api.patch(owner.tenant_path, body).status_code == 400


def test_a_limit_shortens_the_tokens_life(owner: Person) -> None:
    owner.api.patch(owner.tenant_path, {"limits": {"access_token_lifetime_s": 60}})
    assert owner.anew().signed_in.expires_in == 60


def test_only_owners_change_the_company(owner: Person) -> None:
    admin = owner.colleague("admin")
    assert admin.api.get(owner.tenant_path).status_code == 200
    assert admin.api.patch(owner.tenant_path, {"name": "Mine"}).status_code == 403
    assert admin.api.post(f"{owner.tenant_path}/roles", {"name": "x", "permissions": []}).status_code == 403
    assert admin.api.get("/auth/api-keys").status_code == 403
