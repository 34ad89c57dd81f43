"""Secrets at rest: AES-256-GCM, bound to a purpose, a tenant and a record, under keys that rotate."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from functools import cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from analytics_platform.kernel.declare import Problem

_NONCE_BYTES = 12


class Unsealable(Problem):
    """The secret was sealed for another record, or under a key that is gone."""

    code = "secret_unsealable"
    status = 500
    title = "A stored secret cannot be opened with the keys of this deployment."


@cache
def _cipher(key: str) -> tuple[str, AESGCM]:
    return hashlib.sha256(key.encode()).hexdigest()[:8], AESGCM(base64.urlsafe_b64decode(key))


def _bound_to(purpose: str, tenant_id: UUID, record_id: UUID) -> bytes:
    return f"{purpose}\0{tenant_id}\0{record_id}".encode()


def seal(data: bytes, *, purpose: str, tenant_id: UUID, record_id: UUID) -> str:
    """Encrypt under the current key; the answer is ASCII text that names the key it needs."""
    key_id, cipher = _cipher(settings.ENCRYPTION_KEYS[0])
    nonce = os.urandom(_NONCE_BYTES)
    sealed = nonce + cipher.encrypt(nonce, data, _bound_to(purpose, tenant_id, record_id))
    return f"v1.{key_id}.{base64.urlsafe_b64encode(sealed).decode()}"


def unseal(sealed: str, *, purpose: str, tenant_id: UUID, record_id: UUID) -> bytes:
    """Decrypt what `seal` made for this very record. Raises Unsealable."""
    try:
        _, wanted, body = sealed.split(".")
        data = base64.urlsafe_b64decode(body)
    except ValueError as fault:
        raise Unsealable from fault
    for key in settings.ENCRYPTION_KEYS:
        key_id, cipher = _cipher(key)
        if key_id == wanted:
            try:
                return cipher.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], _bound_to(purpose, tenant_id, record_id))
            except InvalidTag as fault:
                raise Unsealable from fault
    raise Unsealable


def derived_key(*, purpose: str, tenant_id: UUID, record_id: UUID) -> str:
    """A key of this deployment for one record, as hex: the same in every process that shares SERVICE_KEY, and of no use elsewhere."""
    return hmac.new(settings.SERVICE_KEY.encode(), _bound_to(purpose, tenant_id, record_id), hashlib.sha256).hexdigest()


def is_sealed_with_current_key(sealed: str) -> bool:
    """Whether nothing is to be done for this secret when keys rotate."""
    return sealed.split(".")[1] == _cipher(settings.ENCRYPTION_KEYS[0])[0]
