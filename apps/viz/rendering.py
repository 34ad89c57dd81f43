"""Pictures of charts: SVG, PNG and PDF by vl-convert, which carries its own fonts and scripts; no network is reached."""

from __future__ import annotations

from typing import Any

from apps.viz.contract import PictureFormat, Theme
from apps.viz.specs.parts import WIDTH
from apps.viz.themes import config

VEGA_LITE = "6.4"
MIN_WIDTH = 200
MAX_WIDTH = 4000
_MAX_LAYOUT_WIDTH = 1000
CONTENT_TYPES: dict[PictureFormat, str] = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}


def render(spec: dict[str, Any], *, format: PictureFormat, width: int | None = None, theme: Theme = "light") -> bytes:
    """The picture of a filled spec, `width` pixels wide. Beyond 1,000 it is drawn larger, not wider, so that text stays readable."""
    import vl_convert

    wanted = min(max(width or WIDTH, MIN_WIDTH), MAX_WIDTH)
    layout = min(wanted, _MAX_LAYOUT_WIDTH)
    scale = wanted / layout
    drawn = {**spec, "width": layout, "config": config(theme)}
    settings: dict[str, Any] = {"vl_version": VEGA_LITE, "allowed_base_urls": []}
    if format == "svg":
        return vl_convert.vegalite_to_svg(drawn, **settings).encode()
    if format == "png":
        return bytes(vl_convert.vegalite_to_png(drawn, scale=scale, ppi=72, **settings))
    return bytes(vl_convert.vegalite_to_pdf(drawn, scale=scale, **settings))
