"""The admin looks, and changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from apps.datasources.contract import data_sources
from apps.datasources.models import AccessPolicy, HealthRecord, Source
from apps.datasources.tests.factories import sqlite_body

pytestmark = pytest.mark.skipif("auth" not in settings.PLATFORM_APPS, reason="the admin runs in the whole deployable only")


def test_shows_neither_the_sealed_config_nor_a_way_to_change_it() -> None:
    from django.contrib import admin

    request = RequestFactory().get("/admin/")
    shown = admin.site.get_model_admin(Source)
    assert "sealed" not in [*shown.get_fields(request), *shown.get_list_display(request), *shown.get_search_fields(request)]
    for model in (Source, HealthRecord, AccessPolicy):
        looked_at = admin.site.get_model_admin(model)
        assert not looked_at.has_add_permission(request)
        assert not looked_at.has_change_permission(request)
        assert not looked_at.has_delete_permission(request)


@pytest.mark.parametrize(("status", "expected"), [("ok", ["sound"]), ("broken", ["odd"]), ("", ["odd", "sound"])])
def test_finds_policies_by_their_status(tenant: Any, status: str, expected: list[str]) -> None:
    from django.contrib import admin

    with tenant.acting():
        source = data_sources.create(**sqlite_body())
        for name, fault in (("sound", ""), ("odd", "There is no column owner.")):
            AccessPolicy.objects.create(source_id=source.id, name=name, table="t", fault=fault)
        request = RequestFactory().get("/admin/", {"status": status} if status else {})
        request.user = AnonymousUser()
        found = admin.site.get_model_admin(AccessPolicy).get_changelist_instance(request).get_queryset(request)
        assert [row.name for row in found.order_by("name")] == expected
