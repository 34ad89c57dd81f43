"""What of a schema one viewer may see: tables, columns, keys and figures that their policies leave. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from analytics_platform.sql.catalog import Catalog, CatalogColumn, CatalogTable
from analytics_platform.sql.dialects import Dialect
from analytics_platform.sql.masks import masked_type
from analytics_platform.sql.policies import TableRights, rights_by_table
from analytics_platform.sql.rights import EVERY_TABLE, Mask, Rights
from apps.schema.contract import SchemaTable
from apps.schema.diffing import TABLES
from apps.schema.values import Entry

Restrictions = Mapping[str, TableRights]
"""By full name; a table that is not in it is seen whole."""

_OPEN: Final = TableRights(masks={})
_NO_VALUES: Final[dict[str, Any]] = {"sample_values": [], "statistics": None}


def full_name(schema: str, table: str, default_schema: str) -> str:
    """As `CatalogTable.full_name` has it."""
    schema = schema or default_schema
    return f"{schema}.{table}" if schema else table


def catalog_of(tables: Iterable[SchemaTable], *, default_schema: str) -> Catalog:
    """The tables as policies are held against them."""
    return Catalog(
        tuple(
            CatalogTable(
                name=table.name,
                schema=table.schema_name or default_schema or None,
                columns=tuple(CatalogColumn(column.name, column.type) for column in table.columns),
                reads=table.may_read,
            )
            for table in tables
        ),
        default_schema=default_schema or None,
    )


def restrictions_of(tables: Sequence[SchemaTable], rights: Rights, *, default_schema: str, dialect: Dialect) -> Restrictions:
    """What is kept back of a source as it is now. Raises PolicyDoesNotResolve."""
    return {} if rights.is_unrestricted else rights_by_table(catalog_of(tables, default_schema=default_schema), rights, dialect=dialect)


def restrictions_of_former(
    former: Sequence[SchemaTable], now: Sequence[SchemaTable], known: Restrictions, rights: Rights, *, default_schema: str, dialect: Dialect
) -> Restrictions:
    """What is kept back of a source as it was, by the policies of today (`known`: what they keep back today).

    Policies name tables and columns of today. A column that is gone may be a hidden one's former name: of a table with hidden or masked columns
    it is not shown. A table that is gone is judged by what is said of every table.
    """
    if rights.is_unrestricted:
        return {}
    current = {full_name(table.schema_name, table.name, default_schema): table for table in now}
    folded = {name.casefold(): own for name, own in known.items()}
    general = replace(rights, rules=tuple(rule for rule in rights.rules if rule.table == EVERY_TABLE))
    found = dict(restrictions_of(former, general, default_schema=default_schema, dialect=dialect))
    for table in former:
        name = full_name(table.schema_name, table.name, default_schema)
        own = known.get(name) if name in current else folded.get(name.casefold())
        if own is None:
            if name in current:
                found.pop(name, None)
            continue
        there = {column.name for column in current[name].columns} if name in current else set()
        gone = {column.name for column in table.columns if column.name not in there} if own.hidden or own.masks else set()
        found[name] = replace(own, hidden=own.hidden | gone)
    return found


def visible(tables: Sequence[SchemaTable], restrictions: Restrictions, *, default_schema: str) -> list[SchemaTable]:
    """The tables that are left, without what is kept back of them and without keys and indexes that tell of it."""
    if not restrictions:
        return list(tables)
    found: list[SchemaTable] = []
    places: list[int] = []
    data: list[dict[str, Any]] = []
    for table in tables:
        own = restrictions.get(full_name(table.schema_name, table.name, default_schema))
        if own is not None and own.is_denied:
            continue
        if own is not None or _points_at(table, restrictions, default_schema):
            places.append(len(found))
            data.append(_left(table, own, restrictions, default_schema))
        found.append(table)
    for place, left in zip(places, TABLES.validate_python(data), strict=True):
        found[place] = left
    return found


def visible_entries(entries: Iterable[Entry], restrictions: Restrictions, *, default_schema: str) -> list[Entry]:
    """The values that may be searched: none of a filtered table, none of a hidden or masked column."""
    return [
        entry
        for entry in entries
        if (own := restrictions.get(full_name(entry.schema, entry.table, default_schema))) is None
        or not (own.is_denied or own.is_filtered or entry.column in own.hidden or entry.column in own.masks)
    ]


def without_values(tables: Sequence[SchemaTable]) -> list[SchemaTable]:
    """The tables without samples and statistics."""
    found = list(tables)
    places = [
        place
        for place, table in enumerate(tables)
        if any(column.sample_values or column.statistics is not None for column in table.columns)
    ]
    data = []
    for place in places:
        plain = tables[place].model_dump()
        for column in plain["columns"]:
            column |= _NO_VALUES
        data.append(plain)
    for place, table in zip(places, TABLES.validate_python(data), strict=True):
        found[place] = table
    return found


def _points_at(table: SchemaTable, restrictions: Restrictions, default_schema: str) -> bool:
    """Whether a foreign key or a view's `reads` names a restricted table."""
    if any(name in restrictions for name in table.reads or ()):
        return True
    return any(
        _referenced(table, key.references.schema_name, key.references.table, default_schema) in restrictions for key in table.foreign_keys
    )


