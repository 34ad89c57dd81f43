"""Full-text search over tables, columns, comments, descriptions and synonyms: every word must be found, names weigh most. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from apps.schema.contract import CatalogHit, SchemaColumn, SchemaTable
from apps.schema.words import likeness, name_words, normalized, stem, stems

_NAME, _SYNONYM, _TEXT, _PARENT = 1.0, 0.85, 0.6, 0.35
_MIN_LIKENESS = 0.5


@dataclass(frozen=True)
class Document:
    """One table or column with its words by where they stand."""

    table: SchemaTable
    column: SchemaColumn | None
    name: str
    name_stems: frozenset[str]
    synonym_stems: frozenset[str]
    text_stems: frozenset[str]
    parent_stems: frozenset[str]


class CatalogIndex:
    """The documents of one version of a schema."""

    def __init__(self, tables: Sequence[SchemaTable]) -> None:
        self._documents: list[Document] = []
        for table in tables:
            names = frozenset(map(stem, name_words(table.name)))
            self._documents.append(_document(table, None, table, frozenset()))
            self._documents += [_document(table, column, column, names) for column in table.columns]

    def search(self, query: str) -> list[CatalogHit]:
        """Best first; equal ones in the order of the schema, tables before columns. Nothing to look for finds everything."""
        if not query.strip():
            return [_hit(document, 0.0) for document in self._documents]
        words = stems(normalized(" ".join(name_words(query))))
        if not words:
            return []
        whole = normalized(query)
        scored = [(score, document) for document in self._documents if (score := _score(document, words, whole)) > 0]
        scored.sort(key=lambda entry: (-entry[0], entry[1].column is not None))
        return [_hit(document, score) for score, document in scored]


def _document(table: SchemaTable, column: SchemaColumn | None, described: SchemaTable | SchemaColumn, parent: frozenset[str]) -> Document:
    return Document(
        table=table,
        column=column,
        name=" ".join(name_words(described.name)),
        name_stems=frozenset(map(stem, name_words(described.name))),
        synonym_stems=frozenset(word for synonym in described.synonyms for word in stems(normalized(synonym))),
        text_stems=frozenset(stems(normalized(f"{described.comment} {described.description}"))),
        parent_stems=parent,
    )


def _score(document: Document, words: Sequence[str], whole: str) -> float:
    if document.name == whole:
        return 1.0
    weights = [_weight(document, word) for word in words]
    if not all(weights) or max(weights) <= _PARENT:
        return 0.0
    coverage = len(words) / max(len(document.name_stems), len(words))
    return round(0.8 * sum(weights) / len(weights) + 0.15 * coverage, 3)


def _weight(document: Document, word: str) -> float:
    if word in document.name_stems:
        return _NAME
    if word in document.synonym_stems:
        return _SYNONYM
    if word in document.text_stems:
        return _TEXT
    if len(word) >= 3 and any(name.startswith(word) for name in document.name_stems):
        return 0.75
    if len(word) >= 3 and any(text.startswith(word) for text in document.text_stems | document.synonym_stems):
        return 0.45
    if len(word) >= 4 and any(likeness(word, name) >= _MIN_LIKENESS for name in document.name_stems):
        return 0.5
    return _PARENT if word in document.parent_stems else 0.0


def _hit(document: Document, score: float) -> CatalogHit:
    described = document.column or document.table
    return CatalogHit(
        schema=document.table.schema_name,
        table=document.table.name,
        column=document.column.name if document.column else None,
        type=document.column.type if document.column else None,
        description=described.description,
        comment=described.comment,
        synonyms=described.synonyms,
        score=score,
    )
