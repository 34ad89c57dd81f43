"""The internal door: `POST /internal/v1/{service}/{method}`. It answers 404 unless this process is told to serve it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from pydantic import ValidationError

from analytics_platform.kernel.contracts.binding import IMPLEMENTATIONS
from analytics_platform.kernel.contracts.wire import decoded_arguments, scope_of_token
from analytics_platform.kernel.http.idempotency import once
from analytics_platform.kernel.problems import Invalid, NotFound


@csrf_exempt
def internal_call(request: HttpRequest, service: str, method: str) -> HttpResponse:
    """One call between services: the caller's token is checked, its tenant and user are put in force, the method runs."""
    implementation = IMPLEMENTATIONS.get(service) if settings.SERVE_INTERNAL and request.method == "POST" else None
    declared = None if implementation is None else type(implementation).methods_of_contract().get(method)
    if implementation is None or declared is None or not declared.is_remote_capable:
        raise NotFound
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    with scope_of_token(token, audience=service):
        try:
            arguments = decoded_arguments(declared, request.body)
        except ValidationError as fault:
            raise Invalid(f"{service}.{method}: {fault.error_count()} arguments are not valid.") from fault

        def run() -> HttpResponse:
            return HttpResponse(declared.answer.dump_json(getattr(implementation, method)(**arguments)), content_type="application/json")

        if declared.kind == "command":
            return once(key=request.headers.get("Idempotency-Key", ""), scope=f"internal:{service}:{method}", body=request.body, run=run)
        return run()
