"""Rows as files, made while they are sent: JSON, CSV, XLSX, Parquet, Arrow. A batch at a time, so memory stays flat."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from apps.execution.cells import datetime_texts, json_texts, rows_of
from apps.execution.contract import ResultColumn, ResultFormat

if TYPE_CHECKING:
    import pyarrow as pa

CONTENT_TYPES: Final[dict[ResultFormat, str]] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "arrow": "application/vnd.apache.arrow.stream",
}
XLSX_ROWS: Final = 1_048_575
"""Rows a worksheet holds, its header aside; further ones go to further sheets."""
_FORMULA: Final = r"^[=+\-@\t\r]"
_CHUNK: Final = 256 * 1024


class Batches:
    """Rows on their way: their columns, and batches in the same schema. `is_truncated` is known when the batches have ended."""

    def __init__(
        self, schema: pa.Schema, columns: list[ResultColumn], batches: Iterable[pa.RecordBatch], *, is_truncated: bool = False
    ) -> None:
        self.schema = schema
        self.columns = columns
        self.batches = batches
        self.is_truncated = is_truncated
        self.row_count = 0

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for batch in self.batches:
            self.row_count += batch.num_rows
            yield batch


def encode(rows: Batches, format: ResultFormat, *, raw: bool = False) -> Iterator[bytes]:
    """The bytes of the file. Text cells that a spreadsheet would take for formulas get an apostrophe in CSV and XLSX, unless `raw`."""
    if format == "json":
        return _json(rows)
    if format == "csv":
        return _csv(rows, raw=raw)
    if format == "xlsx":
        return _xlsx(rows, raw=raw)
    return _parquet(rows) if format == "parquet" else _arrow(rows)


def _json(rows: Batches) -> Iterator[bytes]:
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = [column.model_dump() for column in rows.columns]
    yield f'{{"columns":{json.dumps(columns, ensure_ascii=False)},"rows":['.encode()
    separator = ""
    for batch in rows:
        if not batch.num_rows:
            continue
        texts = [json_texts(batch.column(i), column.type) for i, column in enumerate(rows.columns)]
        joined = pc.binary_join_element_wise(*texts, ",") if len(texts) > 1 else texts[0]
        lines = pa.ListArray.from_arrays([0, len(joined)], joined)
        yield (separator + "[" + pc.binary_join(lines, "],[")[0].as_py() + "]").encode()
        separator = ","
    yield f'],"row_count":{rows.row_count},"truncated":{json.dumps(rows.is_truncated)}}}'.encode()


def _csv(rows: Batches, *, raw: bool) -> Iterator[bytes]:
    import pyarrow as pa
    from pyarrow import csv

    names = [column.name for column in rows.columns]
    header = io.BytesIO()
    empty = pa.table([pa.array([name]) for name in names], names=[str(i) for i in range(len(names))])
    csv.write_csv(empty if raw else _table(empty, escape=True), header, csv.WriteOptions(include_header=False, quoting_style="needed"))
    yield header.getvalue()
    options = csv.WriteOptions(include_header=False, quoting_style="needed")
    for batch in rows:
        out = io.BytesIO()
        csv.write_csv(_plain(batch, rows.columns, escape=not raw), out, options)
        yield out.getvalue()


def _table(table: pa.Table, *, escape: bool) -> pa.Table:
    import pyarrow as pa

    return pa.table([_text(column.combine_chunks(), escape=escape) for column in table.columns], names=table.column_names)


def _plain(batch: pa.RecordBatch, columns: list[ResultColumn], *, escape: bool) -> pa.Table:
    """A batch in the types that a CSV has: what is no number, date or truth is text."""
    import pyarrow as pa

    return pa.table(
        [_csv_column(batch.column(i), column, escape=escape) for i, column in enumerate(columns)],
        names=[str(i) for i in range(len(columns))],
    )


def _csv_column(values: pa.Array, column: ResultColumn, *, escape: bool) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    if column.type in ("string", "json") and pa.types.is_string(values.type):
        return _text(values, escape=escape)
    if column.type == "number":
        return pc.if_else(pc.is_finite(values), values, None)
    if column.type in ("integer", "boolean") and not pa.types.is_decimal(values.type):
        return values
    if column.type == "date" and pa.types.is_date(values.type):
        return values
    if column.type == "datetime" and pa.types.is_timestamp(values.type):
        return datetime_texts(values)
    if column.type == "decimal" and values.type.bit_width == 128:
        return values
    return pa.array([None if cell is None else str(cell) for (cell,) in rows_of(pa.table([values], names=["0"]), [column])], pa.string())


def _text(values: pa.Array, *, escape: bool) -> pa.Array:
    import pyarrow.compute as pc

    if not escape:
        return values
    starts = pc.match_substring_regex(values, _FORMULA)
    if not pc.any(starts).as_py():
        return values
    return pc.if_else(starts, pc.binary_join_element_wise("'", values, ""), values)


def _xlsx(rows: Batches, *, raw: bool) -> Iterator[bytes]:
    import xlsxwriter

    with tempfile.TemporaryFile() as file:
        book = xlsxwriter.Workbook(
            file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        )
        sheet, at = _xlsx_sheet(book, rows.columns, raw=raw)
        for batch in rows:
            for row in rows_of(_as_table(batch), rows.columns):
                if at > XLSX_ROWS:
                    sheet, at = _xlsx_sheet(book, rows.columns, raw=raw)
                for i, cell in enumerate(row):
                    _xlsx_cell(sheet, at, i, cell, rows.columns[i], raw=raw)
                at += 1
        book.close()
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk


def _xlsx_sheet(book: Any, columns: list[ResultColumn], *, raw: bool) -> tuple[Any, int]:
    sheet = book.add_worksheet()
    for i, column in enumerate(columns):
        sheet.write_string(0, i, column.name if raw else escaped(column.name))
    return sheet, 1


def _xlsx_cell(sheet: Any, row: int, column: int, cell: Any, kind: ResultColumn, *, raw: bool) -> None:
    if cell is None:
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, int | float):
        sheet.write_number(row, column, cell)
    elif kind.type == "decimal" and len(cell.strip("-0.")) <= 15:
        sheet.write_number(row, column, float(cell))
    else:
        text = cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)
        is_text = kind.type in ("string", "json") and not raw
        sheet.write_string(row, column, (escaped(text) if is_text else text)[:32_767])


def escaped(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _parquet(rows: Batches) -> Iterator[bytes]:
    import pyarrow.parquet as pq

    sink = _Sink()
    with pq.ParquetWriter(sink, rows.schema, compression="zstd") as writer:
        for batch in rows:
            writer.write_batch(batch)
            yield from sink.taken()
    yield from sink.taken()


def _arrow(rows: Batches) -> Iterator[bytes]:
    import pyarrow as pa

    sink = _Sink()
    with pa.ipc.new_stream(sink, rows.schema) as writer:
        for batch in rows:
            writer.write_batch(batch)
            yield from sink.taken()
    yield from sink.taken()


def _as_table(batch: pa.RecordBatch) -> pa.Table:
    import pyarrow as pa

    return pa.Table.from_batches([batch])


class _Sink(io.RawIOBase):
    """A file that gives away what was written to it, for writers that only append."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []
        self._at = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._pieces.append(piece)
        self._at += len(piece)
        return len(piece)

    def taken(self) -> Iterator[bytes]:
        pieces, self._pieces = self._pieces, []
        if pieces:
            yield b"".join(pieces)
