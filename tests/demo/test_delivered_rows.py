"""What clients find in their folders after the story equals an independent computation."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from demo.story import PUNCTUALITY
from tests.demo.conftest import Played
from tests.demo.counting import punctuality

Rows = dict[str, dict[str, Any]]


def of_parquet(path: Path) -> Rows:
    with duckdb.connect() as engine:
        found = engine.execute("SELECT * FROM read_parquet(?)", [str(path)])
        names = [column[0] for column in found.description]
        return {row[0]: dict(zip(names, row, strict=True)) for row in found.fetchall()}


def of_json_lines(path: Path) -> Rows:
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    return {row["carrier"]: row for row in rows}


def visible_files(folder: Path) -> set[str]:
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and not any(part.startswith(".") for part in path.parts[-2:])
    }


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_january_is_what_the_source_says(played: Played, environment: str) -> None:
    """v1's columns and figures: v3's wrong file is gone, from both formats."""
    expected = punctuality(1)
    assert sum(row["cancelled"] for row in expected.values()) == 521
    acme = of_parquet(played.folder(environment, "acme-drop") / "punctuality" / "1.parquet")
    globex = of_json_lines(played.folder(environment, "globex-drop") / "punctuality" / "1.jsonl")
    assert acme == expected
    assert globex == expected


@pytest.mark.parametrize("month", [2, 3, 4, 5, 6])
def test_the_other_months_are_what_the_source_says(played: Played, month: int) -> None:
    folder = played.folder("production", "acme-drop") / "punctuality"
    assert of_parquet(folder / f"{month}.parquet") == punctuality(month)


def test_weather_is_delivered_as_csv(played: Played) -> None:
    with (played.folder("production", "globex-drop") / "weather" / "1.csv").open() as file:
        rows = {row["airport"]: row for row in csv.DictReader(file)}
    assert {airport: row["hours"] for airport, row in rows.items()} == {
        "EWR": "742",
        "JFK": "742",
        "LGA": "742",
    }


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_exactly_the_right_files_are_there(played: Played, environment: str) -> None:
    months = {1, 2, 3, 4, 5, 6} if environment == "production" else {1}
    acme = {f"punctuality/{month}.parquet" for month in months}
    globex = {f"punctuality/{month}.jsonl" for month in months} | {"weather/1.csv"}
    assert visible_files(played.folder(environment, "acme-drop")) == acme
    assert visible_files(played.folder(environment, "globex-drop")) == globex


def test_records_say_what_the_files_are(played: Played) -> None:
    """The newest delivered revision of each place has the checksum, size and rows of its file."""
    newest: dict[str, dict[str, Any]] = {}
    with_location = [
        delivery
        for delivery in played.person("mira").every("deliveries/", state="delivered")
        if delivery["location"]
    ]
    for delivery in with_location:  # newest first
        newest.setdefault(delivery["location"], delivery)
    # To two clients from two environments; to Acme's folder in development; the weather
    assert len(newest) == 2 * (6 + 1) + 1 + 2
    for location, delivery in newest.items():
        content = Path(location).read_bytes()
        assert delivery["checksum"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert delivery["bytes"] == len(content)
        assert delivery["rows"] == _count(Path(location))
        assert delivery["provenance"]["version"] == 1
        assert delivery["replaced_by"] is None


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_what_v3_delivered_was_replaced_by_a_revision_of_v1(
    played: Played, environment: str
) -> None:
    deliveries = list(
        played.person("mira").every(
            "deliveries/", transformation=PUNCTUALITY, environment=environment
        )
    )
    wrong = [delivery for delivery in deliveries if delivery["provenance"]["version"] == 3]
    assert {delivery["destination"] for delivery in wrong} == {"acme-drop", "globex-drop"}
    right = {
        delivery["destination"]: delivery
        for delivery in deliveries
        if delivery["revision"] == 2 and delivery["run"] == wrong[0]["run"]
    }
    for delivery in wrong:
        successor = right[delivery["destination"]]
        assert delivery["replaced_by"] == successor["number"]
        assert successor["state"] == "delivered"
        assert successor["provenance"]["version"] == 1


def test_v2_delivered_nothing(played: Played) -> None:
    mira = played.person("mira")
    deliveries = mira.every("deliveries/", transformation=PUNCTUALITY)
    assert not [each for each in deliveries if each["provenance"]["version"] == 2]
    stopped = next(iter(mira.every("runs/", number=str(played.account["facts"]["stopped_run"]))))
    assert (stopped["state"], stopped["version"]) == ("failed", 2)


def test_development_delivers_to_a_folder_of_our_own_and_to_no_client(played: Played) -> None:
    deliveries = played.person("mira").every(
        "deliveries/", environment="development", transformation=PUNCTUALITY
    )
    found = {each["destination"]: each for each in deliveries}
    assert found["globex-drop"]["state"] == "unbound"
    assert found["globex-drop"]["location"] == ""
    ours = played.folder("development", "acme-drop") / "punctuality" / "1.parquet"
    assert found["acme-drop"]["location"] == str(ours)
    assert of_parquet(ours) == punctuality(1)
    clients = {place for name in ("staging", "production") for place in folders(played, name)}
    assert not clients & folders(played, "development")


def folders(played: Played, environment: str) -> set[str]:
    return set(played.account["folders"]["deliveries"][environment].values())


def _count(path: Path) -> int:
    if path.suffix == ".parquet":
        return len(of_parquet(path))
    lines = len(path.read_text().splitlines())
    return lines - 1 if path.suffix == ".csv" else lines
