"""Words and names: splitting, stems, and how names in a schema become words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_IRREGULAR = {
    "people": "person",
    "persons": "person",
    "children": "child",
    "men": "man",
    "women": "woman",
    "countries": "country",
    "sales": "sale",
    "movies": "movie",
    "series": "series",
    "status": "status",
    "statuses": "status",
    "addresses": "address",
    "buses": "bus",
    "news": "news",
    "bonus": "bonus",
    "criteria": "criterion",
    "media": "media",
    "analyses": "analysis",
    "lives": "life",
    "shelves": "shelf",
    "wolves": "wolf",
    "wives": "wife",
    "leaves": "leaf",
    "cookies": "cookie",
}
_ABBREVIATIONS = {
    "fname": ("first", "name"),
    "firstname": ("first", "name"),
    "lname": ("last", "name"),
    "lastname": ("last", "name"),
    "surname": ("last", "name"),
    "qty": ("quantity",),
    "num": ("number",),
    "nbr": ("number",),
    "cnt": ("count",),
    "amt": ("amount",),
    "desc": ("description",),
    "addr": ("address",),
    "dept": ("department",),
    "cust": ("customer",),
    "prod": ("product",),
    "cat": ("category",),
    "ctry": ("country",),
}
_CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_TOKEN = re.compile(
    r"""(?P<quoted>"[^"]+"|“[^”]+”|`[^`]+`|(?<!\w)'[^']+'(?!\w)|(?<!\w)‘[^’]+’(?!\w))
      | (?P<date>\d{4}-\d{2}-\d{2}|\d{4}-\d{2}(?!\d))
      | (?P<number>[-+]?(?<![\w.])\$?\d+(?:,\d{3})*(?:\.\d+)?(?![\w]))
      | (?P<symbol><=|>=|!=|<>|[<>=%])
      | (?P<word>[^\W_](?:[\w&/.-]*\w)?)
      | (?P<comma>[,;?!]|\.(?=\s|$))""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Token:
    """One word of a question. `text` is as written (without quotes), `word` lower case (a quoted one in quotes), `stem` for comparing."""

    kind: str
    text: str
    word: str
    stem: str


def tokens(text: str) -> list[Token]:
    """The words, numbers, dates and quoted strings of a question, in order."""
    found: list[Token] = []
    for match in _TOKEN.finditer(re.sub(r"(?<=\w)['’]s\b|(?<=s)['’](?=\s)", "", text)):
        kind = str(match.lastgroup)
        raw = match.group()
        if kind == "quoted":
            raw = raw[1:-1].strip()
        elif kind == "number":
            raw = raw.replace(",", "").replace("$", "").lstrip("+")
        elif kind == "word" and re.search(r"[_.-]", raw):
            found.extend(Token("word", part, part.lower(), stem(part)) for part in re.split(r"[_.-]+", raw) if part)
            continue
        word = f'"{raw.lower()}"' if kind == "quoted" else raw.lower()  # what is quoted is never a word of the grammar
        found.append(Token(kind, raw, word, stem(raw)))
    return found


def stem(word: str) -> str:
    """The singular, lower case: enough to compare names with words, no more."""
    lower = word.lower()
    if lower in _IRREGULAR:
        return _IRREGULAR[lower]
    if len(lower) > 4 and lower.endswith("ies"):
        return lower[:-3] + "y"
    if len(lower) > 4 and lower.endswith(("sses", "xes", "ches", "shes", "zes")):
        return lower[:-2]
    if len(lower) > 3 and lower.endswith("s") and not lower.endswith(("ss", "us", "is")):
        return lower[:-1]
    return lower


@lru_cache(maxsize=20_000)
def name_words(name: str) -> tuple[str, ...]:
    """The stems in a name: `orderItems`, `order_items` and `ORDER_ITEMS` all give `order`, `item`."""
    parts = re.split(r"[^0-9A-Za-z\u00c0-\uffff]+", name)
    words: list[str] = []
    for part in parts:
        if not part:
            continue
        pieces = _CAMEL.findall(part) if part.isascii() and not part.isupper() and not part.islower() else [part]
        for piece in pieces:
            words.extend(_ABBREVIATIONS.get(piece.lower(), (stem(piece),)))
    return tuple(words)
