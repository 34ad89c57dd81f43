"""What other apps may know of files: the service, its data, its events and its errors."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from analytics_platform.kernel.declare import BlobRef, Dto, Event, Page, Problem, Service, command, local, query

FileStatus = Literal["uploaded", "processing", "ready", "failed"]
ColumnType = Literal["string", "integer", "number", "decimal", "boolean", "date", "time", "datetime", "json", "binary"]


class FileColumn(Dto):
    """One column of a parsed file. `name` is what SQL says; `label` is the header as the file has it."""

    name: str
    type: ColumnType
    label: str = ""


class BadRow(Dto):
    """A row that did not fit the table: where it stands (counted from 1), why it was left out, and how it begins, where policies allow to say so."""

    line: int | None
    reason: str
    text: str = ""


class FileError(Dto):
    """Why the last parse failed: the code and the sentence of its problem."""

    code: str
    message: str


_Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]


class ParseOptions(Dto):
    """What a person knows better than the detection. What is left out is detected."""

    model_config = ConfigDict(extra="forbid")

    delimiter: Annotated[str, Field(min_length=1, max_length=1, pattern=r'^[^\x00\r\n"]$')] | None = None
    encoding: Annotated[_Text, Field(min_length=1, max_length=40)] | None = None
    header: bool | None = None
    sheet: Annotated[_Text, Field(min_length=1, max_length=255)] | None = None
    skip_rows: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    null_values: Annotated[list[Annotated[_Text, Field(max_length=100)]], Field(max_length=50)] | None = None


class File(Dto):
    """An uploaded file and what was found in it. `size` is in bytes; `bad_rows` holds the first of `bad_row_count`, without their text.

    `restricted` says that a data source with policies, or a closed one, holds the file.
    """

    id: UUID
    name: str
    size: int
    content_type: str
    sha256: str
    status: FileStatus
    table_name: str
    version: int
    restricted: bool = False
    format: str | None = None
    compression: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    sheet: str | None = None
    sheets: list[str] = Field(default_factory=list)
    columns: list[FileColumn] = Field(default_factory=list)
    row_count: int | None = None
    bad_row_count: int = 0
    bad_rows: list[BadRow] = Field(default_factory=list)
    options: ParseOptions = ParseOptions()
    error: FileError | None = None
    job_id: UUID | None = None
    created_by: UUID | None = None
    created_at: datetime
    updated_at: datetime
    processed_at: datetime | None = None


class FileTable(Dto):
    """A ready file as a table: `blob` is its Parquet in shared storage, `version` grows with every parse."""

    file_id: UUID
    table_name: str
    version: int
    columns: list[FileColumn]
    row_count: int
    blob: BlobRef


class ProcessingJob(Dto):
    """The job that parses a file; `GET /jobs/{job_id}` shows how far it is."""

    job_id: UUID
    file_id: UUID
    status: FileStatus


FILE_MEDIA_TYPES = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "txt": "text/plain",
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "parquet": "application/vnd.apache.parquet",
    "gz": "application/gzip",
    "other": "application/octet-stream",
}
"""What an original may be sent as, by format."""


class FileOriginal(Dto):
    """The file as it was uploaded: `blob` is its bytes in shared storage. Who may have them is for execution to say, which knows the policies."""

    name: str
    table_name: str
    content_type: str
    size_bytes: int
    blob: BlobRef


class FileNotFound(Problem):
    code = "file_not_found"
    status = 404
    title = "There is no such file."


class FileNotReady(Problem):
    code = "file_not_ready"
    status = 409
    title = "The file has not been processed yet, or could not be."


class FileBusy(Problem):
    code = "file_busy"
    status = 409
    title = "The file is being processed; try again when that has ended."


class FileMissing(Problem):
    code = "file_missing"
    status = 400
    title = "Send the file as the multipart field `file`."


class FileTooLarge(Problem):
    code = "file_too_large"
    status = 413
    title = "The file is larger than this tenant's limit."


class UnsupportedFileType(Problem):
    code = "unsupported_file_type"
    status = 415
    title = "Files of this kind cannot be read. CSV, TSV, TXT, XLSX, XLS, ODS, JSON, NDJSON and Parquet can, and gzip of the text ones."


class FileUnreadable(Problem):
    code = "file_unreadable"
    status = 422
    title = "The file cannot be read as what it says it is."


class FileBomb(Problem):
    code = "file_bomb"
    status = 422
    title = "The file unpacks to far more than it says, or to more than is allowed."


class FileParseLimit(Problem):
    code = "file_parse_limit"
    status = 422
    title = "Reading the file took more time or memory than is allowed."


class FileUploaded(Event):
    """A file arrived; its parsing starts by itself."""

    key_field = "file_id"
    file_id: UUID
    name: str
    table_name: str
    size_bytes: int
    content_type: str


class FileProcessed(Event):
    """A file is a table now: under `table_name`, at `file_version`."""

    key_field = "file_id"
    file_id: UUID
    name: str
    table_name: str
    file_version: int
    format: str
    row_count: int
    column_count: int
    bad_row_count: int


class FileFailed(Event):
    """A file could not be parsed. `still_ready` says that an earlier version can be queried all the same."""

    key_field = "file_id"
    file_id: UUID
    name: str
    table_name: str
    code: str
    message: str
    still_ready: bool


class FileDeleted(Event):
    """A file, its table and its stored objects are gone."""

    key_field = "file_id"
    file_id: UUID
    name: str
    table_name: str


class Files(Service):
    """Uploaded files of the tenant in force, and the tables they are parsed to."""

    app = "files"
    publishes = (FileUploaded, FileProcessed, FileFailed, FileDeleted)
    consumes = ("datasources.RestrictedFilesChanged", "datasources.DataSourceDeleted")

    @local
    def upload(self, *, blob: BlobRef, name: str, content_type: str) -> File:
        """Take in a stored upload (see `apps.files.api.uploads`) and start parsing it. Raises UnsupportedFileType; the blob is then gone."""

    @query
    def get(self, *, file_id: UUID) -> File:
        """One file. Raises FileNotFound."""

    @query
    def get_many(self, *, file_ids: list[UUID]) -> list[File]:
        """Those of the files that exist, in the order asked for."""

    @query
    def find(
        self, *, search: str = "", status: FileStatus | None = None, ordering: str = "-created_at", page: int = 1, page_size: int = 50
    ) -> Page[File]:
        """One page of the files whose name or table name contains `search`. `ordering`: name, size, created_at, updated_at, each with - before it."""

    @query
    def tables(self, *, file_ids: list[UUID]) -> list[FileTable]:
        """The files as tables, in the order asked for. Raises FileNotFound, FileNotReady."""

    @query
    def bad_rows(self, *, file_id: UUID) -> list[BadRow]:
        """The first of the rows that were left out, with their text, for execution alone. Raises FileNotFound."""

    @query
    def original(self, *, file_id: UUID) -> FileOriginal:
        """The original as it was uploaded, for execution alone. Raises FileNotFound."""

    @command
    def process(self, *, file_id: UUID, options: ParseOptions | None = None) -> ProcessingJob:
        """Parse again, with `options` in place of detection; earlier rows stay readable until it has ended. Raises FileNotFound, FileBusy."""

    @command
    def delete(self, *, file_id: UUID) -> None:
        """Remove the file, its table and its stored objects. Raises FileNotFound."""


files = Files.client()
