"""The journey against real processes: the whole deployable in the layout of this run, and with `execution` apart."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from analytics_platform.settings.environment import ALL_APPS
from tests.deployment import Part, deployed, own_databases, whole_with_a_database_for_each
from tests.journey import journey

pytestmark = [pytest.mark.processes, pytest.mark.layouts, pytest.mark.timeout(240), pytest.mark.xdist_group("processes")]


@pytest.fixture
def redis_url() -> Iterator[str]:
    """A number of the run's Redis that no worker uses."""
    import redis

    url = urlsplit(os.environ["REDIS_URL"])._replace(path="/0").geturl()
    redis.Redis.from_url(url).flushdb()
    yield url
    redis.Redis.from_url(url).flushdb()


def test_the_whole_deployable(tmp_path: Path, redis_url: str) -> None:
    names = ["default", *(ALL_APPS if settings.IS_SPLIT else ())]
    with own_databases(os.environ["DATABASE_URL"], names) as urls:
        whole = Part(apps=ALL_APPS, databases=whole_with_a_database_for_each(urls))
        with deployed([whole], folder=tmp_path, redis_url=redis_url) as way:
            journey(way, folder=tmp_path, name="whole")


def test_execution_as_a_service_of_its_own(tmp_path: Path, redis_url: str) -> None:
    with own_databases(os.environ["DATABASE_URL"], ["default", "execution"]) as urls:
        rest = Part(apps=tuple(app for app in ALL_APPS if app != "execution"), databases={"DATABASE_URL": urls["default"]})
        execution = Part(
            apps=("execution",), databases={"EXECUTION_DATABASE_URL": urls["execution"]}, paths=r"/execute|/files/[^/]+/(preview|download)"
        )
        with deployed([rest, execution], folder=tmp_path, redis_url=redis_url) as way:
            journey(way, folder=tmp_path, name="apart")
