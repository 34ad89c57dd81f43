"""What the endpoints take."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from pydantic import AfterValidator, ConfigDict, Field, JsonValue, StringConstraints

from analytics_platform.kernel.declare import Dto
from analytics_platform.kernel.http.pagination import PageQuery
from apps.auth.slugs import SLUG

_NO_CONTROLS = r"^[^\x00-\x1f\x7f]*$"
_LARGEST_SETTINGS = 200


def _email(value: str) -> str:
    try:
        validate_email(value.strip())
    except ValidationError as fault:
        raise ValueError("not an e-mail address") from fault
    return value.strip()


def _storable(value: Any) -> Any:
    """PostgreSQL's jsonb holds no NUL characters and no infinities."""
    if isinstance(value, str) and "\0" in value:
        raise ValueError("NUL characters cannot be stored")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("only finite numbers can be stored")
    if isinstance(value, dict):
        for key, inner in value.items():
            _storable(key)
            _storable(inner)
    elif isinstance(value, list):
        for inner in value:
            _storable(inner)
    return value


def _in_utc(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value


Email = Annotated[
    str,
    StringConstraints(min_length=3, max_length=254, pattern=_NO_CONTROLS),
    AfterValidator(_email),
    Field(json_schema_extra={"format": "email"}),
]
Password = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Token = Annotated[str, StringConstraints(min_length=1, max_length=500)]
FullName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=_NO_CONTROLS)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=_NO_CONTROLS)]
RoleName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=50, pattern=_NO_CONTROLS)]
KeyName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=_NO_CONTROLS)]
TenantName = Annotated[str, StringConstraints(min_length=1, max_length=50, pattern=_NO_CONTROLS)]
Permission = Annotated[str, StringConstraints(max_length=50, pattern=r"^[a-z]+\.[a-z]+$")]
AttributeName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
AttributeText = Annotated[str, StringConstraints(max_length=1000)]
AttributeValue = AttributeText | bool | int | float | Annotated[list[AttributeText], Field(max_length=1000)]
_ATTRIBUTES = Field(max_length=100, json_schema_extra={"additionalProperties": False})
Version = Annotated[int, Field(ge=1)]


class Body(Dto):
    """A misspelt field is refused, not ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TenantBody(Body):
    """The company to make."""

    name: Name
    slug: Annotated[str, StringConstraints(max_length=50, pattern=SLUG)] | None = None


class RegisterBody(Body):
    """Either `tenant` or `invitation`."""

    email: Email
    password: Password
    full_name: FullName = ""
    tenant: TenantBody | None = None
    invitation: Token | None = None


class LoginBody(Body):
    """`tenant` is a slug or an id."""

    email: Annotated[str, StringConstraints(min_length=1, max_length=254, pattern=_NO_CONTROLS)]
    password: Password
    tenant: TenantName | None = None


class RefreshBody(Body):
    """A refresh token."""

    refresh: Token


class SwitchBody(Body):
    """`tenant` is a slug or an id."""

    tenant: TenantName


class UserBody(Body):
    """What users change of themselves."""

    full_name: FullName | None = None
    version: Version | None = None


class PasswordChangeBody(Body):
    """The current one proves who asks."""

    current_password: Password
    new_password: Password


class PasswordResetBody(Body):
    """Whose password."""

    email: Email


class PasswordResetConfirmBody(Body):
    """With the token that was mailed."""

    token: Token
    new_password: Password


class TenantPatchBody(Body):
    """Limits and settings that are not named stay; a setting of null is removed."""

    name: Name | None = None
    limits: dict[str, int] | None = None
    settings: Annotated[dict[str, JsonValue], Field(max_length=_LARGEST_SETTINGS), AfterValidator(_storable)] | None = None
    version: Version | None = None


class InviteBody(Body):
    """Whom to invite, as what."""

    email: Email
    role: RoleName


class MemberPatchBody(Body):
    """`attributes` are replaced as a whole."""

    role: RoleName | None = None
    attributes: Annotated[dict[AttributeName, AttributeValue], _ATTRIBUTES, AfterValidator(_storable)] | None = None
    version: Version | None = None


class RoleBody(Body):
    """A role of the company's own."""

    name: RoleName
    permissions: Annotated[list[Permission], Field(max_length=200)]


class RolePatchBody(Body):
    """What changes of it."""

    name: RoleName | None = None
    permissions: Annotated[list[Permission], Field(max_length=200)] | None = None
    version: Version | None = None


class ApiKeyBody(Body):
    """A key within the rights of who asks."""

    name: KeyName
    permissions: Annotated[list[Permission], Field(max_length=200)]
    expires_at: Annotated[datetime, AfterValidator(_in_utc)] | None = None


class MemberQuery(PageQuery):
    """By e-mail or name."""

    search: Annotated[str, StringConstraints(max_length=200, pattern=_NO_CONTROLS)] = ""


class TokenTenant(Dto):
    """The token's company, as far as the token knows it."""

    id: UUID
    slug: str


class Validation(Dto):
    """What the token says."""

    valid: bool
    user_id: UUID
    tenant: TokenTenant
    tenant_id: UUID
    role: str
    permissions: list[str]
    session_id: UUID
    expires_at: datetime | None
