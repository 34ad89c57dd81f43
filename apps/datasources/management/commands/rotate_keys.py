"""`manage.py rotate_keys`: seal every stored secret anew under the first of ENCRYPTION_KEYS, after which the older keys can go."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand

from analytics_platform.kernel.context import tenant_in_force
from analytics_platform.kernel.crypto import is_sealed_with_current_key
from analytics_platform.kernel.databases import alias_of, transaction_for
from analytics_platform.kernel.tenancy.schemas import known_tenants
from apps.datasources.models import Source


class Command(BaseCommand):
    """Put the new key first in ENCRYPTION_KEYS, keep the old one behind it, run this, then drop the old one."""

    help = "Seal the secrets of all data sources under the current encryption key."

    def handle(self, *args: Any, **options: Any) -> None:
        """One short transaction a tenant; interrupted, it can simply be run again."""
        sealed = 0
        for tenant_id in known_tenants(alias_of("datasources")):
            with tenant_in_force(tenant_id), transaction_for("datasources"):
                for row in Source.objects.select_for_update().order_by("id"):
                    if not is_sealed_with_current_key(row.sealed):
                        row.seal(row.unseal())
                        row.save(update_fields=["sealed"])
                        sealed += 1
        self.stdout.write(f"{sealed} configurations sealed under the current key")
