"""`make run` as a newcomer meets it: everything starts, answers, refuses a second one, and ends without a trace."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from analytics_platform.embedded import stop
from analytics_platform.embedded.servers import free_port
from analytics_platform.embedded.supervisor import end_with_parent

pytestmark = [pytest.mark.processes, pytest.mark.timeout(240), pytest.mark.xdist_group("make_run")]
COMMAND = [sys.executable, "-m", "analytics_platform.embedded.run"]
OF_THE_SUITE = {"DJANGO_SETTINGS_MODULE", "DATABASE_URL", "REDIS_URL", "PLATFORM_TEST_LAYOUT", "PLATFORM_TEST_FOLDER", "OUTBOUND_ALLOW"}


def environment(data_dir: Path, port: int, **more: str) -> dict[str, str]:
    return {**{k: v for k, v in os.environ.items() if k not in OF_THE_SUITE}, "DATA_DIR": str(data_dir), "PORT": str(port), **more}


def wait_until_ready(runner: subprocess.Popen[str], port: int) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert runner.poll() is None, "make run ended before it was ready"
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    pytest.fail("make run was not ready in time")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[subprocess.Popen[str], int, Path]]:
    data_dir, port = tmp_path_factory.mktemp("run"), free_port()
    with (data_dir / "output").open("w") as output:
        runner = subprocess.Popen(
            COMMAND, env=environment(data_dir, port), stdout=output, stderr=output, text=True, preexec_fn=end_with_parent
        )
    try:
        wait_until_ready(runner, port)
        yield runner, port, data_dir
    finally:
        runner.send_signal(signal.SIGTERM)
        runner.wait(timeout=60)
        stop(data_dir)


def test_the_printed_sign_in_works(running: tuple[subprocess.Popen[str], int, Path]) -> None:
    _, port, data_dir = running
    demo = json.loads((data_dir / "demo.json").read_text())
    deadline, printed = time.monotonic() + 20, f"{demo['email']} / {demo['password']}"
    while printed not in (output := (data_dir / "output").read_text()) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert printed in output
    signed_in = httpx.post(
        f"http://127.0.0.1:{port}/api/v1/auth/login", json={"email": demo["email"], "password": demo["password"]}, timeout=30
    )
    assert signed_in.status_code == 200


def test_a_second_one_says_so_and_leaves_the_first_alone(running: tuple[subprocess.Popen[str], int, Path]) -> None:
    runner, port, data_dir = running
    second = subprocess.run(COMMAND, env=environment(data_dir, port), capture_output=True, text=True, timeout=30, check=False)
    assert second.returncode == 1
    assert f"Port {port} is already in use" in second.stdout
    assert runner.poll() is None
    assert httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200


def test_sigterm_ends_everything_that_it_started(tmp_path: Path) -> None:
    port = free_port()
    runner = subprocess.Popen(
        COMMAND,
        env=environment(tmp_path, port, PLATFORM_APPS="gateway"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
        preexec_fn=end_with_parent,
    )
    try:
        wait_until_ready(runner, port)
        family = psutil.Process(runner.pid).children(recursive=True)
        assert len(family) > 5
        runner.send_signal(signal.SIGTERM)
        assert runner.wait(timeout=60) == 0
        gone, alive = psutil.wait_procs(family, timeout=5)
        assert [p for p in alive if p.status() != psutil.STATUS_ZOMBIE] == []
    finally:
        runner.kill()
        stop(tmp_path)


def test_ends_with_an_error_when_one_of_its_processes_dies(tmp_path: Path) -> None:
    port = free_port()
    runner = subprocess.Popen(
        COMMAND,
        env=environment(tmp_path, port, PLATFORM_APPS="gateway"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=end_with_parent,
    )
    try:
        wait_until_ready(runner, port)
        worker = next(p for p in psutil.Process(runner.pid).children() if p.name() == "events")
        worker.kill()
        output, _ = runner.communicate(timeout=60)
        assert runner.returncode == 1
        assert "events ended with code -9" in output
    finally:
        runner.kill()
        stop(tmp_path)
