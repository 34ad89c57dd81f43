"""The four shapes: how each is built, and how it is mapped to the canonical schema."""

from __future__ import annotations

import csv
import json
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pymysql

from tests.fleet.facts import DRIVERS, REFUELLINGS, TRIPS, VEHICLES, Trip
from tests.shops.servers import MARIADB, POSTGRES
from tests.shops.tables import entity

FRANC = Decimal("0.5")
RULES = [
    {"name": "thousandth", "expression": "input / 1000.0"},
    {"name": "minor_to_euros", "expression": "input * rate / 100", "rates": {"EUR": 1, "CHF": 0.5}},
]
_CODES = {"delivery": 1, "service": 2, "private": 3}
_KINDS = {"car": 1, "van": 2, "truck": 3}


def mapped(*entities: dict[str, Any]) -> dict[str, Any]:
    """A mapping's body."""
    return {"schema": "fleet", "schema_version": 1, "entities": list(entities)}


# PostgreSQL: two schemas, composite keys, metres, minor units beside their currency, rows that are void

POSTGRES_TABLES = """
CREATE SCHEMA ops; CREATE SCHEMA hr;
CREATE TABLE ops.depots (depot_code char(3) PRIMARY KEY, label text);
CREATE TABLE ops.units (depot_code char(3), unit_no int, plate text NOT NULL, kind_code smallint, drive char(1), bought date, odometer_m bigint, price_cents int, PRIMARY KEY (depot_code, unit_no));
CREATE TABLE hr.staff (company smallint, staff_no int, given text, family text, class varchar(2), birth date, mentor_no int, active boolean, PRIMARY KEY (company, staff_no));
CREATE TABLE ops.journeys (depot_code char(3), unit_no int, seq int, company smallint, staff_no int, started timestamptz, ended timestamptz, plan_departure time, metres int,
  why smallint, toll_minor int, toll_currency char(3), void boolean NOT NULL, PRIMARY KEY (depot_code, unit_no, seq));
CREATE INDEX journeys_started ON ops.journeys (started); CREATE INDEX journeys_why ON ops.journeys (why); CREATE INDEX journeys_metres ON ops.journeys (metres);
CREATE TABLE hr.fuel_stops (stop_id int PRIMARY KEY, depot_code char(3), unit_no int, on_day date, millilitres int, cents int, product smallint, filled boolean);
"""


def _minor(trip: Trip) -> int | None:
    return None if trip.toll is None else int(trip.toll * 100 / (FRANC if trip.is_swiss else 1))


def _fill_postgres(run: Any) -> None:
    put = run.cursor().executemany
    put("INSERT INTO ops.depots VALUES (%s, %s)", [("ZRH", "Zürich"), ("BER", "Berlin")])
    put(
        "INSERT INTO ops.units VALUES (%s,%s,%s,%s,%s,%s,%s,%s)",
        [
            (
                v.depot_code,
                v.number,
                v.plate,
                _KINDS[v.kind],
                "E" if v.is_electric else "D",
                v.bought_on,
                v.mileage_km * 1000 + 7,
                int(v.price * 100),
            )
            for v in VEHICLES
        ],
    )
    put(
        "INSERT INTO hr.staff VALUES (%s,%s,%s,%s,%s,%s,%s,%s)",
        [
            (
                d.company,
                d.number,
                d.given,
                d.family,
                {"light": "B", "heavy": "C1", "unknown": None}[d.licence],
                d.born_on,
                d.mentor,
                d.on_duty,
            )
            for d in DRIVERS
        ],
    )
    rows = [
        (
            t.vehicle.depot_code,
            t.vehicle.number,
            t.number,
            t.driver and t.driver.company,
            t.driver and t.driver.number,
            t.started_at.replace(tzinfo=UTC),
            t.ended_at and t.ended_at.replace(tzinfo=UTC),
            t.departs_at,
            int(t.distance_km * 1000),
            _CODES.get(t.purpose, (None, 9)[t.number % 2]),
            _minor(t),
            "CHF" if t.is_swiss else "EUR",
            False,
        )
        for t in TRIPS
    ]
    put(
        "INSERT INTO ops.journeys VALUES (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s)",
        [*rows, *[(*r[:2], r[2] + 5000, *r[3:12], True) for r in rows[:20]]],
    )
    put(
        "INSERT INTO hr.fuel_stops VALUES (%s,%s,%s,%s,%s,%s,%s,%s)",
        [
            (
                r.id,
                r.vehicle.depot_code,
                r.vehicle.number,
                r.day,
                int(r.litres * 1000),
                int(r.cost * 100),
                {"diesel": 1, "petrol": 2, "power": 3}[r.fuel],
                r.is_full,
            )
            for r in REFUELLINGS
        ],
    )


