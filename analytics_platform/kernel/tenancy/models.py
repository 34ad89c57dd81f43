"""The tenants that this database holds a schema for."""

from django.db import models
from django_tenants.models import TenantMixin

from analytics_platform.kernel.ids import uuid7


class Tenant(TenantMixin):
    """A tenant as the kernel knows it: an id and a schema. The company behind it belongs to apps.auth."""

    auto_create_schema = False
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
