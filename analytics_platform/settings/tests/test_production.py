"""Production refuses to start on what would make it unsafe, and says everything that is wrong at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from analytics_platform.settings.keys import new_keys

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def sound() -> dict[str, str]:
    """An environment that production starts with."""
    keys = new_keys()
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "analytics_platform.settings.production",
        "SECRET_KEY": keys["secret_key"],
        "SERVICE_KEY": keys["service_key"],
        "ENCRYPTION_KEYS": keys["encryption_key"],
        "JWT_PRIVATE_KEY": keys["jwt_private_key"],
        "JWT_PUBLIC_KEY": keys["jwt_public_key"],
        "ALLOWED_HOSTS": "analytics.example.com",
        "DATABASE_URL": "postgres://platform@127.0.0.1:1/platform",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }


def start(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Read the settings in a process of their own."""
    command = [sys.executable, "-c", "from django.conf import settings; print(settings.DEBUG)"]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)


def test_starts_with_a_sound_environment(sound: dict[str, str]) -> None:
    done = start(sound)
    assert (done.returncode, done.stdout.strip()) == (0, "False"), done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 64),
        ("SECRET_KEY", "django-insecure-changeme-0123456789-abcdef"),
        ("SERVICE_KEY", ""),
        ("ENCRYPTION_KEYS", ""),
        ("ENCRYPTION_KEYS", "bm90IDMyIGJ5dGVz"),
        ("JWT_PRIVATE_KEY", ""),
        ("JWT_PUBLIC_KEY", ""),
        ("ALLOWED_HOSTS", ""),
        ("ALLOWED_HOSTS", "*"),
        ("DATABASE_URL", ""),
        ("REDIS_URL", ""),
        ("DEBUG", "1"),
    ],
)
def test_refuses_to_start(sound: dict[str, str], name: str, value: str) -> None:
    done = start({**sound, name: value})
    assert done.returncode != 0
    assert name.removesuffix("S") in done.stderr


def test_names_every_fault_at_once(sound: dict[str, str]) -> None:
    done = start({**sound, "SECRET_KEY": "", "ALLOWED_HOSTS": "*", "REDIS_URL": ""})
    assert all(name in done.stderr for name in ("SECRET_KEY", "ALLOWED_HOSTS", "REDIS_URL"))
