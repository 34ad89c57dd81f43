"""The house's own checks find what they are for."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics_platform.checks import docs, sizes

FUNCTION = "def long():\n" + "    x = 1\n" * 60


def test_a_function_is_measured_from_its_def_to_its_end(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text("@decorated\n" + FUNCTION)
    assert [(size.lines, size.where.split()[-1]) for size in sizes.function_sizes(module)] == [(61, "long")]


def test_tests_and_migrations_are_not_counted(tmp_path: Path) -> None:
    for folder in ("tests", "migrations", "api"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "module.py").write_text("")
    assert [path.parent.name for path in sizes.source_files(tmp_path)] == ["api"]


def test_fails_over_the_hard_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "apps").mkdir()
    (tmp_path / "apps/module.py").write_text(FUNCTION)
    monkeypatch.setattr(sizes, "ROOT", tmp_path)
    assert sizes.main() == 1
    assert "too long: apps/module.py:1 long has 61 lines" in capsys.readouterr().out


def faults(page: Path) -> list[str]:
    return list(docs.faults(page, targets={"run"}, commands={"ask"}))


def test_a_page_that_is_right_has_no_faults(tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("# A heading: with `code`\n")
    page = tmp_path / "page.md"
    page.write_text(
        "# Top\n[here](#top) [there](other.md#a-heading-with-code) [site](https://example.org)\n`PORT=1 make run` and `manage.py ask`, and make it so.\n"
    )
    assert faults(page) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[x](missing.md)", "the link missing.md leads nowhere"),
        ("[x](#no-such-heading)", "the link #no-such-heading leads nowhere"),
        ("```sh\nmake fly\n```", "there is no `make fly`"),
        ("Type `manage.py dance` then.", "there is no `manage.py dance`"),
    ],
)
def test_names_what_is_not_there(tmp_path: Path, text: str, fault: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(text)
    assert faults(page) == [f"page.md: {fault}"]
