"""What names mean where: relations in a FROM, aliases of a SELECT, CTEs, one scope inside another."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sqlglot import exp

from analytics_platform.sql.catalog import CatalogTable
from analytics_platform.sql.dialects import Dialect

_ASCII_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def fold(name: str) -> str:
    """Lower case as databases do it: ASCII letters alone, so that no other letter becomes one of a known name."""
    return name.translate(_ASCII_LOWER)


def folded_identifier(identifier: exp.Expr, dialect: Dialect) -> str:
    """What an identifier is compared by: PostgreSQL keeps quoted names, MySQL all names, SQLite and DuckDB fold both."""
    name = identifier.name
    is_kept = dialect == "mysql" or (dialect == "postgres" and bool(identifier.args.get("quoted")))
    return name if is_kept else fold(name)


@dataclass(frozen=True)
class CteDefinition:
    """A common table expression as references see it. `columns` is None while they are not known."""

    identifier: exp.Identifier
    columns: tuple[str, ...] | None


Ctes = Mapping[str, CteDefinition]


@dataclass(eq=False)
class Relation:
    """One thing rows come from. `columns` is None where its columns cannot be known (a table function),
    `renamed` holds the column names that the alias gave."""

    name: str
    columns: tuple[str, ...] | None
    table: CatalogTable | None = None
    node: exp.Expr | None = None
    renamed: tuple[str, ...] | None = None

    def has(self, column: str) -> bool:
        if self.table is not None and self.renamed is None:
            return self.table.find_column(column) is not None
        return self.columns is not None and fold(column) in self.folded

    @property
    def is_open(self) -> bool:
        """Whether it may have columns that are not known by name: those of a table function, or expressions without an alias."""
        return self.columns is None or "" in self.columns

    @cached_property
    def folded(self) -> set[str]:
        """The names of its columns, as they are compared."""
        return {fold(name) for name in self.columns or ()}

    @cached_property
    def folded_name(self) -> str:
        return fold(self.name)


@dataclass(eq=False)
class Scope:
    """The names one SELECT may use; `parent` is the query around it, where it may look too."""

    ctes: Ctes
    parent: Scope | None = None
    relations: list[Relation] = field(default_factory=list)
    aliases: set[str] = field(default_factory=set)

    def outward(self) -> Iterator[Scope]:
        """This scope, then those around it."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def relation(self, name: str) -> Relation | None:
        """The nearest relation of that name or alias."""
        wanted = fold(name)
        for scope in self.outward():
            for relation in scope.relations:
                if relation.folded_name == wanted:
                    return relation
        return None

    def relation_with(self, column: str) -> Relation | None:
        """The nearest relation that has the column."""
        for scope in self.outward():
            for relation in scope.relations:
                if relation.has(column):
                    return relation
        return None

    def knows(self, name: str) -> bool:
        """Whether a bare name may be an alias, or a column of a relation whose columns are unknown."""
        wanted = fold(name)
        return any(wanted in scope.aliases or any(r.is_open for r in scope.relations) for scope in self.outward())

    def names(self) -> list[str]:
        """Every column that could have been meant."""
        return [name for scope in self.outward() for relation in scope.relations for name in relation.columns or ()]
