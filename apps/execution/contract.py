"""Executions: what other apps may ask of `execution`, and what it tells them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from analytics_platform.kernel.declare import CursorPage, Dto, Event, Problem, Service, WorkerLost, command, local, query
from analytics_platform.sources.problems import QueryCancelled, QueryRefusedBySource, QueryTimedOut, SourceUnreachable
from analytics_platform.sql.problems import (
    AmbiguousName,
    BadParameter,
    BrokenMapping,
    FunctionNotAllowed,
    HiddenByPolicy,
    MultipleStatements,
    NotMapped,
    NotReadOnly,
    PolicyDoesNotResolve,
    PolicyVariableUnset,
    SqlSyntaxError,
    UnknownColumn,
    UnknownTable,
)
from apps.datasources.contract import DataSourceNotFound, DataSources
from apps.files.contract import BadRow, FileColumn, FileNotFound, FileNotReady, Files
from apps.mapping.contract import MappingAmbiguous, MappingNotFound, Mappings
from apps.schema.contract import Schemas

Status = Literal["queued", "running", "completed", "failed", "cancelled", "timed_out"]
Mode = Literal["sync", "async"]
ColumnType = Literal["string", "integer", "number", "decimal", "boolean", "date", "time", "datetime", "json", "binary"]
ResultFormat = Literal["json", "csv", "xlsx", "parquet", "arrow"]
Canonical = bool | str | None
"""Whether the SQL is over a canonical schema: its name, or true where the source is mapped to exactly one."""


class ResultColumn(Dto):
    """One column of a result."""

    name: str
    type: ColumnType


class ExecutionError(Dto):
    """Why an execution did not complete: a stable code and a sentence."""

    code: str
    message: str


class FilePreview(Dto):
    """The first rows of a file as the caller may see them. `row_count` is None where a policy keeps rows back, `bad_rows` then tells nothing."""

    file_id: UUID
    table_name: str
    columns: list[FileColumn]
    rows: list[list[Any]]
    row_count: int | None
    truncated: bool
    restricted: bool = False
    bad_rows: list[BadRow] = []


class Incomplete(Dto):
    """A source that gave no rows to a run over several: why, and what of the canonical schema it lacks."""

    data_source_id: UUID
    data_source: str
    code: str
    message: str
    missing: list[str] = []


class ResultPage(Dto):
    """One page of an execution's rows, or its state while it has none. Decimals and integers past 2^53 are strings.

    `restricted` says that a policy may have kept rows, columns or values back. Over several sources the first column names the source, and
    `incomplete` those that gave nothing.
    """

    execution_id: UUID
    status: Status
    columns: list[ResultColumn] = []
    rows: list[list[Any]] = []
    row_count: int | None = None
    truncated: bool = False
    cached: bool = False
    cached_at: datetime | None = None
    duration_ms: float | None = None
    page: int = 1
    page_size: int | None = None
    next_page: int | None = None
    data_source_id: UUID | None = None
    data_source_ids: list[UUID] = []
    query_id: UUID | None = None
    canonical: str | None = None
    restricted: bool = False
    incomplete: list[Incomplete] = []
    warnings: list[str] = []
    error: ExecutionError | None = None


class Execution(Dto):
    """One execution without its rows, as lists show it."""

    id: UUID
    status: Status
    mode: Mode
    data_source_id: UUID | None
    data_source_ids: list[UUID] = []
    file_ids: list[UUID]
    query_id: UUID | None
    user_id: UUID
    sql: str
    canonical: str | None = None
    row_count: int | None
    truncated: bool
    cached: bool
    duration_ms: float | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    error: ExecutionError | None


class ValidationError(Dto):
    """One fault of a statement; `line` and `column` count from 1 where they are known."""

    code: str
    message: str
    line: int | None = None
    column: int | None = None


class Validation(Dto):
    """What the SQL pipeline says of a statement, without running it."""

    valid: bool
    read_only: bool
    errors: list[ValidationError] = []
    warnings: list[str] = []
    tables: list[str] = []
    columns: list[str] = []
    normalized_sql: str | None = None
    estimated_cost: float | None = None


class Plan(Dto):
    """The source's own plan for a statement; the cost is in the source's units, None where it gives none."""

    data_source_id: UUID
    dialect: str
    sql: str
    plan: Any
    estimated_cost: float | None = None
    estimated_rows: float | None = None
    warnings: list[str] = []


class ByteStream:
    """A body that is made while it is sent: its type, the name to save it under, its chunks, and its size where that is known."""

    def __init__(self, *, content_type: str, filename: str, chunks: Iterator[bytes], size_bytes: int | None = None) -> None:
        self.content_type = content_type
        self.filename = filename
        self.chunks = chunks
        self.size_bytes = size_bytes


class ExecutionNotFound(Problem):
    code = "execution_not_found"
    status = 404
    title = "There is no such execution."


class NotReady(Problem):
    code = "not_ready"
    status = 409
    title = "This execution has no result: it has not completed."


class ExecutionEnded(Problem):
    code = "execution_ended"
    status = 409
    title = "This execution has already ended."


class ResultExpired(Problem):
    code = "result_expired"
    status = 410
    title = "The rows of this execution are no longer kept. Run it again."


class RightsChanged(Problem):
    code = "rights_changed"
    status = 403
    title = "These rows were read under other policies than those that hold for you now. Run it again."


class FileRestricted(Problem):
    code = "file_restricted"
    status = 403
    title = "A policy restricts what you may see of this file, so it cannot be downloaded whole."


class FreeSqlNotAllowed(Problem):
    code = "free_sql_not_allowed"
    status = 403
    title = "You may run saved and generated queries, not SQL of your own."


class ExecutionBroken(Problem):
    code = "execution_broken"
    status = 500
    title = "The query could not be run, through a fault of ours."


class TooManyQueries(Problem):
    code = "too_many_queries"
    status = 503
    title = "Too many queries are running. Try again in a moment."


class NothingToRun(Problem):
    code = "nothing_to_run"
    status = 400
    title = "Name one data source or files, and the SQL to run."


class QueryExecuted(Event):
    """A statement started at its source."""

    key_field = "execution_id"

    execution_id: UUID
    query_id: UUID | None = None
    data_source_id: UUID | None = None
    data_source_ids: list[UUID] = []
    file_ids: list[UUID] = []
    user_id: UUID
    sql: str
    dialect: str
    mode: Mode = "sync"
    started_at: datetime


class QueryCompleted(Event):
    """An execution has its result. A cached one has no QueryExecuted before it."""

    key_field = "execution_id"

    execution_id: UUID
    query_id: UUID | None = None
    data_source_id: UUID | None = None
    data_source_ids: list[UUID] = []
    file_ids: list[UUID] = []
    user_id: UUID
    sql: str
    dialect: str
    mode: Mode = "sync"
    tables: list[str] = []
    row_count: int
    truncated: bool = False
    cached: bool = False
    duration_ms: float
    size_bytes: int = 0
    finished_at: datetime


class QueryFailed(Event):
    """An execution ended without a result: `status` says how, `error_code` why. The source's own message stays out, as it may quote a row."""

    key_field = "execution_id"

    execution_id: UUID
    query_id: UUID | None = None
    data_source_id: UUID | None = None
    data_source_ids: list[UUID] = []
    file_ids: list[UUID] = []
    user_id: UUID
    sql: str
    dialect: str
    mode: Mode = "sync"
    status: Status
    error_code: str
    duration_ms: float
    finished_at: datetime


