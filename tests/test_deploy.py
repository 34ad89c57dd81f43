"""`deploy/` and `.env.example` against the settings: every variable named there is one that is read, and the other way round."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from analytics_platform.settings.environment import ALL_APPS

ROOT = Path(__file__).resolve().parents[1]
COMPOSE = ROOT / "deploy/compose.yaml"
OF_OTHERS = {"DJANGO_SETTINGS_MODULE"}
OF_THE_RUNNER = {"HOST"}


def variables_read() -> set[str]:
    """The names that the settings ask the environment for, read off the one place that does."""
    source = (ROOT / "analytics_platform/settings/environment.py").read_text()
    plain = set(re.findall(r"_env\.\w+\(\s*[\"']([A-Z0-9_]+)[\"']", source))
    keys = set(re.findall(r'_key_material\("([A-Z0-9_]+)"\)', source))
    return plain | keys | {f"{key}_FILE" for key in keys} | {f"{app.upper()}_DATABASE_URL" for app in ALL_APPS}


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())
    return loaded


def platform_services() -> dict[str, dict[str, Any]]:
    return {name: service for name, service in compose()["services"].items() if service["image"] == "analytics-platform"}


def test_the_example_names_every_variable_that_is_read_and_no_other() -> None:
    named = set(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert named - OF_OTHERS - OF_THE_RUNNER == variables_read()


def test_every_variable_of_compose_is_one_that_is_read() -> None:
    for name, service in platform_services().items():
        assert set(service["environment"]) - OF_OTHERS <= variables_read(), name


def test_compose_runs_the_whole() -> None:
    assert set(compose()["services"]) == {"postgres", "redis", "migrate", "web", "events", "jobs"}
    assert {s["environment"]["DJANGO_SETTINGS_MODULE"] for s in platform_services().values()} == {"analytics_platform.settings.production"}


def test_every_queue_has_a_worker() -> None:
    from analytics_platform.celery import events_queue, jobs_queue
    from analytics_platform.embedded.background import celery_arguments
    from analytics_platform.settings.environment import Environment

    wanted = {queue(app) for app in ALL_APPS for queue in (events_queue, jobs_queue)}
    in_compose = " ".join(" ".join(service.get("command", [])) for service in compose()["services"].values())
    on_a_laptop = " ".join(" ".join(arguments) for arguments in celery_arguments(Environment()).values())
    for commands in (in_compose, on_a_laptop):
        assert {queue for queues in re.findall(r"--queues[= ](\S+)", commands) for queue in queues.split(",")} == wanted


def test_no_secret_stands_in_compose() -> None:
    text = COMPOSE.read_text()
    for name in re.findall(r"\b\w*(?:PASSWORD|SECRET_KEY|SERVICE_KEY|ENCRYPTION_KEYS|TOKEN)\b: (.+)", text):
        assert name.startswith("${"), name


def test_volumes_and_secrets_that_are_used_are_declared() -> None:
    declared = compose()
    for service in declared["services"].values():
        assert {volume.split(":")[0] for volume in service.get("volumes", [])} <= set(declared["volumes"])
        assert set(service.get("secrets", [])) <= set(declared["secrets"])


def test_what_the_image_copies_is_there_and_not_ignored() -> None:
    dockerfile = (ROOT / "deploy/Dockerfile").read_text()
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {name for line in re.findall(r"^COPY (?!--)(.+) \S+$", dockerfile, re.MULTILINE) for name in line.split()}
    assert copied == let_in
    assert all((ROOT / name).exists() for name in copied)
    assert re.search(r"^USER platform$", dockerfile, re.MULTILINE)


@pytest.fixture
def make_secrets() -> Any:
    spec = importlib.util.spec_from_file_location("make_secrets", ROOT / "deploy/make_secrets.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_secrets_that_compose_wants_are_made_once_and_production_starts_with_them(make_secrets: Any, tmp_path: Path) -> None:
    assert make_secrets.main("analytics.acme.org", folder=tmp_path) == 0
    assert make_secrets.main("analytics.acme.org", folder=tmp_path) == 1
    made = dict(line.split("=", 1) for line in (tmp_path / ".env").read_text().splitlines())
    assert set(re.findall(r"\$\{([A-Z0-9_]+):\?\}", COMPOSE.read_text())) == set(made)
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600

    environment = {
        **made,
        "PATH": os.environ["PATH"],
        "DATABASE_URL": "postgresql://platform@postgres/platform",
        "REDIS_URL": "redis://redis:6379/0",
        "JWT_PRIVATE_KEY_FILE": str(tmp_path / "keys/jwt_private.pem"),
        "JWT_PUBLIC_KEY_FILE": str(tmp_path / "keys/jwt_public.pem"),
        "DATA_DIR": str(tmp_path),
    }
    command = [sys.executable, "-c", "import analytics_platform.settings.production"]
    started = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert started.returncode == 0, started.stderr
    refused = subprocess.run(command, env={**environment, "SECRET_KEY": ""}, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "SECRET_KEY is missing" in refused.stderr
