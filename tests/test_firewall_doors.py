"""The attacks, through every door: none runs, each is refused for its own reason, and nothing at the source has changed."""

from __future__ import annotations

import csv
import io
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pymysql
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import MULTIPART_CONTENT

from analytics_platform.kernel.contracts.binding import IMPLEMENTATIONS
from analytics_platform.llm.tests.scripted_model import ScriptedModel, serving
from analytics_platform.sql.dialects import Dialect
from analytics_platform.sql.tests.shop import shop_statements
from analytics_platform.sql.tests.statements import Statement, refused
from apps.datasources.contract import data_sources
from apps.execution.contract import executions
from tests.api_document import document, operations
from tests.firewall_doors import DOORS, Door, Place, untouched

SQL_FIELDS = frozenset(("sql", "corrected_sql", "row_filter", "expression", "filter"))
ATTACKS = {dialect: [s for s in refused() if s.dialect == dialect] for dialect in ("sqlite", "duckdb", "postgres", "mysql")}

PREDICATES: dict[str, list[tuple[str, str]]] = {
    "every": [
        ("id IN (SELECT id FROM secrets)", "unknown_table"),
        ("EXISTS (SELECT 1 FROM secrets)", "unknown_table"),
        ("password = 'x'", "unknown_column"),
        ("evil(id) = 1", "function_not_allowed"),
        ("1 = 1; DELETE FROM orders", "multiple_statements"),
        ("1 = 1 -- quiet\n; DROP TABLE orders", "multiple_statements"),
        ("1 = 1 ORDER BY id", "syntax_error"),
        ("1 = 1 LIMIT 1", "syntax_error"),
        ("1 = 1 UNION SELECT 1", "syntax_error"),
        ("1 = 1 GROUP BY id", "syntax_error"),
        ("1 = 1) OR (1 = 1", "syntax_error"),
        ("1 = 1 /* never closed", "syntax_error"),
        ("id = :anybody", "bad_parameter"),
        ("id = (SELECT 1 FROM orders FOR UPDATE)", "not_read_only"),
    ],
    "sqlite": [
        ("load_extension('x')", "function_not_allowed"),
        ("id IN customers", "not_read_only"),
        ("id IN (SELECT sql FROM sqlite_master)", "unknown_table"),
    ],
    "duckdb": [
        ("getenv('A') IS NULL", "function_not_allowed"),
        ("note.getenv() IS NULL", "function_not_allowed"),
        ("note IN (FROM '/etc/passwd')", "unknown_table"),
    ],
}

MAPPED = [
    {"entity": "customer", "source": "customers", "fields": [{"field": "id", "expression": "id"}, {"field": "name", "expression": "name"}]}
]


