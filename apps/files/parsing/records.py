"""JSON (an array of objects, an object of arrays, one object around an array), NDJSON and Parquet to Parquet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from apps.files.parsing.engine import engine, first_sentence, identifier, kept, labelled, write_parquet
from apps.files.parsing.kinds import DATE_TYPES, STRING, Kind, chosen_kind, possible_kinds, quoted
from apps.files.parsing.limits import ParseLimits, Refused
from apps.files.parsing.names import column_names
from apps.files.parsing.result import Options, Parsed, Rejected

if TYPE_CHECKING:
    import duckdb

_SAMPLE_ROWS = 1_000
_DATE_LIKE = {"DATE", "TIME", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE", "UUID"}
_EMPTY = "There is no row in the file."


@dataclass(frozen=True)
class _Field:
    """A field as DuckDB sees it."""

    label: str
    native_type: str


def parse_json(path: Path, target: Path, workdir: Path, *, format: str, options: Options, limits: ParseLimits) -> Parsed:
    """UTF-8 JSON or NDJSON into `target`; lines of NDJSON that are no objects are kept aside and shown."""
    import duckdb

    if path.stat().st_size == 0:
        raise Refused("file_unreadable", "The file is empty.")
    bad_row_count, is_lines = 0, format == "ndjson"
    bad_rows: list[Rejected] = []
    with engine(workdir, limits) as connection:
        try:
            if is_lines:
                path, bad_row_count, bad_rows = _good_lines(connection, path, workdir, limits)
            parsed = _parse_objects(connection, path, target, is_lines, options, limits)
        except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
            if format == "json" and not is_lines and _looks_like_lines(path):
                return parse_json(path, target, workdir, format="ndjson", options=options, limits=limits)
            raise Refused("file_unreadable", f"This is not valid JSON: {first_sentence(str(error))}") from error
    parsed.bad_row_count, parsed.bad_rows, parsed.format = bad_row_count, bad_rows, format
    return parsed


def _looks_like_lines(path: Path) -> bool:
    with path.open(encoding="utf-8") as file:
        lines = [line.strip() for line in (file.readline(1_000_000), file.readline(1_000_000))]
    return all(line.startswith("{") and line.endswith("}") for line in lines)


def _good_lines(connection: duckdb.DuckDBPyConnection, path: Path, workdir: Path, limits: ParseLimits) -> tuple[Path, int, list[Rejected]]:
    """The file itself where each line is an object, else a copy of those that are, and the others."""
    source = (
        f"(SELECT line, row_number() OVER () AS number FROM read_csv({quoted(str(path))}, auto_detect = false, columns = {{'line': 'VARCHAR'}}, "
        "header = false, delim = '\x1f', quote = '', escape = '', new_line = '\\n', strict_mode = false, max_line_size = 16777216)) AS lines"
    )
    is_bad = "trim(line) <> '' AND (NOT json_valid(line) OR json_type(TRY(CAST(line AS JSON))) IS DISTINCT FROM 'OBJECT')"
    found = connection.execute(
        f"SELECT count(*) FILTER (WHERE {is_bad}), count(*) FILTER (WHERE trim(line) <> '') FROM {source}"
    ).fetchone() or (0, 0)
    if not found[0]:
        return path, 0, []
    if found[0] == found[1]:
        raise Refused("file_unreadable", "No line of the file is a JSON object.")
    shown = connection.execute(
        f"SELECT number, json_valid(line), line[:200] FROM {source} WHERE {is_bad} ORDER BY number LIMIT {limits.bad_rows_shown}"
    ).fetchall()
    clean = workdir / "clean.ndjson"
    connection.execute(
        f"COPY (SELECT line FROM {source} WHERE trim(line) <> '' AND NOT ({is_bad})) TO {quoted(str(clean))} "
        "(FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x1f')"
    )
    reasons = {True: "JSON, but not an object", False: "not valid JSON"}
    return clean, int(found[0]), [Rejected(line=number, reason=reasons[valid], text=text) for number, valid, text in shown]


def _parse_objects(
    connection: duckdb.DuckDBPyConnection, path: Path, target: Path, is_lines: bool, options: Options, limits: ParseLimits
) -> Parsed:
    reader = _reader(path, "format = 'newline_delimited'" if is_lines else f"format = 'auto', maximum_object_size = {_object_size(path)}")
    fields = _described(connection, reader(""))
    limits.check_columns(len(fields))
    typed = ", ".join(f"{quoted(field.label)}: {quoted(_read_as(field.native_type))}" for field in fields)
    source = reader(f", columns = {{{typed}}}")
    if not is_lines and _is_one_row(connection, source):
        table = next((field for field in fields if field.native_type.startswith("STRUCT") and field.native_type.endswith("[]")), None)
        arrays = [field for field in fields if field.native_type.endswith("]")]
        if table is not None or (arrays and len(arrays) == len(fields)):
            unnested = reader(f", columns = {{{_array_types([table] if table else arrays)}}}")
            return _parse_arrays(connection, unnested, [table] if table else arrays, table is not None, target, options, limits)
    if [field.label for field in fields] == ["json"] and not _has_key_json(path):
        raise Refused("file_unreadable", "The JSON is neither an array of objects nor an object of arrays.")
    return _write(connection, f"SELECT * FROM {source}", target, options)


def _has_key_json(path: Path) -> bool:
    """The reader calls a column `json` where rows are not objects; a field may have that name too."""
    with path.open("rb") as file:
        return b'"json"' in file.read(1_000_000)


def _reader(path: Path, form: str) -> Callable[[str], str]:
    return lambda extra: (
        f"read_json({quoted(str(path))}, {form}, sample_size = -1, map_inference_threshold = -1, convert_strings_to_integers = false{extra})"
    )


def _object_size(path: Path) -> int:
    """One object may be the whole file."""
    return max(16 * 1024 * 1024, path.stat().st_size + 1024)


def _described(connection: duckdb.DuckDBPyConnection, source: str) -> list[_Field]:
    return [_Field(row[0], row[1]) for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]


def _read_as(native_type: str) -> str:
    """Strings that look like dates are read as strings first, and nested values as JSON, so that nothing is changed on the way."""
    if native_type in _DATE_LIKE:
        return "VARCHAR"
    if native_type.endswith("]") or native_type.startswith(("STRUCT", "MAP")):
        return "JSON"
    return native_type


def _array_types(fields: list[_Field]) -> str:
    """Each array read as an array of its own elements."""
    return ", ".join(
        f"{quoted(f.label)}: {quoted(f.native_type if f.native_type.startswith('STRUCT') else _element(f) + '[]')}" for f in fields
    )


def _element(field: _Field) -> str:
    return _read_as(field.native_type.removesuffix("[]"))


def _is_one_row(connection: duckdb.DuckDBPyConnection, source: str) -> bool:
    row = connection.execute(f"SELECT count(*) FROM (SELECT 1 FROM {source} LIMIT 2)").fetchone()
    return bool(row and row[0] == 1)


def _parse_arrays(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    arrays: list[_Field],
    is_table: bool,
    target: Path,
    options: Options,
    limits: ParseLimits,
) -> Parsed:
    """An object of arrays side by side, or the array of objects that one object holds."""
    if is_table:
        select = f"SELECT unnest(record) FROM (SELECT unnest({identifier(arrays[0].label)}) AS record FROM {source})"
    else:
        lengths = connection.execute(f"SELECT {', '.join(f'len({identifier(a.label)})' for a in arrays)} FROM {source}").fetchone() or ()
        if len(set(lengths)) > 1:
            raise Refused("file_unreadable", "The arrays in the object differ in length, so they are not the columns of one table.")
        select = f"SELECT {', '.join(f'unnest({identifier(a.label)}) AS {identifier(a.label)}' for a in arrays)} FROM {source}"
    return _write(connection, select, target, options)


def _write(connection: duckdb.DuckDBPyConnection, select: str, target: Path, options: Options) -> Parsed:
    """Rows of any DuckDB types into `target`; text that is a date all the way down becomes one."""
    described = connection.execute(f"DESCRIBE {select}").fetchall()
    labels, native = [row[0] for row in described], [row[1] for row in described]
    if not labels:
        raise Refused("file_unreadable", _EMPTY)
    names = column_names(labels)
    kinds = _date_kinds(connection, select, labels, native, options)
    selected, types = [], []
    for label, native_type, name in zip(labels, native, names, strict=True):
        expression, kind = kept(label, native_type)
        if label in kinds:
            expression, kind = kinds[label].converted_sql(_null_if(label, options)), kinds[label].type
        elif native_type == "VARCHAR":
            expression = _null_if(label, options)
        selected.append(f"{expression} AS {identifier(name)}")
        types.append(kind)
    row_count = write_parquet(connection, f"SELECT {', '.join(selected)} FROM ({select})", target)
    return Parsed(format="json", columns=labelled(labels, names, types), row_count=row_count)


def _null_if(label: str, options: Options) -> str:
    if not options.null_values:
        return identifier(label)
    words = ", ".join(quoted(word) for word in options.null_values)
    return f"CASE WHEN {identifier(label)} IN ({words}) THEN NULL ELSE {identifier(label)} END"


def _date_kinds(
    connection: duckdb.DuckDBPyConnection, select: str, labels: list[str], native: list[str], options: Options
) -> dict[str, Kind]:
    """The columns of text whose every value is a date or a time of one form."""
    texts = [label for label, native_type in zip(labels, native, strict=True) if native_type == "VARCHAR"]
    if not texts:
        return {}
    columns = ", ".join(identifier(label) for label in texts)
    sample = connection.execute(f"SELECT {columns} FROM ({select}) LIMIT {_SAMPLE_ROWS}").fetchall()
    nulls = set(options.null_values or ())
    fitting: list[tuple[str, Kind]] = []
    for position, label in enumerate(texts):
        values = [row[position] for row in sample if row[position] is not None and row[position] not in nulls]
        if "" not in values:  # an empty string is not a date, and not null either
            fitting += [(label, kind) for kind in possible_kinds(values, types=DATE_TYPES)]
    if not fitting:
        return {}
    tests = [f"count(*) FILTER (WHERE {_null_if(label, options)} IS NOT NULL AND {_misfits(label, kind)})" for label, kind in fitting]
    counts = connection.execute(f"SELECT {', '.join(tests)} FROM ({select})").fetchone() or ()
    fits: dict[str, list[Kind]] = {}
    for (label, kind), count in zip(fitting, counts, strict=True):
        if count == 0:
            fits.setdefault(label, []).append(kind)
    return {label: chosen_kind(kinds) for label, kinds in fits.items() if chosen_kind(kinds) is not STRING}


def _misfits(label: str, kind: Kind) -> str:
    column = identifier(label)
    return f"TRY(CASE WHEN {kind.matches_sql(column)} THEN {kind.converted_sql(column)} END) IS NULL"


def parse_parquet(path: Path, target: Path, workdir: Path, *, options: Options, limits: ParseLimits) -> Parsed:
    """Parquet written anew, under clean names and in the platform's types. The footer is read first: it may promise any number of rows."""
    import duckdb

    with engine(workdir, limits) as connection:
        try:
            file = quoted(str(path))
            found = connection.execute(f"SELECT num_rows FROM parquet_file_metadata({file})").fetchone() or (0,)
            sizes = connection.execute(f"SELECT coalesce(sum(total_uncompressed_size), 0) FROM parquet_metadata({file})").fetchone() or (0,)
            described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({file})").fetchall()
            limits.check_columns(len(described))
            limits.check_inflated(int(sizes[0]), path.stat().st_size)
            if found[0] * len(described) > limits.values:
                raise Refused("file_bomb", f"The file holds {found[0]:,} rows of {len(described):,} columns, which is more than is read.")
            parsed = _write(connection, f"SELECT * FROM read_parquet({file})", target, options)
        except (duckdb.InvalidInputException, duckdb.IOException, duckdb.NotImplementedException, duckdb.SerializationException) as error:
            raise Refused("file_unreadable", "This is not a Parquet file that can be read.") from error
    parsed.format = "parquet"
    return parsed
