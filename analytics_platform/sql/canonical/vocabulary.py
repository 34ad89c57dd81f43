"""A canonical schema as the translator looks names up in it, and digests of what it is given, made once for each object."""

from __future__ import annotations

import hashlib
import re
import weakref
from dataclasses import dataclass
from functools import cached_property

from sqlglot.generators.mysql import MySQLGenerator

from analytics_platform.kernel.declare import Dto
from analytics_platform.sql.canonical.keeping import Kept
from analytics_platform.sql.canonical.model import CanonicalField, CanonicalSchema, Entity, Metric
from analytics_platform.sql.functions import words

PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]*\Z")
RESERVED = frozenset(MySQLGenerator.RESERVED_KEYWORDS) | frozenset(
    words("""
        abort action all analyse analyze any array asc asymmetric at attach authorization autoincrement begin binary both by case cast check
        collate column commit concurrently conflict constraint create cross current_catalog current_date current_role current_schema
        current_time current_timestamp current_user database default deferrable deferred delete desc describe detach distinct do each else
        end except exclude exclusive exists explain fail false fetch filter first following for foreign freeze from full generated glob
        grant group groups having if ignore ilike immediate in index indexed initially inner insert instead intersect interval into is
        isnull join key lambda last lateral leading left like limit localtime localtimestamp match materialized natural no not nothing
        notnull null nulls of offset on only or order others outer over overlaps partition placing plan pivot pivot_longer pivot_wider
        pragma preceding primary qualify query raise range recursive references regexp reindex release rename replace restrict returning
        right rollback row rows savepoint select session_user set show similar some summarize symmetric system_user table tablesample temp
        temporary then ties to trailing transaction trigger true unbounded union unique unpivot update user using vacuum values variadic
        verbose view virtual when where window with within without value date time timestamp year month day hour minute second quarter week
        percent text integer
    """)
)
"""Words that one of the dialects would not take as a name."""


class EntityWords:
    """One entity's names."""

    def __init__(self, entity: Entity) -> None:
        self.entity = entity
        self.name = entity.name
        self.fields: dict[str, CanonicalField] = {field.name: field for field in entity.fields}
        self.keys = frozenset(field.name for field in entity.fields if field.key)


@dataclass(frozen=True)
class Vocabulary:
    """Every name of a canonical schema."""

    schema: CanonicalSchema

    @cached_property
    def entities(self) -> dict[str, EntityWords]:
        return {entity.name: EntityWords(entity) for entity in self.schema.entities}

    @cached_property
    def metrics(self) -> dict[str, Metric]:
        return {metric.name: metric for metric in self.schema.metrics}


_digests: dict[int, tuple[weakref.ref[Dto], str]] = {}
_vocabularies: Kept[Vocabulary] = Kept(500)


def digest_of(dto: Dto) -> str:
    """Equal for equal data. Remembered by object: frozen ones cannot change."""
    held = _digests.get(id(dto))
    if held is not None and held[0]() is dto:
        return held[1]
    digest = hashlib.sha256(dto.model_dump_json().encode()).hexdigest()
    key = id(dto)
    _digests[key] = (weakref.ref(dto, lambda _: _digests.pop(key, None)), digest)
    return digest


def vocabulary_of(schema: CanonicalSchema) -> Vocabulary:
    """The names of a schema, built once."""
    digest = digest_of(schema)
    found = _vocabularies.get(digest)
    if found is None:
        found = _vocabularies.put(digest, Vocabulary(schema))
    return found
