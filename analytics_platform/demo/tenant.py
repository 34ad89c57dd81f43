"""The demo tenant: a company with the shop as a database and as files, made through the contracts that everybody uses."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

import psycopg
from django.conf import settings

from analytics_platform.demo.database import DATABASE, READER, make_shop_database
from analytics_platform.demo.files import DemoFile, shop_files
from analytics_platform.embedded.servers import write_private
from analytics_platform.kernel import blobs
from analytics_platform.kernel.context import acting_as
from apps.auth.contract import NewTenant, TenantNotFound, accounts
from apps.datasources.contract import Config, DataSource, data_sources
from apps.files.contract import files

SLUG = "demo"
EMAIL = "demo@example.com"
DATABASE_SOURCE, FILES_SOURCE = "demo_shop", "demo_files"


@dataclass(frozen=True)
class SignIn:
    """How to sign in to the demo."""

    tenant: str
    email: str
    password: str

    @classmethod
    def kept(cls) -> SignIn | None:
        """As it was written when the tenant was made, for the operator's eyes alone; None on another machine."""
        path = _kept_at()
        return cls(**json.loads(path.read_text())) if path.exists() else None


def create_demo(*, say: Callable[[str], object]) -> None:
    """Make what is missing of the demo tenant, and leave what is there."""
    tenant_id = _company()
    with acting_as(accounts.owner_of(tenant_id=tenant_id)):
        known = {source.name: source for source in data_sources.list(search="demo_").results}
        _keep_database(known.get(DATABASE_SOURCE), say)
        if FILES_SOURCE not in known:
            data_sources.create(name=FILES_SOURCE, kind="files", config={"file_ids": [str(file_id) for file_id in _upload_missing()]})


def _kept_at() -> Path:
    return Path(settings.DATA_DIR) / "demo.json"


def _company() -> UUID:
    """The tenant's id; its owner's generated password is written down before it is used, so that it cannot be lost."""
    try:
        return accounts.find_tenant(slug=SLUG).id
    except TenantNotFound:
        sign_in = SignIn.kept() or SignIn(tenant=SLUG, email=EMAIL, password=secrets.token_urlsafe(12))
        write_private(_kept_at(), json.dumps(asdict(sign_in)))
        company = NewTenant(name="Demo shop", slug=SLUG)
        return accounts.register(email=EMAIL, password=sign_in.password, full_name="Demo", tenant=company).tenant.id


def _keep_database(source: DataSource | None, say: Callable[[str], object]) -> None:
    """The shop's database beside the platform's own, and the source that reads it; another address of the server is followed."""
    own = settings.DATABASES["default"]
    address: Config = {"host": own["HOST"], "port": int(own["PORT"] or 5432)}
    if not own["HOST"] or own["HOST"].startswith("/"):
        say("The demo has no database: the platform's own is reached through a socket.")
        return
    if source is not None and address.items() <= source.config.items():
        return
    password = secrets.token_urlsafe(24)
    parts = {**address, "user": own["USER"], "password": own["PASSWORD"] or None, "dbname": own["NAME"]}
    try:
        make_shop_database(psycopg.conninfo.make_conninfo(**parts), reader_password=password)
    except psycopg.errors.InsufficientPrivilege as refusal:
        say(f"The demo has no database: the login of DATABASE_URL may not make one ({refusal}).")
        return
    config: Config = {**address, "database": DATABASE, "username": READER, "password": password}
    if source is None:
        data_sources.create(name=DATABASE_SOURCE, kind="postgresql", config=config)
    else:
        data_sources.update(data_source_id=source.id, config=config)


def _upload_missing() -> list[UUID]:
    """The ids of the shop's files, those uploaded that were not there."""
    known = {file.name: file.id for file in files.find(page_size=500).results}
    return [known.get(file.name) or _upload(file) for file in shop_files()]


def _upload(file: DemoFile) -> UUID:
    with blobs.writing(purpose="uploads", format=file.name.rpartition(".")[2]) as out:
        out.write(file.content)
    return files.upload(blob=out.ref, name=file.name, content_type=file.content_type).id
