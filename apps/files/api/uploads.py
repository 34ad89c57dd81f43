"""Receiving an upload: from the socket straight into storage, counted and hashed on the way, never whole in memory."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile as DjangoUpload
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError

from analytics_platform.kernel.blobs import BlobTooLarge, BlobWriter
from analytics_platform.kernel.context import current_principal
from analytics_platform.kernel.declare import BlobRef
from analytics_platform.kernel.problems import Malformed, UnsupportedMediaType
from apps.files.contract import FileMissing, FileTooLarge

FIELD = "file"
_FAR = 10
_MIB = 2**20


def received(request: HttpRequest) -> tuple[BlobRef, str, str]:
    """Store the multipart field `file`; answers the blob, and the name and the media type that the client gave it.

    Raises FileTooLarge (after the rest has been read and thrown away, so that the client hears the answer; unless it is far too large), FileMissing,
    Malformed.
    """
    limit_bytes = current_principal().limit("max_upload_mb", settings.MAX_UPLOAD_BYTES // _MIB) * _MIB
    too_large = FileTooLarge(f"A file may have {limit_bytes // _MIB} MB.")
    if int(request.META.get("CONTENT_LENGTH") or 0) > _FAR * limit_bytes:
        raise too_large
    if request.content_type != "multipart/form-data":
        raise UnsupportedMediaType("Send multipart/form-data with the field `file`.")
    handler = IntoStorage(limit_bytes, request)
    request.upload_handlers = [handler]
    try:
        upload = request.FILES.get(FIELD)
    except (MultiPartParserError, OSError) as error:
        handler.give_up()
        raise Malformed("The multipart body is broken or ended early.") from error
    except BaseException:
        handler.give_up()
        raise
    if handler.is_too_large:
        raise too_large
    if handler.is_interrupted:
        raise Malformed("The upload ended early.")
    if not isinstance(upload, Stored):
        raise FileMissing
    return upload.ref, upload.given_name, upload.content_type or ""


class Stored(DjangoUpload):  # type: ignore[type-arg]  # generic in the stubs alone
    """An upload that is in storage already."""

    def __init__(self, ref: BlobRef, given_name: str, content_type: str | None) -> None:
        super().__init__(file=None, name="upload", content_type=content_type or "", size=ref.size_bytes)
        self.ref = ref
        self.given_name = given_name


class IntoStorage(FileUploadHandler):
    """Writes the one field into a blob, and every other file into nothing."""

    chunk_size = 256 * 1024

    def __init__(self, limit_bytes: int, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.limit_bytes = limit_bytes
        self.is_too_large = False
        self.is_interrupted = False
        self.writer: BlobWriter | None = None
        self.has_one = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a blob for the first file of our field."""
        super().new_file(*args, **kwargs)
        self.writer = None
        if self.field_name == FIELD and not self.has_one:
            self.has_one = True
            self.writer = BlobWriter(purpose="uploads", format="", limit_bytes=self.limit_bytes)
            raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write; what comes past the limit is thrown away."""
        if self.writer is None:
            return
        try:
            self.writer.write(raw_data)
        except BlobTooLarge:  # not StopUpload: Django would then read the rest by lines, and one line may be all of it
            self.is_too_large = True
            self.give_up()

    def file_complete(self, file_size: int) -> Stored | None:
        """Finish the blob."""
        if self.writer is None:
            return None
        ref, self.writer = self.writer.finish(), None
        return Stored(ref, self.file_name or "", self.content_type)

    def upload_interrupted(self) -> None:
        """The body ended before the file did, or was stopped."""
        self.is_interrupted = True
        self.give_up()

    def give_up(self) -> None:
        """Leave nothing behind."""
        if self.writer is not None:
            self.writer.abort()
            self.writer = None
