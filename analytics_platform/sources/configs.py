"""The typed configuration of each kind of source: what may be set, which fields are secret, what options are allowed."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated, Any, ClassVar, Literal, TypeVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo

_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")


def _host(value: str) -> str:
    """A host name or an address and nothing else: no socket path, no list, no user, no port."""
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        pass
    labels = value.removesuffix(".").split(".")
    if len(value) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError("not a host name or an IP address")
    return value


def _no_control(value: str) -> str:
    if any(ord(c) < 32 or ord(c) == 127 for c in value):
        raise ValueError("contains control characters")
    return value


def _certificates(value: str) -> str:
    """The certificates of a PEM text, written anew: what else stands in it is not kept."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    if "PRIVATE KEY" in value:
        raise ValueError("holds a private key: give the certificates alone")
    try:
        found = x509.load_pem_x509_certificates(value.encode())
    except ValueError as e:
        raise ValueError("not one or more certificates in PEM") from e
    return "".join(certificate.public_bytes(Encoding.PEM).decode() for certificate in found)


def _each_once(ids: list[UUID]) -> list[UUID]:
    return list(dict.fromkeys(ids))


Host = Annotated[str, StringConstraints(min_length=1, max_length=253, strip_whitespace=True), AfterValidator(_host)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=128), AfterValidator(_no_control)]
Secret = Annotated[str, StringConstraints(max_length=1024), AfterValidator(_no_control), Field(json_schema_extra={"writeOnly": True})]
Certificates = Annotated[str, StringConstraints(min_length=1, max_length=262_144), AfterValidator(_certificates)]
SslMode = Annotated[
    Literal["disable", "prefer", "require", "verify-ca", "verify-full"],
    Field(
        description="`prefer` encrypts where the server can; `require` refuses it otherwise; `verify-ca` checks its certificate too; "
        "`verify-full` also the host name in it."
    ),
]
Port = Annotated[int, Field(ge=1, le=65535)]
AnyTlsOptions = TypeVar("AnyTlsOptions", bound="TlsOptions")


class SourceConfig(BaseModel):
    """A configuration of one kind. Unknown fields are refused: options are an allow-list."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    secret_fields: ClassVar[tuple[str, ...]] = ()


class TlsOptions(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    ca_certificate: Certificates | None = Field(
        default=None,
        description="Certificates in PEM that alone are trusted with `verify-ca` and `verify-full`; the public authorities where left out.",
    )


def _trusts_only_where_it_checks(options: AnyTlsOptions, info: ValidationInfo) -> AnyTlsOptions:
    if options.ca_certificate and not str(info.data.get("sslmode", "verify")).startswith("verify"):
        raise ValueError("ca_certificate is checked with the sslmode verify-ca or verify-full alone")
    return options


class PostgresqlOptions(TlsOptions):
    schemas: Annotated[list[Word], Field(max_length=50)] | None = Field(default=None, description="Schemas to read; all where left out.")
    application_name: Word | None = None


class PostgresqlConfig(SourceConfig):
    secret_fields = ("password",)

    host: Host
    port: Port = 5432
    database: Word
    username: Word
    password: Secret = ""
    sslmode: SslMode = "prefer"
    options: Annotated[PostgresqlOptions, AfterValidator(_trusts_only_where_it_checks)] = PostgresqlOptions()


class MysqlOptions(TlsOptions):
    charset: Literal["utf8mb4", "utf8mb3", "latin1"] = "utf8mb4"


class MysqlConfig(SourceConfig):
    secret_fields = ("password",)

    host: Host
    port: Port = 3306
    database: Word
    username: Word
    password: Secret = ""
    sslmode: SslMode = "prefer"
    options: Annotated[MysqlOptions, AfterValidator(_trusts_only_where_it_checks)] = MysqlOptions()


class SqliteConfig(SourceConfig):
    path: Annotated[str, StringConstraints(min_length=1, max_length=1024), AfterValidator(_no_control)] = Field(
        description="A SQLite file under a folder that the operator opened."
    )


class DuckdbConfig(SourceConfig):
    path: Annotated[str, StringConstraints(min_length=1, max_length=1024), AfterValidator(_no_control)] = Field(
        description="A DuckDB database file under a folder that the operator opened."
    )


class FilesConfig(SourceConfig):
    file_ids: Annotated[list[UUID], Field(min_length=1, max_length=100), AfterValidator(_each_once)] = Field(
        description="Uploaded files; each is a table."
    )


def json_schema(model: type[SourceConfig]) -> dict[str, Any]:
    """The JSON Schema a form can be drawn from."""
    return model.model_json_schema(mode="validation")
