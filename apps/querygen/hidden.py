"""Told apart: what a source does not hold, and what it holds but a policy keeps from whoever asks. Nothing hidden is named. Pure."""

from __future__ import annotations

from apps.querygen.agent.retrieve import question_stems
from apps.querygen.words import name_words
from apps.schema.contract import SourceSchema

_TELLS_NOTHING = frozenset({"id", "code", "name", "no", "number", "key", "title", "num", "full", "type", "date", "at"})


def speaks_of_hidden(question: str, *, seen: SourceSchema, whole: SourceSchema) -> bool:
    """Whether words of a question fit names of hidden tables or columns, and no name that can be seen."""
    hidden = _words(whole) - _words(seen) - _TELLS_NOTHING
    return bool(hidden & question_stems(question))


def _words(schema: SourceSchema) -> set[str]:
    """The stems of every name and synonym."""
    said = [
        text
        for table in schema.tables
        for text in (table.name, *table.synonyms, *(name for column in table.columns for name in (column.name, *column.synonyms)))
    ]
    return {word for text in said for word in name_words(text)}
