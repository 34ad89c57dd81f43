"""The documentation against the house: every link leads somewhere, every `make` target and `manage.py` command named in it exists."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+\s+(.*)$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
MAKE = re.compile(r"(?:`|^|&& )(?:[A-Z_]+=\S+ )*make ([a-z][a-z-]*)", re.MULTILINE)
MANAGE = re.compile(r"manage\.py ([a-z][a-z_]*)")


def main() -> int:
    """Print what is wrong; 1 where something is."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    found = [fault for page in sorted(pages) for fault in faults(page, targets=make_targets(), commands=management_commands())]
    print("\n".join(found) or f"docs: {len(pages)} pages, every link, target and command is there")
    return 1 if found else 0


def faults(page: Path, *, targets: set[str], commands: set[str]) -> Iterator[str]:
    """What one page says that is not so."""
    text = page.read_text()
    name = page.relative_to(ROOT) if page.is_relative_to(ROOT) else page.name
    for link in LINK.findall(FENCE.sub("", text)):
        if not leads_somewhere(page, link):
            yield f"{name}: the link {link} leads nowhere"
    for target in MAKE.findall(text):
        if target not in targets:
            yield f"{name}: there is no `make {target}`"
    for command in MANAGE.findall(text):
        if command not in commands:
            yield f"{name}: there is no `manage.py {command}`"


def leads_somewhere(page: Path, link: str) -> bool:
    """Whether a relative link's file, and its heading, exist. Addresses of other sites are not followed."""
    if re.match(r"[a-z]+:", link):
        return True
    path, _, heading = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists():
        return False
    return not heading or target.suffix != ".md" or heading in anchors(target.read_text())


def anchors(text: str) -> set[str]:
    """The names that headings can be linked by."""
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in HEADING.findall(FENCE.sub("", text))}


def make_targets() -> set[str]:
    """What `make` knows."""
    return set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def management_commands() -> set[str]:
    """What `manage.py` knows: our commands and those of Django and of the packages that the apps use."""
    import importlib.util

    packages = ("django.core", "django.contrib.auth", "django.contrib.staticfiles", "drf_spectacular")
    folders = [
        Path(spec.submodule_search_locations[0])
        for p in packages
        if (spec := importlib.util.find_spec(p)) and spec.submodule_search_locations
    ]
    ours = [path for folder in ("apps", "analytics_platform") for path in (ROOT / folder).rglob("management/commands/*.py")]
    theirs = [path for folder in folders for path in folder.glob("management/commands/*.py")]
    return {path.stem for path in [*ours, *theirs]} - {"__init__"}


if __name__ == "__main__":
    sys.exit(main())
