"""The one place that reads the environment: every variable, its type and its default."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import environ

ALL_APPS = (
    "gateway", "auth", "datasources", "files", "schema", "mapping", "querygen",
    "execution", "viz", "dashboards", "history", "notifications", "metrics",
)  # fmt: skip

_env = environ.Env()


@dataclass(frozen=True)
class Environment:
    """What the operator said. Names are those of the variables, in lower case."""

    # The topology, on one screen
    platform_apps: tuple[str, ...] = ALL_APPS
    service_urls: dict[str, str] = field(default_factory=dict)
    serve_internal: bool = False
    database_url: str = ""
    app_database_urls: dict[str, str] = field(default_factory=dict)
    redis_url: str = ""
    broker_url: str = ""
    # Keys
    secret_key: str = ""
    service_key: str = ""
    encryption_keys: tuple[str, ...] = ()
    jwt_private_key: str = ""
    jwt_public_key: str = ""
    metrics_token: str = ""
    # Where things are
    data_dir: Path = Path("var")
    allowed_hosts: tuple[str, ...] = ()
    public_url: str = "http://127.0.0.1:8000"
    s3_bucket: str = ""
    s3_endpoint_url: str = ""
    s3_access_key: str = ""
    s3_secret_key: str = ""
    email_url: str = ""
    email_from: str = "analytics@localhost"
    otlp_endpoint: str = ""
    log_level: str = "INFO"
    # The model
    llm_base_url: str = ""
    llm_api_key: str = ""
    llm_model: str = ""
    llm_timeout_s: int = 30
    # Limits
    rate_limit_per_minute: int = 600
    web_threads: int = 64
    web_workers: int = 2
    database_pool_size: int = 16
    max_upload_mb: int = 100
    events_kept_days: int = 90
    # What the operator allows
    outbound_allow: tuple[str, ...] = ()
    source_dirs: tuple[str, ...] = ()
    trust_proxy: bool = False


def _key_material(name: str) -> str:
    """A PEM key, given in the variable itself or as a file named by `<NAME>_FILE`."""
    path = _env.str(f"{name}_FILE", "")
    return Path(path).read_text() if path else _env.str(name, "").replace("\\n", "\n")


def read() -> Environment:
    """The environment as it is now. Raises ImproperlyConfigured for a value of the wrong type."""
    defaults = Environment()
    apps = tuple(_env.list("PLATFORM_APPS", default=list(ALL_APPS)))
    unknown = set(apps) - set(ALL_APPS)
    if unknown:
        raise environ.ImproperlyConfigured(f"PLATFORM_APPS names no app of this platform: {', '.join(sorted(unknown))}")
    app_urls = {app: _env.str(f"{app.upper()}_DATABASE_URL", "") for app in ALL_APPS}
    return Environment(
        platform_apps=apps,
        service_urls=json.loads(_env.str("SERVICE_URLS", "{}")),
        serve_internal=_env.bool("SERVE_INTERNAL", False),
        database_url=_env.str("DATABASE_URL", ""),
        app_database_urls={app: url for app, url in app_urls.items() if url},
        redis_url=_env.str("REDIS_URL", ""),
        broker_url=_env.str("BROKER_URL", ""),
        secret_key=_env.str("SECRET_KEY", ""),
        service_key=_env.str("SERVICE_KEY", ""),
        encryption_keys=tuple(_env.list("ENCRYPTION_KEYS", default=[])),
        jwt_private_key=_key_material("JWT_PRIVATE_KEY"),
        jwt_public_key=_key_material("JWT_PUBLIC_KEY"),
        metrics_token=_env.str("METRICS_TOKEN", ""),
        data_dir=Path(_env.str("DATA_DIR", "var")).resolve(),
        allowed_hosts=tuple(_env.list("ALLOWED_HOSTS", default=[])),
        public_url=_env.str("PUBLIC_URL", f"http://127.0.0.1:{_env.int('PORT', 8000)}"),
        s3_bucket=_env.str("S3_BUCKET", ""),
        s3_endpoint_url=_env.str("S3_ENDPOINT_URL", ""),
        s3_access_key=_env.str("S3_ACCESS_KEY", ""),
        s3_secret_key=_env.str("S3_SECRET_KEY", ""),
        email_url=_env.str("EMAIL_URL", ""),
        email_from=_env.str("EMAIL_FROM", defaults.email_from),
        otlp_endpoint=_env.str("OTEL_EXPORTER_OTLP_ENDPOINT", ""),
        log_level=_env.str("LOG_LEVEL", defaults.log_level),
        llm_base_url=_env.str("LLM_BASE_URL", ""),
        llm_api_key=_env.str("LLM_API_KEY", ""),
        llm_model=_env.str("LLM_MODEL", ""),
        llm_timeout_s=_env.int("LLM_TIMEOUT_S", defaults.llm_timeout_s),
        rate_limit_per_minute=_env.int("RATE_LIMIT_PER_MINUTE", defaults.rate_limit_per_minute),
        web_threads=_env.int("WEB_THREADS", defaults.web_threads),
        web_workers=_env.int("WEB_WORKERS", defaults.web_workers),
        database_pool_size=_env.int("DATABASE_POOL_SIZE", defaults.database_pool_size),
        max_upload_mb=_env.int("MAX_UPLOAD_MB", defaults.max_upload_mb),
        events_kept_days=_env.int("EVENTS_KEPT_DAYS", defaults.events_kept_days),
        outbound_allow=tuple(_env.list("OUTBOUND_ALLOW", default=[])),
        source_dirs=tuple(_env.list("SOURCE_DIRS", default=[])),
        trust_proxy=_env.bool("TRUST_PROXY", False),
    )
