"""Outlines of the countries for maps: Natural Earth 1:110m (public domain), thinned to a third of a degree."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

NAME = "land"
"""What specs of maps call the outlines; they are put in when a spec is filled, and not stored with each chart."""


@cache
def outlines() -> list[dict[str, Any]]:
    """One GeoJSON feature, as the data that a spec names."""
    feature: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "land.json").read_bytes())
    return [feature]
