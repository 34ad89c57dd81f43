"""The contract, in process and over HTTP; what it publishes; the tenancy door of other processes."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.utils import timezone

from analytics_platform.kernel.context import NotSignedIn, acting_as, tenant_of
from analytics_platform.kernel.contracts.remote import Remote
from analytics_platform.kernel.databases import alias_of
from analytics_platform.kernel.http.tokens import verify
from analytics_platform.kernel.ids import uuid7
from analytics_platform.kernel.jobs.models import JobRow
from analytics_platform.kernel.resilience import breaker
from analytics_platform.kernel.tenancy.door import Tenancy, drop_everywhere, ensure_everywhere
from analytics_platform.kernel.tenancy.schemas import known_tenants
from apps.auth.contract import Accounts, LastOwner, NewTenant, SuspendedTenant, TenantNotFound, accounts
from apps.auth.models import Company
from apps.auth.tests.factories import PASSWORD, Person, an_email, founder

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.layouts, pytest.mark.xdist_group("live_server")]


@pytest.fixture(params=["in process", "over HTTP"])
def client(request: pytest.FixtureRequest, committed) -> Accounts:
    if request.param == "in process":
        return accounts  # type: ignore[return-value]
    live_server = request.getfixturevalue("live_server")
    request.getfixturevalue("settings").SERVE_INTERNAL = True
    breaker.cache_clear()
    return Remote(Accounts, live_server.url)  # type: ignore[return-value]


@pytest.fixture
def owner(committed) -> Person:
    return founder()


def published(name: str) -> list[dict]:
    """Payloads of an event that wait or are in the log already."""
    with connections[alias_of("auth")].cursor() as cursor:
        cursor.execute("SELECT tenant_id, actor_id, payload FROM public.events_outbox WHERE name LIKE %s ORDER BY id", [f"%{name}"])
        return [{"tenant": row[0], "actor": row[1], **json.loads(row[2])} for row in cursor.fetchall()]


def test_resolves_a_key_to_its_owner(client: Accounts, owner: Person) -> None:
    key = owner.api.post("/auth/api-keys", {"name": "k", "permissions": ["files.read"]}).json()
    principal = client.resolve_api_key(key=key["key"])
    assert (principal.user_id, principal.tenant_id, principal.permissions) == (owner.id, owner.tenant_id, {"files.read"})
    assert principal.session_id == UUID(key["id"])
    with pytest.raises(NotSignedIn):
        client.resolve_api_key(key="apk_nothing")


def test_says_what_a_member_may_now(client: Accounts, owner: Person) -> None:
    colleague = owner.colleague("viewer")
    assert client.principal_of(tenant_id=owner.tenant_id, user_id=colleague.id).role == "viewer"
    owner.api.delete(f"{owner.tenant_path}/users/{colleague.id}")
    with pytest.raises(NotSignedIn):
        client.principal_of(tenant_id=owner.tenant_id, user_id=colleague.id)


def test_declared_errors_come_back_as_their_class(client: Accounts, owner: Person) -> None:
    with acting_as(verify(owner.signed_in.access)), pytest.raises(LastOwner):
        client.update_member(tenant_id=owner.tenant_id, user_id=owner.id, role="viewer")
    with acting_as(verify(owner.signed_in.access)), pytest.raises(TenantNotFound):
        client.get_tenant(tenant_id=uuid7())


def test_suspends_and_resumes(client: Accounts, owner: Person) -> None:
    assert client.suspend_tenant(tenant_id=owner.tenant_id, reason="unpaid").status == "suspended"
    with pytest.raises(SuspendedTenant):
        client.principal_of(tenant_id=owner.tenant_id, user_id=owner.id)
    with pytest.raises(SuspendedTenant):
        accounts.login(email=owner.email, password=PASSWORD)
    assert client.resume_tenant(tenant_id=owner.tenant_id).status == "active"
    assert [event["reason"] for event in published("TenantSuspended")] == ["unpaid"]


def test_finds_a_tenant_and_its_owner(client: Accounts, owner: Person) -> None:
    found = client.find_tenant(slug=owner.slug)
    assert client.owner_of(tenant_id=found.id).user_id == owner.id


def test_a_password_never_crosses_the_door(client: Accounts) -> None:
    if isinstance(client, Remote):
        with pytest.raises(AttributeError):
            client.login(email="a@b.example", password="x")
    else:
        assert {"register", "login", "refresh", "change_password", "create_api_key", "invite"}.isdisjoint(
            name for name, method in Accounts.methods().items() if method.is_remote_capable
        )


def test_a_deleted_company_is_gone_at_once_and_its_schema_later(client: Accounts, owner: Person, settle) -> None:
    client.delete_tenant(tenant_id=owner.tenant_id)
    assert owner.api.get("/auth/validate").json()["code"] == "token_stale"
    with pytest.raises(TenantNotFound):
        client.find_tenant(slug=owner.slug)
    settle()
    assert owner.tenant_id in known_tenants("default")
    JobRow.objects.filter(kind="auth.drop_tenant").update(due_at=timezone.now())
    settle()
    assert owner.tenant_id not in known_tenants("default")
    assert accounts.register(email=an_email(), password=PASSWORD, tenant=NewTenant(name="Next", slug=owner.slug)).tenant.slug == owner.slug


def test_publishes_what_happens_to_companies_and_people(owner: Person) -> None:
    colleague = owner.colleague("viewer")
    owner.api.patch(f"{owner.tenant_path}/users/{colleague.id}", {"role": "analyst"})
    owner.api.delete(f"{owner.tenant_path}/users/{colleague.id}")
    (created,) = published("TenantCreated")
    assert (created["tenant"], created["slug"], created["actor"]) == (owner.tenant_id, owner.slug, owner.id)
    assert [event["email"] for event in published("UserJoined")] == [owner.email, colleague.email]
    assert [event["role"] for event in published("UserInvited")] == ["viewer"]
    assert [(e["previous_role"], e["role"]) for e in published("RoleChanged")] == [("viewer", "analyst")]
    assert [event["user_id"] for event in published("UserRemoved")] == [str(colleague.id)]


def test_no_event_and_no_row_carries_a_secret(owner: Person) -> None:
    invited = owner.invite(an_email(), "viewer")
    key = owner.api.post("/auth/api-keys", {"name": "k", "permissions": []}).json()["key"]
    secrets = [PASSWORD, owner.refresh_token, owner.signed_in.access, invited["invitation"], key]
    with connections[alias_of("auth")].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM public."{table}" t WHERE t::text LIKE ANY(%s)', [[f"%{secret}%" for secret in secrets]])
            assert cursor.fetchone() == (0,), table


def test_another_process_makes_and_drops_a_tenant(live_server, settings, committed) -> None:
    settings.SERVE_INTERNAL = True
    breaker.cache_clear()
    remote, tenant_id = Remote(Tenancy, live_server.url), uuid7()
    for _ in range(2):
        remote.ensure(tenant_id=tenant_id)
        assert tenant_id in known_tenants("default")
    for _ in range(2):
        remote.drop(tenant_id=tenant_id)
        assert tenant_id not in known_tenants("default")


def test_every_process_is_asked(live_server, settings, committed) -> None:
    settings.SERVE_INTERNAL = True
    settings.SERVICE_URLS = {"elsewhere": live_server.url, "nowhere": f"{live_server.url}/"}
    breaker.cache_clear()
    tenant_id = uuid7()
    ensure_everywhere(tenant_id)
    with connections[alias_of("auth")].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [tenant_of(tenant_id).schema])
        assert cursor.fetchone() == (1,)
    drop_everywhere(tenant_id)
    assert not Company.objects.filter(pk=tenant_id).exists()
    assert all(tenant_id not in known_tenants(alias) for alias in django_settings.DATABASES)
