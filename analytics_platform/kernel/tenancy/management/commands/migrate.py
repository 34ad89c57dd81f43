"""Django's own `migrate`, for `public`; django-tenants' replacement would migrate its own way. See `migrate_tenants`."""

from django.core.management.commands.migrate import Command

__all__ = ["Command"]
