"""What a contract is written with: Dto, Event, Problem, Service. Pydantic only, so that a contract imports no framework."""

from __future__ import annotations

import inspect
import warnings
from abc import ABC
from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar, Generic, Literal, Self, TypeVar, cast, get_type_hints
from uuid import UUID

from pydantic import BaseModel, ConfigDict, TypeAdapter, create_model

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


class Dto(BaseModel):
    """Frozen, typed, serialisable data: the only thing that crosses an app's boundary. Unknown fields are ignored, so an older reader reads a newer writer."""

    model_config = ConfigDict(frozen=True, extra="ignore", arbitrary_types_allowed=False)


class FieldError(Dto):
    """One fault of one input field; `field` is a dotted path, empty for the whole body."""

    field: str
    code: str
    message: str


class Page(Dto, Generic[T]):
    """One page of a list and how many rows there are in all."""

    count: int
    results: list[T]


class CursorPage(Dto, Generic[T]):
    """One page of an append-only log; `next` and `previous` are opaque cursors."""

    results: list[T]
    next: str | None = None
    previous: str | None = None


class BlobRef(Dto):
    """Bulk data crosses as a reference into shared storage, never as rows."""

    key: str
    format: str
    size_bytes: int
    sha256: str
    expires_at: datetime | None = None


