"""Two tenants: neither reaches what the other has, by any door."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command

from analytics_platform.kernel import crypto
from analytics_platform.kernel.crypto import Unsealable, is_sealed_with_current_key
from apps.datasources.contract import CONFIG_PURPOSE, DataSourceNotFound, data_sources
from apps.datasources.models import Source
from apps.datasources.tests.factories import SECRET, orders_body, policy_body, postgresql_body, sqlite_body

pytestmark = pytest.mark.layouts


def test_another_tenants_source_is_not_there(tenant: Any, other_tenant: Any) -> None:
    source = tenant.api().post("/data-sources", sqlite_body()).json()
    stranger = other_tenant.api()
    path = f"/data-sources/{source['id']}"
    answers = [
        stranger.get(path),
        stranger.patch(path, {"name": "mine"}),
        stranger.put(path, {"name": "mine", "kind": "sqlite", "config": source["config"]}),
        stranger.delete(path),
        stranger.post(f"{path}/health-check"),
        stranger.get(f"{path}/health"),
    ]
    assert [a.status_code for a in answers] == [404] * 6
    assert stranger.get("/data-sources").json()["count"] == 0
    with other_tenant.acting(), pytest.raises(DataSourceNotFound):
        data_sources.connection(data_source_id=UUID(source["id"]))
    with other_tenant.acting():
        assert data_sources.get_many(ids=[UUID(source["id"])]) == []


def test_another_tenants_policies_are_not_there(tenant: Any, other_tenant: Any) -> None:
    owner, stranger = tenant.api(), other_tenant.api()
    path = f"/data-sources/{owner.post('/data-sources', orders_body()).json()['id']}/policies"
    policy = owner.post(path, policy_body()).json()
    one = f"{path}/{policy['id']}"
    answers = [
        stranger.get(path),
        stranger.post(path, policy_body()),
        stranger.get(one),
        stranger.put(one, policy_body()),
        stranger.patch(one, {"roles": []}),
        stranger.delete(one),
    ]
    assert [(a.status_code, a.json()["code"]) for a in answers] == [(404, "data_source_not_found")] * 6
    own = stranger.post("/data-sources", orders_body()).json()["id"]
    elsewhere = stranger.delete(f"/data-sources/{own}/policies/{policy['id']}")
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (404, "policy_not_found")
    assert owner.get(one).json() == policy


def test_both_may_use_one_name(tenant: Any, other_tenant: Any) -> None:
    for one in (tenant, other_tenant):
        assert one.api().post("/data-sources", sqlite_body(name="Shop")).status_code == 201


def test_a_sealed_config_opens_for_its_own_tenant_and_record_alone(tenant: Any, other_tenant: Any) -> None:
    source = tenant.api().post("/data-sources", postgresql_body()).json()
    with tenant.acting():
        connection = data_sources.connection(data_source_id=UUID(source["id"]))
    place = {"purpose": CONFIG_PURPOSE, "tenant_id": tenant.id, "record_id": connection.data_source_id}
    assert json.loads(crypto.unseal(connection.sealed, **place))["password"] == SECRET
    for wrong in ({"tenant_id": other_tenant.id}, {"record_id": other_tenant.id}, {"purpose": "something.else"}):
        with pytest.raises(Unsealable):
            crypto.unseal(connection.sealed, **{**place, **wrong})


@pytest.mark.django_db(transaction=True)
def test_rotated_keys_seal_every_tenants_secrets_anew(tenant: Any, other_tenant: Any, settings: Any) -> None:
    ids = {one: one.api().post("/data-sources", postgresql_body()).json()["id"] for one in (tenant, other_tenant)}
    old = settings.ENCRYPTION_KEYS[0]
    new = "bmV3LWtleS1uZXcta2V5LW5ldy1rZXktbmV3LWtleSE="
    settings.ENCRYPTION_KEYS = (new, old)
    said = StringIO()
    call_command("rotate_keys", stdout=said)
    assert said.getvalue().startswith("2 ")
    settings.ENCRYPTION_KEYS = (new,)
    for one, source_id in ids.items():
        with one.acting():
            row = Source.objects.get(id=source_id)
            assert is_sealed_with_current_key(row.sealed)
            assert row.unseal()["password"] == SECRET
