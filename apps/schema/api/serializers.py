"""Bodies and queries of the schema endpoints."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from analytics_platform.kernel.declare import Dto
from analytics_platform.kernel.http.pagination import PageQuery
from apps.schema.contract import ColumnAnnotation

Synonym = Annotated[str, Field(min_length=1, max_length=200)]


class Introspect(Dto):
    """One of the two. With `async` the work is done in the background."""

    data_source_id: UUID | None = None
    file_id: UUID | None = None
    in_background: bool = Field(default=False, alias="async")


class TablesQuery(PageQuery):
    """`search` looks in names, comments, descriptions and synonyms."""

    search: str = Field(default="", max_length=200)


class CatalogQuery(PageQuery):
    """What to look for; without it, every table and column."""

    search: str = Field(default="", max_length=200)


class DiffQuery(Dto):
    """Two versions."""

    from_version: int = Field(alias="from", ge=1, le=2**31 - 1)
    to_version: int = Field(alias="to", ge=1, le=2**31 - 1)


class AnnotateColumn(ColumnAnnotation):
    """What to say of one column; what is left out stays."""

    name: str = Field(min_length=1, max_length=255)
    synonyms: list[Synonym] | None = Field(default=None, max_length=50)


class AnnotateTable(Dto):
    """What to say of a table and its columns; what is left out stays."""

    description: str | None = Field(default=None, max_length=4000)
    synonyms: list[Synonym] | None = Field(default=None, max_length=50)
    hidden: bool | None = None
    columns: list[AnnotateColumn] = Field(default=[], max_length=2000)
