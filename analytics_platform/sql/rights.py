"""Who may see what of a source: the access policies that reach a viewer. Imports nothing of the pipeline, so that contracts may use it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, get_args
from uuid import UUID

Mask = Literal["null", "hash", "range", "partial"]
MASKS: Final[tuple[Mask, ...]] = get_args(Mask)
"""The strongest first."""

EVERY_TABLE: Final = "*"
Value = str | int | float | bool | list[str] | None


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Whose rights are asked for, out of a verified token."""

    user_id: UUID
    role: str
    attributes: Mapping[str, Value]

    def value_of(self, variable: str) -> Value:
        """The value of `user_id`, `role` or `attributes.<name>`; None where it is unset."""
        if variable == "user_id":
            return str(self.user_id)
        if variable == "role":
            return self.role
        return self.attributes.get(variable.removeprefix("attributes."))


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One policy as the pipeline applies it. `table` is `name`, `schema.name` or `*`; without roles and users it reaches everybody.

    `variables` are those of `row_filter` (`user_id`, `role`, `attributes.<name>`), read off its tree when it was saved.
    """

    policy_id: UUID
    version: int
    table: str
    roles: frozenset[str] = frozenset()
    user_ids: frozenset[UUID] = frozenset()
    row_filter: str = ""
    variables: tuple[str, ...] = ()
    hidden_columns: tuple[str, ...] = ()
    masks: tuple[tuple[str, Mask], ...] = ()

    def reaches(self, viewer: Viewer) -> bool:
        """Whether it speaks of this viewer."""
        if not self.roles and not self.user_ids:
            return True
        return viewer.role in self.roles or viewer.user_id in self.user_ids

    @property
    def only_grants(self) -> bool:
        """Whether it takes nothing away: of use where a source is closed but for policies."""
        return not (self.row_filter or self.hidden_columns or self.masks)


@dataclass(frozen=True, kw_only=True)
class Rights:
    """The rules of one source that reach one viewer. `is_closed` sources show only tables that a rule speaks of."""

    rules: tuple[Rule, ...]
    is_closed: bool
    viewer: Viewer
    tables: frozenset[str] | None = None
    """The names of the tables that these rights are about, where they are not about all of a catalog."""

    @property
    def is_unrestricted(self) -> bool:
        """Whether the viewer sees everything, so that nothing has to be applied."""
        return not self.is_closed and all(rule.only_grants for rule in self.rules)

    @cached_property
    def structure(self) -> tuple[str, ...]:
        """Equal for viewers to whom the same rules apply, whatever their values: what rendered SQL depends on."""
        if self.is_unrestricted:
            return ()
        return ("closed" if self.is_closed else "open", *sorted(f"{rule.policy_id}:{rule.version}" for rule in self.rules))

    @cached_property
    def fingerprint(self) -> tuple[str, ...]:
        """Equal for viewers who see the same rows and columns: `structure` and every bound value. Empty where nothing is restricted."""
        if self.is_unrestricted:
            return ()
        names = sorted({variable for rule in self.rules for variable in rule.variables})
        return (*self.structure, *(f"{name}={json.dumps(self.viewer.value_of(name))}" for name in names))


def rights_of(rules: Iterable[Rule], *, viewer: Viewer, is_closed: bool, tables: frozenset[str] | None = None) -> Rights:
    """The rights of a viewer at a source with these rules."""
    return Rights(rules=tuple(rule for rule in rules if rule.reaches(viewer)), is_closed=is_closed, viewer=viewer, tables=tables)


@dataclass(frozen=True, kw_only=True)
class Access:
    """For whom a statement runs: their rights at each source it reads (a file may be in several), and the key that masked columns are hashed with."""

    viewer: Viewer
    rights: tuple[Rights, ...]
    hash_key: str

    @property
    def is_unrestricted(self) -> bool:
        """Whether nothing has to be applied."""
        return all(rights.is_unrestricted for rights in self.rights)

    @property
    def structure(self) -> tuple[str, ...]:
        """As of `Rights`, over all of them."""
        return tuple(part for rights in self.rights for part in (*rights.structure, *sorted(rights.tables or ())))

    @property
    def fingerprint(self) -> tuple[str, ...]:
        """As of `Rights`, over all of them."""
        return tuple(part for rights in self.rights for part in rights.fingerprint)

    @property
    def variables(self) -> frozenset[str]:
        """Every variable that a row filter binds."""
        return frozenset(variable for rights in self.rights for rule in rights.rules for variable in rule.variables)


def strongest(masks: Iterable[Mask]) -> Mask:
    """The mask that hides most."""
    return min(masks, key=MASKS.index)
