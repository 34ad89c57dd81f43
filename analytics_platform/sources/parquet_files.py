"""Uploaded files as tables: DuckDB over their Parquet, with exactly those files in reach."""

from __future__ import annotations

from typing import Final

from analytics_platform.sources.catalog import Catalog, Column, Table, TableName
from analytics_platform.sources.configs import FilesConfig
from analytics_platform.sources.connector import Connector, FileView, SourceSettings, Target
from analytics_platform.sources.duckdb_engine import DuckdbSession, Engine, Engines, Introspect, base_config
from analytics_platform.sources.logical_types import from_native
from analytics_platform.sources.problems import SourceConfigInvalid, SourceUnreachable
from analytics_platform.sources.statistics import quote_ansi

_COLUMNS: Final = """
    SELECT table_name, column_name, data_type FROM duckdb_columns()
    WHERE database_name = current_database() AND NOT internal ORDER BY table_name, column_index
"""


class FilesConnector(Connector):
    kind = "files"
    title = "Uploaded files"
    dialect = "duckdb"
    config_model = FilesConfig
    driver = "duckdb"

    def __init__(self, settings: SourceSettings) -> None:
        super().__init__(settings)
        self._engines = Engines(settings)

    def open(self, target: Target) -> DuckdbSession:
        if not target.files:
            raise SourceConfigInvalid("The source has no files left.")
        views = tuple(sorted((v.table_name, str(v.path)) for v in target.files))
        return self._engines.session(target.key, (target.version, views), lambda: make_engine(target.files, self.settings))

    def cancel(self, target: Target, source_query_id: str) -> bool:
        return self._engines.interrupt(source_query_id)

    def close(self) -> None:
        self._engines.close()


def make_engine(files: tuple[FileView, ...], settings: SourceSettings) -> Engine:
    """An instance with a view for each file. Raises SourceUnreachable where a file cannot be read."""
    import duckdb

    connection = duckdb.connect(":memory:", config=base_config(settings))
    paths = ", ".join(_literal(str(f.path)) for f in files)
    try:
        connection.execute(f"SET allowed_paths = [{paths}]")
        for file in files:
            connection.execute(f"CREATE VIEW {quote_ansi(file.table_name)} AS SELECT * FROM read_parquet({_literal(str(file.path))})")
    except duckdb.Error as e:
        connection.close()
        raise SourceUnreachable("The stored table of a file cannot be read; process the file again.") from e
    return Engine(connection, _introspect(files))


def _introspect(files: tuple[FileView, ...]) -> Introspect:
    """Columns out of the views, row counts out of the Parquet footers: two statements."""
    by_path = {str(f.path): f.table_name for f in files}
    footers = f"SELECT file_name, num_rows FROM parquet_file_metadata([{', '.join(map(_literal, by_path))}])"

    def introspect(session: DuckdbSession, timeout_s: float) -> Catalog:
        tables = {f.table_name: Table(name=TableName(f.table_name)) for f in files}
        for table, name, native in session.rows(_COLUMNS, timeout_s=timeout_s):
            tables[table].columns.append(Column(name, from_native(native), native))
        for path, rows in session.rows(footers, timeout_s=timeout_s):
            tables[by_path[path]].row_estimate = rows
        return Catalog(list(tables.values()))

    return introspect


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
