"""Watches what runs in this process: passes on cancellations, keeps heartbeats, ends runs of processes that are gone."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

import redis
import structlog
from django.db import DatabaseError, connections
from django.utils import timezone

from analytics_platform.kernel.context import current_tenant, tenant_in_force
from analytics_platform.kernel.redis import redis_client
from apps.execution.models import Execution

log = structlog.get_logger("execution")
LOOK_EVERY_S = 0.2
BEAT_EVERY_S = 5.0
LOST_AFTER_S = 30.0
CANCEL_KEPT_S = 3_600
ALIVE = "execution:alive"
"""A sorted set in Redis: `<tenant>:<execution>` of everything that runs, by its last heartbeat (unix seconds)."""


@dataclass(eq=False)
class Run:
    """One statement that runs here, and how to stop it."""

    execution_id: UUID
    tenant_id: UUID
    interrupt: Callable[[], None]
    is_cancelled: bool = False
    is_announced: bool = False
    seen_at: float = field(default_factory=time.time)
    beaten_at: float = field(default_factory=time.monotonic)

    @property
    def member(self) -> str:
        return f"{self.tenant_id}:{self.execution_id}"


def cancel_key(tenant_id: UUID, execution_id: UUID) -> str:
    """Set in Redis by whoever wants a run stopped."""
    return f"execution:cancel:{tenant_id}:{execution_id}"


class Monitor:
    """One thread a process, while anything runs in it."""

    def __init__(self) -> None:
        self._reset()
        os.register_at_fork(after_in_child=self._reset)

    def _reset(self) -> None:
        self._runs: dict[UUID, Run] = {}
        self._ended: list[Run] = []
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def watch(self, execution_id: UUID, interrupt: Callable[[], None]) -> Run:
        """From now on, a cancellation of this run calls `interrupt`."""
        run = Run(execution_id, current_tenant(), interrupt)
        with self._changed:
            self._runs[execution_id] = run
            if self._thread is None:
                self._thread = threading.Thread(target=self._loop, name="execution-monitor", daemon=True)
                self._thread.start()
            self._changed.notify()
        return run

    def forget(self, run: Run) -> None:
        """It has ended."""
        with self._changed:
            self._runs.pop(run.execution_id, None)
            if run.is_announced:
                self._ended.append(run)

    def _loop(self) -> None:
        while True:
            with self._changed:
                while not self._runs and not self._ended:
                    self._changed.wait()
                runs, ended = list(self._runs.values()), self._ended
                self._ended = []
                for run in runs:
                    run.is_announced = True
            _quietly(lambda runs=runs, ended=ended: self._pass_on(runs, ended))  # type: ignore[misc]
            due = [run for run in runs if time.monotonic() - run.beaten_at >= BEAT_EVERY_S]
            if due:
                _quietly(lambda due=due: self._beat(due))  # type: ignore[misc]
            time.sleep(LOOK_EVERY_S)

    def _pass_on(self, runs: list[Run], ended: list[Run]) -> None:
        """Tells Redis what runs here and no longer does, and asks it what is to be stopped: one round trip, which no run waits for."""
        pipeline = redis_client().pipeline(transaction=False)
        if ended:
            pipeline.zrem(ALIVE, *[run.member for run in ended])
        if runs:
            pipeline.zadd(ALIVE, {run.member: run.seen_at for run in runs})
            pipeline.mget([cancel_key(run.tenant_id, run.execution_id) for run in runs])
        wanted = pipeline.execute()[-1]
        for run, is_wanted in zip(runs, wanted if runs else [], strict=True):
            if is_wanted and not run.is_cancelled:
                run.is_cancelled = True
                threading.Thread(target=_quietly, args=(run.interrupt,), daemon=True).start()

    def _beat(self, runs: list[Run]) -> None:
        now = time.time()
        for run in runs:
            run.beaten_at, run.seen_at = time.monotonic(), now
        redis_client().zadd(ALIVE, {run.member: now for run in runs})
        try:
            for tenant_id in {run.tenant_id for run in runs}:
                with tenant_in_force(tenant_id):
                    ids = [run.execution_id for run in runs if run.tenant_id == tenant_id]
                    Execution.objects.filter(id__in=ids, status="running").update(heartbeat_at=timezone.now())
        finally:
            connections.close_all()


MONITOR = Monitor()


def ask_to_stop(execution_id: UUID) -> bool:
    """Whatever process runs it will interrupt it within a moment; False where it could not be told."""
    try:
        redis_client().set(cancel_key(current_tenant(), execution_id), b"1", ex=CANCEL_KEPT_S)
    except redis.RedisError as fault:
        log.warning("cancel_not_passed_on", reason=str(fault))
        return False
    return True


def lost_runs() -> dict[UUID, list[UUID]]:
    """What no living process beats for any more, by tenant."""
    found: dict[UUID, list[UUID]] = {}
    members: list[bytes] = redis_client().zrangebyscore(ALIVE, "-inf", time.time() - LOST_AFTER_S)  # type: ignore[assignment]
    for member in members:
        tenant_id, _, execution_id = member.decode().partition(":")
        found.setdefault(UUID(tenant_id), []).append(UUID(execution_id))
    return found


def bury(tenant_id: UUID, execution_id: UUID) -> None:
    """A lost run has been ended: nobody waits for its heartbeat."""
    redis_client().zrem(ALIVE, f"{tenant_id}:{execution_id}")


def _quietly(work: Callable[[], object]) -> None:
    """A thread's edge: what fails now is tried again at the next look."""
    try:
        work()
    except (redis.RedisError, DatabaseError) as fault:
        log.warning("execution_monitor", reason=str(fault))
    except Exception:
        log.exception("execution_monitor")
