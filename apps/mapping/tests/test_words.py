"""Names of databases taken apart, spelled out and translated; values told what they mean."""

from __future__ import annotations

import pytest

from analytics_platform.sql.canonical.model import CanonicalField
from apps.mapping.suggesting.meanings import meaning_of
from apps.mapping.suggesting.words import concepts_of, likeness

STATUS = CanonicalField(name="status", type="string", values=["open", "paid", "shipped", "cancelled"])
COUNTRY = CanonicalField(name="country", type="string", synonyms=["iso2"])


@pytest.mark.parametrize(
    ("name", "concepts"),
    [
        ("tbl_cust", "customer"),
        ("cust_nm", "customer name"),
        ("kdnr", "customer number"),
        ("bestell_datum", "order date"),
        ("BestellDatum", "order date"),
        ("bestelldatum", "order date"),
        ("unitPriceCents", "unit price cent"),
        ("einzelpreis_ct", "unit price cent"),
        ("versandkosten", "ship cost"),
        ("ordl", "order line"),
        ("void", "void"),
    ],
)
def test_a_name_is_read_as_its_concepts(name: str, concepts: str) -> None:
    assert concepts_of(name) == tuple(concepts.split())


def test_other_words_for_the_same_are_alike_and_other_things_are_not() -> None:
    assert likeness(concepts_of("kundennummer"), concepts_of("customer_id")) > 0.85
    assert likeness(concepts_of("menge"), concepts_of("quantity")) == 1
    assert likeness(concepts_of("versandkosten"), concepts_of("customer_name")) < 0.2


@pytest.mark.parametrize(
    ("values", "meant"),
    [
        (
            ["offen", "bezahlt", "versandt", "storniert"],
            {"offen": "open", "bezahlt": "paid", "versandt": "shipped", "storniert": "cancelled"},
        ),
        (["O", "P", "S", "C"], {"O": "open", "P": "paid", "S": "shipped", "C": "cancelled"}),
        (["OPEN", "Paid"], {"OPEN": "open", "Paid": "paid"}),
        (["open", "paid", "shipped", "cancelled"], {}),
        (["Open", "Paid", "Sent", "gone for good"], {"Open": "open", "Paid": "paid", "Sent": "shipped", "gone for good": "cancelled"}),
    ],
)
def test_values_in_other_words_are_translated(values: list[str], meant: dict[str, str]) -> None:
    found = meaning_of(values, STATUS, is_number=False)
    assert (found.values, found.score) == (meant, 1)


def test_values_that_mean_nothing_here_speak_against_a_column() -> None:
    assert meaning_of(["red", "green"], STATUS, is_number=False).score == 0
    assert meaning_of(["1", "2"], STATUS, is_number=True).score == 0


def test_countries_become_their_two_letters() -> None:
    assert meaning_of(["Deutschland", "Austria"], COUNTRY, is_number=False).values == {"Deutschland": "DE", "Austria": "AT"}
    assert meaning_of(["de", "at"], COUNTRY, is_number=False).wrapper == "upper"


def test_yes_and_no_become_true_and_false() -> None:
    active = CanonicalField(name="is_active", type="boolean")
    assert meaning_of(["J", "N"], active, is_number=False).values == {"J": True, "N": False}
    assert meaning_of(["0", "1"], active, is_number=True).values == {}
    assert meaning_of(["blue"], active, is_number=False).score == 0


def test_what_is_left_over_is_taken_for_the_last_value_only_where_most_are_known() -> None:
    channel = CanonicalField(name="channel", type="string", values=["web", "store", "phone"])
    found = meaning_of(["web", "store", "app"], channel, is_number=False)
    assert (found.values, found.unsaid) == ({}, ("app",))
