"""Where a chart's rows come from: an execution that the asking user may read, or rows sent with the request, kept for a day."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from analytics_platform.kernel import blobs
from analytics_platform.kernel.context import principal_or_none
from apps.execution.contract import executions
from apps.viz.contract import ChartData, ChartDataGone, ResultColumn, Row
from apps.viz.models import Visualization

MAX_ROWS = 10_000
KEPT_FOR = timedelta(days=1)
_PURPOSE = "chart-rows"


@dataclass(frozen=True)
class Data:
    """A result as charts are made of it."""

    columns: Sequence[ResultColumn]
    rows: Sequence[Row]


def asked_for(*, execution_id: UUID | None, columns: list[ResultColumn] | None, rows: list[Row] | None) -> Data:
    """The data that a request names. Raises ChartData when it names none or both, and execution's own errors."""
    if execution_id is not None:
        if columns is not None or rows is not None:
            raise ChartData("Send either `execution_id` or `columns` and `rows`, not both.")
        return of_execution(execution_id)
    if not columns or rows is None:
        raise ChartData
    for number, row in enumerate(rows):
        if len(row) != len(columns):
            raise ChartData(f"Row {number} has {len(row)} cells; there are {len(columns)} columns.")
    return Data(columns, rows[:MAX_ROWS])


def of_execution(execution_id: UUID) -> Data:
    """The first rows of a completed execution. Raises ExecutionNotFound, NotReady, ResultExpired."""
    page = executions.sample(execution_id=execution_id, max_rows=MAX_ROWS)
    return Data([ResultColumn(name=column.name[:500], type=column.type) for column in page.columns], page.rows)


def of_visualization(stored: Visualization) -> Data:
    """The rows behind a chart, as the asking user may see them now. Raises ChartDataGone, and execution's own errors."""
    if stored.execution_id is not None:
        return of_execution(stored.execution_id)
    principal = principal_or_none()
    if principal is None or principal.user_id != stored.created_by:
        raise ChartDataGone("The rows of this chart came with a request; only the person who sent them can draw it.")
    try:
        with blobs.opened(stored.rows_key) as stream:
            kept = json.load(stream)
    except blobs.BlobNotFound:
        raise ChartDataGone from None
    return Data([ResultColumn.model_validate(column) for column in stored.columns], kept)


def keep(data: Data) -> str:
    """Store rows that were sent with a request; the key."""
    with blobs.writing(purpose=_PURPOSE, format="json", expires_at=datetime.now(UTC) + KEPT_FOR) as out:
        out.write(json.dumps(list(data.rows), separators=(",", ":")).encode())
    return out.ref.key
