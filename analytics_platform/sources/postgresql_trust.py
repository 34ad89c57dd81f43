"""Whom a PostgreSQL server's certificate has to lead back to, as libpq takes it: a path, and nothing else."""

from __future__ import annotations

import os
import ssl
import tempfile
from typing import Final

NO_FILE: Final = os.path.join(os.devnull, "none")
_BUNDLES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch, Alpine
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  # Red Hat, Fedora
    "/etc/pki/tls/certs/ca-bundle.crt",  # older ones of them
    "/etc/ssl/ca-bundle.pem",  # SUSE
    "/etc/ssl/cert.pem",  # macOS, the BSDs
)


class TrustedRoots:
    """The public authorities of this machine, or certificates of one's own.

    Those lie in a file without a name: nobody else opens it, and nothing is left of it however the process ends. It lasts as long
    as this object, which the connection's owner keeps, as cancelling a statement reads it again.
    """

    def __init__(self, certificates: str | None) -> None:
        self._file = None
        if certificates is not None:
            self._file = tempfile.TemporaryFile("w+")  # noqa: SIM115  # closed with the connection
            self._file.write(certificates)
            self._file.flush()

    def path(self) -> str:
        """What to name to libpq for a new connection."""
        self.rewind()
        return _public_authorities() if self._file is None else f"/dev/fd/{self._file.fileno()}"

    def rewind(self) -> None:
        """Before libpq reads it again: where /dev/fd is no file system of its own, opening it does not start at its beginning."""
        if self._file is not None and not self._file.closed:
            self._file.seek(0)

    def close(self) -> None:
        """No connection needs it any more."""
        if self._file is not None:
            self._file.close()


def _public_authorities() -> str:
    """The system's own bundle: libpq brings an OpenSSL along whose folder of certificates is empty."""
    named = ssl.get_default_verify_paths().cafile
    return named or next((bundle for bundle in _BUNDLES if os.path.isfile(bundle)), "system")
