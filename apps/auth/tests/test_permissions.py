"""Permissions and slugs, without a database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.auth import slugs
from apps.auth.permissions import BUILT_IN, PERMISSIONS, unknown


def test_each_role_holds_more_than_the_next() -> None:
    owner, admin, analyst, viewer = (BUILT_IN[name] for name in ("owner", "admin", "analyst", "viewer"))
    assert owner == PERMISSIONS
    assert owner > admin > analyst > viewer


def test_owners_alone_manage_roles_keys_and_the_tenant() -> None:
    assert BUILT_IN["owner"] - BUILT_IN["admin"] == {"auth.admin"}


def test_viewers_ask_but_write_no_sql() -> None:
    assert "querygen.run" in BUILT_IN["viewer"]
    assert "execution.run" not in BUILT_IN["viewer"]
    assert "datasources.write" not in BUILT_IN["analyst"]


def test_names_what_is_no_permission() -> None:
    assert unknown(["files.read", "files.fly", "nothing"]) == ["files.fly", "nothing"]


@pytest.mark.parametrize("slug", ["acme", "a", "a1-b2", "x" * 50])
def test_takes_a_slug(slug: str) -> None:
    assert slugs.is_valid(slug)


@pytest.mark.parametrize("slug", ["", "-a", "a-", "A", "ä", "a b", "x" * 51, "admin", "a/b", "a\n", "a_b"])
def test_refuses_a_slug(slug: str) -> None:
    assert not slugs.is_valid(slug)


def test_makes_a_slug_of_a_name() -> None:
    assert slugs.derived("Müller & Söhne, GmbH") == "muller-sohne-gmbh"


@given(st.text(max_size=200))
def test_every_name_gives_a_valid_slug(name: str) -> None:
    slug = slugs.derived(name)
    assert slugs.is_valid(slug)
    assert slugs.is_valid(slugs.another(slug))
