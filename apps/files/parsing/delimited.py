"""CSV, TSV and other delimited text to Parquet, through DuckDB's reader in its strict mode: a row that does not fit is kept aside and shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from apps.files.parsing.dialect import NO_DELIMITER, Dialect, sniff
from apps.files.parsing.engine import engine, identifier, labelled, write_parquet
from apps.files.parsing.kinds import NULL_WORDS, STRING, Kind, chosen_kind, is_undecided, possible_kinds, quoted
from apps.files.parsing.limits import MIB, ParseLimits, Refused
from apps.files.parsing.names import column_names
from apps.files.parsing.result import Options, Parsed, Rejected

if TYPE_CHECKING:
    import duckdb

_MAX_LINE_BYTES = 2 * MIB
_RECOVERY_ROUNDS = 8
_REASONS = {
    "MISSING COLUMNS": "too few cells",
    "TOO MANY COLUMNS": "too many cells",
    "UNQUOTED VALUE": "a quote is not closed, or text follows it",
    "LINE SIZE OVER MAXIMUM": f"the line is longer than {_MAX_LINE_BYTES // MIB} MB",
    "INVALID ENCODING": "bytes that are not text",
}


def parse_delimited(path: Path, target: Path, workdir: Path, *, format: str, options: Options, limits: ParseLimits) -> Parsed:
    """A UTF-8 text table into `target`. Raises Refused where there is no table."""
    dialect = sniff(path, options, default_delimiter="\t" if format == "tsv" else "," if format == "csv" else None)
    limits.check_columns(len(dialect.labels))
    with engine(workdir, limits) as connection:
        table = _Table(connection, path, dialect, options, limits)
        row_count, kinds = table.write(target)
        bad_row_count, bad_rows = table.rejected()
    if row_count == 0 and bad_row_count > len(dialect.preamble):
        raise Refused("file_unreadable", f"None of the {bad_row_count:,} rows fits the table. The first: {bad_rows[0].reason}.")
    return Parsed(
        format=format,
        delimiter=None if dialect.delimiter == NO_DELIMITER else dialect.delimiter,
        header=dialect.has_header,
        columns=labelled(dialect.labels, table.names, [kind.type for kind in kinds]),
        row_count=row_count,
        bad_row_count=bad_row_count,
        bad_rows=bad_rows,
    )


class _Table:
    """One delimited file under DuckDB's reader."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path, dialect: Dialect, options: Options, limits: ParseLimits) -> None:
        self.connection = connection
        self.path = path
        self.dialect = dialect
        self.limits = limits
        self.null_values = options.null_values or []
        self.names = column_names(dialect.labels)
        self.lost: dict[int, Rejected] = {}
        width = len(self.names)
        columns = ([row[i] if row[i] not in self.null_values else None for row in dialect.sample] for i in range(width))
        self.fitting = [possible_kinds(column, delimiter=dialect.delimiter) for column in columns]

    def source(self) -> str:
        """The reader over the whole file: every cell text, rows that do not fit set aside."""
        columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in self.names)
        quote, escape = quoted(self.dialect.quote), quoted(self.dialect.escape)
        nulls = ", ".join(quoted(word) for word in dict.fromkeys(["", *self.null_values]))
        return (
            f"read_csv({quoted(str(self.path))}, auto_detect = false, columns = {{{columns}}}, header = false, "
            f"skip = {self.dialect.skipped_lines}, delim = {quoted(self.dialect.delimiter)}, quote = {quote}, escape = {escape}, "
            f"nullstr = [{nulls}], new_line = '\\n', strict_mode = true, max_line_size = {_MAX_LINE_BYTES}, "
            "store_rejects = true, rejects_limit = 0, rejects_line_size_limit = 200)"
        )

    def write(self, target: Path) -> tuple[int, list[Kind]]:
        """Write the Parquet file. The sample's types are tried first; where a value further down does not fit, the whole file is asked."""
        import duckdb

        kinds = [chosen_kind(fitting) for fitting in self.fitting]
        is_surveyed = any(is_undecided(fitting) for fitting in self.fitting)
        if is_surveyed:
            kinds = self._surveyed()
        try:
            row_count = self._copy(kinds, target)
            is_recovered = self._recover()
        except (duckdb.ConversionException, duckdb.InvalidInputException, duckdb.OutOfRangeException):
            if is_surveyed:
                raise
            is_recovered = self._recover()
            kinds = self._surveyed()
            row_count = self._copy(kinds, target)
        for _ in range(_RECOVERY_ROUNDS):
            if not is_recovered:
                break
            kinds = self._surveyed()
            row_count = self._copy(kinds, target)
            is_recovered = self._recover()
        return row_count, kinds

    def _copy(self, kinds: Sequence[Kind], target: Path) -> int:
        self._forget_rejects()
        selected = [f"{_strict(identifier(name), kind)} AS {identifier(name)}" for name, kind in zip(self.names, kinds, strict=True)]
        return write_parquet(self.connection, f"SELECT {', '.join(selected)} FROM {self.source()}{self._no_blank_lines()}", target)

    def _no_blank_lines(self) -> str:
        """The reader skips blank lines, but in a table of one column takes them for empty cells."""
        return f" WHERE {identifier(self.names[0])} IS NOT NULL" if len(self.names) == 1 else ""

    def _surveyed(self) -> list[Kind]:
        """The kinds after asking every value of the file."""
        counts: list[str] = []
        for name, fitting in zip(self.names, self.fitting, strict=True):
            column, trimmed = identifier(name), f"trim({identifier(name)})"
            present = f"{column} IS NOT NULL AND {column} NOT IN ({_null_words()})"
            for kind in fitting:
                converted = f"TRY(CASE WHEN {kind.matches_sql(trimmed)} THEN {kind.converted_sql(trimmed)} END)"
                counts.append(f"count(*) FILTER (WHERE {present} AND {converted} IS NULL)")
                needed = f"regexp_matches({column}, {quoted(kind.needs)})" if kind.needs else "true"
                counts.append(f"count(*) FILTER (WHERE {present} AND {needed})")
        if not counts:
            return [STRING for _ in self.names]
        self._forget_rejects()
        row = self.connection.execute(f"SELECT {', '.join(counts)} FROM {self.source()}").fetchone()
        found = iter(row or ())
        kinds = []
        for fitting in self.fitting:
            fits = [(next(found) == 0) & (next(found) > 0) for _ in fitting]
            kinds.append(chosen_kind([kind for kind, is_fit in zip(fitting, fits, strict=True) if is_fit]))
        return kinds

    def _forget_rejects(self) -> None:
        for table in ("reject_errors", "reject_scans"):
            self.connection.execute(f"DROP TABLE IF EXISTS {table}")

    def _recover(self) -> bool:
        """Where a stray quote swallowed the lines after it, take that one line out and let the others be read again."""
        if not self._has_rejects():
            return False
        rows = self.connection.execute(
            "SELECT DISTINCT line_byte_position - 1 FROM reject_errors WHERE error_type = 'UNQUOTED VALUE' AND line_byte_position IS NOT NULL"
        ).fetchall()
        offsets = sorted(int(row[0]) for row in rows)
        if not offsets:
            return False
        blanked = _Blanked(self.path, self.path.with_suffix(f".{len(self.lost)}.blanked"))
        for line, text in blanked.copy(offsets):
            self.lost[line] = Rejected(line=line, reason=_REASONS["UNQUOTED VALUE"], text=text)
        self.path = blanked.target
        return True

    def _has_rejects(self) -> bool:
        found = self.connection.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'reject_errors'").fetchone()
        return bool(found and found[0])

    def rejected(self) -> tuple[int, list[Rejected]]:
        """How many rows were left out, and the first of them with their physical line numbers."""
        above = [Rejected(line=line, reason="above the table", text=text[:200]) for line, text in self.dialect.preamble]
        found = above + list(self.lost.values())
        count = len(found)
        if self._has_rejects():
            total = self.connection.execute("SELECT count(DISTINCT line) FROM reject_errors").fetchone()
            count += int(total[0]) if total else 0
            rows = self.connection.execute(
                "SELECT min(line_byte_position) - 1, arg_min(error_type, column_idx), any_value(csv_line), max(column_idx) "
                f"FROM reject_errors GROUP BY line ORDER BY line LIMIT {self.limits.bad_rows_shown}"
            ).fetchall()
            numbers = _line_numbers(self.path, [row[0] for row in rows if row[0] is not None])
            for offset, error, text, last_column in rows:
                bare = (text or "").lstrip("\n")  # the reader takes blank lines before a row for a part of it
                line = numbers[offset] + len(text or "") - len(bare) if offset in numbers else None
                found.append(Rejected(line=line, reason=self._reason(error, last_column), text=bare.rstrip("\n")[:200]))
        found.sort(key=lambda row: row.line or 0)
        return count, found[: self.limits.bad_rows_shown]

    def _reason(self, error: str | None, last_column: int | None) -> str:
        reason = _REASONS.get(error or "", (error or "unreadable").lower())
        if error in ("MISSING COLUMNS", "TOO MANY COLUMNS"):
            return f"{reason}: {last_column} instead of {len(self.names)}"
        return reason


