"""What the schema app offers: what a data source holds, its versions, its values, and what people say about it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from analytics_platform.kernel.declare import Dto, Event, Page, Problem, Service, command, local, query
from analytics_platform.sql.catalog import UNKNOWN_READS
from analytics_platform.sql.dialects import Dialect
from apps.datasources.contract import DataSources
from apps.files.contract import Files

TableKind = Literal["table", "view", "materialized_view", "file"]
ColumnType = Literal["string", "integer", "number", "decimal", "boolean", "date", "time", "datetime", "json", "binary"]
Scalar = str | int | float | bool | None


class ColumnStatistics(Dto):
    """What is known of a column's values without reading all of them. All are estimates."""

    null_fraction: float | None = None
    distinct_count: int | None = None
    sampled_rows: int | None = Field(
        default=None, description="How many rows these figures were made of; fewer than the table has where it is large."
    )
    min: Scalar = None
    max: Scalar = None


class SchemaColumn(Dto):
    """One column: what the source says (name to default), what its values look like, and what people say (description to pii)."""

    name: str
    type: ColumnType
    native_type: str = ""
    nullable: bool = True
    primary_key: bool = False
    comment: str = ""
    default: str | None = None
    sample_values: list[Scalar] = Field(default_factory=list)
    statistics: ColumnStatistics | None = None
    description: str = ""
    synonyms: list[str] = Field(default_factory=list)
    hidden: bool = False
    pii: bool = False


class _WithSchema(Dto):
    """The field is `schema` in JSON; in Python that name belongs to pydantic."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True, validate_by_alias=True)

    schema_name: str = Field(default="", alias="schema", description="The database schema that holds it; empty where there is none.")


class TableReference(_WithSchema):
    """Where a foreign key points."""

    table: str
    columns: list[str]


class ForeignKey(Dto):
    """Columns of this table that refer to columns of another one, pairwise in order."""

    columns: list[str]
    references: TableReference


class TableIndex(Dto):
    """An index, its columns in order."""

    name: str
    columns: list[str]
    unique: bool = False


class SchemaTable(_WithSchema):
    """A table, view or file. `row_count` is the source's own estimate, exact for files, None where unknown."""

    name: str
    kind: TableKind = "table"
    comment: str = ""
    row_count: int | None = None
    columns: list[SchemaColumn]
    primary_key: list[str] = Field(default_factory=list)
    foreign_keys: list[ForeignKey] = Field(default_factory=list)
    indexes: list[TableIndex] = Field(default_factory=list)
    reads: list[str] | None = Field(
        default=None,
        description="Of a view: full names of the tables that it takes its rows from, `?` where that cannot be told. Null of most tables.",
    )
    description: str = ""
    synonyms: list[str] = Field(default_factory=list)
    hidden: bool = False

    @property
    def may_read(self) -> tuple[str, ...]:
        """`reads` as the SQL pipeline takes it: a view that was stored before it was asked what it reads may read anything."""
        if self.reads is None:
            return (UNKNOWN_READS,) if self.kind in ("view", "materialized_view") else ()
        return tuple(self.reads)


class SourceSchema(Dto):
    """Everything a source holds at one version. Of a file that is no source, `data_source_id` is None."""

    data_source_id: UUID | None
    file_ids: list[UUID] = Field(default_factory=list)
    version: int
    dialect: Dialect
    default_schema: str = Field(default="", description="Tables of this schema need no prefix in SQL.")
    introspected_at: datetime
    tables: list[SchemaTable]
    rights: list[str] = Field(
        default_factory=list, description="Equal for users who see the same of the source; empty where no policy binds the asking one."
    )


class TableSummary(_WithSchema):
    """A table in a list."""

    name: str
    kind: TableKind
    comment: str
    description: str
    row_count: int | None
    column_count: int
    hidden: bool = False


class TableDetail(SchemaTable):
    """A table with its first rows, in the order of `sample_columns` (hidden and personal columns are left out)."""

    sample_columns: list[str] = Field(default_factory=list)
    sample_rows: list[list[Scalar]] = Field(default_factory=list)


