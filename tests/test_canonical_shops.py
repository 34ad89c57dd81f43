"""Twenty questions over four differently shaped shops: the same answers, alone and side by side."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.shops.connected import SHOPS, connected
from tests.shops.questions import QUESTIONS, Question


@pytest.fixture
def shops(api: Any, settle: Callable[[], None], tmp_path: Path) -> Iterator[dict[str, str]]:
    with connected(api, settle, tmp_path) as found:
        yield found


def known(cell: Any, type: str) -> Any:
    """A cell of the answer key or of a JSON row, so that both can be compared."""
    if cell is None:
        return None
    if type == "decimal":
        return Decimal(str(cell)).normalize()
    if type == "datetime":
        moment = cell if isinstance(cell, datetime) else datetime.fromisoformat(str(cell).replace("Z", "+00:00"))
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    if type == "date":
        return cell if isinstance(cell, date) else date.fromisoformat(str(cell))
    return cell


def rows_of(question: Question, rows: list[Any]) -> list[tuple[Any, ...]]:
    return [tuple(known(cell, type) for cell, type in zip(row, question.types, strict=True)) for row in rows]


def ask(api: Any, question: Question, **where: Any) -> Any:
    answer = api.post("/execute/sql", {"sql": question.sql, "canonical": "commerce", "parameters": question.parameters or None, **where})
    assert answer.status_code == 200, (question.name, answer.json())
    return answer.json()


def test_every_shop_gives_the_same_answers_alone_and_side_by_side(api: Any, shops: dict[str, str]) -> None:
    for question in QUESTIONS:
        expected = rows_of(question, question.answer())
        for name, source_id in shops.items():
            found = ask(api, question, data_source_id=source_id)
            assert [column["type"] for column in found["columns"]] == list(question.types), (question.name, name)
            assert rows_of(question, found["rows"]) == expected, (question.name, name)
        together = ask(api, question, data_source_ids=list(shops.values()))
        assert together["incomplete"] == []
        assert together["columns"][0] == {"name": "data_source", "type": "string"}
        for name in SHOPS:
            assert rows_of(question, [row[1:] for row in together["rows"] if row[0] == name]) == expected, (question.name, name)


def test_a_canonical_export_has_the_canonical_types(api: Any, settle: Callable[[], None], tmp_path: Path) -> None:
    with connected(api, settle, tmp_path, shops=("codes",)) as found:
        sql = "SELECT ordered_at, shipping_fee FROM order WHERE shipping_fee IS NOT NULL ORDER BY id LIMIT 2"
        body = {"data_source_id": found["codes"], "sql": sql, "canonical": True, "format": "parquet"}
        answer = api.post("/execute/export", body)
        table = pq.read_table(io.BytesIO(b"".join(answer.streaming_content)))
    assert [str(field.type) for field in table.schema] == ["timestamp[us]", "decimal128(38, 6)"]
    assert table.num_rows == 2
