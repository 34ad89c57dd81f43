"""What is written to `Execution` at every run: what `save` and `update` do, without compiling the same statement for each request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import connections
from pydantic import TypeAdapter

from analytics_platform.kernel.databases import NO_WAITING, alias_of
from analytics_platform.kernel.events import Change
from apps.execution.models import Execution

_FIELDS = Execution._meta.concrete_fields
_BY_NAME = {field.name: field for field in _FIELDS}
_COLUMNS = [str(field.column) for field in _FIELDS]
_values_of = attrgetter(*[field.attname for field in _FIELDS])
_as_json = TypeAdapter(list[dict[str, Any]]).dump_json


def insertion(row: Execution) -> Change:
    """A new run; one that is not there yet."""
    return Change(sql=f"{_insert_into(alias_of('execution'))} RETURNING 1", values=[_as_records([row])])


def update(row: Execution, values: Mapping[str, Any], *, only_if: Sequence[str]) -> Change:
    """These values, if the run is still in one of the states."""
    connection = connections[alias_of("execution")]
    prepared = [_BY_NAME[name].get_db_prep_save(value, connection) for name, value in values.items()]
    return Change(sql=_update(connection.alias, tuple(values)), values=[*prepared, row.id, list(only_if)])


def insert(row: Execution) -> None:
    """Writes a new run, inside a transaction."""
    alias, change = alias_of("execution"), insertion(row)
    with connections[alias].cursor() as cursor:
        cursor.execute(change.sql, change.values)
    is_there(row)


def is_there(row: Execution) -> None:
    """The run has been inserted."""
    row._state.adding, row._state.db = False, alias_of("execution")


def insert_all(rows: Sequence[Execution]) -> set[UUID]:
    """Writes many that are not dear, inside a transaction; the ids of those that were not there yet."""
    alias = alias_of("execution")
    with connections[alias].cursor() as cursor:
        cursor.execute(NO_WAITING)
        cursor.execute(f"{_insert_into(alias)} ON CONFLICT (id) DO NOTHING RETURNING id", [_as_records(rows)])
        return {id for (id,) in cursor.fetchall()}


def _as_records(rows: Sequence[Execution]) -> str:
    """One value to send, of however many rows and columns."""
    return _as_json([dict(zip(_COLUMNS, _values_of(row), strict=True)) | {"rows": _as_text(row.rows)} for row in rows]).decode()


def _as_text(value: bytes | memoryview | None) -> str | None:
    """Bytes as PostgreSQL reads them in JSON."""
    return None if value is None else f"\\x{value.hex()}"


@cache
def _insert_into(alias: str) -> str:
    quoted = connections[alias].ops.quote_name
    table, names = quoted(Execution._meta.db_table), ", ".join(map(quoted, _COLUMNS))
    return f"INSERT INTO {table} ({names}) SELECT {names} FROM json_populate_recordset(NULL::{table}, %s::json)"


@cache
def _update(alias: str, names: tuple[str, ...]) -> str:
    connection = connections[alias]
    quoted = connection.ops.quote_name
    fields = [_BY_NAME[name] for name in names]
    settings = ", ".join(f"{quoted(str(field.column))} = %s::{field.db_type(connection)}" for field in fields)
    return f"UPDATE {quoted(Execution._meta.db_table)} SET {settings} WHERE id = %s AND status = ANY(%s) RETURNING 1"