class ColumnAnnotation(Dto):
    """What a person says of one column. A field that is None keeps what was said before."""

    name: str
    description: str | None = Field(default=None, max_length=4000)
    synonyms: list[str] | None = Field(default=None, max_length=50)
    hidden: bool | None = None
    pii: bool | None = None


class TableAnnotation(Dto):
    """What a person says of a table and its columns. A field that is None keeps what was said before."""

    description: str | None = Field(default=None, max_length=4000)
    synonyms: list[str] | None = Field(default=None, max_length=50)
    hidden: bool | None = None
    columns: list[ColumnAnnotation] = Field(default_factory=list)


class SchemaVersion(Dto):
    """One entry of a source's history: each change of its structure makes a version."""

    data_source_id: UUID
    version: int
    introspected_at: datetime
    table_count: int
    column_count: int
    added: list[str]
    removed: list[str]
    altered: list[str]


class Change(Dto):
    """One property of a table or of a column that differs; values are as the schema writes them."""

    column: str = Field(default="", description="Empty where the table itself differs.")
    property: str
    before: str
    after: str


class AlteredTable(Dto):
    """A table that is in both versions and differs."""

    table: str
    added_columns: list[str]
    removed_columns: list[str]
    changes: list[Change]


class SchemaDiff(Dto):
    """The difference of two versions. Tables are named `schema.table`, without the schema where it is the default one."""

    data_source_id: UUID
    from_version: int
    to_version: int
    added: list[str]
    removed: list[str]
    altered: list[AlteredTable]


class RefreshResult(Dto):
    """What a refresh found: the names of tables that came, went and changed."""

    version: int
    changed: bool
    added: list[str]
    removed: list[str]
    altered: list[str]


class CatalogHit(_WithSchema):
    """A table, or one of its columns, that a search found. `score` is for ordering; 1 is an exact name."""

    table: str
    column: str | None
    type: ColumnType | None
    description: str
    comment: str
    synonyms: list[str]
    score: float


class ValueMatch(_WithSchema):
    """A value of the source that a word of a question may mean ("usa": `United States` in customers.country). `score` is 0..1."""

    term: str
    table: str
    column: str
    value: str
    score: float


class IntrospectionJob(Dto):
    """Long work that was started; `GET /jobs/{job_id}` shows how it goes."""

    job_id: UUID


class SchemaIntrospected(Event):
    """A source or a file (`subject_id` is its id) was read for the first time, or again with `changed`."""

    key_field = "subject_id"

    subject_id: UUID
    data_source_id: UUID | None
    file_id: UUID | None
    schema_version: int
    table_count: int
    changed: bool


class SchemaRefreshed(Event):
    """A source was read again and its structure had changed. Tables are named as in SchemaDiff."""

    key_field = "data_source_id"

    data_source_id: UUID
    from_version: int
    schema_version: int
    added: list[str]
    removed: list[str]
    altered: list[str]


class SchemaFailed(Event):
    """A source could not be read in the background."""

    key_field = "subject_id"

    subject_id: UUID
    data_source_id: UUID | None
    file_id: UUID | None
    code: str
    message: str


class BrokenPolicy(Dto):
    """A policy that does not resolve, in a sentence for the admins of the source."""

    policy_id: UUID
    policy_version: int
    fault: str


class PoliciesChecked(Event):
    """A source's structure was read, and its policies were held against it: those that are not `broken` resolve."""

    key_field = "data_source_id"

    data_source_id: UUID
    schema_version: int
    checked: list[UUID]
    broken: list[BrokenPolicy]


class SchemaTableNotFound(Problem):
    code = "schema_table_not_found"
    status = 404
    title = "The source has no such table."


class SchemaVersionNotFound(Problem):
    code = "schema_version_not_found"
    status = 404
    title = "The source's schema never had that version."


class AmbiguousTable(Problem):
    code = "ambiguous_table"
    status = 409
    title = "Several schemas of the source hold a table of that name: write schema.table."


class UnknownColumn(Problem):
    code = "schema_unknown_column"
    status = 400
    title = "The table has no such column."


class IntrospectionTarget(Problem):
    code = "introspection_target"
    status = 400
    title = "Name one data source or one file."


class IntrospectionFailed(Problem):
    code = "introspection_failed"
    status = 502
    title = "The source answered, but its catalog could not be read."


