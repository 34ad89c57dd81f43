"""The house: what every deployment has in common. Only `environment` reads the environment."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import environ

from analytics_platform.settings.environment import Environment, read

ENV: Environment = read()
BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = ENV.data_dir

# --- Topology: which apps run here, who answers for the others, which database serves whom -------------
PLATFORM_APPS = ENV.platform_apps
SERVICE_URLS = ENV.service_urls
SERVE_INTERNAL = ENV.serve_internal
CONTRACTS_ROUND_TRIP = False


def database(url: str) -> dict[str, Any]:
    """Django's settings of one database of ours: our backend, psycopg's pool."""
    config = environ.Env.db_url_config(url)
    if config["ENGINE"] != "django.db.backends.postgresql":
        raise environ.ImproperlyConfigured("the platform's own databases are PostgreSQL")
    pool = {"min_size": 1, "max_size": ENV.database_pool_size, "timeout": 10}
    options = {**config.get("OPTIONS", {}), "pool": pool, "connect_timeout": 5}
    return {**config, "ENGINE": "analytics_platform.kernel.tenancy.backend", "OPTIONS": options, "CONN_MAX_AGE": 0}


def databases(env: Environment) -> tuple[dict[str, Any], dict[str, str]]:
    """(DATABASES, app → alias): an app has its own database where `<APP>_DATABASE_URL` says so."""
    own = {app: url for app, url in env.app_database_urls.items() if app in env.platform_apps}
    default = env.database_url or next(iter(own.values()), "")
    found = {"default": database(default)} if default else {}
    found |= {app: database(url) for app, url in own.items() if url != default}
    return found, {app: app if app in found else "default" for app in env.platform_apps}


DATABASES, APP_DATABASES = databases(ENV)
DATABASE_ROUTERS = ["analytics_platform.kernel.databases.PlatformRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Apps ------------------------------------------------------------------------------------------------
KERNEL_APPS = [
    "analytics_platform.kernel.http",
    "analytics_platform.kernel.tenancy",
    "analytics_platform.kernel.events",
    "analytics_platform.kernel.jobs",
]
_WHOLE = "auth" in PLATFORM_APPS  # the admin, its users and its sessions run in the whole deployable only
_ADMIN_APPS = ["unfold", "django.contrib.admin", "django.contrib.sessions", "django.contrib.messages"] if _WHOLE else []
INSTALLED_APPS = [
    *_ADMIN_APPS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    *KERNEL_APPS,
    "django_prometheus",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    *(f"apps.{app}" for app in PLATFORM_APPS),
    "django_tenants",  # last, as it has commands of its own under the names of ours: migrate, create_tenant
]
AUTH_USER_MODEL = "accounts.User" if _WHOLE else "auth.User"
AUTHENTICATION_BACKENDS = ["apps.auth.admin_sign_in.AdminBackend"] if _WHOLE else []
TENANT_MODEL = "tenancy.Tenant"
TENANT_DOMAIN_MODEL = "tenancy.Tenant"  # tenants come from the token, not from a host name
TENANT_SYNC_ROUTER = DATABASE_ROUTERS[0]
TENANT_APPS = [f"apps.{app}" for app in PLATFORM_APPS]
SHARED_APPS = INSTALLED_APPS

# --- Requests ------------------------------------------------------------------------------------------
ROOT_URLCONF = "analytics_platform.urls"
WSGI_APPLICATION = "analytics_platform.wsgi.application"
APPEND_SLASH = False
_ADMIN_MIDDLEWARE = [
    "analytics_platform.kernel.http.admin_middleware.AdminSession",
    "analytics_platform.kernel.http.admin_middleware.AdminCsrf",
    "analytics_platform.kernel.http.admin_middleware.AdminAuthentication",
    "analytics_platform.kernel.http.admin_middleware.AdminMessages",
    "analytics_platform.kernel.http.admin_tenant.AdminTenantMiddleware",
]
ADMIN_TENANTS_PATH = "/admin/accounts/company/"
UNFOLD = {
    "SITE_TITLE": "Analytics platform",
    "SITE_HEADER": "Analytics platform",
    "SHOW_HISTORY": True,
    "ENVIRONMENT": "analytics_platform.kernel.http.admin_tenant.tenant_badge",
}
MIDDLEWARE = [
    "analytics_platform.kernel.http.middleware.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    *(_ADMIN_MIDDLEWARE if _WHOLE else []),
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                *(["django.contrib.auth.context_processors.auth", "django.contrib.messages.context_processors.messages"] if _WHOLE else []),
            ]
        },
    }
]
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["analytics_platform.kernel.http.authentication.PrincipalAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "analytics_platform.kernel.http.openapi.PlatformSchema",
    "EXCEPTION_HANDLER": "analytics_platform.kernel.http.errors.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "UNAUTHENTICATED_TOKEN": None,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Analytics platform",
    "DESCRIPTION": "Connect databases, upload files, ask questions in plain words.",
    "VERSION": "v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "OAS_VERSION": "3.1.0",
    "COMPONENT_SPLIT_REQUEST": False,
    "SORT_OPERATIONS": True,
    "POSTPROCESSING_HOOKS": [],  # enums stay where they are used: the names that would be made for them collide
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
        }
    },
    "SECURITY": [{"bearer": []}, {"apiKey": []}],
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
MAX_UPLOAD_BYTES = ENV.max_upload_mb * 2**20
EVENTS_KEPT_DAYS = ENV.events_kept_days
RATE_LIMIT_PER_MINUTE = ENV.rate_limit_per_minute
TRUST_PROXY = ENV.trust_proxy
METRICS_TOKEN = ENV.metrics_token
PUBLIC_URL = ENV.public_url
WEB_THREADS = ENV.web_threads
WEB_WORKERS = ENV.web_workers
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"

# --- Keys ------------------------------------------------------------------------------------------------
SECRET_KEY = ENV.secret_key
SERVICE_KEY = ENV.service_key
ENCRYPTION_KEYS = ENV.encryption_keys
JWT_PRIVATE_KEY = ENV.jwt_private_key
JWT_PUBLIC_KEY = ENV.jwt_public_key
ACCESS_TOKEN_LIFETIME_S = 15 * 60
REFRESH_TOKEN_LIFETIME_S = 14 * 86_400


def simple_jwt(private_key: str, public_key: str) -> dict[str, Any]:
    """What apps.auth signs access tokens with; kernel.http.tokens verifies them."""
    return {
        "ALGORITHM": "RS256",
        "SIGNING_KEY": private_key,
        "VERIFYING_KEY": public_key,
        "ISSUER": "analytics-platform",
        "ACCESS_TOKEN_LIFETIME": timedelta(seconds=ACCESS_TOKEN_LIFETIME_S),
        "USER_ID_CLAIM": "user_id",
    }


SIMPLE_JWT = simple_jwt(JWT_PRIVATE_KEY, JWT_PUBLIC_KEY)
REGISTRATIONS_PER_HOUR = 600  # from one address
ALLOWED_HOSTS = list(ENV.allowed_hosts)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# --- Redis, Celery, mail, storage ------------------------------------------------------------------------
REDIS_URL = ENV.redis_url
BROKER_URL = ENV.broker_url or ENV.redis_url
EMAIL_FROM = ENV.email_from
if ENV.email_url:
    globals().update(environ.Env.email_url_config(ENV.email_url))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(DATA_DIR / "mail")
DEFAULT_FROM_EMAIL = EMAIL_FROM
_LOCAL_STORAGE = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"location": str(DATA_DIR / "blobs"), "base_url": None},
}
_S3_STORAGE = {
    "BACKEND": "storages.backends.s3.S3Storage",
    "OPTIONS": {
        "bucket_name": ENV.s3_bucket,
        "endpoint_url": ENV.s3_endpoint_url or None,
        "access_key": ENV.s3_access_key or None,
        "secret_key": ENV.s3_secret_key or None,
        "file_overwrite": True,
        "default_acl": None,
        "max_memory_size": 8 * 1024 * 1024,  # what is read beyond this waits on the disk, not in memory
    },
}
STORAGES: dict[str, Any] = {
    "default": _S3_STORAGE if ENV.s3_bucket else _LOCAL_STORAGE,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# --- The model and what the operator allows --------------------------------------------------------------
LLM_BASE_URL = ENV.llm_base_url
LLM_API_KEY = ENV.llm_api_key
LLM_MODEL = ENV.llm_model
LLM_TIMEOUT_S = ENV.llm_timeout_s
OUTBOUND_ALLOW = ENV.outbound_allow
SOURCE_DIRS = ENV.source_dirs
DEMO_LOGINS: tuple[tuple[str, int, str, str], ...] = ()  # (host, port, database, user) on a server of our own that a data source may reach
OTLP_ENDPOINT = ENV.otlp_endpoint

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
USE_I18N = False
LOGGING_CONFIG = None  # kernel.observability sets logging up
LOG_LEVEL = ENV.log_level
