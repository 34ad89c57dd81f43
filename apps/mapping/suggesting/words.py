"""Names as concepts: `tbl_cust`, `kdnr` and `bestell_datum` taken apart, spelled out and translated; and how alike two of them are."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from apps.mapping.suggesting.lexicon import LINKS, NOISE, concepts

Concepts = tuple[str, ...]
_PART: Final = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "é": "e", "è": "e"})
_LAST_LETTERS: Final = {"l": "line", "p": "line", "h": "head", "k": "head"}
_LIGHT: Final = {
    "id": 0.6,
    "number": 0.5,
    "code": 0.5,
    "date": 0.6,
    "time": 0.4,
    "name": 0.7,
    "amount": 0.4,
    "is": 0.2,
    "value": 0.5,
    "type": 0.6,
}
_NEAR: Final = {
    frozenset(pair): likeness
    for pair, likeness in {
        ("id", "number"): 0.85,
        ("id", "code"): 0.7,
        ("number", "code"): 0.7,
        ("date", "time"): 0.85,
        ("name", "title"): 0.8,
        ("name", "description"): 0.4,
        ("amount", "total"): 0.6,
        ("amount", "value"): 0.7,
        ("amount", "price"): 0.55,
        ("line", "item"): 0.85,
        ("item", "product"): 0.6,
        ("quantity", "count"): 0.8,
        ("customer", "account"): 0.5,
        ("customer", "user"): 0.6,
        ("status", "code"): 0.3,
        ("category", "group"): 0.7,
        ("category", "type"): 0.5,
        ("sale", "order"): 0.6,
        ("create", "register"): 0.6,
        ("region", "status"): 0.3,
        ("ship", "deliver"): 0.5,
        ("cancel", "end"): 0.3,
        ("interval", "time"): 0.3,
        ("type", "method"): 0.6,
    }.items()
}
"""Concepts that stand for each other often enough."""


@lru_cache(20_000)
def concepts_of(name: str) -> Concepts:
    """What a name is made of, in order, each once; what tells nothing is left out unless there is nothing else."""
    parts = [part.casefold() for part in _PART.findall(name.translate(_UMLAUTS))]
    found: dict[str, None] = {}
    for part in parts:
        if part in NOISE and len(parts) > 1:
            continue
        for concept in _meaning(part):
            found[concept] = None
    return tuple(found)


def likeness(one: Concepts, other: Concepts) -> float:
    """From 0 to 1: what they have in common, weighted by how much each concept tells."""
    if not one or not other:
        return 0.0
    found = sum(_weight(concept) * max(_alike(concept, o) for o in other) for concept in one)
    back = sum(_weight(concept) * max(_alike(concept, o) for o in one) for concept in other)
    precision, recall = found / sum(map(_weight, one)), back / sum(map(_weight, other))
    return 0.0 if precision + recall == 0 else 2 * precision * recall / (precision + recall)


def best_likeness(one: Concepts, others: Iterable[Concepts]) -> float:
    """The most alike of several names."""
    return max((likeness(one, other) for other in others), default=0.0)


def without(name: Concepts, context: Iterable[str]) -> Concepts:
    """A name where its context is understood: `cust_nm` of customers is a name. Never empty."""
    gone = set(context)
    return tuple(concept for concept in name if concept not in gone) or name


@lru_cache(20_000)
def _meaning(word: str) -> Concepts:
    known = concepts()
    for form in _forms(word):
        if form in known:
            return known[form]
    parts = _parts(word)
    if parts is not None:
        return tuple(dict.fromkeys(concept for part in parts for concept in known[part]))
    if word[:-1] in known and word[-1] in _LAST_LETTERS and len(word) > 3:
        return (*known[word[:-1]], _LAST_LETTERS[word[-1]])
    return (_singular(word),)


def _forms(word: str) -> list[str]:
    return [word, _singular(word)] + [word[: -len(ending)] for ending in ("en", "n", "e") if word.endswith(ending) and len(word) > 5]


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def _parts(word: str) -> list[str] | None:
    """A compound in known words, as few as can be; None where some of it is not known."""
    best: list[list[str] | None] = [[], *([None] * len(word))]
    for end in range(2, len(word) + 1):
        for start in range(end - 1):
            before = best[start]
            stem = _stem(word[start:end], is_last=end == len(word), is_first=start == 0) if before is not None else None
            if before is not None and stem is not None and len(before) + 1 < len(best[end] or [""] * 99):
                best[end] = [*before, stem]
    return best[-1]


def _stem(part: str, *, is_last: bool, is_first: bool) -> str | None:
    """The known word that a part is, with or without a link to the next; two letters stand at an end only."""
    known = concepts()
    stem: str | None = part if part in known else None
    if stem is None and not is_last:
        stem = next((part[: -len(link)] for link in LINKS if part.endswith(link) and part[: -len(link)] in known), None)
    return None if stem is not None and len(stem) == 2 and not (is_first or is_last) else stem


def _weight(concept: str) -> float:
    return _LIGHT.get(concept, 1.0)


@lru_cache(50_000)
def _alike(one: str, other: str) -> float:
    if one == other:
        return 1.0
    near = _NEAR.get(frozenset((one, other)))
    if near is not None:
        return near
    short, long = sorted((one, other), key=len)
    if len(short) < 3:
        return 0.55 if len(short) == 2 and long.startswith(short) else 0.0
    if long.startswith(short):
        return 0.75 * len(short) / len(long) + 0.2
    ratio = difflib.SequenceMatcher(None, one, other).ratio()
    return ratio if ratio >= 0.8 else 0.0


def joined(names: Sequence[str]) -> Concepts:
    """The concepts of several names together."""
    return tuple(dict.fromkeys(concept for name in names for concept in concepts_of(name)))
