"""Punctuality computed without SQL: plain Python over the package's own CSV files.

What the delivered files are compared with, so it shares nothing with the query or its inputs.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from functools import cache
from typing import Any

from demo import data

UNKNOWN = "NA"
ON_TIME = 15  # minutes on arrival


@cache
def punctuality(month: int) -> dict[str, dict[str, Any]]:
    """By carrier's name: flights, cancelled, mean delay in minutes, share on time."""
    names = _names()
    flights: dict[str, int] = defaultdict(int)
    cancelled: dict[str, int] = defaultdict(int)
    delays: dict[str, list[int]] = defaultdict(list)
    for row in rows_of_flights():
        if row["month"] != str(month):
            continue
        carrier = names[row["carrier"]]
        flights[carrier] += 1
        cancelled[carrier] += row["dep_time"] == UNKNOWN
        if row["arr_delay"] != UNKNOWN:
            delays[carrier].append(int(row["arr_delay"]))
    return {carrier: _figures(flights, cancelled, delays, carrier) for carrier in flights}


def _figures(
    flights: dict[str, int],
    cancelled: dict[str, int],
    delays: dict[str, list[int]],
    carrier: str,
) -> dict[str, Any]:
    arrived = delays[carrier]
    on_time = sum(delay < ON_TIME for delay in arrived)
    return {
        "carrier": carrier,
        "flights": flights[carrier],
        "cancelled": cancelled[carrier],
        "mean_delay_minutes": sum(arrived) / len(arrived) if arrived else None,
        "on_time_share": on_time / len(arrived) if arrived else None,
    }


def _names() -> dict[str, str]:
    with (data.originals() / "airlines.csv").open(newline="") as file:
        return {row["carrier"]: row["name"] for row in csv.DictReader(file)}


def rows_of_flights() -> Any:
    with (
        zipfile.ZipFile(data.originals() / "flights.csv.zip") as archive,
        archive.open("flights.csv") as packed,
    ):
        yield from csv.DictReader(io.TextIOWrapper(packed, newline=""))
