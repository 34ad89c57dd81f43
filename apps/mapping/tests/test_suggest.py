"""Proposed mappings of differently shaped shops, held against those made by hand: a field is right where it gives the same values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from apps.mapping.contract import mappings
from apps.mapping.reaching import whole
from apps.mapping.tests.shops import SHOPS, connected, mapped_fields, rows_of

LEAST_SHARE = 0.8
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("name", SHOPS)
def test_most_fields_of_a_shop_are_proposed_right(name: str, tenant: Any, settings: Any, settle: Any, tmp_path: Path) -> None:
    with connected(name, tenant, settings, tmp_path) as shop:
        settle()
        with tenant.acting():
            for rule in shop.opened.shop.rules.values():
                mappings.create_rule(rule=rule)
            suggestion = mappings.suggest(data_source_id=shop.data_source_id, schema="commerce")
            catalog = whole(shop.data_source_id).catalog
        by_hand, rules = shop.opened.shop.mapping, shop.opened.shop.rules
        wanted, proposed = mapped_fields(by_hand), mapped_fields(suggestion.mapping)
        wrong = {
            place: "not proposed" if place not in proposed else "not wanted" if place not in wanted else ""
            for place in wanted | proposed
            if place not in wanted & proposed
            or rows_of(shop.opened, suggestion.mapping, catalog, rules, *place)
            != rows_of(shop.opened, by_hand, shop.opened.catalog, rules, *place)
        }
        share = 1 - len(wrong) / len(wanted | proposed)
        assert share >= LEAST_SHARE, (share, wrong)
