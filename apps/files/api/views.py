"""The endpoints of files."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request

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
    ProcessingJob,
    UnsupportedFileType,
    files,
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

    @endpoint(summary="List files", permission="files.read", query=FileListQuery, answer=Page[File])
    def get(self, request: Request, query: FileListQuery) -> Page[File]:
        """One page."""
        return files.find(search=query.search, status=query.status, ordering=query.ordering, page=query.page, page_size=query.page_size)


class FileDetail(ApiView):
    """One file."""

    @endpoint(summary="A file and what was found in it", permission="files.read", answer=File, errors=(FileNotFound,))
    def get(self, request: Request, file_id: UUID) -> File:
        """Its metadata."""
        return files.get(file_id=file_id)

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
