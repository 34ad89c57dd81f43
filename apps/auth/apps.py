"""The app, as Django knows it."""

from analytics_platform.kernel.contracts.binding import PlatformAppConfig


class AuthConfig(PlatformAppConfig):
    """Users, companies, memberships, roles, sessions and keys. Labelled `accounts`, as Django has an `auth`."""

    name = "apps.auth"
    label = "accounts"
    tables = "public"
    service = "apps.auth.services.AccountsService"
