"""The database backend: django-tenants' own, with the tenant in force read from one ContextVar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django_tenants.postgresql_backend import base
from psycopg.pq import TransactionStatus

from analytics_platform.kernel.context import PUBLIC, active_schema


class DatabaseWrapper(base.DatabaseWrapper):
    """Sets `search_path` when a cursor is made and the path differs from the one this connection has."""

    @property
    def schema_name(self) -> str:
        """The schema in force, which is the context's and nobody else's."""
        return active_schema()

    @schema_name.setter
    def schema_name(self, value: str | None) -> None:
        if value not in (None, active_schema()):
            raise RuntimeError("a schema is put in force by kernel.context.tenant_in_force, not on a connection")

    search_path_set_schemas: str | None

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:
        """Called by django-tenants when the connection object is made, with `public`; anything else is refused."""
        if tenant.schema_name not in (PUBLIC, active_schema()):
            raise RuntimeError("a tenant is put in force by kernel.context.tenant_in_force, not on a connection")
        self.tenant = tenant
        self.search_path_set_schemas = None

    def _cursor(self, name: str | None = None) -> Any:
        cursor = base.original_backend.DatabaseWrapper._cursor(self, name)
        schema = active_schema()
        if self.search_path_set_schemas != schema:
            self._set_search_path(schema)
        return cursor

    def _set_search_path(self, schema: str) -> None:
        """Skipped inside a failed transaction: whatever comes next fails there anyway, and the path stays unknown."""
        if self.connection.info.transaction_status == TransactionStatus.INERROR:
            return
        self.connection.execute(_path_to(schema))
        self.search_path_set_schemas = schema

    def execute_at_once(self, sql: str, values: Sequence[Any]) -> int:
        """Statements in one message, the search path before them where it differs; how many rows the last one wrote.

        PostgreSQL takes a message of several statements as one transaction where none is open.
        """
        schema = active_schema()
        with base.original_backend.DatabaseWrapper._cursor(self) as cursor:
            path = "" if self.search_path_set_schemas == schema else f"{_path_to(schema)}; "
            if path:
                self.search_path_set_schemas = None  # until it is known to stand
            cursor.execute(path + sql, values)
            while cursor.nextset():
                pass
            self.search_path_set_schemas = schema
            return int(cursor.rowcount)

    def _commit(self) -> None:
        """PostgreSQL turns COMMIT of a failed transaction into ROLLBACK and takes the SET back: forget the path then."""
        failed = self.connection is not None and self.connection.info.transaction_status == TransactionStatus.INERROR
        try:
            super()._commit()
        finally:
            if failed:
                self.search_path_set_schemas = None


def _path_to(schema: str) -> str:
    return f'SET search_path = "{schema}"' if schema == PUBLIC else f'SET search_path = "{schema}", "{PUBLIC}"'
