"""A pytest plugin, loaded before the settings: a PostgreSQL and a Redis of the run's own, unless DATABASE_URL and REDIS_URL name others."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path


def _start() -> None:
    """Only the run's first process starts servers; xdist's workers inherit the addresses."""
    from analytics_platform.embedded import start_postgres, start_redis, stop

    folder = Path(tempfile.mkdtemp(prefix="analytics-tests-"))
    os.environ["DATA_DIR"] = str(folder)
    os.environ["PLATFORM_TEST_FOLDER"] = str(folder)
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = start_postgres(folder, durable=False).url
    if not os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = start_redis(folder, durable=False).url

    def end() -> None:
        stop(folder)
        shutil.rmtree(folder, ignore_errors=True)

    owner = os.getpid()
    atexit.register(lambda: end() if os.getpid() == owner else None)


os.environ["DJANGO_SETTINGS_MODULE"] = "analytics_platform.settings.test"
os.environ.setdefault("OUTBOUND_ALLOW", "127.0.0.0/8,::1/128")
if "PLATFORM_TEST_FOLDER" not in os.environ:
    _start()
