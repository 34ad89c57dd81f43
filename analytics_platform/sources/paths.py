"""Which files on this machine a source may be: those under folders that the operator opened, symlinks and `..` resolved."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from analytics_platform.sources.problems import PathRefused


def resolve_path(path: str, folders: Sequence[Path]) -> Path:
    """The real path of an existing regular file. A relative path is looked for in each folder. Raises PathRefused, which does not tell why."""
    for folder in folders:
        root = folder.resolve()
        try:
            found = (root / path).resolve(strict=True)
        except (OSError, ValueError, RuntimeError):
            continue
        if found.is_file() and found.is_relative_to(root):
            return found
    raise PathRefused


def file_stamp(path: Path) -> tuple[object, ...]:
    """Changes when the file is replaced."""
    found = path.stat()
    return (found.st_dev, found.st_ino)
