"""The canonical schema of the motor pool, and the facts that every shape holds."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

SCHEMA: dict[str, Any] = {
    "name": "fleet",
    "description": "Vehicles, who drives them, where, and what that takes.",
    "entities": [
        {
            "name": "vehicle",
            "description": "A vehicle of the pool.",
            "synonyms": ["car", "unit", "fahrzeug", "wagen"],
            "fields": [
                {"name": "id", "type": "string", "key": True},
                {"name": "plate", "type": "string", "synonyms": ["kennzeichen", "registration"]},
                {"name": "kind", "type": "string", "values": ["car", "van", "truck"], "synonyms": ["type", "art"]},
                {"name": "is_electric", "type": "boolean", "synonyms": ["electric", "elektrisch"]},
                {"name": "bought_on", "type": "date", "synonyms": ["bought", "purchase date", "gekauft am"]},
                {"name": "mileage_km", "type": "integer", "unit": "km", "synonyms": ["odometer", "mileage", "kilometerstand"]},
                {"name": "price", "type": "decimal", "unit": "EUR", "synonyms": ["purchase price", "preis"]},
                {"name": "depot", "type": "string", "synonyms": ["site", "standort"]},
            ],
        },
        {
            "name": "driver",
            "description": "Who may drive.",
            "synonyms": ["person", "staff", "fahrer", "employee"],
            "fields": [
                {"name": "id", "type": "string", "key": True},
                {"name": "name", "type": "string", "synonyms": ["full name"]},
                {"name": "licence", "type": "string", "values": ["light", "heavy", "unknown"], "synonyms": ["license", "klasse"]},
                {"name": "born_on", "type": "date", "synonyms": ["birth date", "birthday", "geburtstag"]},
                {"name": "mentor_id", "type": "string", "synonyms": ["mentor"]},
                {"name": "on_duty", "type": "boolean", "synonyms": ["active", "im dienst"]},
            ],
            "relationships": [{"name": "mentor", "entity": "driver", "fields": {"mentor_id": "id"}}],
        },
        {
            "name": "trip",
            "description": "One drive from door to door.",
            "synonyms": ["journey", "drive", "ride", "fahrt"],
            "fields": [
                {"name": "id", "type": "string", "key": True},
                {"name": "vehicle_id", "type": "string"},
                {"name": "driver_id", "type": "string"},
                {"name": "started_at", "type": "datetime", "synonyms": ["start", "begin", "beginn"]},
                {"name": "ended_at", "type": "datetime", "synonyms": ["end", "ende"]},
                {"name": "departs_at", "type": "time", "synonyms": ["planned departure", "abfahrt"]},
                {"name": "distance_km", "type": "decimal", "unit": "km", "synonyms": ["distance", "length", "strecke"]},
                {"name": "purpose", "type": "string", "values": ["delivery", "service", "private", "other"], "synonyms": ["reason", "zweck"]},
                {"name": "toll", "type": "decimal", "unit": "EUR", "synonyms": ["road charge", "maut"]},
            ],
            "relationships": [
                {"name": "vehicle", "entity": "vehicle", "fields": {"vehicle_id": "id"}},
                {"name": "driver", "entity": "driver", "fields": {"driver_id": "id"}},
            ],
        },
        {
            "name": "refuelling",
            "description": "Fuel or power taken in.",
            "synonyms": ["fuel stop", "charge", "tankung"],
            "fields": [
                {"name": "id", "type": "integer", "key": True},
                {"name": "vehicle_id", "type": "string"},
                {"name": "day", "type": "date", "synonyms": ["date", "tag"]},
                {"name": "litres", "type": "decimal", "unit": "l", "synonyms": ["liters", "volume", "menge"]},
                {"name": "cost", "type": "decimal", "unit": "EUR", "synonyms": ["amount", "kosten", "betrag"]},
                {"name": "fuel", "type": "string", "values": ["diesel", "petrol", "power"], "synonyms": ["fuel type", "kraftstoff"]},
                {"name": "is_full", "type": "boolean", "synonyms": ["full tank", "voll"]},
            ],
            "relationships": [{"name": "vehicle", "entity": "vehicle", "fields": {"vehicle_id": "id"}}],
        },
    ],
    "metrics": [
        {"name": "trip_count", "entity": "trip", "expression": "count(*)", "synonyms": ["number of trips"]},
        {"name": "total_distance", "entity": "trip", "expression": "sum(distance_km)", "synonyms": ["distance driven", "kilometres"]},
        {"name": "average_distance", "entity": "trip", "expression": "total_distance / trip_count"},
        {"name": "fuel_cost", "entity": "refuelling", "expression": "sum(cost)", "synonyms": ["fuel costs", "cost of fuel"]},
        {"name": "litre_price", "entity": "refuelling", "expression": "sum(cost) / nullif(sum(litres), 0)"},
        {"name": "delivery_share", "entity": "trip", "expression": "1.0 * count(*) filter (where purpose = 'delivery') / count(*)"},
    ],
}  # fmt: skip


@dataclass(frozen=True)
class Vehicle:
    depot_code: str
    number: int
    plate: str
    kind: str
    is_electric: bool
    bought_on: date
    mileage_km: int
    price: Decimal
    depot: str | None

    @property
    def id(self) -> str:
        return f"{self.depot_code}-{self.number}"


@dataclass(frozen=True)
class Driver:
    company: int
    number: int
    given: str
    family: str
    licence: str
    born_on: date
    mentor: int | None
    on_duty: bool

    @property
    def id(self) -> str:
        return f"{self.company}/{self.number}"

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"

    @property
    def mentor_id(self) -> str | None:
        return f"{self.company}/{self.mentor}" if self.mentor else None


@dataclass(frozen=True)
class Trip:
    vehicle: Vehicle
    number: int
    driver: Driver | None
    started_at: datetime
    ended_at: datetime | None
    departs_at: time
    distance_km: Decimal
    purpose: str
    toll: Decimal | None
    is_swiss: bool

    @property
    def id(self) -> str:
        return f"{self.vehicle.id}-{self.number}"


@dataclass(frozen=True)
class Refuelling:
    id: int
    vehicle: Vehicle
    day: date
    litres: Decimal
    cost: Decimal
    fuel: str
    is_full: bool | None


DEPOTS = {"ZRH": "Zürich", "BER": "Berlin", "XXX": None}
_GIVEN = ["Ada", "Bo", "Çelik", "Dörte", "Émile", "fay", "Gus", "O'Hara", "Ida", "Jo"]
_FAMILY = ["Ampère", "Brown", "de Vries", "Zorn", "100%", "under_score"]
_random = random.Random(20240229)


def _vehicles() -> list[Vehicle]:
    found = []
    for i in range(13):
        code = ("ZRH", "BER", "XXX")[i % 3 if i < 11 else 0]
        kind = ("car", "van", "truck")[(i * 7) % 5 % 3]
        bought = date(2018, 1, 31) + timedelta(days=173 * i)
        price = Decimal(1_200_000 + 137_731 * i) / 100
        found.append(
            Vehicle(
                code, i + 1, f"{code[:1]}-{chr(65 + i)} {100 + 37 * i}", kind, i % 4 == 0, bought, 12_345 * (i + 1), price, DEPOTS[code]
            )
        )
    return found


def _drivers() -> list[Driver]:
    found = []
    for i in range(14):
        mentor = None if i < 3 else (i % 5) + 1
        licence = ("light", "heavy", "unknown")[i % 3]
        found.append(
            Driver(1 + i % 2, i + 1, _GIVEN[i % 10], _FAMILY[i % 6], licence, date(1960 + 3 * i, 1 + i % 12, 1 + 2 * i), mentor, i % 5 != 2)
        )
    return found


VEHICLES = _vehicles()
DRIVERS = _drivers()


def _trips() -> list[Trip]:
    found = []
    for i in range(240):
        vehicle = VEHICLES[_random.randrange(12)]
        driver = DRIVERS[_random.randrange(12)] if i % 11 else None
        started = datetime(2023, 12, 28, 22, 30) + timedelta(minutes=_random.randrange(0, 60 * 24 * 480))
        ended = started + timedelta(minutes=_random.randrange(5, 2000)) if i % 9 else None
        purpose = ("delivery", "service", "private", "other", "delivery")[_random.randrange(5)]
        toll = Decimal(_random.randrange(0, 40)) / 2 if i % 3 else None
        departs = time(started.hour, started.minute // 15 * 15)
        distance = Decimal(_random.randrange(1, 9000)) / 10
        found.append(Trip(vehicle, i + 1, driver, started, ended, departs, distance, purpose, toll, i % 2 == 0))
    return found


def _refuellings() -> list[Refuelling]:
    found = []
    for i in range(130):
        vehicle = VEHICLES[_random.randrange(11)]
        fuel = "power" if vehicle.is_electric else ("diesel", "petrol")[vehicle.number % 2]
        litres, cost = Decimal(_random.randrange(500, 9000)) / 100, Decimal(_random.randrange(900, 20000)) / 100
        full = (True, False, None)[_random.randrange(3)]
        found.append(Refuelling(9000 + i, vehicle, date(2024, 1, 1) + timedelta(days=_random.randrange(0, 420)), litres, cost, fuel, full))
    return found


TRIPS = _trips()
REFUELLINGS = _refuellings()


def canonical_rows() -> dict[str, list[tuple[Any, ...]]]:
    """Each entity's rows as the canonical schema has them, for a truth to ask."""
    return {
        "vehicle": [(v.id, v.plate, v.kind, v.is_electric, v.bought_on, v.mileage_km, v.price, v.depot) for v in VEHICLES],
        "driver": [(d.id, d.name, d.licence, d.born_on, d.mentor_id, d.on_duty) for d in DRIVERS],
        "trip": [
            (
                t.id,
                t.vehicle.id,
                t.driver.id if t.driver else None,
                t.started_at,
                t.ended_at,
                t.departs_at,
                t.distance_km,
                t.purpose,
                t.toll,
            )
            for t in TRIPS
        ],
        "refuelling": [(r.id, r.vehicle.id, r.day, r.litres, r.cost, r.fuel, r.is_full) for r in REFUELLINGS],
    }
