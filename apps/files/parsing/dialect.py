"""How a text table is written: delimiter, quoting, where the table begins, and whether it has a header.

Each candidate dialect reads the sample; the one whose rows agree most on their width, and whose cells look most like values, wins
(after van den Burg, Nazábal, Sutton: Wrangling messy CSV files by detecting row and type patterns, 2019).
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from apps.files.parsing.kinds import NULL_WORDS, is_typed
from apps.files.parsing.limits import Refused
from apps.files.parsing.result import Options

DELIMITERS = (",", ";", "\t", "|", ":", "^", "~", "\x1f")
NO_DELIMITER = "\x1f"  # reads each line as one cell: it does not occur in text
SAMPLE_CHARACTERS = 512 * 1024
SAMPLE_ROWS = 1_000
_SCORED_ROWS = 200

csv.field_size_limit(16 * 1024 * 1024)


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """What the reader needs to know. `skipped_lines` counts physical lines above the first row of data, header included."""

    delimiter: str
    quote: str
    escape: str
    has_header: bool
    labels: list[str]
    skipped_lines: int
    preamble: list[tuple[int, str]]
    sample: list[list[str]]


def sniff(path: Path, options: Options, *, default_delimiter: str | None) -> Dialect:
    """The dialect of a UTF-8 file. Raises Refused for a file without a single row or header."""
    user_skipped = options.skip_rows or 0
    with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
        for _ in range(user_skipped):
            file.readline()
        body = file.read(SAMPLE_CHARACTERS)
        is_whole = not file.read(1)
    if not body.strip():
        raise Refused("file_unreadable", "The file is empty." if not user_skipped else "Nothing is left after the skipped rows.")
    delimiter, quote, escape = _best_form(body, is_whole, options.delimiter, default_delimiter)
    records = _records(body, delimiter, quote, escape, is_whole)
    if not records:
        raise Refused("file_unreadable", "There is no row in the file.")
    return _dialect(records, delimiter, quote, escape, user_skipped, options.header)


@dataclass(frozen=True)
class Record:
    """One row of the sample: its cells, and the physical line (from 0) it begins and the one after it."""

    cells: list[str]
    first_line: int
    next_line: int


def _records(body: str, delimiter: str, quote: str, escape: str, is_whole: bool, limit: int = SAMPLE_ROWS) -> list[Record]:
    """The sample's rows without blank ones; the last is dropped where the sample may have cut it."""
    reader = csv.reader(
        (line + "\n" for line in body.split("\n")),
        delimiter=delimiter,
        quotechar=quote or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        doublequote=escape == quote,
        escapechar=escape if escape and escape != quote else None,
        strict=False,
    )
    found: list[Record] = []
    line = 0
    is_cut = not is_whole
    try:
        for cells in reader:
            if any(cells) or len(cells) > 1:
                found.append(Record(cells, line, reader.line_num))
            line = reader.line_num
            if len(found) > limit:
                is_cut = True
                break
    except csv.Error:
        is_cut = True
    return found[:-1] if is_cut and len(found) > 1 else found


def _best_form(body: str, is_whole: bool, wanted: str | None, default: str | None) -> tuple[str, str, str]:
    """Delimiter, quote and escape."""
    escape = "\\" if '\\"' in body and '""' not in body.replace('\\"', "") else '"'
    delimiters = (wanted,) if wanted else DELIMITERS
    best, best_score = (wanted or NO_DELIMITER, '"', escape), 0.0
    for delimiter in delimiters:
        if delimiter not in body:
            continue
        for quote in ('"', "'"):
            if quote == "'" and (delimiter == quote or not _quotes_cells(body, delimiter)):
                continue
            records = _records(body, delimiter, quote, escape if quote == '"' else quote, is_whole, _SCORED_ROWS)
            score = _score(records) * (1.05 if delimiter == default else 1.0) * (0.999 if quote == "'" else 1.0)
            if score > best_score:
                best, best_score = (delimiter, quote, escape if quote == '"' else quote), score
    return best


