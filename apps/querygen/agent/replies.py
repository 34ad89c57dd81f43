"""Reads a model's reply: JSON where it kept to it, a code block or bare SQL where it did not. Nothing in it is ever executed here."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

_BLOCK = re.compile(r"```(?:\w+)?\s*(.*?)```", re.DOTALL)
_SQL = re.compile(r"\b(?:WITH|SELECT)\b.*", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True)
class Reply:
    """One of: SQL, a search, a refusal, a question back; or nothing that can be used."""

    sql: str = ""
    explanation: str = ""
    assumptions: list[str] = field(default_factory=list)
    search: list[str] = field(default_factory=list)
    cannot_answer: str = ""
    ambiguous: str = ""
    options: list[str] = field(default_factory=list)


def read_reply(text: str) -> Reply:
    """What the model meant."""
    found = _object(text)
    if found is not None:
        return Reply(
            sql=_text(found.get("sql")).rstrip("; \n"),
            explanation=_text(found.get("explanation"))[:1000],
            assumptions=_texts(found.get("assumptions")),
            search=_texts(found.get("search"))[:5],
            cannot_answer=_text(found.get("cannot_answer"))[:500],
            ambiguous=_text(found.get("ambiguous"))[:500],
            options=_texts(found.get("options"))[:6],
        )
    block = _BLOCK.search(text)
    statement = _SQL.search(block.group(1) if block else text)
    return Reply(sql=statement.group(0).strip().rstrip("; \n")) if statement else Reply()


def _object(text: str) -> dict[str, object] | None:
    """The first JSON object in the text that has one of the keys we know."""
    for start in (match.start() for match in re.finditer(r"\{", text)):
        try:
            found, _ = json.JSONDecoder(strict=False).raw_decode(text[start:])
        except json.JSONDecodeError:
            continue
        if isinstance(found, dict) and found.keys() & {"sql", "search", "cannot_answer", "ambiguous"}:
            return found
    return None


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _texts(value: object) -> list[str]:
    return [item.strip()[:500] for item in value if isinstance(item, str) and item.strip()][:10] if isinstance(value, list) else []
