"""One sheet of XLSX, XLS or ODS to Parquet, in the types that the cells have."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from apps.files.parsing.dialect import looks_like_header
from apps.files.parsing.engine import ROW_GROUP_SIZE, labelled
from apps.files.parsing.inflate import check_workbook
from apps.files.parsing.kinds import NULL_WORDS
from apps.files.parsing.limits import ParseLimits, Refused
from apps.files.parsing.names import column_names
from apps.files.parsing.result import Options, Parsed, Rejected

if TYPE_CHECKING:
    import pyarrow as pa
    from python_calamine import CalamineSheet, CalamineWorkbook

_BATCH_ROWS = 20_000
_LARGEST_EXACT = 2**53
_HEAD_ROWS = 200

Row = Sequence[Any]


def parse_workbook(path: Path, target: Path, *, format: str, options: Options, limits: ParseLimits) -> Parsed:
    """The chosen sheet, or the first that is not empty, into `target`. Raises Refused for bombs, passwords, damage and empty books."""
    if format != "xls":
        check_workbook(path, limits)
    book = _opened(path)
    sheets = list(book.sheet_names)
    if len(sheets) > limits.sheets:
        raise Refused("file_bomb", f"The workbook has {len(sheets):,} sheets; at most {limits.sheets:,} are read.")
    name, sheet = _chosen(book, sheets, options.sheet)
    if sheet.height * sheet.width > limits.cells:
        raise Refused("file_bomb", f"The sheet spans {sheet.height:,} rows and {sheet.width:,} columns; {limits.cells:,} cells are read.")
    layout = _Layout(sheet, options)
    limits.check_columns(len(layout.labels))
    nulls = frozenset(options.null_values or ())
    types = _types(layout.rows(), len(layout.labels), nulls)
    names = column_names(layout.labels)
    row_count = _write(layout.rows(), names, types, nulls, target)
    return Parsed(
        format=format,
        header=layout.has_header,
        sheet=name,
        sheets=sheets,
        columns=labelled(layout.labels, names, types),
        row_count=row_count,
        bad_row_count=len(layout.above),
        bad_rows=layout.above[: limits.bad_rows_shown],
    )


def _opened(path: Path) -> CalamineWorkbook:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        return CalamineWorkbook.from_path(str(path))
    except PasswordError as error:
        raise Refused("file_unreadable", "The workbook is protected by a password.") from error
    except (CalamineError, OSError, ValueError) as error:
        raise Refused("file_unreadable", "The workbook is damaged, or not what its name says.") from error


def _chosen(book: CalamineWorkbook, sheets: Sequence[str], wanted: str | None) -> tuple[str, CalamineSheet]:
    from python_calamine import CalamineError

    if wanted is not None and wanted not in sheets:
        raise Refused("file_unreadable", f"There is no sheet named {wanted!r}; there are: {', '.join(sheets[:20])}.")
    try:
        for name in [wanted] if wanted is not None else sheets:
            sheet = book.get_sheet_by_name(name)
            if sheet.height and sheet.width:
                return name, sheet
    except (CalamineError, ValueError) as error:
        raise Refused("file_unreadable", "The sheet is damaged.") from error
    raise Refused("file_unreadable", "The sheet is empty." if wanted is not None else "Each sheet of the workbook is empty.")


class _Layout:
    """Where the table stands on the sheet: titles above it, its header, its rows."""

    def __init__(self, sheet: CalamineSheet, options: Options) -> None:
        self.sheet = sheet
        first_line = (sheet.start or (0, 0))[0] + 1
        skipped = max(0, (options.skip_rows or 0) - (first_line - 1))
        head = [row for _, row in zip(range(skipped + _HEAD_ROWS), sheet.iter_rows(), strict=False)]
        begin = _table_begins(head, skipped)
        if begin is None:
            raise Refused("file_unreadable", "Nothing is left after the skipped rows.")
        self.above = [
            Rejected(line=first_line + number, reason="above the table", text=", ".join(_as_text(cell) for cell in row if cell != "")[:200])
            for number, row in enumerate(head[skipped:begin], skipped)
            if not _is_blank(row)
        ]
        body = [row for row in head[begin:] if not _is_blank(row)]
        self.has_header = _has_header(body) if options.header is None else options.header
        width = sheet.width
        self.labels = [_as_text(cell).strip() for cell in body[0]] if self.has_header else [""] * width
        self.first_row = begin + 1 if self.has_header else begin

    def rows(self) -> Iterator[Row]:
        """The rows of data, without blank ones."""
        for number, row in enumerate(self.sheet.iter_rows()):
            if number >= self.first_row and not _is_blank(row):
                yield row


def _is_blank(row: Row) -> bool:
    return all(cell == "" or cell is None for cell in row)


def _table_begins(head: Sequence[Row], skipped: int) -> int | None:
    """The first row that fills about as many cells as the rows below it do."""
    filled = [(number, sum(cell not in ("", None) for cell in row)) for number, row in enumerate(head) if number >= skipped]
    filled = [(number, count) for number, count in filled if count]
    if not filled:
        return None
    width = sorted(count for _, count in filled)[len(filled) // 2]
    return next((number for number, count in filled if count >= width - 1 and (count > 1 or width == 1)), filled[0][0])


def _has_header(body: Sequence[Row]) -> bool:
    """Words above other values; numbers and dates that the sheet itself types as such are no header, but years may be."""
    first = [_as_text(cell) for cell in body[0]]
    years = [cell for cell in body[0] if isinstance(cell, int | float) and not isinstance(cell, bool)]
    typed = [cell for cell in body[0] if isinstance(cell, bool | dt.date | dt.time | dt.timedelta)]
    if typed or any(not 1900 <= year <= 2100 for year in years):
        return False
    below = [["0" if not isinstance(cell, str) else cell for cell in row] for row in body[1:]]
    return looks_like_header([first, *below])


def _as_text(cell: Any) -> str:
    """A cell as its sheet would show it: 12 and not 12.0."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _LARGEST_EXACT:
        return str(int(cell))
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ")
    return "" if cell is None else str(cell)


