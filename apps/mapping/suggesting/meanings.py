"""What a source's values mean in canonical words: enums in other words, other languages or by their first letters, yes and no, countries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from analytics_platform.sql.canonical.model import CanonicalField, Constant
from apps.mapping.suggesting.lexicon import concepts, country_codes
from apps.mapping.suggesting.words import concepts_of, likeness

_YES: Final = frozenset(("1", "y", "yes", "j", "ja", "t", "true", "on", "x", "wahr", "aktiv", "active", "enabled"))
_NO: Final = frozenset(("0", "n", "no", "nein", "f", "false", "off", "falsch", "inaktiv", "inactive", "disabled"))
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE)
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d|\d\d?\.\d\d?\.\d{4}")
_LEAST_ALIKE: Final = 0.8
_ENOUGH_TO_CONCLUDE: Final = 3


@dataclass(frozen=True)
class Meaning:
    """How well the values fit a field (None where nothing is known), what each means where it has to be said, and what wraps the column."""

    score: float | None
    values: dict[str, Constant] = field(default_factory=dict)
    wrapper: str = ""
    evidence: str = ""
    unsaid: tuple[str, ...] = ()


def meaning_of(values: Sequence[str], target: CanonicalField, *, is_number: bool) -> Meaning:
    """What the known values of a column say of its being this field."""
    if target.type == "boolean":
        return _as_boolean(values)
    if target.values:
        return _as_enum(values, target, is_number=is_number)
    if not values:
        return Meaning(None)
    if target.type == "string" and is_country(target):
        return _as_country(values, is_number=is_number)
    return _as_form(values, target)


def is_country(target: CanonicalField) -> bool:
    """Whether the field holds a country's two letters."""
    return "country" in concepts_of(target.name) and ("iso" in target.description.casefold() or "iso2" in target.synonyms)


def terms_of(target: CanonicalField) -> list[str]:
    """What to look for among the source's values, for fields whose values are known."""
    if target.values:
        return [word for value in target.values for word in (value, *_words_for(value))]
    return list(country_codes()) if is_country(target) else []


def _words_for(value: str) -> list[str]:
    meant = concepts_of(value)
    return [word for word, concept in concepts().items() if concept == meant and len(word) > 2][:12] if len(meant) == 1 else []


def _as_boolean(values: Sequence[str]) -> Meaning:
    folded = [value.casefold() for value in values]
    if not folded:
        return Meaning(None)
    if not all(value in _YES | _NO for value in folded):
        return Meaning(0.0)
    if all(value in ("0", "1", "true", "false") for value in folded):
        return Meaning(1.0, evidence="Its values are yes and no.")
    meant: dict[str, Constant] = {value: value.casefold() in _YES for value in values}
    return Meaning(1.0, values=meant, evidence=f"Its values are yes and no ({_listed(values)}).")


def _as_enum(values: Sequence[str], target: CanonicalField, *, is_number: bool) -> Meaning:
    if not values or is_number:
        return Meaning(0.0 if is_number else None)
    found = _translated(values, target.values)
    if len(found) < len(values) and max(map(len, values)) <= 2:
        found = _by_initials(values, target.values)
    unknown = [value for value in values if value not in found]
    left = [value for value in target.values if value not in found.values()]
    guessed = ""
    if len(unknown) == 1 and len(left) == 1 and len(found) >= _ENOUGH_TO_CONCLUDE:
        found[unknown[0]] = left[0]
        guessed = f" {unknown[0]} is taken for {left[0]}, as nothing else is left."
    share = len(found) / len(values)
    if not found:
        return Meaning(0.0)
    meant: dict[str, Constant] = {value: canonical for value, canonical in found.items() if value != canonical}
    unsaid = [value for value in values if value not in found]
    evidence = f"{len(found)} of {len(values)} known values are those of the field ({_listed(values)}).{guessed}"
    return Meaning(share, values=meant, evidence=evidence, unsaid=tuple(unsaid))


def _translated(values: Sequence[str], canonical: Sequence[str]) -> dict[str, str]:
    """Each value's counterpart: the same but for case, else the most alike in meaning; each counterpart once where it can be."""
    by_fold = {value.casefold(): value for value in canonical}
    found = {value: by_fold[value.casefold()] for value in values if value.casefold() in by_fold}
    for value in values:
        if value in found:
            continue
        scored = [(likeness(concepts_of(value), concepts_of(other)), other) for other in canonical]
        score, best = max(scored)
        if score >= _LEAST_ALIKE:
            found[value] = best
    return found


def _by_initials(values: Sequence[str], canonical: Sequence[str]) -> dict[str, str]:
    """`O`, `P` and `S` of open, paid and shipped; only where each is the beginning of exactly one, and all are."""
    found = {value: [other for other in canonical if other.casefold().startswith(value.casefold())] for value in values}
    is_clear = all(len(others) == 1 for others in found.values()) and len({o[0] for o in found.values()}) == len(values)
    return {value: others[0] for value, others in found.items()} if is_clear else {}


def _as_country(values: Sequence[str], *, is_number: bool) -> Meaning:
    if is_number:
        return Meaning(0.05)
    if all(re.fullmatch("[A-Z]{2}", value) for value in values):
        return Meaning(1.0, evidence=f"Its values are two capital letters ({_listed(values)}).")
    if all(re.fullmatch("[a-z]{2}", value) for value in values):
        return Meaning(0.95, wrapper="upper", evidence=f"Its values are two small letters ({_listed(values)}).")
    codes = country_codes()
    found: dict[str, Constant] = {value: codes[value.casefold()] for value in values if value.casefold() in codes}
    share = len(found) / len(values)
    return Meaning(0.9 * share, values=found, evidence=f"Its values are names of countries ({_listed(values)})." if found else "")


def _as_form(values: Sequence[str], target: CanonicalField) -> Meaning:
    words = concepts_of(target.name)
    if "email" in words:
        share = sum(bool(_EMAIL.fullmatch(value)) for value in values) / len(values)
        return Meaning(share, evidence="Its values are addresses of mail." if share > 0.5 else "")
    if "currency" in words:
        share = sum(bool(re.fullmatch("[A-Z]{3}", value)) for value in values) / len(values)
        return Meaning(share, evidence="Its values are codes of currencies." if share > 0.5 else "")
    if target.type in ("date", "datetime"):
        share = sum(bool(_MOMENT.match(value)) for value in values) / len(values)
        return Meaning(share, evidence="Its values are dates." if share > 0.5 else "")
    if target.type == "string" and any(_EMAIL.fullmatch(value) for value in values):
        return Meaning(0.1)
    return Meaning(None)


def _listed(values: Sequence[str]) -> str:
    return ", ".join(values[:5]) + ("…" if len(values) > 5 else "")
