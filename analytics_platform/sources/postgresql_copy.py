"""Many rows out of PostgreSQL: COPY gives their text, which Arrow reads column by column, with no Python object for a cell.

A type whose text Arrow cannot read goes through the driver's loader, so that a value is the same whichever way it came.
"""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from analytics_platform.sources.batches import ColumnPlan, schema_of, text_array
from analytics_platform.sources.connector import Result
from analytics_platform.sources.postgresql_types import is_known, is_read_as_text, native_type, plan_column
from analytics_platform.sources.problems import QueryRefusedBySource, SourceProblem

if TYPE_CHECKING:
    import psycopg
    import pyarrow as pa
    from psycopg.pq.abc import PGconn, PGresult

    from analytics_platform.sources.postgresql import PostgresqlSession

_BATCH_BYTES: Final = 8 * 1024 * 1024
_ENDED: Final = -1


class CannotCopy(Exception):
    """This server, or this statement, knows no COPY: it has to be asked the usual way."""


class PostgresqlCopy(Result):
    """Rows as they come. What the columns are is asked first; the first rows are fetched at once, as a decimal's scale may stand in them alone."""

    def __init__(self, session: PostgresqlSession, sql: str, *, timeout_s: float, batch_rows: int) -> None:
        import psycopg

        self._session = session
        self._timeout_s = timeout_s
        self._batch_rows = batch_rows
        self._started = time.monotonic()
        self._copy: CopyOut | None = None
        self._watch = session.watch(timeout_s)
        try:
            columns, names = self._columns(sql, timeout_s)
            self._copy = session.copy(sql, timeout_s)
            self._native = [native_type(oid) for _, oid, _ in columns]
            self._load = [None if is_read_as_text(oid) else self._session.loader(oid) for _, oid, _ in columns]
            self._first = self._next()
        except psycopg.Error as e:
            raise self._ended_by(e) from e
        except (CannotCopy, SourceProblem):
            self.close()
            raise
        loaded = [self._loaded(i) if is_sample(oid, mod) else () for i, (_, oid, mod) in enumerate(columns)]
        self._plans = [plan_column(name, oid, mod, names.get(oid, ""), v) for (name, oid, mod), v in zip(columns, loaded, strict=True)]
        self.schema = schema_of(self._plans)

    def _columns(self, sql: str, timeout_s: float) -> tuple[list[tuple[str, int, int]], dict[int, str]]:
        """Name, type and modifier of each column, and the names of types that are not known: asked before rows take the line."""
        described = self._session.prepared(sql, timeout_s)
        columns = [(described.fname(i).decode(), described.ftype(i), described.fmod(i)) for i in range(described.nfields)]  # type: ignore[union-attr]
        if not columns:
            raise CannotCopy
        unknown = {oid for _, oid, _ in columns if not is_known(oid)}
        return columns, self._session.type_names(unknown) if unknown else {}

    def _loaded(self, i: int) -> Sequence[Any]:
        if self._first is None:
            return ()
        return _values(self._first.column(i), self._load[i])

    def _next(self) -> pa.Table | None:
        """The next rows, each column as its text, or as numbers and truths where they are that; None after the last."""
        assert self._copy is not None
        text = self._copy.read(self._batch_rows, _BATCH_BYTES)
        return _parsed(text, self._native) if text else None

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        import psycopg
        import pyarrow as pa

        texts, self._first = self._first, None
        while texts is not None:
            columns = [self._array(texts.column(i), plan, self._load[i]) for i, plan in enumerate(self._plans)]
            yield pa.RecordBatch.from_arrays(columns, schema=self.schema)
            if self._copy is None:
                return
            try:
                texts = self._next()
            except psycopg.Error as e:
                raise self._ended_by(e) from e
        self.close()

    @staticmethod
    def _array(column: pa.ChunkedArray, plan: ColumnPlan, load: Callable[[str], Any] | None) -> pa.Array:
        values = column.combine_chunks()
        return values if values.type == plan.field.type and load is None else text_array(values, plan, lambda: _values(column, load))

    def _ended_by(self, e: psycopg.Error) -> SourceProblem:
        problem = self._session.problem(e, time.monotonic() - self._started, self._timeout_s)
        self.close()
        return problem

    def close(self) -> None:
        if self._watch.stopped:
            return
        self._watch.stop()
        copy, self._copy = self._copy, None
        self._session.finish_copy(copy)


