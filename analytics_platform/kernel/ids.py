"""Identifiers: UUIDv7, which sort by the time they were made."""

from __future__ import annotations

from uuid import UUID

import uuid_utils


def uuid7() -> UUID:
    """A new UUIDv7 as the standard library's type."""
    return UUID(int=uuid_utils.uuid7().int)


def made_at(id: UUID) -> float:
    """When a UUIDv7 was made, in unix seconds."""
    return (id.int >> 80) / 1000
