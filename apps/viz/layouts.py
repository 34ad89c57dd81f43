"""Dashboard templates that every tenant has."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid5

from apps.viz.contract import DashboardTemplate, TemplateSlot

_NAMESPACE = UUID("018f6a3e-7b5c-7c3a-9d0e-5a1b2c3d4e5f")
_SINCE = datetime(2026, 1, 1, tzinfo=UTC)


def _numbers(count: int) -> list[TemplateSlot]:
    width = 12 // count
    return [TemplateSlot(name=f"figure_{i + 1}", kind="number", types=["number"], x=i * width, y=0, w=width, h=2) for i in range(count)]


def _template(name: str, description: str, slots: list[TemplateSlot]) -> DashboardTemplate:
    return DashboardTemplate(
        id=uuid5(_NAMESPACE, name),
        name=name,
        description=description,
        slots=slots,
        built_in=True,
        version=1,
        created_at=_SINCE,
        updated_at=_SINCE,
    )


BUILT_IN: tuple[DashboardTemplate, ...] = (
    _template(
        "Overview",
        "Four figures, a trend, a comparison and the rows behind them.",
        [
            *_numbers(4),
            TemplateSlot(name="trend", types=["line", "multi_line", "area"], x=0, y=2, w=8, h=5),
            TemplateSlot(name="shares", types=["pie", "bar"], x=8, y=2, w=4, h=5),
            TemplateSlot(name="comparison", types=["bar", "grouped_bar", "stacked_bar"], x=0, y=7, w=6, h=5),
            TemplateSlot(name="details", kind="table", types=["table"], x=6, y=7, w=6, h=5),
        ],
    ),
    _template(
        "Trend",
        "One long line, and two charts of what lies behind it.",
        [
            TemplateSlot(name="trend", types=["line", "multi_line", "area"], x=0, y=0, w=12, h=6),
            TemplateSlot(name="by_category", types=["bar", "stacked_bar"], x=0, y=6, w=6, h=5),
            TemplateSlot(name="by_period", types=["heatmap", "grouped_bar", "bar"], x=6, y=6, w=6, h=5),
        ],
    ),
    _template(
        "Figures",
        "Six figures and a table.",
        [*_numbers(6), TemplateSlot(name="details", kind="table", types=["table"], x=0, y=2, w=12, h=6)],
    ),
    _template(
        "Conversion",
        "A funnel, its trend, and who drops off.",
        [
            TemplateSlot(name="funnel", types=["funnel"], x=0, y=0, w=6, h=6),
            TemplateSlot(name="trend", types=["line", "multi_line"], x=6, y=0, w=6, h=6),
            TemplateSlot(name="segments", types=["stacked_bar", "grouped_bar", "bar"], x=0, y=6, w=12, h=5),
        ],
    ),
)
