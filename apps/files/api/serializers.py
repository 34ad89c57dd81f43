"""The request bodies and query strings of files."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from analytics_platform.kernel.declare import Dto
from analytics_platform.kernel.http.pagination import PageQuery
from apps.files.contract import FileStatus, ParseOptions


class FileListQuery(PageQuery):
    """`?search=` in names, `?status=`, `?ordering=`."""

    search: Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")] = ""
    status: FileStatus | None = None
    ordering: Literal["name", "-name", "size", "-size", "created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at"


class ProcessFile(Dto):
    """What to do otherwise than last time; what is left out is detected."""

    model_config = ConfigDict(extra="forbid")

    options: ParseOptions | None = None
