"""The suite: development, with calls between apps sent through their wire form and the layout chosen by the run."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from analytics_platform.settings.base import database
from analytics_platform.settings.development import *  # noqa: F403
from analytics_platform.settings.development import ENV, PLATFORM_APPS, STORAGES

CONTRACTS_ROUND_TRIP = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
RATE_LIMIT_PER_MINUTE = 100_000
LOG_LEVEL = "ERROR"
REGISTRATIONS_PER_HOUR = 100_000
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
_redis = urlsplit(ENV.redis_url)
REDIS_URL = _redis._replace(path=f"/{int(_WORKER) % 15 + 1}").geturl()
BROKER_URL = REDIS_URL
DATA_DIR = Path(tempfile.mkdtemp(prefix=f"worker{_WORKER}-", dir=ENV.data_dir))
STORAGES["default"]["OPTIONS"]["location"] = str(DATA_DIR / "blobs")
SOURCE_DIRS = (str(DATA_DIR / "sources"),)

IS_SPLIT = os.environ.get("PLATFORM_TEST_LAYOUT") == "split"


def _small(url: str) -> dict[str, Any]:
    """A database with a small pool: every xdist worker has its own in each process."""
    found = database(url)
    found["OPTIONS"]["pool"] = {"min_size": 0, "max_size": 8, "timeout": 10}
    return found


def _own(app: str) -> str:
    """The address of an app's own database in the split layout."""
    parts = urlsplit(ENV.database_url)
    return parts._replace(path=f"{parts.path}_{app}").geturl()


DATABASES = {"default": _small(ENV.database_url)}
APP_DATABASES = dict.fromkeys(PLATFORM_APPS, "default")
if IS_SPLIT:
    _moved = [app for app in PLATFORM_APPS if app not in ("gateway", "auth")]
    DATABASES |= {app: _small(_own(app)) for app in _moved}
    APP_DATABASES |= {app: app for app in _moved}
