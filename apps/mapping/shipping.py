"""The canonical schemas that come with the platform: YAML files beside this module, the same for every tenant."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from analytics_platform.sql.canonical.model import CanonicalSchema
from apps.mapping.documents import parsed

FOLDER: Final = Path(__file__).parent / "shipped"


@cache
def shipped() -> dict[str, list[CanonicalSchema]]:
    """Every version of each by name, oldest first. Files are named after their schema, `<name>.yaml`, later versions `<name>.v2.yaml`."""
    found: dict[str, list[CanonicalSchema]] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        schema = parsed(path.read_bytes(), CanonicalSchema)
        found.setdefault(schema.name, []).append(schema)
    return {name: sorted(versions, key=lambda schema: schema.version) for name, versions in found.items()}
