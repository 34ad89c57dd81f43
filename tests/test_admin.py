"""The admin: every list opens for the operator, in a chosen tenant, and shows no secret."""

from __future__ import annotations

import pytest
from django.apps import apps as django_apps
from django.conf import settings
from django.contrib import admin
from django.test import Client

from analytics_platform.kernel.databases import is_tenants
from analytics_platform.kernel.http.admin_tenant import choice_url

LISTS = sorted((model._meta.app_label, model._meta.model_name) for model in admin.site._registry)
SECRET = "hunter2-and-a-half"
WAREHOUSE = {
    "name": "warehouse",
    "kind": "postgresql",
    "config": {"host": "127.0.0.1", "database": "d", "username": "u", "password": SECRET},
}


@pytest.fixture
def operator(db) -> Client:
    """Somebody of the staff, signed in."""
    user = django_apps.get_model(settings.AUTH_USER_MODEL).objects.create_superuser("ops@example.com", "a long password 1")
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return client


@pytest.mark.parametrize(("label", "name"), LISTS)
def test_every_list_opens_in_a_chosen_tenant(operator: Client, tenant, label: str, name: str) -> None:
    operator.get(choice_url(tenant.id, name=tenant.slug))
    page = operator.get(f"/admin/{label}/{name}/?q=a")
    assert page.status_code == 200, page
    assert f"tenant {tenant.slug}" in page.content.decode()


def test_tenants_tables_are_not_shown_before_one_is_chosen(operator: Client, tenant) -> None:
    for label, name in LISTS:
        if is_tenants(label):
            answer = operator.get(f"/admin/{label}/{name}/")
            assert (answer.status_code, answer["Location"]) == (302, settings.ADMIN_TENANTS_PATH)


def test_a_stored_secret_is_shown_nowhere(operator: Client, tenant) -> None:
    made = tenant.api().post("/data-sources", WAREHOUSE)
    assert made.status_code == 201, made.content
    operator.get(choice_url(tenant.id, name=tenant.slug))
    pages = [f"/admin/datasources/source/{made.json()['id']}/change/", *(f"/admin/{label}/{name}/" for label, name in LISTS)]
    for page in pages:
        assert SECRET not in operator.get(page, follow=True).content.decode()


def test_the_other_tenants_rows_are_not_in_it(operator: Client, tenant, other_tenant) -> None:
    assert tenant.api().post("/data-sources", {**WAREHOUSE, "name": "only-mine"}).status_code == 201
    operator.get(choice_url(tenant.id, name=tenant.slug))
    assert "only-mine" in operator.get("/admin/datasources/source/").content.decode()
    operator.get(choice_url(other_tenant.id, name=other_tenant.slug))
    assert "only-mine" not in operator.get("/admin/datasources/source/").content.decode()


def test_nobody_else_gets_in(tenant) -> None:
    assert Client(SERVER_NAME="localhost").get("/admin/datasources/source/").status_code == 302
    assert tenant.api().generic("GET", "/api/../admin/", "").status_code in (302, 404)


def test_a_request_of_the_api_passes_the_admins_session_by(api) -> None:
    api.cookies["sessionid"] = "made-up"
    answer = api.get("/auth/validate")
    assert answer.status_code == 200
    assert not hasattr(answer.wsgi_request, "session")
    assert not hasattr(answer.wsgi_request, "_messages")


def test_a_form_of_the_admin_needs_its_csrf_token(db) -> None:
    assert Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "a", "password": "b"}).status_code == 403
