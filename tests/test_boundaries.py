"""Each boundary rule is shown failing once: a breach is seeded into a copy of the tree, and the rule that forbids it must say so."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BREACHES = {
    "An app is imported through its contract only": ("apps/viz/services.py", "from apps.datasources import models"),
    "The kernel, the SQL pipeline, the sources and the settings import no app": (
        "analytics_platform/kernel/ids.py",
        "from apps.files import contract",
    ),
    "A contract imports no framework, directly or not": ("apps/schema/contract.py", "from analytics_platform.kernel import crypto"),
    "A contract imports no implementation, directly or not": ("apps/gateway/contract.py", "from apps.gateway import services"),
    "Calls between apps run in no circle": ("apps/schema/services.py", "from apps.mapping.contract import mappings"),
    "Sources are opened by datasources, schema and execution alone": (
        "apps/querygen/services.py",
        "from analytics_platform.sources import outbound",
    ),
    "A view calls its own contract, never models, services or tasks": ("apps/gateway/api/views.py", "from apps.gateway import services"),
    "The SQL pipeline and the sources know no framework": ("analytics_platform/sql/dialects.py", "from django.conf import settings"),
}


def copy_of_the_tree(folder: Path) -> Path:
    """The two root packages and the rules, without caches."""
    for package in ("analytics_platform", "apps"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def lint(folder: Path) -> str:
    """What import-linter prints of the tree in `folder`."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize(("rule", "file", "line"), [(rule, *breach) for rule, breach in BREACHES.items()])
def test_refuses_a_seeded_breach(tmp_path: Path, rule: str, file: str, line: str) -> None:
    folder = copy_of_the_tree(tmp_path)
    breached = folder / file
    breached.parent.mkdir(parents=True, exist_ok=True)
    breached.write_text(f"{breached.read_text() if breached.exists() else ''}\n{line}\n")
    assert f"{rule} BROKEN" in lint(folder)


def test_holds_for_the_tree_as_it_is() -> None:
    assert " 0 broken" in lint(ROOT)


def test_every_rule_has_a_breach() -> None:
    import tomllib

    rules = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert {rule["name"] for rule in rules} == set(BREACHES)