def _type_of(cell: Any) -> str:
    if isinstance(cell, bool):
        return "boolean"
    if isinstance(cell, int):
        return "integer" if abs(cell) < 2**63 else "string"
    if isinstance(cell, float):
        return "integer" if cell.is_integer() and abs(cell) < _LARGEST_EXACT else "number"
    if isinstance(cell, dt.datetime):
        return "datetime" if cell.time() != dt.time() else "date"
    if isinstance(cell, dt.date):
        return "date"
    return "time" if isinstance(cell, dt.time) else "string"


# Two types in one column, and what holds both; everything else becomes text.
_WIDER = {frozenset({"integer", "number"}): "number", frozenset({"date", "datetime"}): "datetime"}


def _types(rows: Iterable[Row], width: int, nulls: frozenset[str]) -> list[str]:
    """The narrowest type that holds every cell of each column; `N/A` and the like stand for no value in columns of numbers, dates and times."""
    seen: list[set[str]] = [set() for _ in range(width)]
    for row in rows:
        for column, cell in zip(seen, row, strict=False):
            if cell is not None and cell not in nulls and cell not in NULL_WORDS:
                column.add(_type_of(cell))
    return [next(iter(types)) if len(types) == 1 else _WIDER.get(frozenset(types), "string") for types in seen]


def _converter(kind: str, nulls: frozenset[str]) -> Callable[[Any], Any]:
    """From a cell to the value that Arrow takes for the type."""
    converters: dict[str, Callable[[Any], Any]] = {
        "integer": int,
        "number": lambda cell: None if math.isnan(cell) else float(cell),
        "date": lambda cell: cell.date() if isinstance(cell, dt.datetime) else cell,
        "datetime": lambda cell: cell if isinstance(cell, dt.datetime) else dt.datetime(cell.year, cell.month, cell.day),
        "string": _as_text,
    }
    convert = converters.get(kind, lambda cell: cell)
    if kind != "string":
        nulls = nulls | frozenset(NULL_WORDS)
    return lambda cell: None if cell == "" or cell is None or cell in nulls else convert(cell)


def _arrow_type(kind: str) -> pa.DataType:
    import pyarrow as pa

    types = {"integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_(), "date": pa.date32()}
    return (types | {"datetime": pa.timestamp("us"), "time": pa.time64("us")}).get(kind, pa.string())


def _write(rows: Iterable[Row], names: Sequence[str], types: Sequence[str], nulls: frozenset[str], target: Path) -> int:
    """Write the rows in batches, so that no second copy of the sheet is made. Returns their number."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([pa.field(name, _arrow_type(kind)) for name, kind in zip(names, types, strict=True)])
    converters = [_converter(kind, nulls) for kind in types]
    count = 0
    with pq.ParquetWriter(target, schema, compression="snappy") as writer:
        for batch in _batches(rows, _BATCH_ROWS):
            arrays = [
                pa.array([convert(row[position]) if position < len(row) else None for row in batch], type=field.type)
                for position, (convert, field) in enumerate(zip(converters, schema, strict=True))
            ]
            writer.write_batch(pa.record_batch(arrays, schema=schema), row_group_size=ROW_GROUP_SIZE)
            count += len(batch)
    return count


def _batches(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
