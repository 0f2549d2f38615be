"""Punctuality computed without SQL: plain Python over the package's own CSV files.

What the delivered files are compared with, so it shares nothing with the query or its inputs.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
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


@cache
def _counted() -> dict[tuple[str, str], Count]:
    """The whole year, read once: by month and carrier's name."""
    names = _names()
    counts: dict[tuple[str, str], Count] = defaultdict(Count)
    for row in rows_of_flights():
        counts[row["month"], names[row["carrier"]]].add(row)
    return counts


def _names() -> dict[str, str]:
    with (data.originals() / "airlines.csv").open(newline="") as file:
        return {row["carrier"]: row["name"] for row in csv.DictReader(file)}


def rows_of_flights() -> Iterator[dict[str, str]]:
    with (
        zipfile.ZipFile(data.originals() / "flights.csv.zip") as archive,
        archive.open("flights.csv") as packed,
    ):
        lines = csv.reader(io.TextIOWrapper(packed, newline=""))
        names = next(lines)
        for line in lines:
            yield dict(zip(names, line, strict=True))
