"""Parts of the admin that the kernel's apps share: read-only lists, of one database at a time."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from analytics_platform.kernel.tenancy.schemas import local_aliases


class DatabaseFilter(admin.SimpleListFilter):
    """Which database is looked at: each has these tables."""

    title = "database"
    parameter_name = "database"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Those beside the default one."""
        return [(alias, alias) for alias in local_aliases() if alias != "default"]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        """The rows of the chosen one."""
        return queryset.using(self.value()) if self.value() in local_aliases() else queryset


class KernelTableAdmin(ModelAdmin):  # type: ignore[misc]
    """Seen, searched and filtered; what changes is an action."""

    show_full_result_count = False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """A page of one row does not say its database: each is asked."""
        field = self.model._meta.pk if from_field is None else self.model._meta.get_field(from_field)
        for alias in local_aliases():
            found = self.get_queryset(request).using(alias).filter(**{field.name: field.to_python(object_id)}).first()
            if found is not None:
                return found
        return None

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False
