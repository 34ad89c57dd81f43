"""A mapping made ready: each field's tree in the source's dialect, parsed once for each version of the mapping and of the source's schema."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sqlglot import exp

from analytics_platform.sql.canonical.casts import can_fit
from analytics_platform.sql.canonical.fields import FieldCompiler, MappedField
from analytics_platform.sql.canonical.keeping import Kept
from analytics_platform.sql.canonical.model import CanonicalField, EntityMapping, FieldMapping, SourceMapping, TransformationRule
from analytics_platform.sql.canonical.sources import Flaw, SourceRelation, source_of
from analytics_platform.sql.canonical.vocabulary import EntityWords, Vocabulary, digest_of
from analytics_platform.sql.catalog import Catalog
from analytics_platform.sql.dialects import Dialect


@dataclass(eq=False)
class MappedEntity:
    """One entity of a mapping. Fields are compiled when they are first asked for."""

    words: EntityWords
    mapping: EntityMapping
    compiler: FieldCompiler
    _fields: dict[str, MappedField] = field(default_factory=dict)

    @property
    def relation(self) -> SourceRelation:
        return self.compiler.relation

    @cached_property
    def field_mappings(self) -> dict[str, FieldMapping]:
        return {entry.field: entry for entry in self.mapping.fields}

    @cached_property
    def filter(self) -> tuple[exp.Expr | None, list[Flaw]]:
        """The filter's tree, and what is wrong with it."""
        if self.mapping.filter is None:
            return None, []
        return self.compiler.condition(self.mapping.filter)

    def field(self, name: str) -> MappedField | None:
        """The field of this name, None where the mapping has none. Its flaws are in it."""
        found = self._fields.get(name)
        if found is None:
            entry, canonical = self.field_mappings.get(name), self.words.fields.get(name)
            if entry is None or canonical is None:
                return None
            found = self._fields[name] = self.compile(entry, canonical)
        return found

    def compile(self, entry: FieldMapping, canonical: CanonicalField) -> MappedField:
        """One field, with a flaw where its type cannot be."""
        compiled = self.compiler.field(entry, canonical)
        if not compiled.flaws and not can_fit(compiled.kind_before_cast, canonical.type):
            message = f"{compiled.kind_before_cast} values cannot be read as {canonical.type}. Convert them in the expression."
            compiled.flaws.append(Flaw("expression", "type_mismatch", message))
        return compiled


@dataclass(eq=False)
class MappedSchema:
    """A whole mapping, ready to translate with."""

    vocabulary: Vocabulary
    dialect: Dialect
    entities: dict[str, MappedEntity]


_held: Kept[MappedSchema] = Kept(200)


def mapping_key(
    mapping: SourceMapping, vocabulary: Vocabulary, rules: Mapping[str, TransformationRule], dialect: Dialect, catalog: Catalog
) -> tuple[str, ...]:
    """Equal where a mapping means the same."""
    said = hashlib.sha256("".join(f"{name}{digest_of(rules[name])}" for name in sorted(rules)).encode()).hexdigest() if rules else ""
    return digest_of(mapping), digest_of(vocabulary.schema), said, dialect, catalog.fingerprint


def mapped_schema(
    mapping: SourceMapping, *, vocabulary: Vocabulary, rules: Mapping[str, TransformationRule], dialect: Dialect, catalog: Catalog
) -> MappedSchema:
    """The mapping made ready, kept for the next statement."""
    key = mapping_key(mapping, vocabulary, rules, dialect, catalog)
    found = _held.get(key)
    if found is None:
        entities = {}
        for entry in mapping.entities:
            words = vocabulary.entities.get(entry.entity)
            if words is not None and entry.entity not in entities:
                entities[entry.entity] = mapped_entity(entry, words, rules=rules, dialect=dialect, catalog=catalog)
        found = _held.put(key, MappedSchema(vocabulary, dialect, entities))
    return found


def mapped_entity(
    entry: EntityMapping, words: EntityWords, *, rules: Mapping[str, TransformationRule], dialect: Dialect, catalog: Catalog
) -> MappedEntity:
    """One entity's mapping made ready."""
    relation = source_of(entry, dialect=dialect, catalog=catalog)
    return MappedEntity(words, entry, FieldCompiler(relation, rules, dialect))
