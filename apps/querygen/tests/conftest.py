"""A shop as a data source of the tenant's, and a scripted model that the platform is told to use."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from analytics_platform.llm.tests.scripted_model import ScriptedModel, serving
from apps.datasources.contract import data_sources
from apps.querygen.tests.shop import sqlite_shop


def add_shop(tenant: Any, folder: str, **more: Any) -> UUID:
    """A SQLite file under the folder that the operator opened, as a source."""
    name = f"{uuid.uuid4().hex}.sqlite"
    Path(folder).mkdir(parents=True, exist_ok=True)
    with sqlite_shop(str(Path(folder) / name)):
        pass
    with tenant.acting():
        return data_sources.create(name=f"shop {name[:8]}", kind="sqlite", config={"path": name}, **more).id


@pytest.fixture
def source_id(tenant: Any, settings: Any) -> UUID:
    """The shop."""
    return add_shop(tenant, settings.SOURCE_DIRS[0])


@pytest.fixture
def profiled_id(source_id: UUID, settle: Callable[[], None]) -> UUID:
    """The shop, its values indexed however busy the machine is."""
    settle()
    return source_id


@pytest.fixture
def private_id(tenant: Any, settings: Any) -> UUID:
    """The shop, whose values are kept from models."""
    return add_shop(tenant, settings.SOURCE_DIRS[0], private=True)


@pytest.fixture
def scripted(settings: Any) -> Iterator[Callable[..., ScriptedModel]]:
    """Starts a model that gives these replies, and points the platform at it."""
    with ExitStack() as stack:

        def start(*replies: Any) -> ScriptedModel:
            model = stack.enter_context(serving(ScriptedModel(*replies)))
            settings.LLM_BASE_URL, settings.LLM_API_KEY, settings.LLM_MODEL = model.url, "key", "scripted"
            return model

        yield start
