"""The endpoints of execution."""

from __future__ import annotations

from uuid import UUID

from django.db import connections
from django.http import StreamingHttpResponse
from rest_framework.request import Request

from analytics_platform.kernel.declare import CursorPage
from analytics_platform.kernel.http.endpoint import Answer, ApiView, endpoint
from analytics_platform.kernel.http.streaming import in_this_context
from analytics_platform.kernel.problems import ServiceUnavailable
from apps.execution.api.serializers import ExecuteFile, ExecuteSql, ExecutionsQuery, ExplainSql, ExportSql, ResultQuery
from apps.execution.contract import (
    RUN_PROBLEMS,
    ByteStream,
    Execution,
    ExecutionEnded,
    ExecutionNotFound,
    FreeSqlNotAllowed,
    NotReady,
    Plan,
    ResultExpired,
    ResultPage,
    RightsChanged,
    executions,
)

FILE_TYPES = (
    "application/json",
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.apache.parquet",
    "application/vnd.apache.arrow.stream",
)


class ExecuteSqlView(ApiView):
    """SQL over a data source."""

    @endpoint(
        summary="Run SQL on a data source",
        description=(
            "Waits up to 10 s; what takes longer, or is `async`, is answered 202 with a `Location` to ask. With `canonical` the SQL is over a canonical "
            "schema, in PostgreSQL's dialect; over several sources the first column names the source, and `incomplete` those that cannot answer."
        ),
        permission="execution.read",
        body=ExecuteSql,
        answer=ResultPage,
        also={202: ResultPage},
        errors=(*RUN_PROBLEMS, FreeSqlNotAllowed),
    )
    def post(self, request: Request, body: ExecuteSql) -> Answer:
        """Free SQL needs `execution.run`; a generated query may be run by whoever may ask, with its `query_id`."""
        return _answer(executions.execute(**body.model_dump()))


class ExecuteFileView(ApiView):
    """SQL over uploaded files."""

    @endpoint(
        summary="Run SQL on uploaded files",
        description="Each file is a table named after it. Without `sql` the first rows.",
        permission="execution.read",
        body=ExecuteFile,
        answer=ResultPage,
        also={202: ResultPage},
        errors=(*RUN_PROBLEMS, FreeSqlNotAllowed),
    )
    def post(self, request: Request, body: ExecuteFile) -> Answer:
        """As over a data source."""
        return _answer(executions.execute(file_ids=body.named_files, **body.model_dump(exclude={"file_id", "file_ids"})))


class ResultView(ApiView):
    """What a run gave."""

    @endpoint(
        summary="Read a result",
        description="A page of rows, or the state of a run that has none yet; with `format` the whole result as a file.",
        permission="execution.read",
        query=ResultQuery,
        answer=ResultPage,
        errors=(ExecutionNotFound, NotReady, ResultExpired, RightsChanged),
        media_types=FILE_TYPES,
    )
    def get(self, request: Request, execution_id: UUID, query: ResultQuery) -> ResultPage | StreamingHttpResponse:
        """One's own runs; others' need `execution.admin`."""
        if query.format is None:
            return executions.result(execution_id=execution_id, page=query.page, page_size=query.page_size)
        return _sent(executions.stream_result(execution_id=execution_id, format=query.format, raw=query.raw))


class CancelView(ApiView):
    """Stops a run."""

    @endpoint(
        summary="Cancel a run",
        description="The statement is stopped at its source.",
        permission="execution.read",
        answer=ResultPage,
        status=202,
        errors=(ExecutionNotFound, ExecutionEnded, ServiceUnavailable),
    )
    def post(self, request: Request, execution_id: UUID) -> Answer:
        """One's own runs; others' need `execution.admin`."""
        page = executions.cancel(execution_id=execution_id)
        return Answer(page, status=202, headers={"Location": _location(page.execution_id)})


class ExportView(ApiView):
    """Rows as a file."""

    @endpoint(
        summary="Export the rows of a statement",
        description="Streams up to 1,000,000 rows while the source produces them; nothing is stored.",
        permission="execution.run",
        body=ExportSql,
        answer=bytes,
        errors=RUN_PROBLEMS,
        media_types=FILE_TYPES,
        idempotent=False,
    )
    def post(self, request: Request, body: ExportSql) -> StreamingHttpResponse:
        """What is wrong with the statement is answered before the first byte."""
        return _sent(executions.export(**body.model_dump()))


class ExplainView(ApiView):
    """A source's plan."""

    @endpoint(
        summary="Explain a statement",
        description="The source's own plan and estimated cost; nothing is run.",
        permission="execution.run",
        body=ExplainSql,
        answer=Plan,
        errors=RUN_PROBLEMS,
    )
    def post(self, request: Request, body: ExplainSql) -> Plan:
        """Of the statement as it would run, with its row limit."""
        return executions.explain(**body.model_dump())


class ExecutionsView(ApiView):
    """Runs, newest first."""

    @endpoint(summary="List executions", permission="execution.read", query=ExecutionsQuery, answer=CursorPage[Execution])
    def get(self, request: Request, query: ExecutionsQuery) -> CursorPage[Execution]:
        """One's own; everybody's with `execution.admin`."""
        return executions.executions(**query.model_dump())


def _location(execution_id: UUID) -> str:
    return f"/api/v1/execute/results/{execution_id}"


def _answer(page: ResultPage) -> Answer:
    if page.status in ("queued", "running"):
        return Answer(page, status=202, headers={"Location": _location(page.execution_id)})
    return Answer(page)


def _sent(stream: ByteStream) -> StreamingHttpResponse:
    """A body that is made while it is sent; no database connection is held meanwhile."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()
    response = StreamingHttpResponse(in_this_context(stream.chunks), content_type=stream.content_type)
    response["Content-Disposition"] = f'attachment; filename="{stream.filename}"'
    response["X-Accel-Buffering"] = "no"
    return response
