"""What the tests of schema share."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from apps.schema.tests.factories import add_source


@pytest.fixture
def source_id(tenant: Any) -> UUID:
    """A shop of the tenant's, in SQLite."""
    return add_source(tenant)
