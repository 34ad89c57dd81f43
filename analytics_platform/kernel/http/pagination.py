"""Lists: pages by number, and cursors for append-only logs."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from pydantic import Field

from analytics_platform.kernel.declare import CursorPage, Dto, FieldError, Page
from analytics_platform.kernel.problems import Invalid

DEFAULT_PAGE_SIZE = 50
LARGEST_PAGE = 500


class PageQuery(Dto):
    """`?page=` from 1 and `?page_size=`: what a list endpoint's query model extends."""

    page: int = Field(1, ge=1, le=1_000_000)
    page_size: int = Field(DEFAULT_PAGE_SIZE, ge=1, le=LARGEST_PAGE)

    @property
    def offset(self) -> int:
        """How many rows come before this page."""
        return (self.page - 1) * self.page_size


class CursorQuery(Dto):
    """`?cursor=` and `?page_size=`: what a log endpoint's query model extends."""

    cursor: str | None = None
    page_size: int = Field(DEFAULT_PAGE_SIZE, ge=1, le=LARGEST_PAGE)


def encode_cursor(values: list[Any]) -> str:
    """An opaque cursor out of the sort key of the last row."""
    return base64.urlsafe_b64encode(json.dumps(values, default=str).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, *, length: int) -> list[Any]:
    """The sort key inside a cursor. Raises Invalid for one that is not ours."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as fault:
        raise _bad_cursor() from fault
    if not isinstance(values, list) or len(values) != length:
        raise _bad_cursor()
    return values


def _bad_cursor() -> Invalid:
    return Invalid(errors=[FieldError(field="cursor", code="bad_cursor", message="This cursor was not given out by this list.")])


def _link(request: HttpRequest, **changes: Any) -> str:
    query = {**dict(request.GET.items()), **changes}
    return request.build_absolute_uri(f"{request.path}?{urlencode(query)}")


def page_body(request: HttpRequest, page: Page[Any], query: PageQuery) -> dict[str, Any]:
    """A page with links to its neighbours."""
    has_next = query.offset + len(page.results) < page.count and bool(page.results)
    return {
        "count": page.count,
        "next": _link(request, page=query.page + 1) if has_next else None,
        "previous": _link(request, page=query.page - 1) if query.page > 1 else None,
        "results": [result.model_dump(mode="json") for result in page.results],
    }


def cursor_body(request: HttpRequest, page: CursorPage[Any]) -> dict[str, Any]:
    """A page of a log; the cursors become links."""
    return {
        "next": _link(request, cursor=page.next) if page.next else None,
        "previous": _link(request, cursor=page.previous) if page.previous else None,
        "results": [result.model_dump(mode="json") for result in page.results],
    }