_UNIT = "depot_code || '-' || unit_no"
POSTGRES_MAPPING = mapped(
    entity("vehicle", {
        "id": "depot_code || '-' || unit_no", "plate": "plate", "kind": {"expression": "kind_code", "values": {"1": "car", "2": "van", "3": "truck"}}, "is_electric": "drive = 'E'",
        "bought_on": "bought", "mileage_km": "odometer_m / 1000", "price": "price_cents / 100.0", "depot": "depot"},
        sql="SELECT u.*, d.label AS depot FROM ops.units u LEFT JOIN ops.depots d ON d.depot_code = u.depot_code"),
    entity("driver", {
        "id": "company || '/' || staff_no", "name": "given || ' ' || family", "licence": {"expression": "class", "values": {"B": "light", "C1": "heavy"}, "default": "unknown"},
        "born_on": "birth", "mentor_id": "company || '/' || mentor_no", "on_duty": "active"}, source="hr.staff"),
    entity("trip", {
        "id": f"{_UNIT} || '-' || seq", "vehicle_id": _UNIT, "driver_id": "company || '/' || staff_no", "started_at": "started", "ended_at": "ended", "departs_at": "plan_departure",
        "distance_km": {"expression": "metres", "rule": "thousandth"}, "purpose": {"expression": "why", "values": {"1": "delivery", "2": "service", "3": "private"}, "default": "other"},
        "toll": {"expression": "toll_minor", "rule": "minor_to_euros", "currency": "toll_currency"}}, source="ops.journeys", filter="NOT void"),
    entity("refuelling", {
        "id": "stop_id", "vehicle_id": _UNIT, "day": "on_day", "litres": {"expression": "millilitres", "rule": "thousandth"}, "cost": "cents / 100.0",
        "fuel": {"expression": "product", "values": {"1": "diesel", "2": "petrol", "3": "power"}}, "is_full": "filled"}, source="fuel_stops"),
)  # fmt: skip


@contextmanager
def postgres_fleet() -> Iterator[tuple[str, psycopg.Connection]]:
    """A database of its own, and a connection to it."""
    name = f"fleet_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(**POSTGRES, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            with psycopg.connect(**POSTGRES, dbname=name, autocommit=True) as connection:
                connection.execute("SET timezone = 'UTC'")
                connection.execute(POSTGRES_TABLES)
                _fill_postgres(connection)
                connection.execute("ANALYZE")
                yield name, connection
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


# MariaDB: reserved words and spaces in names, hectometres, centilitres, J and N, a filter on a type column

MARIADB_TABLES = """
CREATE TABLE `group` (`key` varchar(20) PRIMARY KEY, `Kennzeichen ü` varchar(20), `type` varchar(10), `select` char(1), `from` date, `mileage km` int, `k€` decimal(12,5), `where` varchar(20));
CREATE TABLE `user list` (`order` varchar(20) PRIMARY KEY, `first name` varchar(20), `last name` varchar(20), `rank` varchar(10), `birth day` date, `references` varchar(20), `on` tinyint(1));
CREATE TABLE `order` (`index` varchar(20) PRIMARY KEY, `group` varchar(20), `user` varchar(20), `begin` datetime, `end` datetime, `time` time, `hm` int, `desc` varchar(20), `toll (ct)` int, KEY `k` (`desc`));
CREATE TABLE `fuel-log` (`no.` int PRIMARY KEY, `group` varchar(20), `date` date, `cl` int, `10ct` decimal(10,1), `type` varchar(10), `full?` char(1))
"""