def _quotes_cells(body: str, delimiter: str) -> bool:
    """Whether single quotes stand where quotes of cells would: after and before delimiters or line ends."""
    part = re.escape(delimiter)
    start = body[:65536]
    return len(re.findall(rf"(?:^|{part}|\n)'[^'\n]*'(?={part}|\n|$)", start)) > len(re.findall(r"\w'\w", start))


@lru_cache(maxsize=65_536)
def _is_value(cell: str) -> bool:
    """Whether a cell looks like one value: typed, empty, or words rather than several cells that were not parted."""
    return cell in NULL_WORDS or is_typed(cell.strip()) or not re.search(r"[,;\t|^~\x1f]\S*[,;\t|^~\x1f]|\t|^['\"]|['\"]$", cell)


def _score(records: Sequence[Record]) -> float:
    """0 where most rows have no width in common; higher for rows of one width (two at least) whose cells look like values."""
    if not records:
        return 0.0
    widths = Counter(len(record.cells) for record in records)
    width, agreeing = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
    if width < 2:
        return 0.0
    agreement = agreeing / len(records)
    if agreement < 0.5:
        return 0.0
    cells = [cell for record in records if len(record.cells) == width for cell in record.cells]
    values = sum(_is_value(cell[:200]) for cell in cells) / len(cells)
    typed = sum(is_typed(cell.strip()) for cell in cells[:500]) / min(len(cells), 500)
    return agreement**2 * values * (1 + 0.2 * typed) * (1 - 1 / (2 * width))


def _dialect(records: list[Record], delimiter: str, quote: str, escape: str, user_skipped: int, wants_header: bool | None) -> Dialect:
    """Find the table in the rows: what stands above it, its header, its first row of data."""
    widths = Counter(len(record.cells) for record in records)
    width = max(widths.items(), key=lambda item: (item[1], item[0]))[0]
    start = next((i for i, record in enumerate(records) if len(record.cells) == width), 0)
    if start > 0 and not _is_preamble(records[:start], width):
        start = 0
    table = [record for record in records[start:] if len(record.cells) == width]
    rows = [record.cells for record in table]
    first = records[start]
    has_header = looks_like_header(rows) if wants_header is None and first.cells == rows[0] else wants_header is not False
    labels = first.cells if has_header else []
    labels = [label.strip() for label in labels[:width]] + [""] * (width - len(labels))
    skipped = first.next_line if has_header else first.first_line
    return Dialect(
        delimiter=delimiter,
        quote=quote,
        escape=escape,
        has_header=has_header,
        labels=labels,
        skipped_lines=user_skipped + skipped,
        preamble=[(user_skipped + record.first_line + 1, delimiter.join(record.cells)) for record in records[:start]],
        sample=rows[1:] if has_header and rows and rows[0] is first.cells else rows,
    )


def _is_preamble(above: Sequence[Record], width: int) -> bool:
    """Titles and notes above a table fill fewer cells than the table has. A header that is one cell short is still the header."""
    return all(sum(1 for cell in record.cells if cell) <= max(1, width - 2) for record in above)


def looks_like_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: words, all different, that do not read like the values below them."""
    if not rows:
        return False
    first = [cell.strip() for cell in rows[0]]
    named = [cell for cell in first if cell]
    if not named or len(named) < len(first) / 2:
        return False
    typed = [cell for cell in named if is_typed(cell)]
    if typed:
        return len(typed) < len(named) and _are_years(typed)
    if any(len(cell) > 120 or "\n\n" in cell for cell in named):
        return False
    if len(rows) == 1:
        return True
    below = rows[1:]
    if any(is_typed(row[column].strip()) for row in below[:50] for column in range(len(first))):
        return True
    if len(set(named)) < len(named):
        return False
    return not any(cell in {row[column].strip() for row in below} for column, cell in enumerate(first) if cell)


def _are_years(cells: Sequence[str]) -> bool:
    """Years as headings, as wide tables have them."""
    return all(re.fullmatch(r"(?:19|20)[0-9]{2}", cell) for cell in cells) and list(cells) == sorted(cells)