def _referenced(table: SchemaTable, schema: str, name: str, default_schema: str) -> str:
    return full_name(schema or table.schema_name, name, default_schema)


def _left(table: SchemaTable, own: TableRights | None, restrictions: Restrictions, default_schema: str) -> dict[str, Any]:
    """The table as plain data: one validation for all of them costs a tenth of copying each column."""
    own = own or _OPEN
    data = table.model_dump()
    data["columns"] = [_column(column, own) for column in data["columns"] if column["name"] not in own.hidden]
    if own.is_filtered:
        data["row_count"] = None
    if own.hidden.intersection(table.primary_key):
        data["primary_key"] = []
        data["columns"] = [column | {"primary_key": False} for column in data["columns"]]
    data["indexes"] = [index for index in data["indexes"] if not _tells_of(index, own)]
    data["foreign_keys"] = [key for key in data["foreign_keys"] if _is_usable(key, table, own, restrictions, default_schema)]
    if data["reads"] is not None:
        data["reads"] = [name for name in data["reads"] if not restrictions.get(name, _OPEN).is_denied]
    return data


def _column(column: dict[str, Any], own: TableRights) -> dict[str, Any]:
    mask = own.masks.get(column["name"])
    if mask is not None:
        shown = masked_type(mask, column["type"])
        native = column["native_type"] if shown == column["type"] and "'" not in column["native_type"] else ""  # enum('a','b') names values
        column |= {"type": shown, "native_type": native, "nullable": column["nullable"] or mask == "null", "default": None}
    return column | _NO_VALUES if mask is not None or own.is_filtered else column


def _tells_of(index: dict[str, Any], own: TableRights) -> bool:
    """Whether an index is over a hidden column, or is named after one (of an expression only the name is known)."""
    name = str(index["name"]).casefold()
    return any(column in index["columns"] or column.casefold() in name for column in own.hidden)


def _is_usable(key: dict[str, Any], table: SchemaTable, own: TableRights, restrictions: Restrictions, default_schema: str) -> bool:
    """Whether both ends can be seen, and are equal as they are seen: unmasked, or hashed on both sides."""
    reference = key["references"]
    other = restrictions.get(_referenced(table, reference["schema"], reference["table"], default_schema), _OPEN)
    if other.is_denied or own.hidden.intersection(key["columns"]) or other.hidden.intersection(reference["columns"]):
        return False
    pairs: list[tuple[Mask | None, Mask | None]] = [
        (own.masks.get(ours), other.masks.get(theirs)) for ours, theirs in zip(key["columns"], reference["columns"], strict=False)
    ]
    return all(pair in ((None, None), ("hash", "hash")) for pair in pairs)
