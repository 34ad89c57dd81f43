"""Declaring jobs: `@job` on a keyword-only function of an app's tasks.py reads its arguments' wire form off its signature."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event as Flag
from typing import Any, Generic, ParamSpec, TypeVar, get_type_hints
from uuid import UUID

from pydantic import BaseModel, ConfigDict, TypeAdapter, create_model

from analytics_platform.kernel.declare import Problem

P = ParamSpec("P")
R = TypeVar("R")


class JobStopped(Problem):
    """The job was cancelled, ran over its time limit, or was given up for lost while it ran."""

    code = "job_stopped"
    status = 409
    title = "The job was stopped."


class JobRefused(TypeError):
    """A job function whose arguments could not be kept in a row, or whose kind is taken."""


@dataclass
class RunningJob:
    """What a job function knows of its own run."""

    id: UUID
    attempt: int
    tell: Callable[[float, str], None]
    stopped: Flag = field(default_factory=Flag)

    def progress(self, fraction: float, message: str = "") -> None:
        """Show how far the work is, from 0 to 1. Raises JobStopped when it is no longer wanted."""
        self.check()
        self.tell(min(max(fraction, 0.0), 1.0), message)

    def check(self) -> None:
        """Raises JobStopped when the job was cancelled or its time is over: call it between steps of long work."""
        if self.stopped.is_set():
            raise JobStopped


@dataclass(frozen=True)
class Job(Generic[R]):
    """A declared job: the function and the rules of its runs."""

    function: Callable[..., R]
    app: str
    kind: str
    time_limit_s: float
    attempts: int
    every_s: float | None
    as_actor: bool
    on_failed: Callable[..., None] | None
    arguments: type[BaseModel]
    answer: TypeAdapter[Any]

    def __call__(self, *args: Any, **kwargs: Any) -> R:
        """The plain function, for tests and for calls in place."""
        return self.function(*args, **kwargs)

    def encoded(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """The arguments as JSON. Raises pydantic.ValidationError."""
        return self.arguments(**arguments).model_dump(mode="json")

    def decoded(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """The arguments as the function takes them."""
        parsed = self.arguments.model_validate(arguments)
        return {name: getattr(parsed, name) for name in type(parsed).model_fields}


JOBS: dict[str, Job[Any]] = {}
"""Every job that this process can run, by kind."""


def job(
    *,
    kind: str,
    time_limit_s: float = 600,
    attempts: int = 1,
    every_s: float | None = None,
    as_actor: bool = True,
    on_failed: Callable[..., None] | None = None,
    app: str | None = None,
) -> Callable[[Callable[..., R]], Job[R]]:
    """Declare a job of kind `<app>.<what>` on `def work(*, job: RunningJob, …) -> Dto | None`.

    It runs with the tenant of whoever enqueued it in force and, unless `as_actor=False`, as that user with the rights it has by then. A Problem ends
    it as failed with the problem's code; a failure of ours (5xx, or an exception) and a lost worker are tried again while `attempts` remain.
    `on_failed(*, error: Problem, …the same arguments)` is called in the tenant, with nobody asking, once it will not be tried again, also when its
    worker was lost; it must bear being called twice.
    `every_s` makes it periodic for the whole platform: one run in each deployment, with no tenant and no arguments. Raises JobRefused.
    """

    def decorate(function: Callable[..., R]) -> Job[R]:
        where = f"{function.__module__}.{function.__qualname__}"
        arguments, answer = _wire_form(function, where)
        declared = Job(
            function,
            app or function.__module__.split(".")[1],
            kind,
            time_limit_s,
            attempts,
            every_s,
            as_actor,
            on_failed,
            arguments,
            answer,
        )
        if kind in JOBS and JOBS[kind].function.__qualname__ != function.__qualname__:
            raise JobRefused(f"{where}: the kind {kind!r} is taken")
        if every_s is not None and arguments.model_fields:
            raise JobRefused(f"{where}: a job of the whole platform takes no arguments")
        JOBS[kind] = declared
        return declared

    return decorate


def _wire_form(function: Callable[..., Any], where: str) -> tuple[type[BaseModel], TypeAdapter[Any]]:
    hints = get_type_hints(function)
    fields: dict[str, Any] = {}
    parameters = inspect.signature(function).parameters
    if "job" not in parameters or "return" not in hints:
        raise JobRefused(f"{where}: a job takes `job: RunningJob` and says what it returns")
    for parameter in parameters.values():
        if parameter.kind is not parameter.KEYWORD_ONLY or parameter.name not in hints:
            raise JobRefused(f"{where}: {parameter.name!r} must be keyword-only and typed")
        if parameter.name != "job":
            default = ... if parameter.default is parameter.empty else parameter.default
            fields[parameter.name] = (hints[parameter.name], default)
    arguments = create_model(function.__name__, __config__=ConfigDict(extra="forbid"), **fields)
    return arguments, TypeAdapter(hints["return"])