def some(dialect: Dialect, count: int) -> list[Statement]:
    """Attacks from all over the list, those of the dialect's own among them."""
    attacks = ATTACKS[dialect]
    return attacks[:: max(1, len(attacks) // count)]


def place_on(api: Any, tenant: Any, kind: str, config: dict[str, Any], **more: Any) -> Place:
    with tenant.acting():
        source = data_sources.create(name=f"{kind} {uuid.uuid4()}", kind=kind, config=config)
    return Place(api, tenant, source.id, **more)


def folder_of(settings: Any) -> Path:
    folder = Path(settings.SOURCE_DIRS[0])
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def made_file(settings: Any, dialect: Dialect) -> Path:
    """The shop as a database file."""
    path = folder_of(settings) / f"{uuid.uuid4().hex}.{dialect}"
    connection: Any = sqlite3.connect(path) if dialect == "sqlite" else duckdb.connect(str(path))
    for statement in shop_statements(dialect):
        connection.execute(statement)
    connection.commit()
    connection.close()
    return path


@pytest.fixture
def internal(settings: Any) -> None:
    """This process serves calls between services."""
    settings.SERVE_INTERNAL = True


@pytest.fixture(params=["sqlite", "duckdb"])
def file_shop(request: pytest.FixtureRequest, settings: Any) -> tuple[Dialect, Path]:
    """A dialect, and a file of it."""
    return request.param, made_file(settings, request.param)


@pytest.fixture
def uploaded(api: Any, settle: Callable[[], None]) -> tuple[str, ...]:
    """Orders and customers as uploaded files."""
    connection = duckdb.connect()
    for statement in shop_statements("duckdb"):
        connection.execute(statement)
    ids = []
    for table in ("orders", "customers"):
        relation = connection.sql(f"SELECT * FROM {table}")
        text = io.StringIO()
        csv.writer(text).writerows([relation.columns, *relation.fetchall()])
        form = {"file": SimpleUploadedFile(f"{table}.csv", text.getvalue().encode(), content_type="text/csv")}
        ids.append(api.post("/files/upload", form, content_type=MULTIPART_CONTENT).json()["id"])
    settle()
    return tuple(ids)


@pytest.fixture
def model(settings: Any) -> Iterator[ScriptedModel]:
    """A model that the platform asks."""
    with serving(ScriptedModel("{}")) as scripted:
        settings.LLM_BASE_URL, settings.LLM_API_KEY, settings.LLM_MODEL = scripted.url, "key", "scripted"
        yield scripted


def assert_refused(door: Door, place: Place, attack: Statement) -> None:
    answer = door.refusal(place, attack.sql)
    assert answer.is_refused and answer.codes & set(attack.codes), (str(door), attack.sql, answer)


@pytest.mark.parametrize("door", [door for door in DOORS if door.needs == "source"], ids=str)
def test_no_attack_gets_in_through(door: Door, api: Any, tenant: Any, internal: None, file_shop: tuple[Dialect, Path]) -> None:
    dialect, path = file_shop
    place = place_on(api, tenant, dialect, {"path": path.name})
    assert not door.refusal(place, "SELECT COUNT(*) FROM orders").is_refused
    with untouched(path.read_bytes):
        for attack in some(dialect, 20):
            assert_refused(door, place, attack)


@pytest.mark.parametrize("door", [*DOORS[:4], *(door for door in DOORS if door.needs == "files")], ids=str)
def test_no_attack_reaches_uploaded_files_through(door: Door, api: Any, tenant: Any, internal: None, uploaded: tuple[str, ...]) -> None:
    place = place_on(api, tenant, "files", {"file_ids": list(uploaded)}, file_ids=uploaded)
    assert not door.refusal(place, "SELECT COUNT(*) FROM orders").is_refused
    for attack in some("duckdb", 12):
        assert_refused(door, place, attack)


@pytest.mark.parametrize("door", [door for door in DOORS if door.needs == "model"], ids=str)
def test_a_model_that_writes_attacks_gets_nothing_run(
    door: Door, api: Any, tenant: Any, model: ScriptedModel, file_shop: tuple[Dialect, Path]
) -> None:
    dialect, path = file_shop
    place = place_on(api, tenant, dialect, {"path": path.name}, model=model)
    with untouched(path.read_bytes):
        answers = [door.refusal(place, attack.sql) for attack in some(dialect, 3)]
    assert {answer.status for answer in answers} <= {422, 502, 503}
    assert api.get("/execute/executions").json()["results"] == []


@pytest.mark.parametrize("door", [door for door in DOORS if door.needs == "predicate"], ids=str)
def test_no_attack_becomes_a_row_filter_through(door: Door, api: Any, tenant: Any, internal: None, file_shop: tuple[Dialect, Path]) -> None:
    dialect, path = file_shop
    place = place_on(api, tenant, dialect, {"path": path.name})
    assert not door.refusal(place, "total > 1").is_refused
    for predicate, code in [*PREDICATES["every"], *PREDICATES[dialect]]:
        assert_refused(door, place, Statement(dialect, predicate, (code,)))


HARMLESS = {
    "sql": "SELECT id, name FROM customers",
    "filter": "id > 1",
    "expression": "upper(name)",
    "rule": "input / 100",
    "metric": "sum(sale.total)",
    "statement": "SELECT count(*) FROM customer",
}


@pytest.mark.parametrize("door", [door for door in DOORS if door.needs in HARMLESS], ids=str)
def test_no_attack_becomes_part_of_a_mapping_through(door: Door, api: Any, tenant: Any, internal: None, settings: Any) -> None:
    """What is wrong with it is said in the mapping's own words, so only that it is refused counts, and that nobody breaks."""
    path = made_file(settings, "sqlite")
    place = place_on(api, tenant, "sqlite", {"path": path.name})
    api.post(f"/mappings/{place.source_id}", {"schema": "commerce", "schema_version": 1, "entities": MAPPED})
    answer = door.refusal(place, HARMLESS[door.needs])
    assert not answer.is_refused, (str(door), answer)
    statements = [attack.sql for attack in some("sqlite", 12)]
    texts = (
        statements
        if door.needs in ("sql", "statement")
        else [predicate for predicate, _ in (*PREDICATES["every"][:12], *PREDICATES["sqlite"])]
    )
    with untouched(path.read_bytes):
        answers = [(text, door.refusal(place, text)) for text in texts]
    assert [(text, answer) for text, answer in answers if not answer.is_refused or answer.status >= 500] == []


def test_the_whole_list_is_refused_by_the_service(api: Any, tenant: Any, file_shop: tuple[Dialect, Path]) -> None:
    dialect, path = file_shop
    place = place_on(api, tenant, dialect, {"path": path.name})
    with tenant.acting(), untouched(path.read_bytes):
        verdicts = [(attack, executions.validate(data_source_id=place.source_id, sql=attack.sql)) for attack in ATTACKS[dialect]]
    assert [attack.sql for attack, verdict in verdicts if verdict.valid or verdict.errors[0].code not in attack.codes] == []


@pytest.fixture
def postgres_shop() -> Iterator[dict[str, Any]]:
    """The shop on the PostgreSQL of this machine."""
    name = f"firewall_{uuid.uuid4().hex[:12]}"
    address: dict[str, Any] = {"host": "127.0.0.1", "port": 5432, "user": "postgres", "password": "root"}
    try:
        server = psycopg.connect(**address, autocommit=True)
    except psycopg.OperationalError:
        pytest.skip("there is no PostgreSQL on 127.0.0.1:5432")
    server.execute(f"CREATE DATABASE {name}")
    with psycopg.connect(**address, dbname=name, autocommit=True) as connection:
        for statement in shop_statements("postgres"):
            connection.execute(statement)
    yield {"host": "127.0.0.1", "port": 5432, "database": name, "username": "postgres", "password": "root"}
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    server.close()


@pytest.fixture
def mysql_shop() -> Iterator[dict[str, Any]]:
    """The shop on the MariaDB of this machine."""
    try:
        connection = pymysql.connect(host="127.0.0.1", user="root", autocommit=True, charset="utf8mb4")
    except pymysql.err.OperationalError:
        pytest.skip("there is no MariaDB on 127.0.0.1:3306")
    name, cursor = f"firewall_{uuid.uuid4().hex[:12]}", connection.cursor()
    cursor.execute(f"CREATE DATABASE {name}")
    cursor.execute(f"USE {name}")
    for statement in shop_statements("mysql"):
        cursor.execute(statement)
    yield {"host": "127.0.0.1", "port": 3306, "database": name, "username": "root"}
    cursor.execute(f"DROP DATABASE {name}")
    connection.close()


@pytest.mark.parametrize(("kind", "dialect"), [("postgresql", "postgres"), ("mysql", "mysql")])
def test_no_attack_reaches_a_server(
    kind: str, dialect: Dialect, api: Any, tenant: Any, internal: None, request: pytest.FixtureRequest
) -> None:
    place = place_on(api, tenant, kind, request.getfixturevalue(f"{dialect}_shop"))
    for door in DOORS[:4]:
        assert not door.refusal(place, "SELECT COUNT(*) FROM orders").is_refused
        for attack in some(dialect, 40):
            assert_refused(door, place, attack)
    with tenant.acting():
        verdicts = [(attack, executions.validate(data_source_id=place.source_id, sql=attack.sql)) for attack in ATTACKS[dialect]]
    assert [attack.sql for attack, verdict in verdicts if verdict.valid or verdict.errors[0].code not in attack.codes] == []


def test_every_field_that_takes_sql_is_behind_a_door() -> None:
    listed = {door.takes for door in DOORS}
    assert documented_fields() - listed == set()


def test_every_internal_argument_that_takes_sql_is_behind_a_door() -> None:
    listed = {door.takes for door in DOORS}
    assert internal_arguments() - listed == set()


def documented_fields() -> set[str]:
    """`METHOD /path field` of all that the document lets anybody send as SQL."""
    import re

    found = set()
    for method, path, operation in operations():
        names = {parameter["name"] for parameter in operation.get("parameters", ())}
        for content in operation.get("requestBody", {}).get("content", {}).values():
            names |= _names(content["schema"], document()["components"]["schemas"])
        shown = re.sub(r"\{\w+\}", "{}", path.removeprefix("/api/v1"))
        found |= {f"{method.upper()} {shown} {name}" for name in names & SQL_FIELDS}
    return found


def internal_arguments() -> set[str]:
    """`service/method argument` of all that another service may send as SQL."""
    return {
        f"{service}/{method.name} {name}"
        for service, implementation in IMPLEMENTATIONS.items()
        for method in type(implementation).methods_of_contract().values()
        if method.is_remote_capable
        for name in SQL_FIELDS & _names(method.arguments.model_json_schema())
    }


def _names(schema: dict[str, Any], known: dict[str, Any] | None = None, seen: tuple[str, ...] = ()) -> set[str]:
    """The names of all properties of a body, at any depth."""
    known = schema.get("$defs", {}) if known is None else known
    reference = schema.get("$ref", "").rpartition("/")[2]
    if reference:
        return set() if reference in seen else _names(known[reference], known, (*seen, reference))
    parts = [*schema.get("properties", {}).values(), schema.get("items"), *schema.get("anyOf", ()), *schema.get("allOf", ())]
    inner = [_names(part, known, seen) for part in (*parts, *schema.get("oneOf", ())) if isinstance(part, dict)]
    return set(schema.get("properties", {})).union(*inner)
