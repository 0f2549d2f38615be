"""What the story makes, computed without SQL: plain Python over the package's own CSV files.

What the delivered files are compared with, so it shares nothing with the query or its inputs.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Any

from demo import data

UNKNOWN = "NA"
ON_TIME = 15  # minutes on arrival


@dataclass
class Count:
    """What was seen of one carrier in one month."""

    flights: int = 0
    cancelled: int = 0
    delays: list[int] = field(default_factory=list)  # minutes, of those that arrived
    visible: list[Fraction] = field(default_factory=list)  # miles, where that was observed

    def add(self, row: dict[str, str]) -> None:
        self.flights += 1
        self.cancelled += row["dep_time"] == UNKNOWN
        if row["arr_delay"] != UNKNOWN:
            self.delays.append(int(row["arr_delay"]))

    def figures(self, carrier: str) -> dict[str, Any]:
        arrived = len(self.delays)
        on_time = sum(delay < ON_TIME for delay in self.delays)
        return {
            "carrier": carrier,
            "flights": self.flights,
            "cancelled": self.cancelled,
            "mean_delay_minutes": sum(self.delays) / arrived if arrived else None,
            "on_time_share": on_time / arrived if arrived else None,
        }


def punctuality(month: int) -> dict[str, dict[str, Any]]:
    """By carrier's name: flights, cancelled, mean delay in minutes, share on time."""
    return {
        carrier: count.figures(carrier)
        for (of, carrier), count in _counted().items()
        if of == str(month)
    }


def departed_with_visibility(month: int) -> dict[str, dict[str, Any]]:
    """What v3 makes: only of flights that departed, and how far one saw in that hour."""
    counts: dict[str, Count] = defaultdict(Count)
    seen = {
        (row["origin"], row["month"], row["day"], row["hour"]): Fraction(row["visib"])
        for row in rows_of("weather.csv")
    }
    names = _names()
    for row in rows_of_flights():
        if row["month"] == str(month) and row["dep_time"] != UNKNOWN:
            count = counts[names[row["carrier"]]]
            count.add(row)
            there = (row["origin"], row["month"], row["day"], row["hour"])
            count.visible += [seen[there]] if there in seen else []
    return {
        carrier: {
            **count.figures(carrier),
            "mean_visibility_miles": float(sum(count.visible) / len(count.visible)),
        }
        for carrier, count in counts.items()
    }


def weather(month: int) -> dict[str, dict[str, Any]]:
    """By airport: hours observed, degrees Celsius, millimetres of rain, miles at the worst."""
    observed: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows_of("weather.csv"):
        if row["month"] == str(month):
            observed[row["origin"]].append(row)
    return {
        airport: {
            "airport": airport,
            "hours": len(rows),
            "mean_celsius": _to_a_tenth((_mean(_known(rows, "temp")) - 32) / Fraction(18, 10)),
            "precipitation_mm": _to_a_tenth(sum(_known(rows, "precip")) * Fraction(254, 10)),
            "worst_visibility_miles": float(min(_known(rows, "visib"))),
        }
        for airport, rows in observed.items()
    }


def seats() -> dict[str, dict[str, Any]]:
    """By manufacturer: planes, and the seats of all of them."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows_of("planes.csv"):
        maker = row["manufacturer"]
        of_maker = found.setdefault(maker, {"manufacturer": maker, "planes": 0, "seats": 0})
        of_maker["planes"] += 1
        of_maker["seats"] += int(row["seats"])
    return found


def _known(rows: list[dict[str, str]], column: str) -> list[Fraction]:
    """The exact values of a column, without those that nobody knows."""
    return [Fraction(row[column]) for row in rows if row[column] != UNKNOWN]


def _mean(values: list[Fraction]) -> Fraction:
    return sum(values, Fraction()) / len(values)


def _to_a_tenth(value: Fraction) -> float:
    """As people round, halves away from zero."""
    tenths = int(abs(value) * 10 + Fraction(1, 2))
    return (tenths if value >= 0 else -tenths) / 10


@cache
def _counted() -> dict[tuple[str, str], Count]:
    """The whole year, read once: by month and carrier's name."""
    names = _names()
    counts: dict[tuple[str, str], Count] = defaultdict(Count)
    for row in rows_of_flights():
        counts[row["month"], names[row["carrier"]]].add(row)
    return counts


def _names() -> dict[str, str]:
    return {row["carrier"]: row["name"] for row in rows_of("airlines.csv")}


def rows_of(name: str) -> list[dict[str, str]]:
    with (data.originals() / name).open(newline="") as file:
        return list(csv.DictReader(file))


def rows_of_flights() -> Iterator[dict[str, str]]:
    with (
        zipfile.ZipFile(data.originals() / "flights.csv.zip") as archive,
        archive.open("flights.csv") as packed,
    ):
        lines = csv.reader(io.TextIOWrapper(packed, newline=""))
        names = next(lines)
        for line in lines:
            yield dict(zip(names, line, strict=True))
