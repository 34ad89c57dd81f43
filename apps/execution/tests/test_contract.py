"""The contract, called in process and over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from analytics_platform.kernel.contracts.remote import Remote
from analytics_platform.kernel.ids import uuid7
from analytics_platform.kernel.problems import PermissionDenied
from analytics_platform.sources.problems import QueryRefusedBySource
from analytics_platform.sql.problems import NotReadOnly, UnknownColumn
from apps.datasources.contract import DataSourceNotFound
from apps.execution.contract import (
    ExecutionEnded,
    ExecutionNotFound,
    Executions,
    FreeSqlNotAllowed,
    NothingToRun,
    NotReady,
    executions,
)
from apps.execution.tests.factories import sqlite_source

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.layouts]


@pytest.fixture(params=["in process", "over HTTP"])
def client(request: pytest.FixtureRequest, tenant: Any) -> Executions:
    if request.param == "in process":
        return executions
    server = request.getfixturevalue("live_server")
    request.getfixturevalue("settings").SERVE_INTERNAL = True
    return Remote(Executions, server.url)  # type: ignore[return-value]


def test_runs_and_reads_back(client: Executions, tenant: Any) -> None:
    with tenant.acting():
        source = sqlite_source(rows=3)
        page = client.run(data_source_id=source.id, sql="SELECT id, total FROM orders ORDER BY id", page_size=2)
        assert page.rows == [[1, 1.5], [2, 3.0]]
        assert client.result(execution_id=page.execution_id, page=2, page_size=2).rows == [[3, 4.5]]
        assert client.sample(execution_id=page.execution_id, max_rows=1).rows == [[1, 1.5]]
        assert [found.id for found in client.executions().results] == [page.execution_id]


def test_problems_keep_their_class(client: Executions, tenant: Any) -> None:
    with tenant.acting():
        source = sqlite_source()
        with pytest.raises(NotReadOnly):
            client.run(data_source_id=source.id, sql="DELETE FROM orders")
        with pytest.raises(UnknownColumn) as caught:
            client.run(data_source_id=source.id, sql="SELECT citty FROM orders")
        assert caught.value.extra["closest"] == ["city"]
        with pytest.raises(QueryRefusedBySource):
            client.run(data_source_id=source.id, sql="SELECT json_extract(note, '$') FROM orders")
        with pytest.raises(DataSourceNotFound):
            client.run(data_source_id=uuid7(), sql="SELECT 1")
        with pytest.raises(ExecutionNotFound):
            client.result(execution_id=uuid7())
        with pytest.raises(NothingToRun):
            client.run(sql="SELECT 1")


def test_a_run_that_is_waiting_has_no_sample_and_can_be_cancelled(client: Executions, tenant: Any) -> None:
    with tenant.acting():
        source = sqlite_source()
        page = client.run(data_source_id=source.id, sql="SELECT 1", mode="async")
        with pytest.raises(NotReady):
            client.sample(execution_id=page.execution_id)
        assert client.cancel(execution_id=page.execution_id).status == "cancelled"
        with pytest.raises(ExecutionEnded):
            client.cancel(execution_id=page.execution_id)


def test_validates(client: Executions, tenant: Any) -> None:
    with tenant.acting():
        source = sqlite_source()
        good = client.validate(data_source_id=source.id, sql="select  city from orders -- all")
        assert (good.valid, good.read_only, good.normalized_sql) == (True, True, "SELECT city FROM orders")
        assert (good.tables, good.columns) == (["orders"], ["orders.city"])
        bad = client.validate(data_source_id=source.id, sql="SELECT citty,\n nte FROM orders")
        assert [(e.code, e.line) for e in bad.errors] == [("unknown_column", 1), ("unknown_column", 2)]
        assert (bad.valid, bad.read_only) == (False, True)
        writing = client.validate(data_source_id=source.id, sql="DROP TABLE orders")
        assert (writing.valid, writing.read_only, writing.errors[0].code) == (False, False, "not_read_only")


def test_explains(client: Executions, tenant: Any) -> None:
    with tenant.acting():
        plan = client.explain(data_source_id=sqlite_source().id, sql="SELECT id FROM orders")
    assert plan.dialect == "sqlite"
    assert plan.plan


def test_apps_may_run_for_a_viewer_what_a_viewer_may_not_write(client: Executions, tenant: Any) -> None:
    with tenant.acting():
        source = sqlite_source(rows=2)
    with tenant.acting("viewer"):
        assert client.run(data_source_id=source.id, sql="SELECT count(*) FROM orders").rows == [[2]]
        with pytest.raises(FreeSqlNotAllowed):
            client.execute(data_source_id=source.id, sql="SELECT count(*) FROM orders")


def test_nothing_runs_without_the_right_to_read(client: Executions, tenant: Any) -> None:
    with tenant.acting():
        source = sqlite_source()
    with tenant.acting("viewer", permissions=frozenset()), pytest.raises(PermissionDenied):
        client.run(data_source_id=source.id, sql="SELECT 1")
