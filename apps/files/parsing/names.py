"""SQL names out of headers and file names: clean, unique, writable without quotes; the originals stay as labels."""

from __future__ import annotations

import re
import unicodedata

MAX_LENGTH = 60

# Words that DuckDB, and most of SQL, refuse as a bare name (`SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category = 'reserved'`).
_WORDS = """
    all analyse analyze and any array as asc asymmetric at both by case cast check collate column constraint create default deferrable desc
    describe distinct do else end except false fetch for foreign from grant group having in initially intersect into is join lambda lateral
    leading left limit natural not null offset on only or order outer over pivot pivot_longer pivot_wider placing primary qualify references
    returning right select show some summarize symmetric table then to trailing true union unique unpivot using variadic when where window with
    inner full cross
"""
RESERVED = frozenset(_WORDS.split())


def clean_name(text: str, *, fallback: str) -> str:
    """Lower case, letters, digits and underscores; accents off Latin letters, other scripts kept; `fallback` where nothing is left."""
    folded = unicodedata.normalize("NFKD", text.strip().casefold())
    without_accents = "".join(c for c in folded if not "\u0300" <= c <= "\u036f")
    composed = unicodedata.normalize("NFC", without_accents).casefold()
    allowed = "".join(c if f"_{c}".isidentifier() else "_" for c in composed)
    name = re.sub("_+", "_", allowed).strip("_")[:MAX_LENGTH].strip("_")
    if not name:
        return fallback
    if not name[0].isidentifier():
        name = f"n_{name}"
    return f"{name}_" if name in RESERVED else name


def unique_name(name: str, taken: set[str]) -> str:
    """`name`, or `name_2`, `name_3` … when it is taken."""
    candidate, number = name, 1
    while candidate in taken:
        number += 1
        candidate = f"{name}_{number}"
    return candidate


def column_names(labels: list[str]) -> list[str]:
    """One name for each label, in order. Labels that are a clean name already keep it, whoever comes first."""
    cleaned = [clean_name(label, fallback=f"column_{position}") for position, label in enumerate(labels, 1)]
    names: dict[int, str] = {}
    taken: set[str] = set()
    exact_first = sorted(range(len(labels)), key=lambda i: (labels[i] != cleaned[i], i))
    for position in exact_first:
        names[position] = unique_name(cleaned[position], taken)
        taken.add(names[position])
    return [names[position] for position in range(len(labels))]
