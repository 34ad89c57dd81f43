"""Finds the tables that a question needs among many: by words, by values, and by what joins them."""

from __future__ import annotations

from apps.querygen.agent.prompts import table_size
from apps.querygen.catalog import Catalog, Table
from apps.querygen.offline.lexicon import STOP, SYNONYMS
from apps.querygen.offline.linker import Value
from apps.querygen.words import name_words, tokens


def relevant_tables(question: str, catalog: Catalog, values: list[Value], *, private: bool, max_chars: int) -> list[Table]:
    """The best tables that fit into `max_chars`, with those that connect them; all of them when they fit."""
    if sum(table_size(table, private=private) for table in catalog.tables) <= max_chars:
        return list(catalog.tables)
    wanted = question_stems(question)
    value_tables = {value.column.table for value in values}
    scores = {table.key: _score(table, wanted) + 2.0 * (table.key in value_tables) for table in catalog.tables}
    ranked = sorted(catalog.tables, key=lambda table: (-scores[table.key], table.key))
    chosen: dict[str, Table] = {}
    room = max_chars
    for table in ranked:
        if scores[table.key] <= 0 and chosen:
            break
        for needed in _with_connections(table, chosen, catalog):
            size = table_size(needed, private=private)
            if needed.key not in chosen and size <= room:
                chosen[needed.key] = needed
                room -= size
    return list(chosen.values())


def further_tables(words: list[str], catalog: Catalog, shown: list[Table], *, private: bool, max_chars: int) -> list[Table]:
    """Tables for the words of a search that were not shown yet."""
    known = {table.key for table in shown}
    wanted = question_stems(" ".join(words))
    ranked = sorted(((_score(table, wanted), table.key) for table in catalog.tables if table.key not in known), reverse=True)
    found: list[Table] = []
    for score, key in ranked[:8]:
        table = catalog.table(key)
        size = table_size(table, private=private)
        if score > 0 and size <= max_chars:
            found.append(table)
            max_chars -= size
    return found


def question_stems(question: str) -> set[str]:
    """The telling words of a question, with their synonyms."""
    stems = {token.stem for token in tokens(question) if token.word not in STOP and token.kind in {"word", "quoted"}}
    return stems | {other for word in stems for other in SYNONYMS.get(word, ())}


def _score(table: Table, wanted: set[str]) -> float:
    names = set(table.words) | {word for synonym in table.synonyms for word in name_words(synonym)}
    score = 3.0 * len(names & wanted) / max(1, len(names)) + 1.5 * len(names & wanted)
    for column in table.columns:
        words = set(column.words) | {word for synonym in column.synonyms for word in name_words(synonym)}
        hits = len(words & wanted)
        score += hits * (1.0 if hits == len(words) else 0.4)
    told = {token.stem for token in tokens(table.comment)} if table.comment else set()
    return score + 0.5 * len(told & wanted)


def _with_connections(table: Table, chosen: dict[str, Table], catalog: Catalog) -> list[Table]:
    """The table, and the tables on the way to those already chosen."""
    if not chosen:
        return [table]
    path = catalog.path(set(chosen), table.key)
    between = [catalog.table(step.target) for step in path] if path and len(path) <= 3 else []
    return [*between, table]
