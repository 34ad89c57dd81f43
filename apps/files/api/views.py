"""The endpoints of files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework.request import Request

from analytics_platform.kernel.context import current_principal
from analytics_platform.kernel.declare import Page
from analytics_platform.kernel.http.endpoint import Answer, ApiView, endpoint
from analytics_platform.kernel.jobs import job_location
from apps.files.api.serializers import FileListQuery, ProcessFile
from apps.files.api.uploads import received
from apps.files.contract import (
    File,
    FileBusy,
    FileMissing,
    FileNotFound,
    FileTooLarge,
    ParseOptions,
    ProcessingJob,
    UnsupportedFileType,
    files,
)

_WHOSE = (
    "While a data source with policies, or a closed one, holds a file, it is `restricted`: what was found in it (columns, sheets, rows counted) "
    "is shown to whoever uploaded it and to those who manage data sources. Others see what policies leave them with `GET /files/{id}/preview`."
)


class FileUpload(ApiView):
    """Where files come in."""

    @endpoint(
        summary="Upload a file",
        description="Multipart, field `file`: CSV, TSV, TXT, XLSX, XLS, ODS, JSON, NDJSON, Parquet; gzip of the text ones. Processing starts by itself.",
        permission="files.write",
        upload=True,
        answer=File,
        status=201,
        errors=(FileMissing, FileTooLarge, UnsupportedFileType),
    )
    def post(self, request: Request) -> File:
        """Into storage first, then the row."""
        blob, name, content_type = received(request._request)
        return files.upload(blob=blob, name=name, content_type=content_type)


class FileList(ApiView):
    """The tenant's files."""

    @endpoint(
        summary="List files",
        description=_WHOSE,
        permission="files.read",
        query=FileListQuery,
        answer=Page[File],
    )
    def get(self, request: Request, query: FileListQuery) -> Page[File]:
        """One page."""
        found = files.find(search=query.search, status=query.status, ordering=query.ordering, page=query.page, page_size=query.page_size)
        return Page[File](count=found.count, results=[_as_shown(file) for file in found.results])


class FileDetail(ApiView):
    """One file."""

    @endpoint(
        summary="A file and what was found in it",
        description=_WHOSE,
        permission="files.read",
        answer=File,
        errors=(FileNotFound,),
    )
    def get(self, request: Request, file_id: UUID) -> File:
        """Its metadata."""
        return _as_shown(files.get(file_id=file_id))

    @endpoint(summary="Delete a file, its table and its stored objects", permission="files.delete", errors=(FileNotFound,))
    def delete(self, request: Request, file_id: UUID) -> None:
        """204."""
        files.delete(file_id=file_id)


class FileProcess(ApiView):
    """Parsing again."""

    @endpoint(
        summary="Parse a file again, with options",
        permission="files.write",
        body=ProcessFile,
        answer=ProcessingJob,
        status=202,
        errors=(FileNotFound, FileBusy),
    )
    def post(self, request: Request, file_id: UUID, body: ProcessFile) -> Answer:
        """202 and where to look."""
        started = files.process(file_id=file_id, options=body.options)
        return Answer(started, headers={"Location": job_location(started.job_id)})


def _as_shown(file: File) -> File:
    """What policies leave to whom is not known here, so a restricted file is shown whole or without anything that was found in it."""
    principal = current_principal()
    if not file.restricted or file.created_by == principal.user_id or "datasources.write" in principal.permissions:
        return file
    nothing: dict[str, Any] = {
        "columns": [],
        "row_count": None,
        "bad_row_count": 0,
        "bad_rows": [],
        "sheet": None,
        "sheets": [],
        "options": ParseOptions(),
    }
    return file.model_copy(update=nothing)
