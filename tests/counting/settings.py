"""Development settings, and the counting app."""

from __future__ import annotations

from analytics_platform.settings.development import *  # noqa: F403
from analytics_platform.settings.development import INSTALLED_APPS as _INSTALLED

INSTALLED_APPS = [*_INSTALLED, "tests.counting.apps.CountingConfig"]
