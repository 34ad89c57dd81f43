"""How charts look, light and dark: Vega-Lite configurations. Fonts are those that the renderer carries, so pictures need no network."""

from __future__ import annotations

from typing import Any

from apps.viz.contract import Theme

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
PALETTE = ["#4269d0", "#efb118", "#ff725c", "#6cc5b0", "#3ca951", "#ff8ab7", "#a463f2", "#97bbf5", "#9c6b4e", "#9498a0"]
_SEQUENTIAL = {
    "light": ["#eef3ff", "#bccdf7", "#86a3ec", "#4f78d8", "#2a4fae", "#16306f"],
    "dark": ["#1d2742", "#27407f", "#3560b8", "#5685df", "#8fb2f3", "#d3e2ff"],
}
_INK: dict[Theme, dict[str, str]] = {
    "light": {
        "background": "#ffffff",
        "strong": "#1f2430",
        "text": "#4a5160",
        "faint": "#8b92a1",
        "grid": "#e8eaef",
        "band": "#f5f6f9",
        "land": "#dfe3ea",
    },
    "dark": {
        "background": "#171a21",
        "strong": "#f1f3f7",
        "text": "#b9c0cd",
        "faint": "#7e8696",
        "grid": "#2b303b",
        "band": "#1e222b",
        "land": "#343a47",
    },
}


def config(theme: Theme) -> dict[str, Any]:
    """The `config` of a spec."""
    ink = _INK[theme]
    return {
        "font": FONT,
        "background": ink["background"],
        "padding": 16,
        "view": {"stroke": None},
        "axis": _axis(ink),
        "axisQuantitative": {"domain": False, "tickCount": 6},
        "axisBand": {"grid": False, "labelOverlap": True},
        "axisTemporal": {"grid": False, "labelOverlap": True, "labelFlush": False, "ticks": True},
        "title": {
            "anchor": "start",
            "frame": "group",
            "color": ink["strong"],
            "fontSize": 16,
            "fontWeight": 600,
            "offset": 14,
            "subtitleColor": ink["faint"],
            "subtitleFontSize": 11,
            "subtitlePadding": 5,
        },
        "legend": {
            "labelColor": ink["text"],
            "titleColor": ink["text"],
            "titleFontWeight": "normal",
            "labelFontSize": 11,
            "labelLimit": 170,
            "symbolType": "circle",
            "symbolStrokeWidth": 0,
            "symbolLimit": 40,
        },
        "range": {"category": PALETTE, "ramp": _SEQUENTIAL[theme], "heatmap": _SEQUENTIAL[theme]},
        "mark": {"color": PALETTE[0], "tooltip": True},
        "arc": {"stroke": ink["background"], "strokeWidth": 2},
        "line": {"strokeWidth": 2.25, "strokeCap": "round", "strokeJoin": "round"},
        "area": {"fillOpacity": 0.75, "line": False},
        "rect": {"stroke": ink["background"], "strokeWidth": 1},
        "boxplot": {"median": {"color": ink["background"]}, "size": 26},
        "text": {"color": ink["text"], "font": FONT, "fontSize": 11},
        "style": _styles(ink, theme),
    }


def _axis(ink: dict[str, str]) -> dict[str, Any]:
    return {
        "labelColor": ink["text"],
        "titleColor": ink["text"],
        "titleFontWeight": "normal",
        "labelFontSize": 11,
        "titleFontSize": 12,
        "titlePadding": 10,
        "labelPadding": 6,
        "labelLimit": 190,
        "titleLimit": 400,
        "domainColor": ink["faint"],
        "tickColor": ink["faint"],
        "gridColor": ink["grid"],
        "ticks": False,
    }


def _styles(ink: dict[str, str], theme: Theme) -> dict[str, Any]:
    """Named looks of text and stripes; `on_high` and `on_low` stand on cells at either end of the ramp."""
    return {
        "figure": {"color": ink["strong"], "fontSize": 64, "fontWeight": 600},
        "caption": {"color": ink["text"], "fontSize": 13},
        "cell": {"color": ink["strong"], "fontSize": 12},
        "head": {"color": ink["faint"], "fontSize": 11, "fontWeight": 600},
        "stripe": {"color": ink["band"]},
        "sea": {"color": ink["band"]},
        "meridians": {"color": ink["grid"], "strokeWidth": 0.75},
        "land": {"color": ink["land"], "stroke": ink["background"], "strokeWidth": 0.5},
        "on_high": {"color": "#ffffff" if theme == "light" else "#10131a"},
        "on_low": {"color": "#1f2430" if theme == "light" else "#f1f3f7"},
    }
