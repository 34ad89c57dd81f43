"""Secrets on their way in and out."""

from __future__ import annotations

import pytest

from analytics_platform.kernel.problems import Invalid
from apps.datasources.configuration import changed, masked, parsed
from apps.datasources.contract import HIDDEN, Config

STORED: Config = {
    "host": "db.example.com",
    "port": 5432,
    "database": "d",
    "username": "u",
    "password": "old",
    "sslmode": "prefer",
    "options": {"ca_certificate": None, "schemas": None, "application_name": None},
}


def test_a_hidden_secret_keeps_the_stored_one() -> None:
    assert changed("postgresql", STORED, {**STORED, "password": HIDDEN, "port": 5433}, keep_missing=False)["password"] == "old"


def test_a_new_secret_replaces_the_stored_one() -> None:
    assert changed("postgresql", STORED, {"password": "new"}, keep_missing=True) == {**STORED, "password": "new"}


def test_a_stored_secret_never_goes_to_another_host() -> None:
    for config in ({**STORED, "host": "evil.example.com", "password": HIDDEN}, {"host": "evil.example.com"}):
        with pytest.raises(Invalid) as caught:
            changed("postgresql", STORED, config, keep_missing=True)
        assert [(e.field, e.code) for e in caught.value.errors] == [("config.password", "secret_needed")]


def test_a_new_host_with_its_secret_is_taken() -> None:
    assert changed("postgresql", STORED, {"host": "new.example.com", "password": "new"}, keep_missing=True)["host"] == "new.example.com"


def test_a_replacement_forgets_what_was_not_given_but_the_secret() -> None:
    found = changed("postgresql", STORED, {"host": "db.example.com", "database": "e", "username": "v"}, keep_missing=False)
    assert (found["port"], found["database"], found["password"]) == (5432, "e", "")


def test_null_takes_a_field_back_to_its_default() -> None:
    assert changed("postgresql", {**STORED, "sslmode": "require"}, {"sslmode": None}, keep_missing=True)["sslmode"] == "prefer"


def test_nothing_can_be_kept_of_a_source_that_is_new() -> None:
    with pytest.raises(Invalid):
        parsed("postgresql", {**STORED, "password": HIDDEN})


def test_hides_what_is_set_and_shows_what_is_not() -> None:
    assert masked("postgresql", STORED)["password"] == HIDDEN
    assert masked("postgresql", {**STORED, "password": ""})["password"] == ""


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(Invalid) as caught:
        parsed("excel", {})
    assert caught.value.errors[0].field == "kind"
