"""What other apps call: the same in process and over HTTP."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from analytics_platform.kernel.contracts.remote import Remote
from analytics_platform.kernel.problems import Invalid, StaleVersion
from apps.datasources.contract import (
    ConnectionFailed,
    DataSourceNameTaken,
    DataSourceNotFound,
    DataSources,
    MaskedColumn,
    PolicyChanges,
    PolicyDraft,
    PolicyInvalid,
    PolicyNameTaken,
    PolicyNotFound,
    data_sources,
)
from apps.datasources.tests.factories import SECRET, orders_body, postgresql_body, sqlite_body, upload

pytestmark = [pytest.mark.layouts, pytest.mark.xdist_group("live_server"), pytest.mark.django_db(transaction=True)]


def test_answers_many_in_the_order_asked_for_and_leaves_out_what_is_not_there(tenant: Any) -> None:
    with tenant.acting():
        one, two = data_sources.create(**sqlite_body()), data_sources.create(**sqlite_body())
        assert [s.id for s in data_sources.get_many(ids=[two.id, uuid4(), one.id])] == [two.id, one.id]
        assert [c.data_source_id for c in data_sources.connections(ids=[two.id, one.id])] == [two.id, one.id]


def test_a_connection_carries_its_config_sealed(tenant: Any) -> None:
    with tenant.acting():
        made = data_sources.create(**postgresql_body())
        connection = data_sources.connection(data_source_id=made.id)
    assert (connection.dialect, connection.version, connection.file_ids) == ("postgres", 1, [])
    assert SECRET not in connection.model_dump_json()


def test_raises_its_own_errors(tenant: Any) -> None:
    with tenant.acting():
        made = data_sources.create(**sqlite_body(name="taken"))
        other = data_sources.create(**sqlite_body())
        with pytest.raises(DataSourceNotFound):
            data_sources.get(data_source_id=UUID(int=0))
        with pytest.raises(DataSourceNameTaken):
            data_sources.update(data_source_id=other.id, name="taken")
        with pytest.raises(StaleVersion):
            data_sources.update(data_source_id=made.id, name="x", version=7)
        with pytest.raises(ConnectionFailed):
            data_sources.create(**postgresql_body(), test=True)
        with pytest.raises(Invalid) as caught:
            data_sources.create(name="x", kind="postgresql", config={})
        assert "config.host" in {e.field for e in caught.value.errors}


@pytest.fixture(params=["in process", "over HTTP"])
def client(request: pytest.FixtureRequest, settings: Any) -> DataSources:
    """The contract, answered here or by another process's door."""
    if request.param == "in process":
        return data_sources
    settings.SERVE_INTERNAL = True
    return cast("DataSources", Remote(DataSources, request.getfixturevalue("live_server").url))


DRAFT = PolicyDraft(
    name="own orders",
    roles=["viewer"],
    user_ids=[UUID(int=7)],
    table="orders",
    row_filter="owner = :user_id",
    hidden_columns=["email"],
    masked_columns=[MaskedColumn(column="amount", mask="range")],
)


def test_keeps_policies_and_hands_them_out_with_the_connection(tenant: Any, client: DataSources) -> None:
    with tenant.acting():
        source_id = client.create(**orders_body()).id
        made = client.create_policy(data_source_id=source_id, policy=DRAFT)
        changed = client.change_policy(data_source_id=source_id, policy_id=made.id, changes=PolicyChanges(row_filter=None), version=1)
        replaced = client.update_policy(data_source_id=source_id, policy_id=made.id, policy=DRAFT, version=2)
        connection = client.connection(data_source_id=source_id)
        listed = client.policies(data_source_id=source_id)
        client.delete_policy(data_source_id=source_id, policy_id=made.id)
        left = client.connections(ids=[source_id])
    assert PolicyDraft.model_validate(made.model_dump()) == DRAFT
    assert (made.variables, changed.row_filter, changed.variables, changed.hidden_columns) == (["user_id"], None, [], ["email"])
    assert connection.policies == listed.results == [replaced]
    assert replaced.rule.masks == (("amount", "range"),)
    assert [one.policies for one in left] == [[]]


def test_refuses_policies_with_its_own_errors(tenant: Any, client: DataSources) -> None:
    with tenant.acting():
        source_id = client.create(**orders_body()).id
        made = client.create_policy(data_source_id=source_id, policy=DRAFT)
        with pytest.raises(PolicyNameTaken):
            client.create_policy(data_source_id=source_id, policy=DRAFT)
        with pytest.raises(PolicyNotFound):
            client.policy(data_source_id=source_id, policy_id=UUID(int=0))
        with pytest.raises(DataSourceNotFound):
            client.policies(data_source_id=UUID(int=0))
        with pytest.raises(StaleVersion):
            client.change_policy(data_source_id=source_id, policy_id=made.id, changes=PolicyChanges(roles=[]), version=7)
        with pytest.raises(PolicyInvalid) as caught:
            client.change_policy(data_source_id=source_id, policy_id=made.id, changes=PolicyChanges(table="nothing"))
    assert [(error.field, error.code) for error in caught.value.errors] == [("table", "unknown_table")]


def test_finds_the_sources_that_hold_a_file_with_their_policies(tenant: Any, settle: Any, client: DataSources) -> None:
    api = tenant.api()
    ids = [UUID(upload(api, f"{name}.csv", "city,size\nBonn,3\n")["id"]) for name in ("one", "two", "three")]
    settle()
    with tenant.acting():
        both = client.create(name="both", kind="files", config={"file_ids": [str(ids[0]), str(ids[1])]})
        second = client.create(name="second", kind="files", config={"file_ids": [str(ids[1])]})
        table = api.get(f"/files/{ids[1]}").json()["table_name"]
        made = client.create_policy(
            data_source_id=second.id, policy=PolicyDraft(name="p", table=table, row_filter="size > 1", hidden_columns=["city"])
        )
        found = {one.data_source_id: one.policies for one in client.connections_holding(file_ids=[ids[1]])}
        first = [one.data_source_id for one in client.connections_holding(file_ids=[ids[0], ids[2]])]
        assert client.connections_holding(file_ids=[ids[2]]) == client.connections_holding(file_ids=[]) == []
    assert found == {both.id: [], second.id: [made]}
    assert first == [both.id]