class CopyOut:
    """The rows of a COPY that has begun, as CSV text."""

    def __init__(self, connection: PGconn) -> None:
        self._connection = connection
        self._line = select.poll()
        self._line.register(connection.socket, select.POLLIN)
        self.is_over = False

    def wait(self) -> PGresult | None:
        """What the server says next, once it does."""
        while self._connection.is_busy():
            self._line.poll()
            self._connection.consume_input()
        return self._connection.get_result()

    def read(self, rows: int, size_bytes: int) -> bytes:
        """The next lines, up to so many or so long; nothing after the last. Raises psycopg.Error."""
        lines, count = bytearray(), 0
        take = self._connection.get_copy_data
        while not self.is_over and count < rows and len(lines) < size_bytes:
            length, line = take(1)
            if length > 0:
                lines += line
                count += 1
            elif length == _ENDED:
                self._end()
            else:
                self._line.poll()
                self._connection.consume_input()
        return bytes(lines)

    def drain(self) -> None:
        """Throw away what still comes of a statement that was stopped. Raises psycopg.Error, as it does not end well."""
        while self.read(1_000_000, _BATCH_BYTES):
            pass

    def _end(self) -> None:
        from psycopg import errors
        from psycopg.pq import ExecStatus

        self.is_over = True
        failed = None
        while (result := self.wait()) is not None:
            failed = result if result.status == ExecStatus.FATAL_ERROR else failed
        if failed is not None:
            raise errors.error_from_result(failed)


def begin_copy(connection: PGconn, tag: str, sql: str, encoding: str) -> CopyOut:
    """Start the copy of a statement that the server has parsed alone already. Raises CannotCopy, psycopg.Error."""
    from psycopg import errors
    from psycopg.pq import ExecStatus

    connection.send_query_params(f"{tag}COPY ({sql}\n) TO STDOUT (FORMAT csv, ENCODING 'UTF8')".encode(encoding), None)
    copy = CopyOut(connection)
    while connection.flush():
        select.select([], [connection.socket], [])
    began = copy.wait()
    if began is not None and began.status == ExecStatus.COPY_OUT:
        return copy
    while copy.wait() is not None:
        pass
    error = errors.error_from_result(began) if began is not None else errors.SyntaxError()
    if isinstance(error, (errors.FeatureNotSupported, errors.SyntaxError)):
        raise CannotCopy
    raise error


def is_sample(oid: int, modifier: int) -> bool:
    """Whether a column's first values say what it is: a decimal without a scale, a type that is only known by what the driver makes of it."""
    return (oid == 1700 and modifier < 4) or not is_read_as_text(oid)


def _values(column: pa.ChunkedArray, load: Callable[[str], Any] | None) -> list[Any]:
    texts: list[Any] = column.to_pylist()
    return texts if load is None else [None if text is None else load(text) for text in texts]


def _parsed(text: bytes, native: Sequence[pa.DataType | None]) -> pa.Table:
    import pyarrow as pa
    from pyarrow import csv

    names = [str(i) for i in range(len(native))]
    kinds = {name: kind or pa.string() for name, kind in zip(names, native, strict=True)}
    try:
        return csv.read_csv(
            pa.BufferReader(text),
            read_options=csv.ReadOptions(column_names=names, use_threads=False, block_size=len(text) + 1),
            parse_options=csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
            convert_options=csv.ConvertOptions(
                column_types=kinds,
                null_values=[""],
                true_values=["t"],
                false_values=["f"],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid as e:
        raise QueryRefusedBySource("The source sent text that is not valid UTF-8.") from e
