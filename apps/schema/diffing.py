"""Two versions of a source's structure compared. What changes without anyone altering a table (estimates, samples) is no difference."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter

from apps.schema.contract import AlteredTable, Change, SchemaColumn, SchemaTable

TABLES: TypeAdapter[list[SchemaTable]] = TypeAdapter(list[SchemaTable])
_COLUMN_PROPERTIES = ("type", "native_type", "nullable", "primary_key", "default", "comment")
_TABLE_PROPERTIES = ("kind", "comment", "primary_key", "foreign_keys", "indexes", "reads")


@dataclass(frozen=True)
class Difference:
    """Tables by their display names, in alphabetical order."""

    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    altered: list[AlteredTable] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.removed or self.altered)

    @property
    def altered_names(self) -> list[str]:
        return [table.table for table in self.altered]


def display_name(table: SchemaTable, default_schema: str) -> str:
    """How people and SQL name a table: with its schema only where that is not the default one."""
    return f"{table.schema_name}.{table.name}" if table.schema_name and table.schema_name != default_schema else table.name


def written(tables: Sequence[SchemaTable]) -> str:
    """The structure as the JSON text that versions are stored as, tables in alphabetical order."""
    ordered = sorted(tables, key=lambda table: (table.schema_name, table.name))
    return TABLES.dump_json(ordered, exclude={"__all__": {"row_count"}}, exclude_defaults=True, by_alias=True).decode()


def fingerprint(text: str) -> str:
    """Equal for equal structures."""
    return hashlib.sha256(text.encode()).hexdigest()


def compare(before: Sequence[SchemaTable], after: Sequence[SchemaTable], *, default_schema: str = "") -> Difference:
    """What came, went and changed from one version to the next."""
    old = {(t.schema_name, t.name): t for t in before}
    new = {(t.schema_name, t.name): t for t in after}
    altered = [
        _altered(old[key], new[key], default_schema) for key in old.keys() & new.keys() if _structure(old[key]) != _structure(new[key])
    ]
    return Difference(
        added=sorted(display_name(new[key], default_schema) for key in new.keys() - old.keys()),
        removed=sorted(display_name(old[key], default_schema) for key in old.keys() - new.keys()),
        altered=sorted(altered, key=lambda table: table.table),
    )


def _altered(before: SchemaTable, after: SchemaTable, default_schema: str) -> AlteredTable:
    old = {column.name: column for column in before.columns}
    new = {column.name: column for column in after.columns}
    changes = [Change(property=name, before=was, after=now) for name, was, now in _differing(before, after, _TABLE_PROPERTIES)]
    for column in after.columns:
        if column.name in old:
            changes += [
                Change(column=column.name, property=name, before=was, after=now)
                for name, was, now in _differing(old[column.name], column, _COLUMN_PROPERTIES)
            ]
    kept_before = [column.name for column in before.columns if column.name in new]
    kept_after = [column.name for column in after.columns if column.name in old]
    if kept_before != kept_after:
        changes.append(Change(property="column_order", before=", ".join(kept_before), after=", ".join(kept_after)))
    return AlteredTable(
        table=display_name(after, default_schema),
        added_columns=[column.name for column in after.columns if column.name not in old],
        removed_columns=[column.name for column in before.columns if column.name not in new],
        changes=changes,
    )


def _differing(
    before: SchemaTable | SchemaColumn, after: SchemaTable | SchemaColumn, names: Sequence[str]
) -> Iterator[tuple[str, str, str]]:
    for name in names:
        was, now = _plain(getattr(before, name)), _plain(getattr(after, name))
        if was != now:
            yield name, _written(was), _written(now)


def _structure(table: SchemaTable) -> dict[str, Any]:
    return {name: _plain(getattr(table, name)) for name in _TABLE_PROPERTIES} | {
        "columns": [[column.name, *(_plain(getattr(column, name)) for name in _COLUMN_PROPERTIES)] for column in table.columns]
    }


def _plain(value: Any) -> Any:
    """A value as JSON, lists of keys and indexes in an order of their own."""
    if isinstance(value, list) and value and not isinstance(value[0], str):
        return sorted((item.model_dump(mode="json") for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    return value


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)
