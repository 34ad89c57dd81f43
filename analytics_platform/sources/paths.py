"""Which files on this machine a source may be: those under folders that the operator opened, symlinks and `..` resolved.

What the platform keeps for itself (its servers' files, every tenant's uploads and results, its keys) is none of them, whichever folder is opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from analytics_platform.sources.problems import PathRefused

FOR_SOURCES = "sources"
"""The one folder inside the platform's own that may be opened."""


def resolve_path(path: str, folders: Sequence[Path], *, own_folder: Path | None = None) -> Path:
    """The real path of an existing regular file. A relative path is looked for in each folder. Raises PathRefused, which does not tell why."""
    for folder in folders:
        root = folder.resolve()
        try:
            found = (root / path).resolve(strict=True)
        except (OSError, ValueError, RuntimeError):
            continue
        if found.is_file() and found.is_relative_to(root) and not _is_own(found, own_folder):
            return found
    raise PathRefused


def _is_own(path: Path, own_folder: Path | None) -> bool:
    if own_folder is None:
        return False
    own = own_folder.resolve()
    return path.is_relative_to(own) and not path.is_relative_to(own / FOR_SOURCES)


def file_stamp(path: Path) -> tuple[object, ...]:
    """Changes when the file is replaced."""
    found = path.stat()
    return (found.st_dev, found.st_ino)
