"""Follow-ups and clarifications: what a question means given what was asked before. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_FOLLOW_UP = re.compile(
    r"^\s*(?:and|now|then|also|but|only|just|what about|how about|instead|same|by|per|in|for|since|with|without|sorted|ordered|group(?:ed)? by)\b",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^\s*(?:(?:and|now|then|also|but|just|only|what about|how about|show(?: it| that| them)?|the same|same)\b[\s,:]*)+", re.IGNORECASE
)


@dataclass(frozen=True)
class Reading:
    """The question as the engines read it, and the choices that answered earlier clarifications."""

    text: str
    choices: dict[str, str] = field(default_factory=dict)
    assumption: str = ""


def read_follow_up(question: str, previous: str) -> Reading:
    """A fragment ("and by country?") is read together with the question before it; a whole question stands for itself."""
    if not previous or not _FOLLOW_UP.match(question):
        return Reading(question)
    rest = _LEAD.sub("", question).strip(" ?.")
    text = f"{previous.rstrip(' ?.')} {rest}"
    return Reading(text, assumption=f"Read as: {text}")


def read_clarification(pending: str, clarification: str, choices: dict[str, str]) -> Reading:
    """`word=table.column` settles what a word means; anything else is added to the question."""
    word, separator, meaning = clarification.partition("=")
    if separator and word.strip() and word.strip().lower() in pending.lower():
        return Reading(pending, {**choices, word.strip().lower(): meaning.strip()})
    return Reading(f"{pending.rstrip(' ?.')} {clarification}", choices, assumption=f"Understood: {clarification}")
