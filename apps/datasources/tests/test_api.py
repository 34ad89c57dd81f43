"""The REST door of data sources, over real connections."""

from __future__ import annotations

import socket
import threading
import uuid
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings

from analytics_platform.sources.tests.certificates import Authority
from apps.datasources.contract import HIDDEN, MAY_WRITE
from apps.datasources.models import Source
from apps.datasources.tests.factories import SECRET, postgresql_body, sqlite_body, sqlite_file


def stored(tenant: Any, source: dict[str, Any]) -> Source:
    """The row, read as the tenant."""
    with tenant.acting():
        return Source.objects.get(id=source["id"])


def secret_of(tenant: Any, source: dict[str, Any]) -> Any:
    """The password as it is kept."""
    with tenant.acting():
        return Source.objects.get(id=source["id"]).unseal()["password"]


def codes(answer: Any) -> list[str]:
    return [error["code"] for error in answer.json()["errors"]]


def test_makes_shows_and_deletes_a_source(api: Any) -> None:
    body = sqlite_body(private=True, cache_ttl_s=5)
    made = api.post("/data-sources", body)
    assert made.status_code == 201, made.content
    source = made.json()
    assert made.headers["Location"] == f"/api/v1/data-sources/{source['id']}"
    assert (source["kind"], source["dialect"], source["private"], source["cache_ttl_s"]) == ("sqlite", "sqlite", True, 5)
    assert (source["status"], source["version"], source["default_access"]) == ("unknown", 1, "allow")
    assert source["created_by"] == str(api.principal.user_id)
    assert api.get(f"/data-sources/{source['id']}").json() == source
    assert api.delete(f"/data-sources/{source['id']}").status_code == 204
    assert api.get(f"/data-sources/{source['id']}").json()["code"] == "data_source_not_found"


def test_every_fault_of_a_config_is_told(api: Any) -> None:
    answer = api.post("/data-sources", {"name": "x", "kind": "postgresql", "config": {"host": "/tmp", "port": 0, "surprise": 1}})
    assert answer.status_code == 400
    fields = {error["field"] for error in answer.json()["errors"]}
    assert {"config.host", "config.port", "config.surprise", "config.database", "config.username"} <= fields


def test_an_unknown_kind_is_invalid(api: Any) -> None:
    answer = api.post("/data-sources", {"name": "x", "kind": "oracle9", "config": {}})
    assert (answer.status_code, codes(answer)) == (400, ["unknown_kind"])


def test_a_second_source_of_the_name_is_refused(api: Any) -> None:
    body = sqlite_body()
    assert api.post("/data-sources", body).status_code == 201
    answer = api.post("/data-sources", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "data_source_name_taken")


def test_with_test_only_what_connects_is_taken(api: Any) -> None:
    good = api.post("/data-sources?test=true", sqlite_body())
    assert (good.status_code, good.json()["status"], good.json()["read_only_login"]) == (201, "healthy", True)
    bad = api.post("/data-sources?test=true", postgresql_body())
    assert (bad.status_code, bad.json()["code"], bad.json()["reason"]) == (422, "connection_failed", "source_unreachable")
    assert api.get("/data-sources?kind=postgresql").json()["count"] == 0


def test_a_source_that_has_no_tls_says_so(api: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)
        threading.Thread(target=lambda: server.accept()[0].sendall(b"N"), daemon=True).start()
        body = postgresql_body(port=server.getsockname()[1], sslmode="require")
        answer = api.post("/data-sources?test=true", body)
    assert (answer.status_code, answer.json()["code"], answer.json()["reason"]) == (422, "connection_failed", "source_tls_failed")
    assert "sslmode require" in answer.json()["detail"]


def test_certificates_to_trust_are_shown_and_judged(api: Any) -> None:
    pem = Authority("The company's own").pem
    made = api.post("/data-sources", postgresql_body(sslmode="verify-full", options={"ca_certificate": pem}))
    assert (made.status_code, made.json()["config"]["options"]["ca_certificate"]) == (201, pem)
    answer = api.patch(f"/data-sources/{made.json()['id']}", {"config": {"options": {"ca_certificate": "no PEM"}}})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "config.options.ca_certificate")


def test_without_test_a_host_that_is_away_is_taken(api: Any) -> None:
    assert api.post("/data-sources", postgresql_body()).status_code == 201


@pytest.mark.parametrize("host", ["169.254.169.254", "10.0.0.1", "192.168.1.1", "0.0.0.0", "[::ffff:10.0.0.1]", "::ffff:10.0.0.1"])
def test_addresses_that_are_not_opened_are_refused(api: Any, host: str) -> None:
    answer = api.post("/data-sources", postgresql_body(host=host))
    assert answer.status_code in (400, 422)
    assert answer.json()["code"] in ("address_refused", "invalid")


def test_the_platforms_own_database_is_refused(api: Any) -> None:
    own = settings.DATABASES["default"]
    answer = api.post("/data-sources", postgresql_body(host=own["HOST"], port=int(own["PORT"]), database=own["NAME"], username=own["USER"]))
    assert (answer.status_code, answer.json()["code"]) == (422, "address_refused")


