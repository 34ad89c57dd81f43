"""Development settings without the demo, and with one subscriber more: what `bench.events` is measured with."""

from __future__ import annotations

from analytics_platform.settings.development import *  # noqa: F403
from analytics_platform.settings.development import INSTALLED_APPS as _INSTALLED

INSTALLED_APPS = [*(app for app in _INSTALLED if app != "analytics_platform.demo"), "bench.subject.BenchConfig"]
