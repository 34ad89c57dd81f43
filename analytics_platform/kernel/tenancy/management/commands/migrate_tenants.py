"""`manage.py migrate_tenants`: `public` of every database first, then every tenant's schema."""

import time
from typing import Any

from django.core.management import BaseCommand, call_command

from analytics_platform.kernel.tenancy.migrating import migrate_tenants
from analytics_platform.kernel.tenancy.schemas import local_aliases


class Command(BaseCommand):
    """Bring all schemas of all databases of this process up to date."""

    help = "Migrate public and every tenant's schema, in every database of this process."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line a database."""
        for alias in local_aliases():
            started = time.perf_counter()
            call_command("migrate", database=alias, verbosity=0)
            done = migrate_tenants(alias)
            seconds = time.perf_counter() - started
            self.stdout.write(f"{alias}: {done.migrated} tenants migrated, {done.current} were current, {seconds:.1f} s")
