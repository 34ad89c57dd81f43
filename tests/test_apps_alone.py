"""Any app can be started alone: its process knows the kernel, itself, and the others' contracts, and nothing else of them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from analytics_platform.settings.environment import ALL_APPS

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = """
import sys
import django
django.setup()
from django.urls import get_resolver
get_resolver().url_patterns
loaded = {name.split(".")[1] for name in sys.modules if name.startswith("apps.") and name.count(".") == 2 and not name.endswith(".contract")}
print(sorted(loaded))
"""


@pytest.mark.parametrize("app", ALL_APPS)
def test_starts_alone(app: str) -> None:
    environment = {**os.environ, "PLATFORM_APPS": app, "DJANGO_SETTINGS_MODULE": "analytics_platform.settings.development"}
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == f"['{app}']", done.stderr[-2000:]