class Schemas(Service):
    """What the sources of the tenant in force hold, as far as the asking user may see it; work that nobody asked for sees everything.

    All raise DataSourceNotFound for a source of nobody or of another tenant, and `policy_broken` where a policy that reaches the user does not resolve.
    """

    app = "schema"
    publishes = (SchemaIntrospected, SchemaRefreshed, SchemaFailed, PoliciesChecked)
    consumes = (
        "datasources.PolicyChanged",
        "datasources.DataSourceCreated",
        "datasources.DataSourceUpdated",
        "datasources.DataSourceDeleted",
        "files.FileProcessed",
        "files.FileDeleted",
    )
    depends_on = (DataSources, Files)

    @command
    def introspect(self, *, data_source_id: UUID | None = None, file_id: UUID | None = None) -> SourceSchema:
        """Read a source's catalog, or a file's columns, now. Raises IntrospectionTarget, IntrospectionFailed, FileNotFound, FileNotReady, and the source's own errors."""

    @command
    def start_introspection(self, *, data_source_id: UUID | None = None, file_id: UUID | None = None) -> IntrospectionJob:
        """The same in the background. Raises IntrospectionTarget, FileNotFound."""

    @query
    def get(self, *, data_source_id: UUID) -> SourceSchema:
        """The newest version with what people say of it; read from the source when there is none yet."""

    @query
    def structure(self, *, data_source_id: UUID) -> SourceSchema:
        """Every table and column whoever asks, without samples and statistics: for execution and mapping, which apply policies themselves."""

    @local
    def rendered(self, *, data_source_id: UUID) -> bytes:
        """`get` as JSON text, made once for each version: a large schema takes longer to write than to find."""

    @query
    def get_many(self, *, data_source_ids: list[UUID]) -> list[SourceSchema]:
        """As `get`, in the order asked for."""

    @query
    def current_versions(self, *, data_source_ids: list[UUID]) -> dict[UUID, int]:
        """The newest version of each; sources that were never read are left out."""

    @query
    def rights(self, *, data_source_ids: list[UUID]) -> dict[UUID, list[str]]:
        """`SourceSchema.rights` of each, as they are now; sources that do not exist are left out."""

    @query
    def get_for_file(self, *, file_ids: list[UUID]) -> SourceSchema:
        """The tables of uploaded files, with no data source. Raises FileNotFound, FileNotReady."""

    @command
    def refresh(self, *, data_source_id: UUID) -> RefreshResult:
        """Read the source again and say what changed. A version is stored only for a change of structure."""

    @query
    def tables(self, *, data_source_id: UUID, search: str = "", page: int = 1, page_size: int = 50) -> Page[TableSummary]:
        """The tables in alphabetical order, those whose name, comment, description or synonyms hold `search`."""

    @query
    def table(self, *, data_source_id: UUID, table_name: str) -> TableDetail:
        """One table (`orders` or `sales.orders`) with sample rows. Raises SchemaTableNotFound, AmbiguousTable."""

    @query
    def versions(self, *, data_source_id: UUID, page: int = 1, page_size: int = 50) -> Page[SchemaVersion]:
        """The history, newest first."""

    @query
    def version(self, *, data_source_id: UUID, version: int) -> SourceSchema:
        """The schema as it was. Raises SchemaVersionNotFound."""

    @query
    def diff(self, *, data_source_id: UUID, from_version: int, to_version: int) -> SchemaDiff:
        """What changed between two versions. Raises SchemaVersionNotFound."""

    @command
    def annotate(self, *, data_source_id: UUID, table_name: str, annotation: TableAnnotation) -> SchemaTable:
        """Keep what a person says of a table; it survives refreshes. Raises SchemaTableNotFound, AmbiguousTable, UnknownColumn."""

    @query
    def catalog(self, *, data_source_id: UUID, search: str = "", page: int = 1, page_size: int = 50) -> Page[CatalogHit]:
        """Tables and columns found by full text in names, comments, descriptions and synonyms, best first; without `search` all of them."""

    @query
    def find_values(self, *, data_source_id: UUID, terms: list[str]) -> list[ValueMatch]:
        """Values of low-cardinality text columns that the terms may mean, best first within each term. Empty for private sources."""


schemas = Schemas.client()
