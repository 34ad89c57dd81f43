"""Several readers of one source at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from apps.schema.contract import schemas
from apps.schema.models import Version
from apps.schema.tests.factories import add_source

pytestmark = pytest.mark.django_db(transaction=True)


def test_make_one_version_of_one_structure(tenant: Any) -> None:
    source_id = add_source(tenant)

    def refresh(_: int) -> int:
        try:
            with tenant.acting():
                return schemas.refresh(data_source_id=source_id).version
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        versions = list(pool.map(refresh, range(4)))

    with tenant.acting():
        stored = list(Version.objects.filter(data_source_id=source_id).values_list("version", flat=True))
    assert (versions, stored) == ([1, 1, 1, 1], [1])
