"""Slugs of companies: what `X-Tenant` and the sign-in say. Pure, no database."""

from __future__ import annotations

import re
import secrets
import unicodedata

SLUG = r"^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?$"
"""What a slug looks like, as a pattern."""
_RESERVED = frozenset({"admin", "api", "internal", "public", "root", "static", "system", "www"})
_LONGEST_DERIVED = 40


def is_valid(slug: str) -> bool:
    """Small letters, digits and single words between hyphens, at most 50 characters, not a reserved word."""
    return re.fullmatch(SLUG.strip("^$"), slug) is not None and slug not in _RESERVED


def derived(name: str) -> str:
    """A slug made of a company's name: `Müller & Söhne` → `muller-sohne`."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_name).strip("-")[:_LONGEST_DERIVED].strip("-")
    return slug if is_valid(slug) else f"tenant-{secrets.token_hex(3)}"


def another(slug: str) -> str:
    """The slug with a random end, for when it is taken."""
    return f"{slug[:_LONGEST_DERIVED].rstrip('-')}-{secrets.token_hex(3)}"
