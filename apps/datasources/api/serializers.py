"""The request bodies and query strings of data sources."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, JsonValue, StringConstraints

from analytics_platform.kernel.declare import Dto
from analytics_platform.kernel.http.pagination import PageQuery
from apps.datasources.contract import Access, Status


def printable(value: str) -> str:
    """A text of one line, for a name or a filter. Raises ValueError."""
    if any(ord(c) < 32 or ord(c) == 127 for c in value):
        raise ValueError("contains control characters")
    return value


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(printable)]
CacheTtl = Annotated[int, Field(ge=0, le=86_400, description="How long an answer may be given again, in seconds; 0 never.")]
Config = Annotated[
    dict[str, JsonValue],
    Field(
        description="As `GET /data-sources/kinds` says for the kind. Secrets read `********` in answers; sent back, that keeps the stored one."
    ),
]


class DataSourceListQuery(PageQuery):
    """`?kind=`, `?status=`, `?search=` in names, `?ordering=`."""

    kind: Annotated[str, Field(max_length=20), AfterValidator(printable)] | None = None
    status: Status | None = None
    search: Annotated[str, Field(max_length=200), AfterValidator(printable)] | None = None
    ordering: Annotated[str, Field(max_length=100)] = "name"


class TestQuery(Dto):
    """`?test=true` connects first, and refuses what does not answer."""

    __test__ = False
    test: bool = False


class CreateDataSource(Dto):
    """A new source."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    kind: Annotated[str, Field(max_length=20)]
    config: Config
    private: bool = False
    default_access: Access = "allow"
    cache_ttl_s: CacheTtl = 60


class ReplaceDataSource(CreateDataSource):
    """The whole source anew; what is left out gets its default. A stale `version` is refused, none means the last write wins."""

    version: int | None = None


class ChangeDataSource(Dto):
    """What is to be different. Fields of `config` that are left out stay as they are."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    kind: Annotated[str, Field(max_length=20)] | None = None
    config: Config | None = None
    private: bool | None = None
    default_access: Access | None = None
    cache_ttl_s: CacheTtl | None = None
    version: int | None = None
