"""The heartbeat of a running job: a thread that says in the row that its worker lives, and ends the job when its time is over."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType

import structlog
from django.db import DatabaseError, connections
from django.utils import timezone

from analytics_platform.kernel.jobs.models import JobRow, State

log = structlog.get_logger("jobs")
BEAT_S = 5.0
LOST_AFTER_S = 30.0


class Heartbeat:
    """Beats while the block runs. Sets `stopped` when the row was taken or cancelled, or the time limit has passed."""

    def __init__(
        self, row: JobRow, time_limit_s: float, stopped: threading.Event, *, on_time_out: Callable[[JobRow, threading.Event], None]
    ) -> None:
        self._row = row
        self._ends_at = time.monotonic() + time_limit_s
        self._stopped = stopped
        self._on_time_out = on_time_out
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"heartbeat-{row.id}", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._is_over.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._is_over.wait(min(BEAT_S, max(0.0, self._ends_at - time.monotonic()))):
            try:
                if not self._goes_on():
                    self._stopped.set()
                    return
            except DatabaseError as fault:
                log.warning("heartbeat_missed", job_id=str(self._row.id), reason=str(fault))
                self._is_over.wait(1)
            finally:
                connections.close_all()

    def _goes_on(self) -> bool:
        if time.monotonic() >= self._ends_at:
            self._on_time_out(self._row, self._stopped)
            return False
        rows = JobRow.objects.using(self._row._state.db)
        return bool(rows.filter(id=self._row.id, state=State.RUNNING, claim=self._row.claim).update(heartbeat_at=timezone.now()))
