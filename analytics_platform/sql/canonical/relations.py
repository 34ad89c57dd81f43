"""What rows come from in a canonical statement: entities, subqueries and CTEs, and which of their columns are needed in the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from analytics_platform.sql.canonical.vocabulary import PLAIN_NAME, RESERVED, EntityWords
from analytics_platform.sql.scopes import fold

Kind = str
"""A field's type, or `interval`, or nothing where it is not known."""


@dataclass(eq=False, slots=True)
class Attribute:
    """One column of a relation. It is needed when something that is kept reads it; then what it `reads` is needed too."""

    name: str
    kind: Kind
    origin: tuple[str, ...] = ()
    reads: list[Attribute] = field(default_factory=list)
    scan: Scan | None = None
    field_name: str = ""
    is_needed: bool = False

    def need(self) -> None:
        """Marks it, and all that it is made of."""
        if self.is_needed:
            return
        self.is_needed = True
        if self.scan is not None:
            self.scan.used[self.name] = self.field_name
        for attribute in self.reads:
            attribute.need()


@dataclass(eq=False)
class Scan:
    """One reference to an entity. `used` are its visible columns and their fields; `twins` are bare source columns exposed for joins."""

    entity: EntityWords
    node: exp.Table
    alias: str
    used: dict[str, str] = field(default_factory=dict)
    twins: dict[str, str] = field(default_factory=dict)
    predicates: list[exp.Expr] = field(default_factory=list)


@dataclass(eq=False)
class Relation:
    """One item of a FROM under its alias."""

    name: str
    attributes: dict[str, Attribute]
    scan: Scan | None = None
    merged: set[str] = field(default_factory=set)
    is_open: bool = False
    node: exp.Expr | None = None


@dataclass(frozen=True)
class CteColumns:
    """A common table expression as references see it."""

    name: str
    attributes: tuple[Attribute, ...]


Ctes = Mapping[str, CteColumns]


@dataclass(eq=False)
class Scope:
    """What the expressions of one SELECT may name; `parent` is the query around it."""

    ctes: Ctes
    parent: Scope | None = None
    relations: list[Relation] = field(default_factory=list)
    merged: dict[str, exp.Expr] = field(default_factory=dict)
    projections: dict[str, exp.Expr] = field(default_factory=dict)

    def outward(self) -> Iterator[Scope]:
        """This scope, then those around it."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def relation(self, name: str) -> Relation | None:
        """The nearest relation of that name or alias."""
        return next((r for scope in self.outward() for r in scope.relations if r.name == name), None)

    def names(self) -> list[str]:
        """Every column that could have been meant."""
        return list(dict.fromkeys(name for scope in self.outward() for r in scope.relations for name in r.attributes))


def name_of(identifier: exp.Expr) -> str:
    """What PostgreSQL makes of an identifier: folded unless quoted."""
    name = identifier.name
    return name if identifier.args.get("quoted") else fold(name)


def named(name: str) -> exp.Identifier:
    """A name of ours: quoted where it may be a word of some dialect."""
    return exp.Identifier(this=name, quoted=name in RESERVED or not PLAIN_NAME.match(name))


def column(name: str, *, table: str) -> exp.Column:
    """A qualified column."""
    return exp.Column(this=named(name), table=named(table))


def column_aliases(node: exp.Expr) -> list[str]:
    """The column names that an alias gives: `AS t(a, b)`."""
    alias = node.args.get("alias")
    return [name_of(identifier) for identifier in alias.columns] if isinstance(alias, exp.TableAlias) else []
