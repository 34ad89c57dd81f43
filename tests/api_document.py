"""The OpenAPI document as tests walk it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from uuid import UUID

from drf_spectacular.generators import SchemaGenerator

SOME_ID = UUID("01890000-0000-7000-8000-000000000001")


@cache
def document() -> dict[str, Any]:
    """The whole document, made as the endpoint makes it."""
    return SchemaGenerator().get_schema(request=None, public=True)


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(method, path, operation) of everything that is documented."""
    for path, item in sorted(document()["paths"].items()):
        for method, operation in sorted(item.items()):
            if method in ("get", "post", "put", "patch", "delete"):
                yield method, path, operation


def with_ids(path: str, id: object = SOME_ID) -> str:
    """The path with every parameter filled in."""
    return re.sub(r"\{(\w+)\}", lambda match: "1" if match[1] in ("n", "version") else str(id), path)


def is_public(operation: dict[str, Any]) -> bool:
    """Whether nobody has to be signed in."""
    return operation.get("security") == [{}]
