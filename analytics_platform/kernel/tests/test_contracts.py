"""A contract answers the same in process and over HTTP: the same tests run both ways."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from pydantic import ValidationError

from analytics_platform.kernel.context import NoTenant, request_scope
from analytics_platform.kernel.contracts.binding import IMPLEMENTATIONS, CallInsideTransaction, bind_local
from analytics_platform.kernel.contracts.remote import Remote
from analytics_platform.kernel.contracts.wire import service_token
from analytics_platform.kernel.declare import Client, NotBound, Problem, Service, command, query
from analytics_platform.kernel.problems import ServiceFault, ServiceUnavailable
from analytics_platform.kernel.resilience import CircuitOpen, breaker
from analytics_platform.kernel.tests.probe import Probe, ProbeService, ThingMissing, probe

pytestmark = [pytest.mark.layouts, pytest.mark.xdist_group("live_server")]


@pytest.fixture
def service() -> Iterator[ProbeService]:
    implementation = ProbeService()
    bind_local("probe", implementation)
    breaker.cache_clear()
    yield implementation
    IMPLEMENTATIONS.pop("probe")
    probe.bind(None)


@pytest.fixture(params=["in process", "over HTTP"])
def client(request: pytest.FixtureRequest, service: ProbeService) -> Probe:
    if request.param == "in process":
        return probe
    live_server = request.getfixturevalue("live_server")
    request.getfixturevalue("settings").SERVE_INTERNAL = True
    return Remote(Probe, live_server.url)  # type: ignore[return-value]


def test_answers_typed_data(client: Probe) -> None:
    id = uuid4()
    assert client.get(id=id, size=3).id == id
    assert client.get(id=id).size == 1


def test_a_declared_error_comes_back_as_its_class(client: Probe) -> None:
    with pytest.raises(ThingMissing) as caught:
        client.missing(id=uuid4())
    assert caught.value.detail == "It is gone."
    assert caught.value.errors[0].code == "gone"
    assert caught.value.extra["closest"] == ["other"]


@pytest.mark.django_db(transaction=True)
def test_tenant_user_request_and_trace_travel_beside_the_arguments(client: Probe, tenant) -> None:
    principal = tenant.principal("viewer")
    from analytics_platform.kernel.context import acting_as

    trace = f"00-{'a' * 32}-{'b' * 16}-01"
    with request_scope(id="r-1", trace=trace), acting_as(principal):
        seen = client.seen()
    assert (seen.tenant, seen.user, seen.request_id, seen.trace) == (tenant.id, principal.user_id, "r-1", trace)


def test_a_call_without_a_tenant_has_none_there_either(client: Probe) -> None:
    with pytest.raises(NoTenant):
        client.seen()


def test_refuses_arguments_that_could_not_cross_a_network(client: Probe) -> None:
    with pytest.raises(ValidationError):
        client.get(id=object())
    with pytest.raises(ValidationError):
        client.get(id=uuid4(), colour="red")


@pytest.mark.django_db(transaction=True)
def test_refuses_a_call_inside_an_open_transaction(service: ProbeService) -> None:
    with pytest.raises(CallInsideTransaction), transaction.atomic():
        probe.get(id=uuid4())


@pytest.fixture
def remote(service: ProbeService, live_server, settings) -> Probe:
    settings.SERVE_INTERNAL = True
    return Remote(Probe, live_server.url)  # type: ignore[return-value]


def test_a_read_is_tried_again(remote: Probe, service: ProbeService) -> None:
    assert remote.flaky() == 3


def test_a_defect_elsewhere_is_a_fault_of_that_service(remote: Probe) -> None:
    with pytest.raises((ServiceFault, Problem)) as caught:
        remote.broken()
    assert caught.value.status >= 500


def test_a_command_sent_twice_runs_once(live_server, service: ProbeService, settings, tenant) -> None:
    import httpx

    settings.SERVE_INTERNAL = True
    with tenant.acting():
        headers = {"Authorization": f"Bearer {service_token(audience='probe', lifetime_s=10)}", "Idempotency-Key": "k-1"}
        answers = [
            httpx.post(f"{live_server.url}/internal/v1/probe/make", content=b'{"tags":["a"]}', headers=headers).json() for _ in range(2)
        ]
    assert answers[0] == answers[1]
    assert len(service.made) == 1


def test_the_door_is_shut_unless_told_to_serve(live_server, service: ProbeService, settings) -> None:
    settings.SERVE_INTERNAL = False
    with pytest.raises(Problem) as caught:
        Remote(Probe, live_server.url).get(id=uuid4())
    assert caught.value.status == 404


@pytest.mark.parametrize("token", ["x.y.z", "nonsense", "wrong audience", "wrong key"])
def test_the_door_refuses_a_bad_token(token: str, live_server, service: ProbeService, settings) -> None:
    import httpx
    import jwt

    settings.SERVE_INTERNAL = True
    if token == "wrong audience":
        token = service_token(audience="files", lifetime_s=10)
    if token == "wrong key":
        token = jwt.encode({"aud": "probe", "exp": 9_999_999_999}, "k" * 40, algorithm="HS256")
    answer = httpx.post(f"{live_server.url}/internal/v1/probe/seen", content=b"{}", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert answer.json()["code"] == "service_token_invalid"


def test_an_unknown_method_is_not_found(live_server, service: ProbeService, settings) -> None:
    import httpx

    settings.SERVE_INTERNAL = True
    headers = {"Authorization": f"Bearer {service_token(audience='probe', lifetime_s=10)}"}
    for name in ("nothing", "methods", "client", "_call", "__init__"):
        assert httpx.post(f"{live_server.url}/internal/v1/probe/{name}", content=b"{}", headers=headers).status_code == 404


def test_the_circuit_opens_on_a_service_that_is_away(service: ProbeService) -> None:
    gone: Probe = Remote(Probe, "http://127.0.0.1:9")  # type: ignore[assignment]
    with pytest.raises(ServiceUnavailable):
        gone.make(tags=[])
    for _ in range(5):
        with pytest.raises((ServiceUnavailable, CircuitOpen)):
            gone.make(tags=[])
    with pytest.raises(CircuitOpen) as caught:
        gone.make(tags=[])
    assert caught.value.retry_after_s


def test_a_service_that_is_nowhere_says_so() -> None:
    with pytest.raises(NotBound, match="neither here nor has it an address"):
        probe.get(id=uuid4())


def test_an_undeclared_method_stops_the_process_at_import() -> None:
    class Undeclared(Service):
        app = "undeclared"

        def get(self, *, id: UUID) -> int:
            """Neither query, command nor local."""

    with pytest.raises(TypeError, match="neither @query"):
        Client(Undeclared)


def test_an_untyped_argument_stops_the_process_at_import() -> None:
    class Untyped(Service):
        app = "untyped"

        @query
        def get(self, *, id) -> int:
            """No type."""

    with pytest.raises(TypeError, match="has no type"):
        Client(Untyped)


def test_a_positional_argument_stops_the_process_at_import() -> None:
    class Positional(Service):
        app = "positional"

        @command
        def get(self, id: UUID) -> int:
            """Positional."""

    with pytest.raises(TypeError, match="keyword-only"):
        Client(Positional)


def test_a_missing_return_type_stops_the_process_at_import() -> None:
    class Mute(Service):
        app = "mute"

        @query
        def get(self, *, id: UUID):
            """No return type."""

    with pytest.raises(TypeError, match="no return type"):
        Client(Mute)
