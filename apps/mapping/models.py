"""What is kept: versions of canonical schemas, mappings of sources, and transformation rules; and their form as contract types."""

from __future__ import annotations

from django.db import models

from analytics_platform.kernel.ids import uuid7
from analytics_platform.sql.canonical.model import EntityMapping, SourceMapping, TransformationRule
from apps.mapping.contract import Mapping, Rule


class SchemaVersion(models.Model):
    """One published version of a canonical schema. Never altered."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=63)
    version = models.PositiveIntegerField()
    document = models.JSONField()
    published_at = models.DateTimeField(auto_now_add=True)
    published_by = models.UUIDField(null=True)

    class Meta:
        db_table = "mapping_schema"
        verbose_name = "canonical schema"
        ordering = ("name", "-version")
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="mapping_schema_version_once")]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class Status(models.TextChoices):
    """Whether the source still holds what the mapping reads."""

    OK = "ok"
    BROKEN = "broken"


class MappingRow(models.Model):
    """One source in the words of one canonical schema. `checked_version` is the source's schema version that it was last held against."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    data_source_id = models.UUIDField()
    schema_name = models.CharField(max_length=63)
    schema_version = models.PositiveIntegerField()
    entities = models.JSONField()
    status = models.CharField(max_length=10, choices=Status, default=Status.OK)
    broken_fields = models.JSONField(default=list, blank=True)
    broken_columns = models.JSONField(default=list, blank=True)
    checked_version = models.PositiveIntegerField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    created_by = models.UUIDField(null=True)

    class Meta:
        db_table = "mapping_mapping"
        verbose_name = "mapping"
        ordering = ("schema_name", "data_source_id")
        constraints = [models.UniqueConstraint(fields=["data_source_id", "schema_name"], name="mapping_mapping_once")]

    def __str__(self) -> str:
        return f"{self.data_source_id} as {self.schema_name} v{self.schema_version}"


class RuleRow(models.Model):
    """A named expression with one input, and the rates that it may use."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=63, unique=True)
    expression = models.TextField()
    description = models.TextField(blank=True, default="")
    rates = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    created_by = models.UUIDField(null=True)

    class Meta:
        db_table = "mapping_rule"
        verbose_name = "transformation rule"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


def source_mapping_of(row: MappingRow) -> SourceMapping:
    """The row as the translator reads it."""
    return SourceMapping(
        schema_name=row.schema_name,
        schema_version=row.schema_version,
        entities=[EntityMapping.model_validate(entity) for entity in row.entities],
    )


def mapping_of(row: MappingRow) -> Mapping:
    """The row as other apps and clients see it."""
    return Mapping(
        id=row.id,
        data_source_id=row.data_source_id,
        schema_name=row.schema_name,
        schema_version=row.schema_version,
        entities=[EntityMapping.model_validate(entity) for entity in row.entities],
        status=row.status,
        broken_fields=row.broken_fields,
        broken_columns=row.broken_columns,
        checked_version=row.checked_version,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        created_by=row.created_by,
    )


def transformation_of(row: RuleRow) -> TransformationRule:
    """The row as the translator reads it."""
    return TransformationRule(name=row.name, expression=row.expression, description=row.description, rates=row.rates)


def rule_of(row: RuleRow) -> Rule:
    """The row as other apps and clients see it."""
    return Rule(
        id=row.id,
        name=row.name,
        expression=row.expression,
        description=row.description,
        rates=row.rates,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        created_by=row.created_by,
    )
