"""Canonical mapping: what a source's tables and columns are called in a schema that all sources of one kind share."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from analytics_platform.kernel.declare import Dto, Event, Page, Problem, Service, command, query
from analytics_platform.sql.canonical.model import (
    CanonicalSchema,
    Constant,
    EntityMapping,
    FieldMapping,
    LineageEntry,
    OutputColumn,
    SourceMapping,
    TransformationRule,
)
from analytics_platform.sql.dialects import Dialect
from apps.schema.contract import Schemas

MappingStatus = Literal["ok", "broken"]
FieldStatus = Literal["mapped", "missing", "broken"]
Score = Annotated[float, Field(ge=0, le=1)]


class _OfSchema(Dto):
    """The field is `schema` in JSON; in Python that name belongs to pydantic."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True, validate_by_alias=True)

    schema_name: str = Field(alias="schema", description="The canonical schema's name.")
    schema_version: int


class PublishedSchema(CanonicalSchema):
    """One version of a canonical schema as the registry holds it. `shipped` ones come with the platform and belong to every tenant."""

    versions: list[int] = Field(default=[], description="Every version that was published, oldest first.")
    shipped: bool = False
    published_at: datetime | None = None
    published_by: UUID | None = None


class Mapping(SourceMapping):
    """One source in the words of one canonical schema, as it is kept.

    `broken` where the source no longer holds what `broken_columns` name; `broken_fields` (`order.total`) are what reads them. `withheld` are fields that
    read something which a policy of the source hides from whoever asks: they are mapped, but not shown.
    """

    id: UUID
    data_source_id: UUID
    status: MappingStatus = "ok"
    broken_fields: list[str] = []
    broken_columns: list[str] = []
    withheld: list[str] = []
    checked_version: int | None = Field(default=None, description="The version of the source's schema that it was last held against.")
    version: int
    created_at: datetime
    updated_at: datetime
    created_by: UUID | None = None


class Rule(TransformationRule):
    """A transformation rule as it is kept; mappings name it."""

    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    created_by: UUID | None = None


class Translation(_OfSchema):
    """Canonical SQL as the source understands it. `tables` and `actual` columns are the source's, `columns` what the result is called and its canonical types."""

    data_source_id: UUID
    sql: str
    dialect: Dialect
    tables: list[str]
    lineage: list[LineageEntry]
    columns: list[OutputColumn]
    mapping_id: UUID
    mapping_version: int


class MappedField(Dto):
    """A field that the source has. Where it is one column and nothing else, `table` and `column` say which, and `values` what the source's values mean."""

    entity: str
    field: str
    table_schema: str = ""
    table: str | None = None
    column: str | None = None
    values: dict[str, Constant] = {}


class CanonicalSource(Dto):
    """A source as those who ask in canonical words may see it: the schema, and which of its fields answer here."""

    data_source_id: UUID
    dialect: Dialect
    mapping_id: UUID
    mapping_version: int
    canonical: CanonicalSchema
    mapped: list[MappedField]
    missing: list[str] = Field(default=[], description="Fields (`order.total`) that the source has no mapping for.")
    broken: list[str] = Field(default=[], description="Fields whose columns are gone.")
    withheld: list[str] = Field(default=[], description="Fields that read something which a policy hides from whoever asks.")
    rules: list[TransformationRule] = Field(default=[], description="Those that the mapping names.")


class FieldScores(Dto):
    """Why a proposal is thought right, each from 0 to 1: the name, the type, what the values look like, and its place among keys."""

    name: Score
    type: Score
    values: Score
    key: Score


class FieldAlternative(Dto):
    """Another column or expression that the field may be."""

    expression: str
    score: Score


class FieldSuggestion(FieldMapping):
    """A proposed field, how sure it is, and in sentences why."""

    score: Score
    scores: FieldScores
    evidence: list[str] = []
    alternatives: list[FieldAlternative] = []


class EntitySuggestion(Dto):
    """Where an entity seems to be: a table, or a statement where one table holds several entities."""

    entity: str
    source: str | None = None
    sql: str | None = None
    filter: str | None = None
    score: Score
    evidence: list[str] = []
    fields: list[FieldSuggestion]
    missing: list[str] = Field(default=[], description="Fields that nothing in the source seems to be.")


