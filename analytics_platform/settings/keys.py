"""Keys of a development machine: made once, kept in a file that only its owner reads."""

from __future__ import annotations

import base64
import json
import os
import secrets
from pathlib import Path


def new_keys() -> dict[str, str]:
    """A fresh set: random secrets and an RSA pair for tokens."""
    from cryptography.hazmat.primitives import serialization as pem
    from cryptography.hazmat.primitives.asymmetric import rsa

    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return {
        "secret_key": secrets.token_urlsafe(64),
        "service_key": secrets.token_urlsafe(48),
        "metrics_token": secrets.token_urlsafe(24),
        "encryption_key": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "jwt_private_key": private.private_bytes(pem.Encoding.PEM, pem.PrivateFormat.PKCS8, pem.NoEncryption()).decode(),
        "jwt_public_key": private.public_key().public_bytes(pem.Encoding.PEM, pem.PublicFormat.SubjectPublicKeyInfo).decode(),
    }


def development_keys(data_dir: Path) -> dict[str, str]:
    """The kept keys of this data directory; two processes that start at once agree on one file."""
    path = data_dir / "keys.json"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        mine = path.with_suffix(f".{os.getpid()}")
        descriptor = os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(new_keys(), file)
        try:
            os.link(mine, path)
        except FileExistsError:
            pass
        finally:
            mine.unlink()
    kept: dict[str, str] = json.loads(path.read_text())
    return kept
