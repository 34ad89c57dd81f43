"""Two people with different policies at the same source, asking in turns: each sees what is theirs to see, at every door of schema."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from apps.datasources.contract import MaskedColumn, PolicyDraft, data_sources
from apps.schema.contract import ColumnAnnotation, SchemaTableNotFound, TableAnnotation, UnknownColumn, schemas
from apps.schema.tests.factories import add_source, change, sqlite_shop
from apps.schema.tests.test_events import told

pytestmark = pytest.mark.layouts

STAFF = """
CREATE TABLE teams (code VARCHAR(20) PRIMARY KEY, secret_budget INTEGER);
CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(40), city VARCHAR(40) DEFAULT 'Rome', team VARCHAR(20) REFERENCES teams (code),
                     national_no VARCHAR(40), boss INTEGER REFERENCES people (id));
CREATE TABLE pay (person INTEGER REFERENCES people (id), grade VARCHAR(20), amount INTEGER);
CREATE TABLE visits (person INTEGER REFERENCES people (id), place VARCHAR(20));
CREATE UNIQUE INDEX people_by_national_no ON people (national_no);
CREATE INDEX people_by_city ON people (city);
CREATE VIEW payroll AS SELECT name, grade, amount FROM people JOIN pay ON pay.person = people.id;
CREATE VIEW above_payroll AS SELECT * FROM payroll;
INSERT INTO teams VALUES ('red', 10), ('blue', 20);
INSERT INTO people VALUES (1, 'Ann Smith', 'Paris', 'red', 'N-111', NULL), (2, 'Bob Jones', 'Berlin', 'blue', 'N-222', 1);
INSERT INTO pay VALUES (1, 'gold', 900), (2, 'silver', 700);
INSERT INTO visits VALUES (1, 'museum'), (2, 'harbour')
"""
CLOSED_TO_VIEWERS = {"payroll", "above_payroll"}
HIDDEN_NAMES = ("national_no", "secret_budget", "grade", "amount", "payroll")
HIDDEN_VALUES = ("N-111", "Ann Smith", "gold", "museum")


@pytest.fixture
def path() -> Path:
    return sqlite_shop(STAFF)


@pytest.fixture
def staff(tenant: Any, path: Path, settle: Any) -> UUID:
    """A source of which viewers see a part: one table closed, one filtered, columns hidden and masked. Analysts see all of it."""
    source_id = add_source(tenant, config={"path": path.name}, default_access="allow")
    with tenant.acting():
        schemas.get(data_source_id=source_id)
    settle()  # its values are read, however busy the machine is
    with tenant.acting():
        for draft in policies():
            data_sources.create_policy(data_source_id=source_id, policy=draft)
    return source_id


def policies() -> list[PolicyDraft]:
    masked = [MaskedColumn(column="name", mask="partial"), MaskedColumn(column="id", mask="hash")]
    return [
        PolicyDraft(name="people", roles=["viewer"], table="people", hidden_columns=["national_no"], masked_columns=masked),
        PolicyDraft(name="pay", roles=["viewer"], table="pay", hidden_columns=["grade", "amount"], row_filter="person = 0"),
        PolicyDraft(name="teams", roles=["viewer"], table="teams", hidden_columns=["secret_budget"]),
        PolicyDraft(name="visits", roles=["viewer"], table="visits", row_filter="person = 1"),
    ]


def doors(source_id: UUID) -> list[str]:
    """Every address of schema that tells what a source holds."""
    return [
        f"/schema/{source_id}",
        f"/schema/{source_id}/tables?page_size=100",
        f"/schema/{source_id}/tables/people",
        f"/schema/{source_id}/tables/teams",
        f"/schema/{source_id}/tables/visits",
        f"/schema/{source_id}/versions",
        f"/schema/{source_id}/versions/1",
        f"/schema/{source_id}/catalog?page_size=100",
        f"/schema/{source_id}/catalog?search=national",
        f"/schema/{source_id}/catalog?search=payroll",
    ]


def test_two_roles_that_ask_in_turns_see_their_own(tenant: Any, staff: UUID) -> None:
    viewer, analyst = tenant.api("viewer"), tenant.api("analyst")
    for _ in range(2):
        seen = b"".join(viewer.get(door).content for door in doors(staff)).decode()
        whole = b"".join(analyst.get(door).content for door in doors(staff)).decode()
        assert [word for word in (*HIDDEN_NAMES, *HIDDEN_VALUES) if word in seen] == []
        assert [word for word in (*HIDDEN_NAMES, *HIDDEN_VALUES) if word not in whole] == []
        assert "Paris" in seen


def test_what_is_left_fits_together(tenant: Any, staff: UUID) -> None:
    with tenant.acting("viewer"):
        tables = {table.name: table for table in schemas.get(data_source_id=staff).tables}

    people, visits = tables["people"], tables["visits"]
    assert tables.keys() == {"teams", "people", "pay", "visits"}
    assert [(c.name, c.type) for c in people.columns] == [
        ("id", "string"),
        ("name", "string"),
        ("city", "string"),
        ("team", "string"),
        ("boss", "integer"),
    ]
    assert [index.name for index in people.indexes] == ["people_by_city"]
    assert [key.columns for key in people.foreign_keys] == [["team"]]
    assert visits.row_count is None
    assert [column.name for column in tables["pay"].columns] == ["person"]
    assert all(not column.sample_values and column.statistics is None for column in visits.columns)
    assert {column.name for column in people.columns if column.sample_values} == {"city", "team", "boss"}


def test_a_restricted_table_shows_no_rows(tenant: Any, staff: UUID) -> None:
    rows = {role: tenant.api(role).get(f"/schema/{staff}/tables/teams").json()["sample_rows"] for role in ("viewer", "analyst")}
    assert rows == {"viewer": [], "analyst": [["red", 10], ["blue", 20]]}


@pytest.mark.parametrize("name", sorted(CLOSED_TO_VIEWERS))
def test_a_view_of_what_is_restricted_is_not_there(tenant: Any, staff: UUID, name: str) -> None:
    with tenant.acting("viewer"), pytest.raises(SchemaTableNotFound):
        schemas.table(data_source_id=staff, table_name=name)
    with tenant.acting("analyst"):
        assert schemas.table(data_source_id=staff, table_name=name).name == name


def test_values_of_what_is_kept_back_are_not_found(tenant: Any, staff: UUID) -> None:
    terms = ["Paris", "Ann Smith", "museum", "gold", "N-111", "red"]
    found = {}
    for role in ("viewer", "analyst", "viewer"):
        with tenant.acting(role):
            found[role] = {match.value for match in schemas.find_values(data_source_id=staff, terms=terms)}
    assert found["viewer"] == {"Paris", "red"}
    assert {"Paris", "Ann Smith", "museum", "gold", "N-111", "red"} <= found["analyst"]


def test_says_whose_answer_it_is(tenant: Any, staff: UUID) -> None:
    with tenant.acting("analyst"):
        unbound = schemas.get(data_source_id=staff).rights
    with tenant.acting("viewer"):
        bound = [schemas.get(data_source_id=staff).rights, schemas.get_many(data_source_ids=[staff])[0].rights]
    rendered = tenant.api("viewer").get(f"/schema/{staff}").json()["rights"]
    assert unbound == []
    assert bound == [rendered, rendered]
    assert rendered


def test_the_mark_holds_the_values_that_policies_bind(tenant: Any, staff: UUID) -> None:
    draft = PolicyDraft(name="own visits", table="visits", row_filter="place = :attributes.place")
    with tenant.acting():
        data_sources.create_policy(data_source_id=staff, policy=draft)
    marks, columns = [], []
    for place in ("museum", "harbour", "museum"):
        with tenant.acting("analyst", attributes={"place": place}):
            schema = schemas.get(data_source_id=staff)
            marks.append(schema.rights)
            columns.append([column.name for table in schema.tables for column in table.columns])
        assert tenant.api("analyst", attributes={"place": place}).get(f"/schema/{staff}").json()["rights"] == marks[-1]
    assert marks[0] == marks[2] != marks[1]
    assert columns[0] == columns[1] == columns[2]


def test_a_changed_policy_holds_at_once(tenant: Any, staff: UUID) -> None:
    analyst = tenant.api("analyst")
    assert "secret_budget" in analyst.get(f"/schema/{staff}").content.decode()
    with tenant.acting():
        made = data_sources.create_policy(
            data_source_id=staff, policy=PolicyDraft(name="budget", table="teams", hidden_columns=["secret_budget"])
        )
    assert "secret_budget" not in analyst.get(f"/schema/{staff}").content.decode()
    with tenant.acting():
        data_sources.delete_policy(data_source_id=staff, policy_id=made.id)
    assert "secret_budget" in analyst.get(f"/schema/{staff}").content.decode()


def test_a_closed_source_shows_only_what_policies_speak_of(tenant: Any, path: Path) -> None:
    source_id = add_source(tenant, config={"path": path.name}, default_access="deny")
    with tenant.acting():
        data_sources.create_policy(data_source_id=source_id, policy=PolicyDraft(name="visits", roles=["viewer"], table="visits"))
    tables = {}
    for role in ("viewer", "owner"):
        with tenant.acting(role):
            tables[role] = [table.name for table in schemas.get(data_source_id=source_id).tables]
    assert tables == {"viewer": ["visits"], "owner": []}


def test_work_that_nobody_asked_for_sees_everything(tenant: Any, staff: UUID) -> None:
    from analytics_platform.kernel.context import tenant_in_force

    with tenant_in_force(tenant.id):
        schema = schemas.get(data_source_id=staff)
    assert {table.name for table in schema.tables} >= CLOSED_TO_VIEWERS
    assert schema.rights == []


def test_the_structure_is_whole_and_without_values_whoever_asks(tenant: Any, staff: UUID) -> None:
    with tenant.acting("viewer"):
        structure = schemas.structure(data_source_id=staff)
    text = structure.model_dump_json()
    assert [word for word in HIDDEN_NAMES if word not in text] == []
    assert [word for word in (*HIDDEN_VALUES, "Paris") if word in text] == []
    assert structure.rights == []


def test_history_tells_nothing_of_what_is_kept_back(tenant: Any, staff: UUID, path: Path) -> None:
    change(
        path, "ALTER TABLE people ADD COLUMN shoe INTEGER; ALTER TABLE pay RENAME COLUMN grade TO band; CREATE TABLE secrets (id INTEGER);"
    )
    owner = tenant.api()
    mend = PolicyDraft(name="pay", roles=["viewer"], table="pay", hidden_columns=["band", "amount"], row_filter="person = 0")
    with tenant.acting():
        schemas.refresh(data_source_id=staff)
        pay = next(one for one in data_sources.policies(data_source_id=staff).results if one.name == "pay")
        data_sources.update_policy(data_source_id=staff, policy_id=pay.id, policy=mend)
        data_sources.create_policy(
            data_source_id=staff, policy=PolicyDraft(name="secrets", roles=["viewer"], table="secrets", row_filter="id = 0")
        )
    viewer = tenant.api("viewer")
    addresses = [
        f"/schema/{staff}/versions",
        f"/schema/{staff}/versions/1",
        f"/schema/{staff}/versions/2",
        f"/schema/{staff}/diff?from=1&to=2",
    ]

    seen = [viewer.get(address) for address in addresses]
    text = b"".join(answer.content for answer in seen).decode()
    assert [answer.status_code for answer in seen] == [200] * 4
    assert [word for word in (*HIDDEN_NAMES, "band") if word in text] == []
    assert [table["table"] for table in seen[3].json()["altered"]] == ["people"]
    assert seen[0].json()["results"][0]["altered"] == ["people"]
    assert sorted(owner.get(addresses[0]).json()["results"][0]["altered"]) == ["above_payroll", "pay", "payroll", "people"]


def test_a_refresh_tells_its_asker_what_is_theirs_to_see(tenant: Any, staff: UUID, path: Path) -> None:
    closed = PolicyDraft(name="more", roles=["analyst"], table="pay", hidden_columns=["amount"])
    with tenant.acting():
        data_sources.create_policy(data_source_id=staff, policy=closed)
    change(path, "ALTER TABLE visits ADD COLUMN day DATE; CREATE VIEW top AS SELECT max(amount) AS most FROM pay;")
    with tenant.acting("analyst"):
        found = schemas.refresh(data_source_id=staff)
    assert (found.changed, found.added, found.removed, found.altered) == (True, [], [], ["visits"])


def test_what_is_hidden_cannot_be_described(tenant: Any, staff: UUID) -> None:
    with tenant.acting("viewer"):
        with pytest.raises(UnknownColumn):
            said = TableAnnotation(columns=[ColumnAnnotation(name="national_no", pii=True)])
            schemas.annotate(data_source_id=staff, table_name="people", annotation=said)
        with pytest.raises(SchemaTableNotFound):
            schemas.annotate(data_source_id=staff, table_name="payroll", annotation=TableAnnotation(description="x"))
        left = schemas.annotate(data_source_id=staff, table_name="people", annotation=TableAnnotation(description="Who works here"))
    assert left.description == "Who works here"
    assert "national_no" not in left.model_dump_json()


def test_hiding_a_table_forgets_the_values_that_its_hider_may_not_see(tenant: Any, staff: UUID) -> None:
    with tenant.acting("viewer"):
        schemas.annotate(data_source_id=staff, table_name="people", annotation=TableAnnotation(hidden=True))
    with tenant.acting("analyst"):
        schemas.annotate(data_source_id=staff, table_name="people", annotation=TableAnnotation(description="seen again"))
        found = schemas.find_values(data_source_id=staff, terms=["N-111"])
    assert found == []


def test_a_policy_that_does_not_resolve_refuses_whom_it_reaches(tenant: Any, staff: UUID, path: Path) -> None:
    change(path, "ALTER TABLE visits RENAME COLUMN person TO who;")
    with tenant.acting():
        schemas.refresh(data_source_id=staff)
    viewer = tenant.api("viewer")
    answers = [viewer.get(door) for door in doors(staff)]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(409, "policy_broken")}
    assert tenant.api("analyst").get(f"/schema/{staff}").status_code == 200


def test_a_change_of_structure_checks_the_policies(tenant: Any, staff: UUID, path: Path, settle: Any) -> None:
    change(path, "ALTER TABLE visits RENAME COLUMN person TO who;")
    with tenant.acting():
        schemas.refresh(data_source_id=staff)
        made = {policy.name: policy for policy in data_sources.policies(data_source_id=staff).results}
    event = told(tenant, "PoliciesChecked")[-1]
    assert sorted(event["checked"]) == sorted(str(policy.id) for policy in made.values())
    assert [(one["policy_id"], one["policy_version"]) for one in event["broken"]] == [(str(made["visits"].id), made["visits"].version)]
    assert "person" in event["broken"][0]["fault"]


def test_a_changed_policy_is_checked(tenant: Any, staff: UUID, settle: Any) -> None:
    settle()
    with tenant.acting():
        made = data_sources.create_policy(data_source_id=staff, policy=PolicyDraft(name="fine", table="visits", row_filter="person > 0"))
    settle()
    event = told(tenant, "PoliciesChecked")[-1]
    assert str(made.id) in event["checked"]
    assert event["broken"] == []


def test_another_tenants_policies_bind_nobody_here(tenant: Any, other_tenant: Any, staff: UUID, path: Path) -> None:
    theirs = add_source(other_tenant, config={"path": path.name})
    for _ in range(2):
        with other_tenant.acting("viewer"):
            assert "national_no" in schemas.get(data_source_id=theirs).model_dump_json()
        with tenant.acting("viewer"):
            assert "national_no" not in schemas.get(data_source_id=staff).model_dump_json()
