"""Fresh secrets for deploy/compose.yaml: writes deploy/.env and deploy/keys/, and never over ones that are there."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main(host: str, *, folder: Path = HERE) -> int:
    """Write the files for a deployment that answers to `host`; 1 where they exist already."""
    sys.path.insert(0, str(HERE.parent))
    from analytics_platform.settings.keys import new_keys

    if (folder / ".env").exists() or (folder / "keys").exists():
        print(f"{folder}/.env or {folder}/keys is there already: losing the keys would lose every stored secret. Nothing was written.")
        return 1
    keys = new_keys()
    values = {
        "POSTGRES_PASSWORD": secrets.token_urlsafe(24),
        "REDIS_PASSWORD": secrets.token_urlsafe(24),
        "SECRET_KEY": keys["secret_key"],
        "SERVICE_KEY": keys["service_key"],
        "ENCRYPTION_KEYS": keys["encryption_key"],
        "METRICS_TOKEN": keys["metrics_token"],
        "ALLOWED_HOSTS": host,
        "PUBLIC_URL": f"https://{host}",
    }
    (folder / "keys").mkdir(mode=0o755)
    _write(folder / ".env", "".join(f"{name}={value}\n" for name, value in values.items()), mode=0o600)
    _write(folder / "keys/jwt_private.pem", keys["jwt_private_key"], mode=0o600)
    _write(folder / "keys/jwt_public.pem", keys["jwt_public_key"], mode=0o644)
    if os.geteuid() == 0:
        os.chown(folder / "keys/jwt_private.pem", 10001, 10001)  # the user of the image
    print(f"Wrote {folder}/.env and {folder}/keys. Keep copies of both: they open every stored secret.")
    return 0


def _write(path: Path, text: str, *, mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as out:
        out.write(text)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python deploy/make_secrets.py analytics.example.com")
    sys.exit(main(sys.argv[1]))