class Problem(Exception):
    """An error a caller can act on. It knows its stable code and its HTTP status (RFC 9457); one handler renders it."""

    code: ClassVar[str] = "internal_error"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong on our side."

    def __init__(
        self,
        detail: str = "",
        *,
        errors: list[FieldError] | None = None,
        retry_after_s: int | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.errors = errors or []
        self.retry_after_s = retry_after_s
        self.extra = extra

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "code" in cls.__dict__:
            known = PROBLEMS.get(cls.code)
            if known is not None and (known.status, known.__module__) != (cls.status, cls.__module__):
                raise TypeError(f"the code {cls.code!r} is taken by {known.__module__}.{known.__name__}")
            PROBLEMS[cls.code] = cls


PROBLEMS: dict[str, type[Problem]] = {}
"""Every declared problem by its code: how an error that came over the wire gets its class back."""


class WorkerLost(Problem):
    """A process died in the middle of long work; the sweep noticed that it no longer said so."""

    code = "worker_lost"
    status = 503
    title = "The process that did this work went away. Start it again."


class Event(Dto):
    """A past-tense fact. Subclass it with the payload's fields and name the field that orders it (`key_field`)."""

    version: ClassVar[int] = 1
    key_field: ClassVar[str]
    platform_wide: ClassVar[bool] = False

    @classmethod
    def event_name(cls) -> str:
        """The name consumers subscribe to, without the app."""
        return cls.__name__

    def event_key(self) -> str:
        """Events with one key are handled in the order they were committed."""
        return str(getattr(self, self.key_field))


MethodKind = Literal["query", "command", "local"]


def query(method: F) -> F:
    """A read: retried when its service does not answer."""
    return _declared(method, "query")


def command(method: F) -> F:
    """A change: sent once, under an idempotency key."""
    return _declared(method, "command")


def local(method: F) -> F:
    """Takes or gives streams: serves the app's own views and never crosses a network."""
    return _declared(method, "local")


def _declared(method: F, kind: MethodKind) -> F:
    method.__method_kind__ = kind  # type: ignore[attr-defined]
    method.__isabstractmethod__ = True  # type: ignore[attr-defined]
    return method


class Method:
    """One method's wire form, read off its signature: a model for the arguments and an adapter for the answer."""

    def __init__(self, service: type[Service], name: str, function: Callable[..., Any]) -> None:
        where = f"{service.__module__}.{service.__name__}.{name}"
        kind: MethodKind | None = getattr(function, "__method_kind__", None)
        if kind is None:
            raise TypeError(f"{where} is neither @query, @command nor @local")
        self.name = name
        self.kind: MethodKind = kind
        hints = get_type_hints(function)
        fields: dict[str, Any] = {}
        for parameter in list(inspect.signature(function).parameters.values())[1:]:
            if parameter.kind is not parameter.KEYWORD_ONLY:
                raise TypeError(f"{where}: {parameter.name!r} must be keyword-only")
            if parameter.name not in hints:
                raise TypeError(f"{where}: {parameter.name!r} has no type")
            default = ... if parameter.default is parameter.empty else parameter.default
            fields[parameter.name] = (hints[parameter.name], default)
        if "return" not in hints:
            raise TypeError(f"{where} has no return type")
        self.is_remote_capable = kind != "local"
        if self.is_remote_capable:
            with warnings.catch_warnings():  # an argument may be called `schema`, which pydantic keeps for a method that nobody calls here
                warnings.filterwarnings("ignore", message="Field name .* shadows an attribute", category=UserWarning)
                self.arguments: type[BaseModel] = create_model(
                    f"{service.__name__}_{name}", __config__=ConfigDict(extra="forbid"), **fields
                )
            self.answer: TypeAdapter[Any] = TypeAdapter(hints["return"])


class Service(ABC):
    """An app's interface, declared once. `client()` answers in process or over HTTP, as the settings say."""

    app: ClassVar[str]
    publishes: ClassVar[tuple[type[Event], ...]] = ()
    consumes: ClassVar[tuple[str, ...]] = ()
    depends_on: ClassVar[tuple[type[Service], ...]] = ()

    @classmethod
    def methods(cls) -> dict[str, Method]:
        """The declared methods by name. Raises TypeError for one that could not cross a network."""
        cached = cls.__dict__.get("_methods")
        if cached is None:
            names = [n for n in dir(cls) if not n.startswith("_") and n not in _SERVICE_ATTRIBUTES]
            functions = {n: getattr(cls, n) for n in names}
            cached = {n: Method(cls, n, f) for n, f in functions.items() if inspect.isfunction(f)}
            cls._methods = cached  # type: ignore[attr-defined]
        return cast("dict[str, Method]", cached)

    @classmethod
    def methods_of_contract(cls) -> dict[str, Method]:
        """The same, asked of an implementation: what its contracts declare and nothing that it adds."""
        found: dict[str, Method] = {}
        for contract in cls.__mro__[1:]:
            if contract is not Service and issubclass(contract, Service):
                found = {**contract.methods(), **found}
        return found

    @classmethod
    def client(cls) -> Self:
        """What other apps call. It is bound when the app starts; see `kernel/contracts`."""
        found = Client(cls)
        CLIENTS.setdefault(cls.app, []).append(found)
        for event in cls.publishes:
            if EVENT_APPS.setdefault(event, cls.app) != cls.app:
                raise TypeError(f"{event.__name__} is published by {EVENT_APPS[event]} already")
        return cast("Self", found)


_SERVICE_ATTRIBUTES = {"app", "publishes", "consumes", "depends_on", "methods", "methods_of_contract", "client"}


class NotBound(RuntimeError):
    """A contract was called before its app was started, or in a process that knows neither it nor its address."""


class Client:
    """Stands where a service is called from; `bind` decides who answers."""

    def __init__(self, service: type[Service]) -> None:
        self.service = service
        self.methods = service.methods()
        self.target: object | None = None

    def bind(self, target: object | None) -> None:
        """Let `target` (an implementation, or a stand-in that calls over HTTP) answer from now on; None unbinds."""
        for name in self.methods:
            self.__dict__.pop(name, None)
        self.target = target

    def __getattr__(self, name: str) -> Any:
        if name not in self.methods:
            raise AttributeError(f"{self.service.__name__} declares no {name!r}")
        if self.target is None:
            raise NotBound(f"{self.service.__name__}.{name}: the app {self.service.app!r} is neither here nor has it an address")
        bound = getattr(self.target, name)
        self.__dict__[name] = bound
        return bound


CLIENTS: dict[str, list[Client]] = {}
"""Every client that a contract has made, by app."""

EVENT_APPS: dict[type[Event], str] = {}
"""Which app publishes an event."""


class Principal(Dto):
    """Who is asking, as the verified token says: no database read is needed to know it."""

    user_id: UUID
    tenant_id: UUID
    tenant_slug: str
    role: str
    permissions: frozenset[str]
    attributes: dict[str, str | int | float | bool | list[str]] = {}
    session_id: UUID
    email: str = ""
    limits: dict[str, int] = {}
    issued_ms: int = 0
    expires_at: int = 0

    def limit(self, name: str, default: int) -> int:
        """What the tenant allows its members, where it has set that: `max_upload_mb`, `max_rows` … (see apps.auth)."""
        return self.limits.get(name, default)

    def may(self, permission: str) -> bool:
        """Whether the permission (`<app>.<action>`) was granted."""
        return permission in self.permissions