def _fill_mariadb(cursor: Any) -> None:
    cursor.executemany(
        "INSERT INTO `group` VALUES (%s,%s,%s,%s,%s,%s,%s,%s)",
        [
            (v.id, v.plate, v.kind.upper(), "J" if v.is_electric else "N", v.bought_on, v.mileage_km, v.price / 1000, v.depot or "")
            for v in VEHICLES
        ],
    )
    cursor.executemany(
        "INSERT INTO `user list` VALUES (%s,%s,%s,%s,%s,%s,%s)",
        [
            (
                d.id,
                d.given,
                d.family,
                {"light": "Klasse B", "heavy": "Klasse C", "unknown": "?"}[d.licence],
                d.born_on,
                d.mentor_id,
                d.on_duty,
            )
            for d in DRIVERS
        ],
    )
    words = {"delivery": "Lieferung", "service": "Dienst", "private": "privat", "other": None}
    cursor.executemany(
        "INSERT INTO `order` VALUES (%s,%s,%s,%s,%s,%s,%s,%s,%s)",
        [
            (
                t.id,
                t.vehicle.id,
                t.driver and t.driver.id,
                t.started_at,
                t.ended_at,
                t.departs_at,
                int(t.distance_km * 10),
                words[t.purpose],
                None if t.toll is None else int(t.toll * 100),
            )
            for t in TRIPS
        ],
    )
    cursor.executemany(
        "INSERT INTO `fuel-log` VALUES (%s,%s,%s,%s,%s,%s,%s)",
        [
            (r.id, r.vehicle.id, r.day, int(r.litres * 100), r.cost * 10, r.fuel, {True: "J", False: "N", None: None}[r.is_full])
            for r in REFUELLINGS
        ],
    )


MARIADB_MAPPING = mapped(
    entity("vehicle", {
        "id": "`key`", "plate": "`Kennzeichen ü`", "kind": "LOWER(`type`)", "is_electric": {"expression": "`select`", "values": {"J": True, "N": False}}, "bought_on": "`from`",
        "mileage_km": "`mileage km`", "price": "`k€` * 1000", "depot": "NULLIF(`where`, '')"}, source="`group`"),
    entity("driver", {
        "id": "`order`", "name": "CONCAT(`first name`, ' ', `last name`)", "licence": {"expression": "`rank`", "values": {"Klasse B": "light", "Klasse C": "heavy"}, "default": "unknown"},
        "born_on": "`birth day`", "mentor_id": "`references`", "on_duty": "`on`"}, source="`user list`"),
    entity("trip", {
        "id": "`index`", "vehicle_id": "`group`", "driver_id": "`user`", "started_at": "`begin`", "ended_at": "`end`", "departs_at": "`time`", "distance_km": "`hm` / 10",
        "purpose": {"expression": "`desc`", "values": {"Lieferung": "delivery", "Dienst": "service", "privat": "private"}, "default": "other"},
        "toll": {"expression": "`toll (ct)`", "rule": "minor_to_euros", "currency": "'EUR'"}}, source="`order`"),
    entity("refuelling", {
        "id": "`no.`", "vehicle_id": "`group`", "day": "`date`", "litres": "`cl` / 100", "cost": "`10ct` / 10", "fuel": "`type`",
        "is_full": {"expression": "`full?`", "values": {"J": True, "N": False}}}, source="`fuel-log`"),
)  # fmt: skip


@contextmanager
def mariadb_fleet() -> Iterator[tuple[str, Any]]:
    """A database of its own, and a cursor in it."""
    name = f"fleet_{uuid.uuid4().hex[:12]}"
    connection = pymysql.connect(**MARIADB, autocommit=True)
    with connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        try:
            cursor.execute(f"USE {name}")
            for statement in MARIADB_TABLES.split(";\n"):
                cursor.execute(statement)
            _fill_mariadb(cursor)
            yield name, cursor
        finally:
            cursor.execute(f"DROP DATABASE {name}")


# SQLite: numbers as text, epoch seconds and days, codes explained by a table