@pytest.mark.parametrize("kind", ["postgresql", "mysql"])
@pytest.mark.parametrize("host", ["localhost", "::1", "::ffff:127.0.0.1", "127.0.0.2", "2130706433"])
def test_no_other_name_or_kind_leads_to_it(api: Any, settings: Any, kind: str, host: str) -> None:
    settings.OUTBOUND_ALLOW = ("0.0.0.0/0", "::/0")
    body = {**postgresql_body(host=host, port=int(settings.DATABASES["default"]["PORT"])), "kind": kind}
    assert api.post("/data-sources", body).json()["code"] == "address_refused"
    elsewhere = api.post("/data-sources", {**postgresql_body(), "kind": kind}).json()
    changed = api.patch(f"/data-sources/{elsewhere['id']}", {"config": {**body["config"], "password": SECRET}})
    assert changed.json()["code"] == "address_refused"


def test_redis_is_refused_as_well(api: Any, settings: Any) -> None:
    place = urlsplit(settings.REDIS_URL)
    assert api.post("/data-sources", postgresql_body(host="127.0.0.1", port=place.port)).json()["code"] == "address_refused"


def test_a_login_that_may_write_is_taken_and_warned_of(api: Any) -> None:
    try:
        psycopg.connect(host="127.0.0.1", port=5432, user="postgres", password="root", dbname="postgres").close()
    except psycopg.OperationalError:
        pytest.skip("there is no PostgreSQL on 127.0.0.1:5432")
    login = {"port": 5432, "database": "postgres", "username": "postgres", "password": "root"}
    made = api.post("/data-sources?test=true", postgresql_body(**login))
    assert (made.status_code, made.json()["read_only_login"], made.json()["warnings"]) == (201, False, [MAY_WRITE])
    path = f"/data-sources/{made.json()['id']}"
    check = api.post(f"{path}/health-check").json()
    assert (check["status"], check["read_only_login"], check["warnings"]) == ("healthy", False, [MAY_WRITE])
    assert api.get(path).json()["warnings"] == [MAY_WRITE]


def test_a_login_that_only_reads_has_no_warning(api: Any) -> None:
    made = api.post("/data-sources?test=true", sqlite_body()).json()
    check = api.post(f"/data-sources/{made['id']}/health-check").json()
    assert (made["read_only_login"], made["warnings"], check["read_only_login"], check["warnings"]) == (True, [], True, [])


def test_only_the_demo_login_is_let_through_to_it(api: Any, settings: Any) -> None:
    own = settings.DATABASES["default"]
    place = {"host": own["HOST"], "port": int(own["PORT"] or 5432)}
    settings.DEMO_LOGINS = ((place["host"], place["port"], "demo_shop", "demo_reader"),)
    assert api.post("/data-sources", postgresql_body(**place, database="demo_shop", username="demo_reader")).status_code == 201
    assert api.post("/data-sources", postgresql_body(**place, database="demo_shop", username=own["USER"])).status_code == 422


@pytest.mark.parametrize("path", ["/etc/passwd", "../../etc/passwd", "nothing.sqlite"])
def test_paths_outside_the_opened_folder_are_refused(api: Any, path: str) -> None:
    answer = api.post("/data-sources", {"name": "x", "kind": "sqlite", "config": {"path": path}})
    assert (answer.status_code, answer.json()["code"]) == (422, "path_refused")


def test_files_that_are_not_there_are_refused(api: Any) -> None:
    answer = api.post("/data-sources", {"name": "x", "kind": "files", "config": {"file_ids": [str(uuid.uuid4())]}})
    assert (answer.status_code, codes(answer)) == (400, ["file_not_found"])


