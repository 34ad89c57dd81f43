"""Canonical SQL: one question over differently shaped sources. Start at `translating.translate`."""
