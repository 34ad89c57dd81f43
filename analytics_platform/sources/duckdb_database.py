"""DuckDB database files, attached read-only."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from analytics_platform.sources.catalog import Catalog, Column, ForeignKey, Index, Table, TableName
from analytics_platform.sources.configs import DuckdbConfig, SourceConfig
from analytics_platform.sources.connector import Connector, SourceSettings, Target
from analytics_platform.sources.duckdb_engine import DuckdbSession, Engine, Engines, base_config
from analytics_platform.sources.logical_types import from_native
from analytics_platform.sources.paths import file_stamp, resolve_path
from analytics_platform.sources.problems import SourceUnreachable
from analytics_platform.sources.view_reads import ViewReader

_TABLES: Final = """
    SELECT schema_name, table_name, 'table', comment, estimated_size, NULL FROM duckdb_tables()
    WHERE database_name = current_database() AND NOT internal
    UNION ALL SELECT schema_name, view_name, 'view', comment, NULL, sql FROM duckdb_views()
    WHERE database_name = current_database() AND NOT internal ORDER BY 1, 2
"""
_COLUMNS: Final = """
    SELECT schema_name, table_name, column_name, data_type, is_nullable, comment, column_default FROM duckdb_columns()
    WHERE database_name = current_database() AND NOT internal ORDER BY schema_name, table_name, column_index
"""
_CONSTRAINTS: Final = """
    SELECT schema_name, table_name, constraint_type, constraint_column_names, referenced_table, referenced_column_names
    FROM duckdb_constraints() WHERE database_name = current_database() AND constraint_type IN ('PRIMARY KEY', 'FOREIGN KEY')
    ORDER BY schema_name, table_name, constraint_index
"""
_INDEXES: Final = """
    SELECT schema_name, table_name, index_name, is_unique, expressions FROM duckdb_indexes()
    WHERE database_name = current_database() ORDER BY 1, 2, 3
"""
_MACROS: Final = "SELECT DISTINCT function_name FROM duckdb_functions() WHERE NOT internal"


class DuckdbConnector(Connector):
    kind = "duckdb"
    title = "DuckDB file"
    dialect = "duckdb"
    config_model = DuckdbConfig
    driver = "duckdb"

    def __init__(self, settings: SourceSettings) -> None:
        super().__init__(settings)
        self._engines = Engines(settings)

    def open(self, target: Target) -> DuckdbSession:
        path = resolve_path(DuckdbConfig.model_validate(target.config).path, self.settings.folders, own_folder=self.settings.own_folder)

        def make() -> Engine:
            import duckdb

            try:
                return Engine(duckdb.connect(str(path), read_only=True, config=base_config(self.settings)), introspect)
            except duckdb.Error as e:
                message = str(e).replace(str(path), path.name)
                raise SourceUnreachable(f"The file cannot be opened as a DuckDB database: {message}") from e

        return self._engines.session((str(path),), file_stamp(path), make)

    def cancel(self, target: Target, source_query_id: str) -> bool:
        return self._engines.interrupt(source_query_id)

    def check(self, config: SourceConfig) -> None:
        resolve_path(DuckdbConfig.model_validate(config.model_dump()).path, self.settings.folders, own_folder=self.settings.own_folder)

    def close(self) -> None:
        self._engines.close()


def introspect(session: DuckdbSession, timeout_s: float) -> Catalog:
    """Tables, views, columns, comments, keys, indexes row counts, and what views read: five statements."""
    tables: dict[tuple[str, str], Table] = {}
    definitions: dict[tuple[str, str], str | None] = {}
    for schema, name, kind, comment, estimate, definition in session.rows(_TABLES, timeout_s=timeout_s):
        if kind == "view":
            definitions[schema, name] = definition
        tables[schema, name] = Table(name=TableName(name, schema), kind=kind, comment=comment or "", row_estimate=estimate)
    for schema, table, name, native, nullable, comment, default in session.rows(_COLUMNS, timeout_s=timeout_s):
        if (schema, table) in tables:
            column = Column(name, from_native(native), native, nullable=nullable, comment=comment or "", default=default)
            tables[schema, table].columns.append(column)
    for schema, table, kind, columns, referenced, referenced_columns in session.rows(_CONSTRAINTS, timeout_s=timeout_s):
        _add_constraint(tables[schema, table], kind, tuple(columns), TableName(referenced or "", schema), tuple(referenced_columns or ()))
    for (schema, table), indexes in _indexes(session.rows(_INDEXES, timeout_s=timeout_s)).items():
        if (schema, table) in tables:
            tables[schema, table].indexes += indexes
    if definitions:
        macros = [name for (name,) in session.rows(_MACROS, timeout_s=timeout_s)]
        reader = ViewReader(tables.values(), dialect="duckdb", default_schema="main", functions=macros)
        for key, definition in definitions.items():
            tables[key].reads = reader.reads(definition, schema=key[0])
    return Catalog(list(tables.values()), "main")


def _add_constraint(table: Table, kind: str, columns: tuple[str, ...], referenced: TableName, referenced_columns: tuple[str, ...]) -> None:
    if kind == "FOREIGN KEY":
        table.foreign_keys.append(ForeignKey(columns, referenced, referenced_columns))
        return
    table.primary_key = columns
    for column in table.columns:
        column.primary_key = column.name in columns


def _indexes(rows: list[tuple[Any, ...]]) -> dict[tuple[str, str], list[Index]]:
    found: dict[tuple[str, str], list[Index]] = defaultdict(list)
    for schema, table, name, unique, expressions in rows:
        columns = tuple(c.strip().strip("'\"") for c in str(expressions).strip("[]").split(","))
        found[schema, table].append(Index(name, columns, unique))
    return found
