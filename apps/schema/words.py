"""Text taken apart for matching: words of names and values, their stems, and likeness by trigrams. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_WORD = re.compile(r"[^\w]+|_")


def normalized(text: str) -> str:
    """Lower case, no accents, words parted by single spaces: `São_Paulo` → `sao paulo`."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(_NOT_WORD.sub(" ", "".join(c for c in folded if not unicodedata.combining(c))).split())


def name_words(name: str) -> list[str]:
    """The words of an identifier: `customerOrders_2024` → customer, orders, 2024."""
    return normalized(_CAMEL.sub(" ", name)).split()


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The singular of an English noun, near enough for matching both forms with each other."""
    if len(word) <= 3 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "zes", "sses")):
        return word[:-2]
    return word[:-1] if word.endswith("s") else word


def stems(text: str) -> list[str]:
    """The stems of a normalised text's words."""
    return [stem(word) for word in text.split()]


@lru_cache(maxsize=50_000)
def trigrams(text: str) -> frozenset[str]:
    """Runs of three characters, with the word boundaries marked as PostgreSQL's pg_trgm does."""
    padded = [f"  {word} " for word in text.split()]
    return frozenset(word[i : i + 3] for word in padded for i in range(len(word) - 2))


def likeness(a: str, b: str) -> float:
    """Dice's coefficient of two normalised texts' trigrams, 0..1."""
    left, right = trigrams(a), trigrams(b)
    return 2 * len(left & right) / (len(left) + len(right)) if left and right else 0.0