def test_a_patch_changes_some_fields_and_counts_up(api: Any) -> None:
    source = api.post("/data-sources", sqlite_body()).json()
    path = f"/data-sources/{source['id']}"
    changed = api.patch(path, {"name": "Renamed", "version": 1}).json()
    assert (changed["name"], changed["version"], changed["config"]) == ("Renamed", 2, source["config"])
    stale = api.patch(path, {"name": "Again", "version": 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    assert api.patch(path, {"name": "Last write wins"}).json()["version"] == 3
    assert api.patch(path, {"name": "Last write wins"}).json()["version"] == 3


def test_a_put_replaces_and_resets_what_is_left_out(api: Any) -> None:
    source = api.post("/data-sources", sqlite_body(private=True)).json()
    body = {"name": source["name"], "kind": "sqlite", "config": {"path": sqlite_file()}}
    replaced = api.put(f"/data-sources/{source['id']}", body).json()
    assert (replaced["private"], replaced["config"], replaced["status"]) == (False, body["config"], "unknown")
    other = api.put(f"/data-sources/{source['id']}", {**body, "kind": "duckdb"})
    assert (other.status_code, codes(other)) == (400, ["kind_is_fixed"])


def test_a_secret_is_kept_when_its_mask_comes_back(api: Any, tenant: Any) -> None:
    source = api.post("/data-sources", postgresql_body()).json()
    assert source["config"]["password"] == HIDDEN
    body = {"name": source["name"], "kind": "postgresql", "config": {**source["config"], "port": 10}}
    assert api.put(f"/data-sources/{source['id']}", body).json()["config"]["password"] == HIDDEN
    assert secret_of(tenant, source) == SECRET


def test_a_stored_secret_is_not_sent_to_a_new_host(api: Any) -> None:
    source = api.post("/data-sources", postgresql_body()).json()
    answer = api.patch(f"/data-sources/{source['id']}", {"config": {"host": "localhost"}})
    assert (answer.status_code, codes(answer)) == (400, ["secret_needed"])


def test_a_change_is_tested_where_that_is_asked_for(api: Any) -> None:
    source = api.post("/data-sources?test=true", sqlite_body()).json()
    answer = api.patch(f"/data-sources/{source['id']}?test=true", {"config": {"path": sqlite_file()}})
    assert (answer.status_code, answer.json()["status"], answer.json()["version"]) == (200, "healthy", 2)


def test_an_update_judges_the_new_target_too(api: Any) -> None:
    source = api.post("/data-sources", sqlite_body()).json()
    answer = api.patch(f"/data-sources/{source['id']}", {"config": {"path": "/etc/passwd"}})
    assert (answer.status_code, answer.json()["code"]) == (422, "path_refused")


def test_lists_with_filters_search_order_and_pages(api: Any) -> None:
    names = [api.post("/data-sources", sqlite_body(name=f"shop {letter}")).json()["name"] for letter in "bac"]
    api.post("/data-sources", postgresql_body())
    assert [s["name"] for s in api.get("/data-sources?kind=sqlite").json()["results"]] == sorted(names)
    assert [s["name"] for s in api.get("/data-sources?search=SHOP A").json()["results"]] == ["shop a"]
    page = api.get("/data-sources?kind=sqlite&ordering=-name&page_size=2").json()
    assert (page["count"], [s["name"] for s in page["results"]], page["previous"]) == (3, ["shop c", "shop b"], None)
    assert "page=2" in page["next"]
    assert api.get("/data-sources?status=healthy").json()["count"] == 0
    assert api.get("/data-sources?ordering=sealed").status_code == 400


def test_checks_health_by_hand_and_keeps_the_history(api: Any) -> None:
    good, bad = api.post("/data-sources", sqlite_body()).json(), api.post("/data-sources", postgresql_body()).json()
    check = api.post(f"/data-sources/{good['id']}/health-check").json()
    assert check["status"] == "healthy"
    assert check["latency_ms"] > 0
    failed = api.post(f"/data-sources/{bad['id']}/health-check")
    assert (failed.status_code, failed.json()["status"], failed.json()["error"]["code"]) == (200, "unhealthy", "source_unreachable")
    api.post(f"/data-sources/{good['id']}/health-check")
    history = api.get(f"/data-sources/{good['id']}/health").json()
    assert [h["status"] for h in history["results"]] == ["healthy", "healthy"]
    assert history["results"][0]["checked_at"] >= history["results"][1]["checked_at"]
    shown = api.get(f"/data-sources/{good['id']}").json()
    assert (shown["status"], shown["last_checked_at"], shown["version"]) == ("healthy", history["results"][0]["checked_at"], 1)


def test_tells_the_kinds_with_their_schemas(api: Any) -> None:
    kinds = {k["kind"]: k for k in api.get("/data-sources/kinds").json()}
    assert {"postgresql", "mysql", "sqlite", "duckdb", "files"} <= kinds.keys()
    assert all(k["driver_installed"] for k in kinds.values())
    assert kinds["postgresql"]["secret_fields"] == ["password"]
    assert kinds["postgresql"]["config_schema"]["properties"]["port"]["default"] == 5432


@pytest.mark.parametrize("role", ["viewer", "analyst"])
def test_only_admins_manage_sources(api: Any, tenant: Any, role: str) -> None:
    source = api.post("/data-sources", sqlite_body()).json()
    member = tenant.api(role)
    assert member.get(f"/data-sources/{source['id']}").status_code == 200
    path = f"/data-sources/{source['id']}"
    answers = [
        member.post("/data-sources", sqlite_body()),
        member.patch(path, {"name": "x"}),
        member.delete(path),
        member.post(f"{path}/health-check"),
    ]
    assert [a.status_code for a in answers] == [403] * 4


def test_a_planted_secret_is_in_no_answer(api: Any, tenant: Any) -> None:
    made = api.post("/data-sources", postgresql_body())
    path = f"/data-sources/{made.json()['id']}"
    answers = [
        made,
        api.get(path),
        api.get("/data-sources"),
        api.patch(path, {"config": {"password": SECRET + "x", "port": 0}}),
        api.patch(f"{path}?test=true", {"config": {"port": 10}}),
        api.post(f"{path}/health-check"),
        api.get(f"{path}/health"),
        api.post("/data-sources", {**postgresql_body(password=SECRET), "kind": "mysql", "surprise": SECRET}),
        api.post("/data-sources", postgresql_body(password=[SECRET])),
    ]
    assert all(SECRET not in answer.content.decode() for answer in answers)
    assert SECRET not in stored(tenant, made.json()).sealed