STATEMENT_PROBLEMS: tuple[type[Problem], ...] = (
    SqlSyntaxError,
    MultipleStatements,
    NotReadOnly,
    FunctionNotAllowed,
    UnknownTable,
    UnknownColumn,
    AmbiguousName,
    BadParameter,
)
"""Why a statement is not run at all (422)."""

POLICY_PROBLEMS: tuple[type[Problem], ...] = (HiddenByPolicy, PolicyDoesNotResolve, PolicyVariableUnset)
"""Why a statement is not run for this user."""

CANONICAL_PROBLEMS: tuple[type[Problem], ...] = (NotMapped, BrokenMapping, MappingNotFound, MappingAmbiguous)
"""Why canonical SQL is not run on a source."""

RUN_PROBLEMS: tuple[type[Problem], ...] = (
    *STATEMENT_PROBLEMS,
    *POLICY_PROBLEMS,
    *CANONICAL_PROBLEMS,
    QueryRefusedBySource,
    QueryTimedOut,
    QueryCancelled,
    SourceUnreachable,
    WorkerLost,
    TooManyQueries,
    DataSourceNotFound,
    FileNotFound,
    FileNotReady,
)
"""Everything that a run can end with."""


class Executions(Service):
    """Runs one checked, read-only statement for the principal in force, and serves its result. The only door to a source's rows."""

    app = "execution"
    publishes = (QueryExecuted, QueryCompleted, QueryFailed)
    consumes = ("querygen.QueryGenerated", "datasources.DataSourceDeleted", "files.FileDeleted")
    depends_on = (Schemas, DataSources, Files, Mappings)

    @command
    def run(
        self,
        *,
        data_source_id: UUID | None = None,
        data_source_ids: list[UUID] | None = None,
        file_ids: list[UUID] | None = None,
        sql: str | None = None,
        canonical: Canonical = None,
        parameters: dict[str, Any] | None = None,
        mode: Mode = "sync",
        max_rows: int | None = None,
        timeout_s: float | None = None,
        use_cache: bool = True,
        page_size: int | None = None,
        query_id: UUID | None = None,
    ) -> ResultPage:
        """Runs SQL that another app vouches for (generated, templated, saved) over one source, or over files by their table names.

        Without `sql`, files give their first rows. With `canonical` the SQL is over a canonical schema, in PostgreSQL's dialect, and is translated for the source;
        it may then run over several (`data_source_ids`) side by side, each up to `max_rows`. `sync` waits up to 10 s and then answers as `async` does: with a status and no rows.
        Limits: `max_rows` 1,000 (at most 50,000), `timeout_s` 30 in the foreground, 600 in the background.
        Raises the pipeline's problems (422), `query_failed` (422), `query_timed_out` (504), and those of datasources and files.
        """

    @command
    def execute(
        self,
        *,
        data_source_id: UUID | None = None,
        data_source_ids: list[UUID] | None = None,
        file_ids: list[UUID] | None = None,
        sql: str | None = None,
        canonical: Canonical = None,
        parameters: dict[str, Any] | None = None,
        mode: Mode = "sync",
        max_rows: int | None = None,
        timeout_s: float | None = None,
        use_cache: bool = True,
        page_size: int | None = None,
        query_id: UUID | None = None,
    ) -> ResultPage:
        """As `run`, for SQL that a person sent: needs `execution.run`, or the `query_id` of a generated query with exactly its SQL."""

    @query
    def result(self, *, execution_id: UUID, page: int = 1, page_size: int | None = None) -> ResultPage:
        """One page (from 1) of a stored result, or the state of an execution that has none. Others' need `execution.admin`.

        Raises RightsChanged where the rows were read under other policies than those that hold for the caller now.
        """

    @query
    def sample(self, *, execution_id: UUID, max_rows: int = 1000) -> ResultPage:
        """Up to `max_rows` first rows of a completed execution. Raises NotReady, RightsChanged."""

    @query
    def executions(
        self,
        *,
        status: Status | None = None,
        data_source_id: UUID | None = None,
        cursor: str | None = None,
        page_size: int = 50,
    ) -> CursorPage[Execution]:
        """Executions, newest first: one's own, everybody's with `execution.admin`."""

    @command
    def cancel(self, *, execution_id: UUID) -> ResultPage:
        """Stops an execution, at its source too. Raises ExecutionEnded when it has already ended."""

    @query
    def explain(self, *, data_source_id: UUID, sql: str, parameters: dict[str, Any] | None = None, canonical: Canonical = None) -> Plan:
        """The source's plan and estimated cost; nothing is run."""

    @query
    def validate(self, *, data_source_id: UUID, sql: str, canonical: Canonical = None) -> Validation:
        """Checks a statement against the source's schema. Faults are in the answer, not raised."""

    @query
    def preview_file(self, *, file_id: UUID, rows: int = 50) -> FilePreview:
        """The first rows (at most 1,000) of a file, under the policies of every source that holds it. Raises FileNotFound, FileNotReady."""

    @local
    def download_file(self, *, file_id: UUID) -> ByteStream:
        """A file as it was uploaded. Raises FileNotFound, FileRestricted where a policy binds the caller."""

    @local
    def stream_result(self, *, execution_id: UUID, format: ResultFormat, raw: bool = False) -> ByteStream:
        """The whole stored result. Text cells that a spreadsheet would read as formulas are escaped in CSV and XLSX unless `raw`."""

    @local
    def export(
        self,
        *,
        data_source_id: UUID,
        sql: str,
        format: ResultFormat,
        parameters: dict[str, Any] | None = None,
        raw: bool = False,
        canonical: Canonical = None,
    ) -> ByteStream:
        """Runs a statement and streams up to 1,000,000 rows while they arrive, storing none."""


executions = Executions.client()
