"""Sizes of functions and files: prints the figures of the house and fails over the hard limits (tests and migrations are not counted)."""

from __future__ import annotations

import ast
import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("analytics_platform", "apps", "bench")
NOT_COUNTED = {"tests", "migrations", "__pycache__"}
MAX_FUNCTION_LINES = 60
MAX_FILE_LINES = 500


@dataclass(frozen=True)
class Size:
    """How many lines something has, and where it is."""

    where: str
    lines: int


def main() -> int:
    """Print the figures; 1 where something is over a limit."""
    sources = [path for folder in FOLDERS for path in source_files(ROOT / folder)]
    functions = [size for path in sources for size in function_sizes(path)]
    files = [Size(str(path.relative_to(ROOT)), len(path.read_text().splitlines())) for path in sources]
    print(figures("functions", functions))
    print(figures("files", files))
    over = [size for size in functions if size.lines > MAX_FUNCTION_LINES] + [size for size in files if size.lines > MAX_FILE_LINES]
    for size in over:
        print(f"too long: {size.where} has {size.lines} lines")
    return 1 if over else 0


def source_files(folder: Path) -> Iterator[Path]:
    """The Python files that are counted."""
    for path in sorted(folder.rglob("*.py")):
        if not NOT_COUNTED & set(path.relative_to(folder).parts):
            yield path


def function_sizes(path: Path) -> Iterator[Size]:
    """Every function and method, decorators not counted."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            where = f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}:{node.lineno} {node.name}"
            yield Size(where, (node.end_lineno or node.lineno) - node.lineno + 1)


def figures(name: str, sizes: Sequence[Size]) -> str:
    """Median, 90th percentile and longest, as one line."""
    lines = sorted(size.lines for size in sizes)
    p90 = lines[int(0.9 * (len(lines) - 1))]
    longest = max(sizes, key=lambda size: size.lines)
    return f"{name:9} {len(lines):5}  median {statistics.median(lines):.0f}  p90 {p90}  longest {longest.lines} ({longest.where})"


if __name__ == "__main__":
    sys.exit(main())
