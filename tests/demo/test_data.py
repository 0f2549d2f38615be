"""The files that the story reads hold what the package's CSV files hold."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from demo import data
from tests.demo.conftest import Played
from tests.demo.counting import UNKNOWN, rows_of_flights


@pytest.fixture(scope="module")
def sources(played: Played) -> Path:
    """Those that the story has read."""
    return Path(played.account["folders"]["sources"])


def test_every_flight_is_there_and_unknown_values_are_null(sources: Path) -> None:
    names = [name for name in data.FLIGHT_COLUMNS if name != "time_hour"]
    unknown: Counter[str] = Counter(dict.fromkeys(names, 0))
    total = 0
    for row in rows_of_flights():
        total += 1
        if UNKNOWN in row.values():  # quicker than to ask each of them in each row
            unknown.update(name for name in names if row[name] == UNKNOWN)
    nulls = ", ".join(f"count(*) FILTER (WHERE {name} IS NULL)" for name in names)
    with duckdb.connect() as engine:
        flights = str(sources / "flights.parquet")
        found = engine.execute(f"SELECT count(*), {nulls} FROM read_parquet(?)", [flights])
        counted, *empty = found.fetchall()[0]
    assert counted == total == data.FLIGHTS
    assert dict(zip(names, empty, strict=True)) == dict(unknown)
    assert unknown["dep_time"] == 8255  # cancelled flights: the story is about them


def test_planes_are_lines_of_json(sources: Path) -> None:
    with (data.originals() / "planes.csv").open(newline="") as file:
        originals = list(csv.DictReader(file))
    lines = [json.loads(line) for line in (sources / "planes.jsonl").read_text().splitlines()]
    assert len(lines) == len(originals)
    assert [line["seats"] for line in lines] == [int(row["seats"]) for row in originals]
    assert {line["speed"] for line in lines if line["speed"] is not None} == {
        int(row["speed"]) for row in originals if row["speed"] != "NA"
    }


def test_making_it_again_changes_nothing(sources: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in sources.iterdir()}
    assert data.make(sources)["flights.parquet"] == data.FLIGHTS
    assert {path.name: path.stat().st_mtime_ns for path in sources.iterdir()} == before