def _null_words() -> str:
    return ", ".join(quoted(word) for word in NULL_WORDS)


def _strict(column: str, kind: Kind) -> str:
    """The value in its kind; an error for one that does not fit, as a changed value would be worse. The commonest case is asked first."""
    if kind is STRING:
        return column
    return (
        f"CASE WHEN {kind.matches_sql(column)} THEN {kind.converted_sql(column)} WHEN {column} IS NULL OR {column} IN ({_null_words()}) THEN NULL "
        f"WHEN {kind.matches_sql(f'trim({column})')} THEN {kind.converted_sql(f'trim({column})')} ELSE error('another kind') END"
    )


def _line_numbers(path: Path, offsets: Sequence[int]) -> dict[int, int]:
    """The physical line, from 1, at each byte offset."""
    wanted, numbers, line, position = sorted(set(offsets)), {}, 1, 0
    if not wanted:
        return {}
    with path.open("rb") as file:
        for offset in wanted:
            while position < offset:
                chunk = file.read(min(MIB, offset - position))
                if not chunk:
                    break
                line += chunk.count(b"\n")
                position += len(chunk)
            numbers[offset] = line
    return numbers


class _Blanked:
    """A copy of a file in which some lines are empty, so that the others keep their numbers."""

    def __init__(self, source: Path, target: Path) -> None:
        self.source = source
        self.target = target

    def copy(self, offsets: Sequence[int]) -> list[tuple[int, str]]:
        """Write the copy without the lines at `offsets` (sorted). Returns their numbers and how they begin."""
        numbers = _line_numbers(self.source, offsets)
        lost = []
        with self.source.open("rb") as source, self.target.open("wb") as target:
            for offset in offsets:
                while (left := offset - source.tell()) > 0:
                    target.write(source.read(min(MIB, left)))
                if source.tell() > offset:
                    continue  # inside a line that is out already
                line = source.readline()
                target.write(b"\n")
                lost.append((numbers[offset], line.decode("utf-8", errors="replace").rstrip("\n")[:200]))
            while chunk := source.read(MIB):
                target.write(chunk)
        return lost
