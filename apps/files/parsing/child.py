"""The process that reads one file: it limits itself, reads the request from standard input, and answers one line of JSON."""

from __future__ import annotations

import ctypes
import json
import resource
import signal
import sys
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any

from apps.files.parsing.limits import ParseLimits, Refused
from apps.files.parsing.result import Options, Parsed

_PR_SET_PDEATHSIG = 1


def main() -> int:
    """Answer `{"parsed": …}` or `{"refused": {code, detail}}`. Anything else, a signal too, the parent reads as a broken parse."""
    request = json.load(sys.stdin)
    limits = ParseLimits(**request["limits"])
    sys.meta_path.insert(0, _NoPandas())
    _limit_this_process(limits)
    try:
        parsed = parse(
            Path(request["source"]),
            Path(request["target"]),
            Path(request["workdir"]),
            name=request["name"],
            options=Options(**request["options"]),
            limits=limits,
        )
        answer: dict[str, Any] = {"parsed": parsed.to_json()}
    except Refused as refused:
        answer = {"refused": {"code": refused.code, "detail": refused.detail}}
    except MemoryError:
        answer = {"refused": {"code": "file_parse_limit", "detail": "Reading the file took more memory than is allowed."}}
    json.dump(answer, sys.stdout)
    return 0


class _NoPandas(MetaPathFinder):
    """pyarrow imports pandas where it can: half a second and 60 MB that nothing here needs."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        """Raise for pandas, and leave the rest to the other finders."""
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname, name=fullname)


def _limit_this_process(limits: ParseLimits) -> None:
    """Bounds that the kernel keeps, and an end when the parent ends."""
    resource.setrlimit(resource.RLIMIT_DATA, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_s, limits.cpu_s + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.written_bytes, limits.written_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def parse(source: Path, target: Path, workdir: Path, *, name: str, options: Options, limits: ParseLimits) -> Parsed:
    """Recognise `source` and write its table into `target`."""
    from apps.files.parsing.formats import GZIP, recognise
    from apps.files.parsing.inflate import gunzip

    if source.stat().st_size == 0:
        raise Refused("file_unreadable", "The file is empty.")
    with source.open("rb") as file:
        is_gzip = file.read(2) == GZIP
    if is_gzip:
        inflated = workdir / "inflated"
        gunzip(source, inflated, limits)
        source = inflated
    format = recognise(source, name)
    if is_gzip and format in ("xlsx", "xls", "ods", "parquet"):
        raise Refused("unsupported_file_type", f"A {format} file is compressed already; upload it without gzip.")
    parsed = _parse_as(format, source, target, workdir, options, limits)
    parsed.compression = "gzip" if is_gzip else None
    return parsed


def _parse_as(format: str, source: Path, target: Path, workdir: Path, options: Options, limits: ParseLimits) -> Parsed:
    if format == "parquet":
        from apps.files.parsing.records import parse_parquet

        return parse_parquet(source, target, workdir, options=options, limits=limits)
    if format in ("xlsx", "xls", "ods"):
        from apps.files.parsing.workbook import parse_workbook

        return parse_workbook(source, target, format=format, options=options, limits=limits)
    from apps.files.parsing.text import as_utf8

    text = as_utf8(source, workdir, options.encoding)
    if format in ("json", "ndjson"):
        from apps.files.parsing.records import parse_json

        parsed = parse_json(text.path, target, workdir, format=format, options=options, limits=limits)
    else:
        from apps.files.parsing.delimited import parse_delimited

        parsed = parse_delimited(text.path, target, workdir, format=format, options=options, limits=limits)
    parsed.encoding = text.encoding
    return parsed


if __name__ == "__main__":
    sys.exit(main())
