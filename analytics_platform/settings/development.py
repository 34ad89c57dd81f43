"""One machine, one person: loopback is allowed, keys are made once and kept under DATA_DIR."""

from __future__ import annotations

from dataclasses import replace

from analytics_platform.embedded import known_addresses
from analytics_platform.settings import base
from analytics_platform.settings.base import *  # noqa: F403
from analytics_platform.settings.base import databases, simple_jwt
from analytics_platform.settings.keys import development_keys

_postgres, _redis = known_addresses(base.ENV.data_dir)
_needs_default = any(app not in base.ENV.app_database_urls for app in base.ENV.platform_apps)
ENV = replace(base.ENV, database_url=base.ENV.database_url or (_postgres if _needs_default else ""), redis_url=base.ENV.redis_url or _redis)
DATABASES, APP_DATABASES = databases(ENV)
REDIS_URL = ENV.redis_url
BROKER_URL = ENV.broker_url or ENV.redis_url

DEBUG = False
ALLOWED_HOSTS = list(ENV.allowed_hosts) or ["127.0.0.1", "localhost", "[::1]"]
OUTBOUND_ALLOW = ENV.outbound_allow or ("127.0.0.0/8", "::1/128")
SOURCE_DIRS = ENV.source_dirs or (str(ENV.data_dir / "sources"),)

if "auth" in ENV.platform_apps:
    INSTALLED_APPS = [*base.INSTALLED_APPS, "analytics_platform.demo"]
_own = DATABASES["default"]
DEMO_LOGINS = (
    (_own["HOST"], int(_own["PORT"] or 5432), "demo_shop", "demo_reader"),
)  # the outbound door lets these through to our own server

_keys = development_keys(ENV.data_dir)
SECRET_KEY = ENV.secret_key or _keys["secret_key"]
SERVICE_KEY = ENV.service_key or _keys["service_key"]
ENCRYPTION_KEYS = ENV.encryption_keys or (_keys["encryption_key"],)
JWT_PRIVATE_KEY = ENV.jwt_private_key or _keys["jwt_private_key"]
JWT_PUBLIC_KEY = ENV.jwt_public_key or _keys["jwt_public_key"]
METRICS_TOKEN = ENV.metrics_token or _keys["metrics_token"]
SIMPLE_JWT = simple_jwt(JWT_PRIVATE_KEY, JWT_PUBLIC_KEY)
