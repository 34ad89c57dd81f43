"""Told apart: what a source does not hold, and what it holds but a policy keeps from whoever asks. Nothing hidden is named. Pure."""

from __future__ import annotations

from typing import Final

from apps.querygen.agent.retrieve import question_stems
from apps.querygen.offline.lexicon import GRAINS, HINTS, MEASURE_WORDS, NUMBERS, PHRASES, STOP
from apps.querygen.words import name_words, stem, tokens
from apps.schema.contract import SourceSchema

_TELLS_NOTHING: Final = frozenset({"id", "code", "name", "no", "number", "key", "title", "num", "full", "type", "date", "at"})
_GRAMMAR: Final = frozenset(
    stem(word) for words in ({word for run in PHRASES for word in run}, GRAINS, NUMBERS, MEASURE_WORDS, HINTS, STOP) for word in words
)


def names_hidden(question: str, *, seen: SourceSchema, whole: SourceSchema) -> bool:
    """Whether a word of a question is one of a hidden name's, of no name that can be seen, and of no phrase that means something by itself."""
    said = {token.stem for token in tokens(question) if token.kind == "word"}
    return bool((_hidden(seen, whole) - _GRAMMAR) & said)


def may_mean_hidden(question: str, *, seen: SourceSchema, whole: SourceSchema) -> bool:
    """The same of a question that was refused: other words for a hidden name count too."""
    return bool(_hidden(seen, whole) & question_stems(question))


def _hidden(seen: SourceSchema, whole: SourceSchema) -> set[str]:
    """Words that occur in names which are kept back, and in none that is seen."""
    return _words(whole) - _words(seen) - _TELLS_NOTHING


def _words(schema: SourceSchema) -> set[str]:
    """The stems of every name and synonym."""
    said = [
        text
        for table in schema.tables
        for text in (table.name, *table.synonyms, *(name for column in table.columns for name in (column.name, *column.synonyms)))
    ]
    return {word for text in said for word in name_words(text)}
