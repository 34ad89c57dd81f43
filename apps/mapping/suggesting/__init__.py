"""Proposed mappings, out of a source's names, types, keys and values. Start at `proposing.suggest`."""

from apps.mapping.suggesting.proposing import suggest

__all__ = ["suggest"]
