"""Canonical schemas and mappings as data. Pydantic only, so that contracts may use it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from analytics_platform.kernel.declare import Dto

FieldType = Literal["string", "integer", "number", "decimal", "boolean", "date", "time", "datetime", "json", "binary"]
Cardinality = Literal["many_to_one", "one_to_one", "one_to_many"]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Text = Annotated[str, Field(max_length=4000)]
Expression = Annotated[str, Field(min_length=1, max_length=20_000)]
Constant = str | int | float | bool | None


class CanonicalField(Dto):
    """One field of an entity. `values` are all that it may hold, where they are few; `synonyms` are what people and databases call it; `unit` says what its numbers count."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    type: FieldType
    description: Text = ""
    key: bool = False
    values: list[str] = []
    unit: str = ""
    synonyms: list[str] = []


class Relationship(Dto):
    """How to get from an entity to another: its own fields to the other's, pairwise."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    entity: Name
    fields: dict[str, str]
    cardinality: Cardinality = "many_to_one"


class Entity(Dto):
    """A thing that every source of this kind knows, one row each."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    description: Text = ""
    synonyms: list[str] = []
    fields: list[CanonicalField]
    relationships: list[Relationship] = []


class Metric(Dto):
    """A named aggregate in PostgreSQL's dialect, over the fields of `entity` or else of what a statement reads: `sum(quantity * unit_price) - sum(discount)`."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    entity: Name | None = None
    expression: Expression
    description: Text = ""
    synonyms: list[str] = []


class CanonicalSchema(Dto):
    """What sources of one kind have in common. A published version never changes."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    version: int = 1
    description: Text = ""
    entities: list[Entity]
    metrics: list[Metric] = []

    def entity(self, name: str) -> Entity | None:
        """The entity of this name."""
        return next((entity for entity in self.entities if entity.name == name), None)


class FieldMapping(Dto):
    """Where a field comes from: an expression in the source's dialect, then a rule, then a translation of its values.

    `rule` names a transformation rule whose `input` is the expression; `currency` is an expression that gives the code which the rule's rates are
    looked up by. `values` translates what the source holds into what the canonical schema says; what is in neither is `default`, which also stands for null.
    """

    model_config = ConfigDict(extra="forbid")

    field: Name
    expression: Expression
    rule: Name | None = None
    currency: Expression | None = None
    values: dict[str, Constant] = {}
    default: Constant = None


class EntityMapping(Dto):
    """Where an entity's rows come from: a table (`schema.table`) or a reading statement of the source's dialect; one of the two."""

    model_config = ConfigDict(extra="forbid")

    entity: Name
    source: str | None = None
    sql: Expression | None = None
    filter: Expression | None = None
    fields: list[FieldMapping]


class SourceMapping(Dto):
    """One source, said in the words of one canonical schema."""

    model_config = ConfigDict(extra="forbid", serialize_by_alias=True, validate_by_name=True, validate_by_alias=True)

    schema_name: Name = Field(alias="schema")
    schema_version: int
    entities: list[EntityMapping]

    def entity(self, name: str) -> EntityMapping | None:
        """The mapping of this entity."""
        return next((entity for entity in self.entities if entity.entity == name), None)


class TransformationRule(Dto):
    """A named expression with one `input`, in PostgreSQL's dialect: `input / 100.0`. With `rates` it may use `rate`, looked up by a currency's code."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    expression: Expression
    description: Text = ""
    rates: dict[str, float] = {}


class MappingFault(Dto):
    """One fault of a mapping or of a canonical schema, and where it is: `entities.0.fields.2.expression`."""

    path: str
    code: str
    message: str


class LineageEntry(Dto):
    """Where an output column comes from: the fields it reads, and the columns of the source that those read."""

    output: str
    canonical: list[str]
    actual: list[str]


class OutputColumn(Dto):
    """A column of a canonical result: its type is the canonical one, whatever a source returns."""

    name: str
    type: FieldType
