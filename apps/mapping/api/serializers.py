"""The request bodies and query strings of mapping. What an answer adds to a schema, a mapping or a rule may be sent back with it, and is not looked at."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from analytics_platform.kernel.declare import Dto
from analytics_platform.kernel.http.pagination import PageQuery
from analytics_platform.sql.canonical.model import CanonicalSchema, Entity, EntityMapping, Metric, Name, SourceMapping, TransformationRule

Version = Annotated[int, Field(ge=1, le=2_147_483_647)]
Sql = Annotated[str, Field(min_length=1, max_length=100_000)]
DocumentFormat = Literal["json", "yaml"]
SchemaName = Annotated[str, Field(max_length=63, pattern=r"^[a-z][a-z0-9_]*$")]


class _WithSchema(Dto):
    """The field is `schema` in JSON; in Python that name belongs to pydantic."""

    model_config = ConfigDict(extra="forbid", serialize_by_alias=True, validate_by_name=True, validate_by_alias=True)
    answered: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _without_what_answers_add(cls, given: Any) -> Any:
        return {name: value for name, value in given.items() if name not in cls.answered} if isinstance(given, dict) else given


class SchemaListQuery(PageQuery):
    """`?search=` in names."""

    search: Annotated[str, Field(max_length=100)] = ""


class SchemaQuery(Dto):
    """`?version=`, the newest where it is left out; `?format=yaml` for a document."""

    version: Version | None = None
    format: DocumentFormat = "json"


class SchemaVersionQuery(Dto):
    """`?format=yaml` for a document."""

    format: DocumentFormat = "json"


class PublishSchema(_WithSchema):
    """A canonical schema. `version`, where it is sent, must be the next one."""

    answered = frozenset({"versions", "shipped", "published_at", "published_by"})

    name: Name
    version: Version | None = None
    description: Annotated[str, Field(max_length=4000)] = ""
    entities: Annotated[list[Entity], Field(min_length=1, max_length=200)]
    metrics: Annotated[list[Metric], Field(max_length=500)] = []

    @property
    def schema_of_body(self) -> CanonicalSchema:
        """Without the version, which the registry gives."""
        return CanonicalSchema(name=self.name, description=self.description, entities=self.entities, metrics=self.metrics)


class MappingQuery(Dto):
    """`?schema=` where the source has several mappings; `?format=yaml` for a document."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    schema_name: SchemaName | None = Field(None, alias="schema")
    format: DocumentFormat = "json"


class OneMappingQuery(Dto):
    """`?schema=` where the source has several mappings."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    schema_name: SchemaName | None = Field(None, alias="schema")


class ImportMappingQuery(Dto):
    """`?replace=true` to replace the mapping that there is."""

    replace: bool = False


class MapSource(_WithSchema):
    """A mapping. Without `schema_version` it is to the newest one."""

    answered = frozenset(
        {
            "id",
            "data_source_id",
            "status",
            "broken_fields",
            "broken_columns",
            "withheld",
            "checked_version",
            "created_at",
            "updated_at",
            "created_by",
        }
    )

    schema_name: SchemaName = Field(alias="schema")
    schema_version: Version | None = None
    entities: Annotated[list[EntityMapping], Field(max_length=200)]
    version: Version | None = Field(None, description="A stale one is refused; without it the last write wins.")

    def mapping_to(self, version: int) -> SourceMapping:
        """The mapping to a version of its schema."""
        return SourceMapping(schema_name=self.schema_name, schema_version=version, entities=self.entities)


class ChangeMapping(Dto):
    """Another version of the canonical schema, or entities that replace those of their name."""

    model_config = ConfigDict(extra="forbid")

    schema_version: Version | None = None
    entities: Annotated[list[EntityMapping], Field(max_length=200)] | None = None
    version: Version | None = None


class Translate(_WithSchema):
    """SQL over canonical names."""

    data_source_id: UUID
    sql: Sql
    schema_name: SchemaName | None = Field(None, alias="schema")


class Suggest(_WithSchema):
    """Which canonical schema the source is to be mapped to; the newest version where none is named."""

    schema_name: SchemaName = Field(alias="schema")
    schema_version: Version | None = None


class CoverageQuery(Dto):
    """`?schema=`, `?version=` (the newest), `?sql=` over canonical names."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    schema_name: SchemaName = Field(alias="schema")
    version: Version | None = None
    sql: Sql | None = None


class WriteRule(_WithSchema):
    """A named expression with one `input`, in PostgreSQL's dialect; with `rates` it may use `rate`."""

    answered = frozenset({"id", "created_at", "updated_at", "created_by"})

    name: Name
    expression: Annotated[str, Field(min_length=1, max_length=20_000)]
    description: Annotated[str, Field(max_length=4000)] = ""
    rates: Annotated[dict[str, Annotated[float, Field(allow_inf_nan=False)]], Field(max_length=1000)] = {}
    version: Version | None = None

    @property
    def rule(self) -> TransformationRule:
        """Without the version."""
        return TransformationRule(name=self.name, expression=self.expression, description=self.description, rates=self.rates)


class ChangeRule(Dto):
    """What is to be different."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    expression: Annotated[str, Field(min_length=1, max_length=20_000)] | None = None
    description: Annotated[str, Field(max_length=4000)] | None = None
    rates: Annotated[dict[str, Annotated[float, Field(allow_inf_nan=False)]], Field(max_length=1000)] | None = None
    version: Version | None = None
