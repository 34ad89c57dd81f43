"""What `make run` does before the web server starts, in one process: migrations, the admin's static files, the demo tenant."""

from __future__ import annotations

import django
from django.apps import apps
from django.core.management import call_command

DEMO_NEEDS = ("analytics_platform.demo", "apps.auth", "apps.datasources", "apps.files")


def main() -> None:
    """Each step finds what is done already and leaves it."""
    django.setup()
    call_command("migrate_tenants")
    call_command("collectstatic", interactive=False, verbosity=0)
    if all(map(apps.is_installed, DEMO_NEEDS)):
        call_command("create_demo")


if __name__ == "__main__":
    main()
