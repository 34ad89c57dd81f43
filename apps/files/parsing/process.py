"""Running the child that reads a file, and ending it when it takes too long."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import apps
from apps.files.parsing.limits import ParseLimits, Refused
from apps.files.parsing.result import Options, Parsed

_ROOT = Path(apps.__file__).resolve().parent.parent
_POLL_S = 0.5
_BY_SIGNAL = {
    signal.SIGXCPU: "Reading the file took more computing time than is allowed.",
    signal.SIGXFSZ: "The file unpacks to more than is allowed.",
    signal.SIGKILL: "Reading the file was ended from outside, most likely for want of memory.",
}


def parse_file(
    source: Path,
    target: Path,
    *,
    name: str,
    options: Options | None = None,
    limits: ParseLimits | None = None,
    on_wait: Callable[[], None] | None = None,
) -> Parsed:
    """Read `source` into the Parquet file `target`, in a child process. `on_wait` is called twice a second meanwhile; what it raises ends the child.

    Raises Refused: the file is not read. `target` may be left behind half-written then; it is the caller's to remove.
    """
    limits = limits or ParseLimits()
    with tempfile.TemporaryDirectory(prefix="parse-", dir=target.parent) as workdir:
        request = {
            "source": str(source.resolve()),
            "target": str(target.resolve()),
            "workdir": workdir,
            "name": name,
            "options": dataclasses.asdict(options or Options()),
            "limits": dataclasses.asdict(limits),
        }
        return _answer(*_run(json.dumps(request), Path(workdir), limits, on_wait))


def _run(request: str, workdir: Path, limits: ParseLimits, on_wait: Callable[[], None] | None) -> tuple[int, str, str]:
    """Exit code, standard output and the end of standard error. The child gets none of our environment: it holds secrets."""
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TMPDIR": str(workdir), "HOME": str(workdir), "PYTHONPATH": str(_ROOT)}
    environment |= {"OMP_NUM_THREADS": "1", "ARROW_IO_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
    with (workdir / "errors").open("w+") as errors:
        child = subprocess.Popen(
            [sys.executable, "-m", "apps.files.parsing.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=workdir,
            env=environment,
            start_new_session=True,
        )
        try:
            answer = _exchange(child, request.encode(), limits.wall_s, on_wait)
            child.wait(timeout=limits.wall_s)
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
        errors.seek(0)
        return child.returncode, answer.decode(), errors.read()[-2_000:]


def _exchange(child: subprocess.Popen[bytes], request: bytes, wall_s: float, on_wait: Callable[[], None] | None) -> bytes:
    """Send the request, and collect the answer until the child closes its output."""
    if child.stdin is None or child.stdout is None:
        raise ParserBroke("the child has no pipes")
    with contextlib.suppress(BrokenPipeError):  # it died before it read; its exit code says how
        child.stdin.write(request)
        child.stdin.close()
    deadline, answer = time.monotonic() + wall_s, b""
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        while True:
            if selector.select(timeout=min(_POLL_S, max(0.0, deadline - time.monotonic()))):
                chunk = os.read(child.stdout.fileno(), 65_536)
                if not chunk:
                    return answer
                answer += chunk
            elif time.monotonic() >= deadline:
                raise Refused("file_parse_limit", f"Reading the file took more than {wall_s:g} seconds.")
            elif on_wait is not None:
                on_wait()


class ParserBroke(RuntimeError):
    """The child ended in a way that no file should bring about: a defect, told with its last words."""


def _answer(code: int, out: str, err: str) -> Parsed:
    if code < 0:
        name = signal.Signals(-code)
        raise Refused("file_parse_limit", _BY_SIGNAL.get(name, "Reading the file took more memory than is allowed."))
    if code != 0:
        if "MemoryError" in err or "bad_alloc" in err or "memory allocation" in err or "ArrowMemoryError" in err:
            raise Refused("file_parse_limit", "Reading the file took more memory than is allowed.")
        raise ParserBroke(err)
    answer = json.loads(out)
    if "refused" in answer:
        raise Refused(**answer["refused"])
    return Parsed.from_json(answer["parsed"])