class Suggestion(_OfSchema):
    """A proposed mapping. `mapping` is the same without the reasons, ready to be sent to POST /mappings/{dataSourceId}."""

    data_source_id: UUID
    entities: list[EntitySuggestion]
    missing: list[str] = Field(default=[], description="Entities that nothing in the source seems to be.")
    mapping: SourceMapping
    engine: Literal["offline", "llm"] = "offline"
    warnings: list[str] = []


class SourceCoverage(Dto):
    """What one source has of the schema. `can_answer` and `lacks` speak of the statement that was sent with the question."""

    data_source_id: UUID
    mapping_id: UUID
    mapping_version: int
    schema_version: int
    status: MappingStatus
    fields: dict[str, FieldStatus]
    mapped: int
    missing: int
    broken: int
    can_answer: bool | None = None
    lacks: list[str] = []


class Coverage(_OfSchema):
    """Every mapped source against every field of one schema version; `requires` are the fields that the statement reads."""

    fields: list[str]
    sources: list[SourceCoverage]
    requires: list[str] | None = None


class MappingCreated(Event):
    """A source was mapped to a canonical schema."""

    key_field = "data_source_id"
    data_source_id: UUID
    canonical_schema: str
    schema_version: int


class MappingUpdated(Event):
    """A source's mapping was changed, or a broken one fits its source again."""

    key_field = "data_source_id"
    data_source_id: UUID
    canonical_schema: str
    schema_version: int


class MappingBroken(Event):
    """The source's schema no longer holds the `columns` that its mapping reads for `fields`. `created_by` owns the mapping."""

    key_field = "data_source_id"
    data_source_id: UUID
    canonical_schema: str
    fields: list[str]
    columns: list[str] = []
    created_by: UUID | None = None


class QueryTranslated(Event):
    """Canonical SQL was translated for a source; what is remembered of an earlier translation tells nothing."""

    key_field = "data_source_id"
    data_source_id: UUID
    canonical_schema: str


class CanonicalSchemaNotFound(Problem):
    code = "canonical_schema_not_found"
    status = 404
    title = "There is no such canonical schema, or not in that version."


class CanonicalSchemaExists(Problem):
    code = "canonical_schema_exists"
    status = 409
    title = (
        "That version is published already, or the name belongs to a schema that comes with the platform; published versions never change."
    )


class CanonicalSchemaInvalid(Problem):
    code = "canonical_schema_invalid"
    status = 422
    title = "The canonical schema contradicts itself."


class MappingNotFound(Problem):
    code = "mapping_not_found"
    status = 404
    title = "The source is not mapped to that canonical schema."


class MappingExists(Problem):
    code = "mapping_exists"
    status = 409
    title = "The source is mapped to that canonical schema already: change that mapping."


class MappingInvalid(Problem):
    code = "mapping_invalid"
    status = 422
    title = "The mapping does not fit the canonical schema or the source."


class MappingAmbiguous(Problem):
    code = "mapping_ambiguous"
    status = 409
    title = "The source has several mappings: name the canonical schema."


class RuleNotFound(Problem):
    code = "rule_not_found"
    status = 404
    title = "There is no such transformation rule."


class RuleExists(Problem):
    code = "rule_exists"
    status = 409
    title = "There is a transformation rule of that name already."


class RuleInvalid(Problem):
    code = "rule_invalid"
    status = 422
    title = "The rule is not an expression of one input."


class RuleInUse(Problem):
    code = "rule_in_use"
    status = 409
    title = "Mappings use this rule; change them first."


