"""Sealed secrets open for their own record and no other."""

from __future__ import annotations

import base64
import os

import pytest

from analytics_platform.kernel.crypto import Unsealable, is_sealed_with_current_key, seal, unseal
from analytics_platform.kernel.ids import uuid7

TENANT, RECORD = uuid7(), uuid7()


def test_opens_for_its_own_record() -> None:
    sealed = seal(b"secret", purpose="config", tenant_id=TENANT, record_id=RECORD)
    assert b"secret" not in sealed.encode()
    assert unseal(sealed, purpose="config", tenant_id=TENANT, record_id=RECORD) == b"secret"


@pytest.mark.parametrize(
    "other",
    [
        {"purpose": "other", "tenant_id": TENANT, "record_id": RECORD},
        {"purpose": "config", "tenant_id": uuid7(), "record_id": RECORD},
        {"purpose": "config", "tenant_id": TENANT, "record_id": uuid7()},
    ],
)
def test_stays_shut_for_another_purpose_tenant_or_record(other) -> None:
    sealed = seal(b"secret", purpose="config", tenant_id=TENANT, record_id=RECORD)
    with pytest.raises(Unsealable):
        unseal(sealed, **other)


def test_opens_under_an_older_key_until_it_is_gone(settings) -> None:
    sealed = seal(b"secret", purpose="config", tenant_id=TENANT, record_id=RECORD)
    old = settings.ENCRYPTION_KEYS
    new = base64.urlsafe_b64encode(os.urandom(32)).decode()
    settings.ENCRYPTION_KEYS = (new, *old)
    assert unseal(sealed, purpose="config", tenant_id=TENANT, record_id=RECORD) == b"secret"
    assert not is_sealed_with_current_key(sealed)
    settings.ENCRYPTION_KEYS = (new,)
    with pytest.raises(Unsealable):
        unseal(sealed, purpose="config", tenant_id=TENANT, record_id=RECORD)


@pytest.mark.parametrize("text", ["", "v1.abc", "v1.00000000.!!!", "plain text"])
def test_refuses_what_was_never_sealed(text: str) -> None:
    with pytest.raises(Unsealable):
        unseal(text, purpose="config", tenant_id=TENANT, record_id=RECORD)
