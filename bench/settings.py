"""Development settings, and one subscriber more: what `bench.events` is measured with."""

from __future__ import annotations

from analytics_platform.settings.development import *  # noqa: F403
from analytics_platform.settings.development import INSTALLED_APPS as _INSTALLED

INSTALLED_APPS = [*_INSTALLED, "bench.subject.BenchConfig"]
