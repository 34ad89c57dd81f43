"""What a source holds, as the pipeline needs to know it: tables and columns by the rules of its dialect."""

from __future__ import annotations

import difflib
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol


@dataclass(frozen=True)
class CatalogColumn:
    """One column; `type` is the platform's name of its type."""

    name: str
    type: str = "string"


UNKNOWN_READS = "?"
"""In a view's `reads`: it could not be told what the view reads."""


@dataclass(frozen=True, kw_only=True)
class CatalogTable:
    """One table or view. `unique_keys` and `row_count` feed the warnings and may be left out.

    `reads` are the full names of what a view reads. Under a policy `hidden` holds the folded names of columns that are kept from the viewer,
    and `is_restricted` says that not everything of it may be read.
    """

    name: str
    columns: tuple[CatalogColumn, ...]
    schema: str | None = None
    unique_keys: tuple[tuple[str, ...], ...] = ()
    row_count: int | None = None
    reads: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()
    is_restricted: bool = False

    @property
    def full_name(self) -> str:
        """`schema.table`, or the bare name where the source has no schemas."""
        return f"{self.schema}.{self.name}" if self.schema else self.name

    @cached_property
    def column_by_name(self) -> dict[str, CatalogColumn]:
        return {column.name: column for column in self.columns}

    @cached_property
    def columns_by_folded_name(self) -> dict[str, list[CatalogColumn]]:
        found: dict[str, list[CatalogColumn]] = defaultdict(list)
        for column in self.columns:
            found[column.name.casefold()].append(column)
        return dict(found)

    def find_column(self, name: str) -> CatalogColumn | None:
        """The column of exactly this name, else the only one that differs in case alone."""
        exact = self.column_by_name.get(name)
        if exact is not None:
            return exact
        folded = self.columns_by_folded_name.get(name.casefold(), [])
        return folded[0] if len(folded) == 1 else None


@dataclass(frozen=True)
class Catalog:
    """The tables of one source. `default_schema` is where a bare name is looked for first; `denied` are tables that a policy keeps from the viewer."""

    tables: tuple[CatalogTable, ...]
    default_schema: str | None = None
    denied: tuple[CatalogTable, ...] = ()

    @cached_property
    def fingerprint(self) -> str:
        """Equal for equal catalogs, so that what was checked against one holds for the other."""
        digest = hashlib.sha256(repr(self.default_schema).encode())
        for table in self.tables:
            digest.update(repr((table.schema, table.name, table.columns, table.unique_keys, table.row_count, table.reads)).encode())
        return digest.hexdigest()

    @cached_property
    def _tables_by_folded_name(self) -> dict[str, list[CatalogTable]]:
        found: dict[str, list[CatalogTable]] = defaultdict(list)
        for table in self.tables:
            found[table.name.casefold()].append(table)
        return dict(found)

    def find_tables(self, name: str, *, schema: str | None) -> list[CatalogTable]:
        """The tables a reference may mean, exact names before ones that differ in case, the default schema before others."""
        candidates = self._tables_by_folded_name.get(name.casefold(), [])
        if schema is not None:
            candidates = [t for t in candidates if (t.schema or self.default_schema or "").casefold() == schema.casefold()]
            candidates = [t for t in candidates if t.schema == schema] or candidates
        candidates = [t for t in candidates if t.name == name] or candidates
        if schema is None and len(candidates) > 1:
            candidates = [t for t in candidates if t.schema == self.default_schema] or candidates
        return candidates

    def is_denied(self, name: str, *, schema: str | None) -> bool:
        """Whether a reference that finds nothing means a table that is kept from the viewer."""
        return bool(Catalog(self.denied, self.default_schema).find_tables(name, schema=schema))

    def close_tables(self, name: str) -> list[str]:
        """Names of tables that are written much alike."""
        return close_matches(name, [table.name for table in self.tables])


class DescribedColumn(Protocol):
    """A column as an app describes it."""

    @property
    def name(self) -> str: ...
    @property
    def type(self) -> str: ...


class DescribedIndex(Protocol):
    """An index as an app describes it."""

    @property
    def columns(self) -> Sequence[str]: ...
    @property
    def unique(self) -> bool: ...


class DescribedTable(Protocol):
    """A table as an app describes it; `schema_name` is empty where it is in the default schema."""

    @property
    def name(self) -> str: ...
    @property
    def schema_name(self) -> str: ...
    @property
    def columns(self) -> Sequence[DescribedColumn]: ...
    @property
    def primary_key(self) -> Sequence[str]: ...
    @property
    def indexes(self) -> Sequence[DescribedIndex]: ...
    @property
    def row_count(self) -> int | None: ...
    @property
    def may_read(self) -> tuple[str, ...]: ...


def catalog_of(tables: Iterable[DescribedTable], *, default_schema: str | None) -> Catalog:
    """Described tables as a catalog. A view's or a table's row count is an estimate."""
    return Catalog(tuple(_table_of(table, default_schema) for table in tables), default_schema=default_schema)


def _table_of(table: DescribedTable, default_schema: str | None) -> CatalogTable:
    unique = [tuple(table.primary_key)] if table.primary_key else []
    unique += [tuple(index.columns) for index in table.indexes if index.unique]
    return CatalogTable(
        name=table.name,
        schema=table.schema_name or default_schema,
        columns=tuple(CatalogColumn(column.name, column.type) for column in table.columns),
        unique_keys=tuple(dict.fromkeys(unique)),
        row_count=table.row_count,
        reads=table.may_read,
    )


def close_matches(name: str, candidates: Iterable[str]) -> list[str]:
    """Up to three names written much like `name`, best first."""
    by_folded = {candidate.casefold(): candidate for candidate in candidates}
    return [by_folded[folded] for folded in difflib.get_close_matches(name.casefold(), list(by_folded), n=3, cutoff=0.6)]
