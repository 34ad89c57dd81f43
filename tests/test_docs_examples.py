"""What the documentation shows works as it stands there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of a page in one language, without their common indent."""
    import textwrap

    text = (ROOT / page).read_text()
    return [textwrap.dedent(block) for block in re.findall(rf"^ *```{language}\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)]


def test_the_contract_in_adding_an_app_is_one() -> None:
    (contract,) = blocks("docs/adding-an-app.md", "python")
    script = f"{contract}\nprint(sorted(Notes.methods()), Notes.methods()['get'].kind, 'django' in __import__('sys').modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "['create', 'get'] query False", done.stderr


@pytest.mark.parametrize(
    ("page", "path"), [("README.md", "/queries/generate-with-agent"), ("docs/policies.md", "/policies"), ("docs/mapping.md", "/mappings")]
)
def test_the_tour_is_sound_shell(page: str, path: str) -> None:
    tour = "\n".join(blocks(page, "sh"))
    assert path in tour
    done = subprocess.run(["bash", "-n"], input=tour, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
