"""A source's answer put together: structure, what people say of it, and figures of columns that may show them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from apps.schema.contract import SchemaColumn, SchemaTable
from apps.schema.diffing import TABLES


class Remark:
    """What people say of one table or column."""

    __slots__ = ("description", "hidden", "pii", "synonyms")

    def __init__(self, *, description: str = "", synonyms: Sequence[str] = (), hidden: bool = False, pii: bool = False) -> None:
        self.description = description
        self.synonyms = list(synonyms)
        self.hidden = hidden
        self.pii = pii


Figures = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""By table key as text (`table_key_text`), by column: `samples` and `statistics`."""
_SILENCE = Remark()
Remarks = Mapping[tuple[str, str, str], Remark]
"""By schema, table and column (empty for the table itself)."""


def table_key_text(schema: str, table: str) -> str:
    """A table's key in JSON objects."""
    return f"{schema}\x1f{table}"


def assemble(
    tables: Sequence[SchemaTable], *, remarks: Remarks, row_counts: Mapping[str, int | None], figures: Figures, shows_values: bool
) -> list[SchemaTable]:
    """The tables with remarks, estimates and figures. Hidden and personal columns, and private sources, show no value."""
    found = list(tables)
    places, data = [], []
    for place, table in enumerate(tables):
        key = table_key_text(table.schema_name, table.name)
        known = figures.get(key, {}) if shows_values else {}
        if remarks or known or row_counts.get(key) != table.row_count:
            places.append(place)
            data.append(_completed(table, remarks, row_counts.get(key), known))
    for place, table in zip(places, TABLES.validate_python(data), strict=True):
        found[place] = table
    return found


def shows_values(table: SchemaTable, column: SchemaColumn) -> bool:
    """Whether values of the column may be shown, sampled and searched."""
    return not (table.hidden or column.hidden or column.pii)


def _completed(table: SchemaTable, remarks: Remarks, row_count: int | None, figures: Mapping[str, Any]) -> dict[str, Any]:
    """The table as plain data, which is changed and then validated for all tables at once: far cheaper than copying each column."""
    key = (table.schema_name, table.name)
    said = remarks.get((*key, ""), _SILENCE)
    data = table.model_dump() | {"row_count": row_count, "description": said.description, "synonyms": said.synonyms, "hidden": said.hidden}
    for column in data["columns"]:
        remark = remarks.get((*key, column["name"]), _SILENCE)
        if remark is not _SILENCE:
            column |= {"description": remark.description, "synonyms": remark.synonyms, "hidden": remark.hidden, "pii": remark.pii}
        figure = None if said.hidden or remark.hidden or remark.pii else figures.get(column["name"])
        if figure is not None:
            column |= {"sample_values": figure["samples"], "statistics": figure["statistics"]}
    return data