SQLITE_TABLES = """
CREATE TABLE lookup (grp TEXT, k TEXT, v TEXT, PRIMARY KEY (grp, k));
CREATE TABLE veh (vid TEXT PRIMARY KEY, plate TEXT, k TEXT, el TEXT, bought INTEGER, km TEXT, price TEXT, depot TEXT);
CREATE TABLE drv (did TEXT PRIMARY KEY, nm TEXT, lic INTEGER, born INTEGER, mentor TEXT, duty INTEGER);
CREATE TABLE trp (tid TEXT PRIMARY KEY, vid TEXT, did TEXT, t0 INTEGER, t1 INTEGER, dep TEXT, km TEXT, why TEXT, toll TEXT);
CREATE TABLE fuel (fid INTEGER PRIMARY KEY, vid TEXT, day INTEGER, l TEXT, eur TEXT, what INTEGER, full INTEGER);
"""


def _epoch(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.replace(tzinfo=UTC).timestamp())


def sqlite_fleet(path: Path) -> Path:
    """The file."""
    connection = sqlite3.connect(path)
    put = connection.executemany
    connection.executescript(SQLITE_TABLES)
    put(
        "INSERT INTO lookup VALUES (?,?,?)",
        [
            ("kind", "c", "car"),
            ("kind", "v", "van"),
            ("kind", "t", "truck"),
            ("fuel", "1", "diesel"),
            ("fuel", "2", "petrol"),
            ("fuel", "3", "power"),
        ],
    )
    put(
        "INSERT INTO veh VALUES (?,?,?,?,?,?,?,?)",
        [
            (
                v.id,
                v.plate,
                v.kind[0],
                str(int(v.is_electric)),
                _epoch(datetime(v.bought_on.year, v.bought_on.month, v.bought_on.day)),
                str(v.mileage_km),
                str(v.price),
                v.depot,
            )
            for v in VEHICLES
        ],
    )
    put(
        "INSERT INTO drv VALUES (?,?,?,?,?,?)",
        [
            (
                d.id,
                d.name,
                {"light": 10, "heavy": 20, "unknown": None}[d.licence],
                _epoch(datetime(d.born_on.year, d.born_on.month, d.born_on.day)),
                d.mentor_id,
                int(d.on_duty),
            )
            for d in DRIVERS
        ],
    )
    put(
        "INSERT INTO trp VALUES (?,?,?,?,?,?,?,?,?)",
        [
            (
                t.id,
                t.vehicle.id,
                t.driver and t.driver.id,
                _epoch(t.started_at),
                _epoch(t.ended_at),
                t.departs_at.isoformat(),
                str(t.distance_km),
                t.purpose.upper(),
                None if t.toll is None else str(t.toll),
            )
            for t in TRIPS
        ],
    )
    put(
        "INSERT INTO fuel VALUES (?,?,?,?,?,?,?)",
        [
            (
                r.id,
                r.vehicle.id,
                _epoch(datetime(r.day.year, r.day.month, r.day.day)),
                str(r.litres),
                str(r.cost),
                {"diesel": 1, "petrol": 2, "power": 3}[r.fuel],
                r.is_full,
            )
            for r in REFUELLINGS
        ],
    )
    connection.commit()
    connection.close()
    return path


SQLITE_MAPPING = mapped(
    entity("vehicle", {
        "id": "vid", "plate": "plate", "kind": "kind", "is_electric": {"expression": "el", "values": {"1": True, "0": False}}, "bought_on": "date(bought, 'unixepoch')",
        "mileage_km": "CAST(km AS INTEGER)", "price": "CAST(price AS REAL)", "depot": "depot"},
        sql="SELECT veh.*, lookup.v AS kind FROM veh LEFT JOIN lookup ON lookup.grp = 'kind' AND lookup.k = veh.k"),
    entity("driver", {
        "id": "did", "name": "nm", "licence": {"expression": "lic", "values": {"10": "light", "20": "heavy"}, "default": "unknown"}, "born_on": "date(born, 'unixepoch')",
        "mentor_id": "mentor", "on_duty": "duty"}, source="drv"),
    entity("trip", {
        "id": "tid", "vehicle_id": "vid", "driver_id": "did", "started_at": "datetime(t0, 'unixepoch')", "ended_at": "datetime(t1, 'unixepoch')", "departs_at": "dep",
        "distance_km": "CAST(km AS NUMERIC)", "purpose": "lower(why)", "toll": "CAST(toll AS NUMERIC)"}, source="trp"),
    entity("refuelling", {
        "id": "fid", "vehicle_id": "vid", "day": "date(day, 'unixepoch')", "litres": "CAST(l AS NUMERIC)", "cost": "CAST(eur AS NUMERIC)",
        "fuel": "product", "is_full": "full"},
        sql="WITH f AS (SELECT k, v FROM lookup WHERE grp = 'fuel') SELECT fuel.*, f.v AS product FROM fuel LEFT JOIN f ON f.k = CAST(fuel.what AS TEXT)"),
)  # fmt: skip


