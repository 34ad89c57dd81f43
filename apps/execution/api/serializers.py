"""What the endpoints of execution take."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from analytics_platform.kernel.declare import Dto
from analytics_platform.kernel.http.pagination import CursorQuery
from apps.execution.contract import Mode, ResultFormat, Status

Value = str | int | float | bool | None
Sql = Annotated[str, Field(min_length=1, max_length=100_000, description="One reading statement; parameters are written `:name`.")]
Parameters = Annotated[dict[str, Value], Field(max_length=200, description="Values by parameter name. They are bound, never pasted.")]


class RunOptions(Dto):
    """How a statement is run, whatever it is over."""

    model_config = ConfigDict(extra="forbid")

    parameters: Parameters | None = None
    mode: Mode = "sync"
    max_rows: int | None = Field(None, ge=1, le=50_000, description="1,000 where left out. For more rows there is `/execute/export`.")
    timeout_s: float | None = Field(
        None,
        gt=0,
        le=3_600,
        description="30 s in the foreground, 600 s in the background where left out, and no more than the company allows.",
    )
    use_cache: bool = True
    page_size: int | None = Field(None, ge=1, le=10_000)
    query_id: UUID | None = Field(None, description="The question that this SQL was generated for.")


InCanonicalWords = Annotated[
    bool | Annotated[str, Field(min_length=1, max_length=63)] | None,
    Field(description="The canonical schema that the SQL is over; true where the source is mapped to exactly one."),
]


class ExecuteSql(RunOptions):
    """SQL over a data source, or canonical SQL over several side by side."""

    data_source_id: UUID | None = None
    data_source_ids: list[UUID] | None = Field(None, min_length=1, max_length=20, description="Several sources, with `canonical`.")
    sql: Sql
    canonical: InCanonicalWords = None

    @model_validator(mode="after")
    def _names_sources(self) -> Self:
        if (self.data_source_id is None) == (self.data_source_ids is None):
            raise ValueError("send data_source_id or data_source_ids")
        if self.data_source_ids is not None and not self.canonical:
            raise ValueError("several sources are asked in canonical words: send canonical")
        return self


class ExecuteFile(RunOptions):
    """SQL over uploaded files, each a table under its `table_name`; without `sql` the first rows of the first."""

    file_id: UUID | None = None
    file_ids: list[UUID] | None = Field(None, min_length=1, max_length=100)
    sql: Sql | None = None

    @model_validator(mode="after")
    def _names_files(self) -> Self:
        if (self.file_id is None) == (self.file_ids is None):
            raise ValueError("send file_id or file_ids")
        return self

    @property
    def named_files(self) -> list[UUID]:
        """Every file that was named."""
        return self.file_ids or ([self.file_id] if self.file_id else [])


class ExplainSql(Dto):
    """SQL whose plan is wanted."""

    model_config = ConfigDict(extra="forbid")

    data_source_id: UUID
    sql: Sql
    parameters: Parameters | None = None
    canonical: InCanonicalWords = None


class ExportSql(ExplainSql):
    """SQL whose rows are wanted as a file."""

    format: Literal["csv", "xlsx", "parquet", "json", "arrow"] = "csv"
    raw: bool = Field(False, description="Leave text cells that look like formulas as they are (CSV and XLSX).")


class ResultQuery(Dto):
    """Which page, or the whole as a file."""

    page: int = Field(1, ge=1, le=1_000_000)
    page_size: int | None = Field(None, ge=1, le=10_000)
    format: ResultFormat | None = Field(None, description="Streams the whole stored result.")
    raw: bool = Field(False, description="Leave text cells that look like formulas as they are (CSV and XLSX).")


class PreviewQuery(Dto):
    """How many rows of a file."""

    rows: int = Field(50, ge=1, le=1_000)


class ExecutionsQuery(CursorQuery):
    """Which executions are listed."""

    status: Status | None = None
    data_source_id: UUID | None = None
