"""New rows of `Execution`: what `save` does, without compiling the same statement for each request."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import connections
from pydantic import TypeAdapter

from analytics_platform.kernel.databases import alias_of
from apps.execution.models import Execution

_FIELDS = Execution._meta.concrete_fields
_COLUMNS = [str(field.column) for field in _FIELDS]
_values_of = attrgetter(*[field.attname for field in _FIELDS])
_as_json = TypeAdapter(list[dict[str, Any]]).dump_json
_NO_WAITING = "SET LOCAL synchronous_commit = off"
"""A transaction that says so does not wait for the disk: a crash of the database may lose its last half second."""


def insert(row: Execution, *, is_dear: bool = True) -> None:
    """Writes a new run, inside a transaction. One that is not dear (an answer that was given already, a run that has only begun) does not wait for the disk."""
    alias = alias_of("execution")
    connection = connections[alias]
    values = [field.get_db_prep_save(field.pre_save(row, add=True), connection=connection) for field in _FIELDS]
    with connection.cursor() as cursor:
        cursor.execute(("" if is_dear else f"{_NO_WAITING}; ") + _statement(alias), values)
    row._state.adding, row._state.db = False, alias


def wait_for_no_disk() -> None:
    """For the transaction that is open."""
    with connections[alias_of("execution")].cursor() as cursor:
        cursor.execute(_NO_WAITING)


def insert_all(rows: Sequence[Execution]) -> set[UUID]:
    """Writes many that are not dear, inside a transaction; the ids of those that were not there yet."""
    alias = alias_of("execution")
    values = _as_json([dict(zip(_COLUMNS, _values_of(row), strict=True)) for row in rows]).decode()
    with connections[alias].cursor() as cursor:
        cursor.execute(_NO_WAITING)
        cursor.execute(_statement_for_many(alias), [values])
        return {id for (id,) in cursor.fetchall()}


@cache
def _statement(alias: str) -> str:
    connection = connections[alias]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in _FIELDS)
    places = ", ".join(f"%s::{field.db_type(connection)}" if field.name == "file_ids" else "%s" for field in _FIELDS)
    return f"INSERT INTO {connection.ops.quote_name(Execution._meta.db_table)} ({names}) VALUES ({places})"


@cache
def _statement_for_many(alias: str) -> str:
    quoted = connections[alias].ops.quote_name
    table, names = quoted(Execution._meta.db_table), ", ".join(map(quoted, _COLUMNS))
    rows = f"json_populate_recordset(NULL::{table}, %s::json)"
    return f"INSERT INTO {table} ({names}) SELECT {names} FROM {rows} ON CONFLICT (id) DO NOTHING RETURNING id"