# A folder: a workbook of two sheets' worth as two files, a CSV with German dates and decimal commas, and JSON

FILES_MAPPING = mapped(
    entity("vehicle", {
        "id": "vehicle_no", "plate": "plate", "kind": "lower(body)", "is_electric": {"expression": "electric", "values": {"yes": True, "no": False}}, "bought_on": "bought",
        "mileage_km": "km", "price": "price", "depot": "depot"}, source="vehicles"),
    entity("driver", {
        "id": "staff", "name": "full_name", "licence": {"expression": "licence", "values": {"B": "light", "C": "heavy"}, "default": "unknown"}, "born_on": "born",
        "mentor_id": "mentor", "on_duty": "duty"}, source="drivers"),
    entity("trip", {
        "id": "trip", "vehicle_id": "vehicle_no", "driver_id": "staff", "started_at": "\"start\"", "ended_at": "\"finish\"", "departs_at": "departure",
        "distance_km": "km", "purpose": {"expression": "reason", "values": {"D": "delivery", "S": "service", "P": "private"}, "default": "other"}, "toll": "toll"}, source="trips"),
    entity("refuelling", {
        "id": "id", "vehicle_id": "vehicle", "day": "day", "litres": "litres", "cost": "cost", "fuel": "lower(fuel)", "is_full": "full_"}, source="fuel"),
)  # fmt: skip


def files_fleet(folder: Path) -> list[Path]:
    """Two workbooks, a CSV and JSON."""
    _book(
        folder / "vehicles.xlsx",
        ["Vehicle No", "Plate", "Body", "Electric", "Bought", "km", "Price", "Depot"],
        [
            (v.id, v.plate, v.kind.title(), "yes" if v.is_electric else "no", v.bought_on, v.mileage_km, float(v.price), v.depot)
            for v in VEHICLES
        ],
    )
    _book(
        folder / "drivers.xlsx",
        ["Staff", "Full name", "Licence", "Born", "Mentor", "Duty"],
        [(d.id, d.name, {"light": "B", "heavy": "C", "unknown": None}[d.licence], d.born_on, d.mentor_id, d.on_duty) for d in DRIVERS],
    )
    with (folder / "trips.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Trip", "Vehicle No", "Staff", "Start", "Finish", "Departure", "km", "Reason", "Toll"])
        for t in TRIPS:
            writer.writerow(
                [
                    t.id,
                    t.vehicle.id,
                    t.driver.id if t.driver else "",
                    t.started_at,
                    t.ended_at or "",
                    t.departs_at,
                    t.distance_km,
                    {"delivery": "D", "service": "S", "private": "P", "other": ""}[t.purpose],
                    "" if t.toll is None else t.toll,
                ]
            )
    fuel = [
        {
            "id": r.id,
            "vehicle": r.vehicle.id,
            "day": str(r.day),
            "litres": float(r.litres),
            "cost": float(r.cost),
            "fuel": r.fuel.title(),
            "full": r.is_full,
        }
        for r in REFUELLINGS
    ]
    (folder / "fuel.json").write_text(json.dumps(fuel))
    return [folder / name for name in ("vehicles.xlsx", "drivers.xlsx", "trips.csv", "fuel.json")]  # fmt: skip


def _book(path: Path, header: list[str], rows: list[tuple[Any, ...]]) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(header)
    for row in rows:
        sheet.append(list(row))
    book.save(path)
