"""Paths that exist for tests only."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from django.urls import path
from pydantic import Field

from analytics_platform.kernel.context import active_schema, request_id
from analytics_platform.kernel.declare import Dto, Page, Problem
from analytics_platform.kernel.http.endpoint import Answer, ApiView, endpoint
from analytics_platform.kernel.http.pagination import PageQuery
from analytics_platform.kernel.http.streaming import event_stream
from analytics_platform.kernel.ids import uuid7
from analytics_platform.urls import handler400, handler404, handler500  # noqa: F401
from analytics_platform.urls import urlpatterns as real


class RefusedOnTheWay(Problem):
    code = "probe_refused_on_the_way"
    status = 422
    title = "Refused on the way."


class Sent(Dto):
    name: str
    count: int = Field(1, ge=1)


class Told(Dto):
    id: str
    name: str
    schema_in_force: str
    request_id: str


class Echo(ApiView):
    """Says what it was sent and where it ran."""

    @endpoint(summary="Echo", permission="files.write", body=Sent, answer=Told, status=201)
    def post(self, request, body: Sent):
        return Told(id=str(uuid7()), name=body.name, schema_in_force=active_schema(), request_id=request_id())

    @endpoint(summary="Numbers", permission="files.read", query=PageQuery, answer=Page[Sent])
    def get(self, request, query: PageQuery):
        rows = [Sent(name=str(i)) for i in range(5)]
        return Page[Sent](count=5, results=rows[query.offset : query.offset + query.page_size])

    @endpoint(summary="Nothing", permission="files.delete")
    def delete(self, request):
        return None

    @endpoint(summary="A defect", public=True, answer=Told)
    def put(self, request):
        raise ZeroDivisionError("the password is hunter2")


class Accepted(ApiView):
    """Long work."""

    @endpoint(summary="Accepted", answer=Told)
    def post(self, request):
        return Answer(Told(id="1", name="", schema_in_force="", request_id=""), status=202, headers={"Location": "/api/v1/jobs/1"})


class Stream(ApiView):
    """Chunks that are made while the answer is under way."""

    @endpoint(summary="Stream", answer=bytes, media_types=("text/plain",))
    def get(self, request):
        return StreamingHttpResponse((f"{active_schema()} {request_id()}\n" for _ in range(3)), content_type="text/plain")


class Events(ApiView):
    """Server-sent events."""

    @endpoint(summary="Events", answer=bytes, media_types=("text/event-stream",))
    def get(self, request):
        def steps():
            yield "step", {"schema": active_schema()}
            raise RefusedOnTheWay

        return event_stream(steps())


urlpatterns = [
    path("api/v1/probe", Echo.as_view()),
    path("api/v1/probe/accepted", Accepted.as_view()),
    path("api/v1/probe/stream", Stream.as_view()),
    path("api/v1/probe/events", Events.as_view()),
    *real,
]
