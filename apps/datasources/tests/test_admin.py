"""The admin looks, and changes nothing."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import RequestFactory

from apps.datasources.models import HealthRecord, Source

pytestmark = pytest.mark.skipif("auth" not in settings.PLATFORM_APPS, reason="the admin runs in the whole deployable only")


def test_shows_neither_the_sealed_config_nor_a_way_to_change_it() -> None:
    from django.contrib import admin

    request = RequestFactory().get("/admin/")
    shown = admin.site.get_model_admin(Source)
    assert "sealed" not in [*shown.get_fields(request), *shown.get_list_display(request), *shown.get_search_fields(request)]
    for model in (Source, HealthRecord):
        looked_at = admin.site.get_model_admin(model)
        assert not looked_at.has_add_permission(request)
        assert not looked_at.has_change_permission(request)
        assert not looked_at.has_delete_permission(request)
