"""The rows and the bytes of an uploaded file. They leave by execution, as policies of the sources that hold it bind them."""

from __future__ import annotations

from uuid import UUID

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from rest_framework.request import Request

from analytics_platform.kernel.http.endpoint import ApiView, endpoint
from apps.execution.api.serializers import PreviewQuery
from apps.execution.contract import POLICY_PROBLEMS, FilePreview, FileRestricted, executions
from apps.files.contract import FILE_MEDIA_TYPES, FileNotFound, FileNotReady


class FilePreviewView(ApiView):
    """A look inside."""

    @endpoint(
        summary="The first rows of a file",
        description="As the caller may see them: the policies of every source that holds the file apply.",
        permission="files.read",
        query=PreviewQuery,
        answer=FilePreview,
        errors=(FileNotFound, FileNotReady, *POLICY_PROBLEMS),
    )
    def get(self, request: Request, file_id: UUID, query: PreviewQuery) -> FilePreview:
        """As it was parsed."""
        return executions.preview_file(file_id=file_id, rows=query.rows)


class FileDownloadView(ApiView):
    """The original bytes."""

    @endpoint(
        summary="Download the original file",
        description="403 where a policy of a source that holds the file keeps anything of it from the caller.",
        permission="files.read",
        answer=bytes,
        media_types=tuple(FILE_MEDIA_TYPES.values()),
        errors=(FileNotFound, FileRestricted),
    )
    def get(self, request: Request, file_id: UUID) -> StreamingHttpResponse:
        """Streamed, always as an attachment: what was uploaded is never shown as a page of ours."""
        found = executions.download_file(file_id=file_id)
        response = StreamingHttpResponse(found.chunks, content_type=found.content_type)
        response["Content-Length"] = str(found.size_bytes)
        response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=found.filename) or "attachment"
        response["X-Content-Type-Options"] = "nosniff"
        return response
