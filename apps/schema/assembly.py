"""A source's answer put together: structure, what people say of it, and figures of columns that may show them. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter

from analytics_platform.kernel.declare import Dto
from apps.schema.contract import ColumnStatistics, Scalar, SchemaColumn, SchemaTable


class Figure(Dto):
    """What is known of one column's values."""

    samples: list[Scalar]
    statistics: ColumnStatistics


Figures = Mapping[str, Mapping[str, Figure]]
"""By table key as text (`table_key_text`), by column."""
FIGURES: TypeAdapter[dict[str, dict[str, Figure]]] = TypeAdapter(dict[str, dict[str, Figure]])


class Remark:
    """What people say of one table or column."""

    __slots__ = ("description", "hidden", "pii", "synonyms")

    def __init__(self, *, description: str = "", synonyms: Sequence[str] = (), hidden: bool = False, pii: bool = False) -> None:
        self.description = description
        self.synonyms = list(synonyms)
        self.hidden = hidden
        self.pii = pii


_SILENCE = Remark()
Remarks = Mapping[tuple[str, str, str], Remark]
"""By schema, table and column (empty for the table itself)."""


def table_key_text(schema: str, table: str) -> str:
    """A table's key in JSON objects."""
    return json.dumps([schema, table])


def assemble(
    tables: Sequence[SchemaTable], *, remarks: Remarks, row_counts: Mapping[str, int | None], figures: Mapping[str, Any], shows_values: bool
) -> list[SchemaTable]:
    """The tables with remarks, estimates and figures. Hidden and personal columns, and private sources, show no value."""
    known: Figures = FIGURES.validate_python(figures) if shows_values else {}
    return [
        _table(
            table,
            remarks,
            row_counts.get(table_key_text(table.schema_name, table.name)),
            known.get(table_key_text(table.schema_name, table.name), {}),
        )
        for table in tables
    ]


def shows_values(table: SchemaTable, column: SchemaColumn) -> bool:
    """Whether values of the column may be shown, sampled and searched."""
    return not (table.hidden or column.hidden or column.pii)


def _table(table: SchemaTable, remarks: Remarks, row_count: int | None, figures: Mapping[str, Figure]) -> SchemaTable:
    key = (table.schema_name, table.name)
    remark = remarks.get((*key, ""), _SILENCE)
    columns = [
        _column(column, remarks.get((*key, column.name), _SILENCE), figures.get(column.name), is_hidden=remark.hidden)
        for column in table.columns
    ]
    return table.model_copy(
        update={
            "columns": columns,
            "row_count": row_count,
            "description": remark.description,
            "synonyms": remark.synonyms,
            "hidden": remark.hidden,
        }
    )


def _column(column: SchemaColumn, remark: Remark, figure: Figure | None, *, is_hidden: bool) -> SchemaColumn:
    shown = figure is not None and not (is_hidden or remark.hidden or remark.pii)
    if remark is _SILENCE and not shown:
        return column
    return column.model_copy(
        update={
            "description": remark.description,
            "synonyms": remark.synonyms,
            "hidden": remark.hidden,
            "pii": remark.pii,
            "sample_values": figure.samples if shown and figure is not None else [],
            "statistics": figure.statistics if shown and figure is not None else None,
        }
    )
