"""What clients find in their folders after the story equals an independent computation."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from demo.story import FLEET, PUNCTUALITY
from tests.demo.conftest import Played
from tests.demo.counting import departed_with_visibility, punctuality, seats, weather

Rows = dict[str, dict[str, Any]]


def of_parquet(path: Path) -> Rows:
    with duckdb.connect() as engine:
        found = engine.execute("SELECT * FROM read_parquet(?)", [str(path)])
        names = [column[0] for column in found.description]
        return {row[0]: dict(zip(names, row, strict=True)) for row in found.fetchall()}


def of_json_lines(path: Path) -> Rows:
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    return {row["carrier"]: row for row in rows}


def of_csv(path: Path) -> Rows:
    """Each value as the type that the contract promises."""
    types = {"airport": str, "hours": int}
    with path.open(newline="") as file:
        return {
            row["airport"]: {name: types.get(name, float)(value) for name, value in row.items()}
            for row in csv.DictReader(file)
        }


READERS: dict[str, Callable[[Path], Rows]] = {
    ".parquet": of_parquet,
    ".jsonl": of_json_lines,
    ".csv": of_csv,
}
# By the folder that each has at a client
COUNTED: dict[str, Callable[[int], Rows]] = {"punctuality": punctuality, "weather": weather}


def delivered(played: Played) -> list[dict[str, Any]]:
    """What was delivered and where, the oldest first: the last one of a place stands there."""
    found = played.person("mira").every("deliveries/", state="delivered")
    return [each for each in found if each["location"]][::-1]


def staged(played: Played) -> Path:
    return played.portal.data_dir / "artifacts" / "results"


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


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


def test_every_column_that_was_delivered_is_what_the_source_says(played: Played) -> None:
    """Every file that stands anywhere, whole: what each of its columns holds is counted apart."""
    stands = {each["location"]: each for each in delivered(played)}
    months = []
    for location, delivery in stands.items():
        path = Path(location)
        product, month = path.parent.name, int(path.stem)
        assert READERS[path.suffix](path) == COUNTED[product](month), location
        months.append((delivery["client"], product, month))
    assert {month for client, _, month in months if client == "globex"} == {1, 2, 3, 4, 5, 6}
    assert {product for _, product, _ in months} == set(COUNTED)


def test_what_was_wrong_in_v3_is_its_rows_and_not_its_figures(played: Played) -> None:
    """What reached the clients for a while: the staged result of the attempt that made it."""
    run = played.person("mira").get(f"runs/{played.account['facts']['wrong_run']}/")
    (attempt,) = [each for each in run["attempts"] if each["version"] == 3]
    (wrong, _) = [each for each in run["deliveries"] if each["revision"] == 1]
    name = f"{run['id'].replace('-', '')}/{attempt['number']:04d}.parquet"
    path = staged(played) / "production" / PUNCTUALITY / name
    assert wrong["provenance"]["result"] == f"sha256:{sha256(path)}"
    rows, expected = of_parquet(path), departed_with_visibility(1)
    assert rows.keys() == expected.keys()
    for carrier, row in expected.items():
        assert rows[carrier].pop("carrier") == row.pop("carrier")
        assert rows[carrier] == pytest.approx(row, rel=1e-12)


def test_what_finance_keeps_to_itself_is_what_the_source_says(played: Played) -> None:
    """Delivered to nobody, and none of finance may see rows: the staged result itself."""
    (path,) = (staged(played) / "development" / FLEET).rglob("*.parquet")
    assert of_parquet(path) == seats()


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_exactly_the_right_files_are_there(played: Played, environment: str) -> None:
    months = {1, 2, 3, 4, 5, 6} if environment == "production" else {1}
    acme = {f"punctuality/{month}.parquet" for month in months}
    globex = {f"punctuality/{month}.jsonl" for month in months} | {"weather/1.csv"}
    assert visible_files(played.folder(environment, "acme-drop")) == acme
    assert visible_files(played.folder(environment, "globex-drop")) == globex


def test_records_say_what_the_files_are(played: Played) -> None:
    """The newest delivered revision of each place has the checksum, size and rows of its file."""
    newest = {each["location"]: each for each in delivered(played)}
    # To two clients from two environments; to Acme's folder in development; the weather
    assert len(newest) == 2 * (6 + 1) + 1 + 2
    for location, delivery in newest.items():
        assert delivery["checksum"] == f"sha256:{sha256(Path(location))}"
        assert delivery["bytes"] == Path(location).stat().st_size
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