class Mappings(Service):
    """Canonical schemas, mappings and transformation rules of the tenant in force. `schema=None` means the only one that the source is mapped to.

    All that speak of a source raise MappingNotFound where it is not mapped so, and MappingAmbiguous where no schema is named and there are several.
    """

    app = "mapping"
    publishes = (MappingCreated, MappingUpdated, MappingBroken, QueryTranslated)
    consumes = ("schema.SchemaRefreshed", "datasources.DataSourceDeleted")
    depends_on = (Schemas,)

    @query
    def schemas(self, *, search: str = "", page: int = 1, page_size: int = 50) -> Page[PublishedSchema]:
        """The newest version of each canonical schema by name, shipped ones too."""

    @query
    def schema(self, *, name: str, version: int | None = None) -> PublishedSchema:
        """One version, the newest where none is named. Raises CanonicalSchemaNotFound."""

    @command
    def publish_schema(self, *, schema: CanonicalSchema, version: int | None = None) -> PublishedSchema:
        """The next version of a name. `version` refuses unless it is the next one; `schema.version` is not looked at.

        Raises CanonicalSchemaInvalid with every fault, CanonicalSchemaExists.
        """

    @query
    def mappings_of(self, *, data_source_id: UUID) -> list[Mapping]:
        """Every mapping of a source by schema name; none where it is not mapped."""

    @query
    def mapping(self, *, data_source_id: UUID, schema: str | None = None) -> Mapping:
        """The mapping of a source."""

    @command
    def create(self, *, data_source_id: UUID, mapping: SourceMapping) -> Mapping:
        """Map a source. Raises MappingInvalid with every fault, MappingExists, CanonicalSchemaNotFound, and what the source's schema raises."""

    @command
    def update(self, *, data_source_id: UUID, mapping: SourceMapping, version: int | None = None) -> Mapping:
        """The whole mapping anew. Raises MappingInvalid, StaleVersion, CanonicalSchemaNotFound, HiddenByPolicy where it reads what the user may not see."""

    @command
    def change(
        self,
        *,
        data_source_id: UUID,
        schema: str | None = None,
        schema_version: int | None = None,
        entities: list[EntityMapping] | None = None,
        version: int | None = None,
    ) -> Mapping:
        """Take another version of the schema, or other entities (the others stay). Raises as `update`."""

    @command
    def delete(self, *, data_source_id: UUID, schema: str | None = None) -> None:
        """Forget a mapping."""

    @query
    def suggest(self, *, data_source_id: UUID, schema: str, version: int | None = None) -> Suggestion:
        """A mapping that the source's names, types, keys and values speak for, as far as the asking user may see them. Raises CanonicalSchemaNotFound."""

    @query
    def coverage(self, *, schema: str, version: int | None = None, sql: str | None = None) -> Coverage:
        """Every mapped source against every field; with `sql` which of them can answer it. Raises CanonicalSchemaNotFound and the problems of SQL."""

    @query
    def translate(self, *, data_source_id: UUID, sql: str, schema: str | None = None) -> Translation:
        """Canonical SQL in the source's words and dialect, whoever asks: execution applies the policies.

        Raises the problems of SQL, NotMapped with what is `missing`, BrokenMapping with the `columns` that are gone.
        """

    @query
    def translate_for_user(self, *, data_source_id: UUID, sql: str, schema: str | None = None) -> Translation:
        """The same for the asking user's eyes. Raises HiddenByPolicy where it reads something that a policy hides from them."""

    @query
    def canonical(self, *, data_source_id: UUID, schema: str | None = None) -> CanonicalSource:
        """What can be asked of the source in canonical words, and which of its columns answer."""

    @query
    def rules(self, *, page: int = 1, page_size: int = 50) -> Page[Rule]:
        """The transformation rules by name."""

    @query
    def rule(self, *, rule_id: UUID) -> Rule:
        """One rule. Raises RuleNotFound."""

    @command
    def create_rule(self, *, rule: TransformationRule) -> Rule:
        """A new rule. Raises RuleInvalid, RuleExists."""

    @command
    def update_rule(self, *, rule_id: UUID, rule: TransformationRule, version: int | None = None) -> Rule:
        """New rates or another expression; the name stays while mappings use it. Raises RuleNotFound, RuleInvalid, RuleExists, RuleInUse, StaleVersion."""

    @command
    def delete_rule(self, *, rule_id: UUID) -> None:
        """Forget a rule. Raises RuleNotFound, RuleInUse."""


mappings = Mappings.client()
