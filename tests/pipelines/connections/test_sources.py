"""What an input is in an environment: files inside the folder, and nothing else."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.connections import operations
from pipelines.connections.sources import queries
from pipelines.connections.sources.base import Portion, SourceError, Wanted
from pipelines.connections.sources.directory import DirectorySource
from portal.errors import Refused
from tests.pipelines.factories import House


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    for name in (
        "flights.parquet", "2013/01.csv", "2013/02.csv.gz", "2013/03.txt", "lines.jsonl",
        ".hidden.csv", "2013/.part.csv", ".secret/a.csv",
    ):  # fmt: skip
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x")
    (tmp_path / "outside.csv").write_text("secret")
    (root / "leak.csv").symlink_to(tmp_path / "outside.csv")
    (root / "away").symlink_to(tmp_path)
    (root / "alias.csv").symlink_to(root / "2013/01.csv")
    return root


def names(folder: Path, path: str, format: str = "") -> list[str]:
    found = DirectorySource().resolve(str(folder), Wanted("x", path=path, format=format))
    return [str(Path(each).relative_to(folder)) for each in found.paths]


@pytest.mark.parametrize(
    ("path", "said", "format", "files"),
    [
        ("flights.parquet", "", "parquet", ["flights.parquet"]),
        ("2013/*.csv", "", "csv", ["2013/01.csv"]),
        ("2013/0[12].csv*", "csv", "csv", ["2013/01.csv", "2013/02.csv.gz"]),
        ("2013/02.csv.gz", "", "csv", ["2013/02.csv.gz"]),
        ("2013/03.txt", "csv", "csv", ["2013/03.txt"]),
        ("lines.jsonl", "", "json", ["lines.jsonl"]),
        ("lines.jsonl", "jsonl", "json", ["lines.jsonl"]),
        ("alias.csv", "", "csv", ["2013/01.csv"]),
        ("**/0?.csv", "", "csv", ["2013/01.csv"]),
    ],
)
def test_files_are_found_with_their_format(
    folder: Path, path: str, said: str, format: str, files: list[str]
) -> None:
    found = DirectorySource().resolve(str(folder), Wanted("x", path=path, format=said))
    assert (found.name, found.format) == ("x", format)
    assert names(folder, path, said) == files
    assert all(Path(each).is_absolute() for each in found.paths)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("nothing.csv", "There is no nothing.csv in its folder"),
        ("2013", "tells no format"),
        ("2013/03.txt", "tells no format"),
        ("../outside.csv", "not a path inside"),
        ("2013/../../outside.csv", "not a path inside"),
        ("/etc/passwd.csv", "not a path inside"),
        ("a//b.csv", "not a path inside"),
        (".hidden.csv", "not a path inside"),
        (".secret/*.csv", "not a path inside"),
        ("leak.csv", "a link that leaves the folder"),
        ("l*.csv", "a link that leaves the folder"),
        ("away/outside.csv", "a link that leaves the folder"),
        ("away/*.csv", "a link that leaves the folder"),
        ("*/outside.csv", "a link that leaves the folder"),
    ],
)
def test_nothing_else_is_reached(folder: Path, path: str, words: str) -> None:
    with pytest.raises(SourceError, match="The input x") as caught:
        DirectorySource().resolve(str(folder), Wanted("x", path=path))
    assert words in caught.value.message
    assert caught.value.permanent


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.lists(st.sampled_from(["..", ".", "", "*", "**", "away", "2013", "l*", "0?.csv",
                                      "*.csv", "leak.csv"]), min_size=1).map("/".join))  # fmt: skip
def test_no_path_reaches_outside(folder: Path, path: str) -> None:
    try:
        found = DirectorySource().resolve(str(folder), Wanted("x", path=path, format="csv"))
    except SourceError:
        return
    assert all(Path(each).resolve().is_relative_to(folder) for each in found.paths)
    assert not any("/." in each for each in found.paths)


def test_a_folder_that_was_replaced_by_a_link_is_not_read(folder: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    folder.rename(moved)
    folder.symlink_to(moved)
    with pytest.raises(SourceError, match="leads elsewhere"):
        DirectorySource().resolve(str(folder), Wanted("x", path="flights.parquet"))


def test_a_folder_that_is_away_may_come_back(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is not there") as caught:
        DirectorySource().resolve(str(tmp_path / "gone"), Wanted("x", path="a.csv"))
    assert not caught.value.permanent


def resolved(house: House, **entry: Any) -> list[str]:
    inputs = {"flights": {"connection": "nyc-files", **entry}}
    (found,) = queries.gather(
        inputs=inputs,
        environment=house.environment,
        parameters={"month": "../1"},
        folder=house.folder / "fetched",
        portion=Portion(),
        beat=lambda: True,
        note=print,
    )
    return list(found.paths)


def test_an_input_is_found_by_its_connection_s_binding(house: House) -> None:
    assert resolved(house, path="flights.parquet") == [
        str(house.folder / "sources/flights.parquet")
    ]


def test_parameters_in_a_path_can_not_leave_the_folder(house: House) -> None:
    (house.folder / "sources/%2E.%2F1.csv").write_text("x")
    assert resolved(house, path="{month}.csv") == [str(house.folder / "sources/%2E.%2F1.csv")]


def test_an_input_that_is_not_bound_here_is_told(house: House, now: datetime) -> None:
    operations.unbind(
        thing=house.connection, environment=house.environment, by=house.owner, now=now
    )
    with pytest.raises(SourceError, match="nyc-files has no binding in staging") as caught:
        resolved(house, path="flights.parquet")
    assert caught.value.permanent


def test_a_folder_shows_the_files_that_can_be_inputs(folder: Path) -> None:
    shelf = DirectorySource().browse(str(folder))
    assert [(each.name, each.format) for each in shelf.offers] == [
        ("alias.csv", "csv"), ("flights.parquet", "parquet"), ("lines.jsonl", "json"),
        ("2013/01.csv", "csv"), ("2013/02.csv.gz", "csv"),
    ]  # fmt: skip
    assert {each.bytes for each in shelf.offers} == {1}
    assert not shelf.has_more


def test_a_shelf_is_searched_and_cut(folder: Path) -> None:
    found = DirectorySource().browse(str(folder), search="2013", most=1)
    assert ([each.name for each in found.offers], found.has_more) == (["2013/01.csv"], True)


def test_columns_and_first_rows_are_read_in_the_sandbox(house: House) -> None:
    wish = Wanted("flights", path="flights.parquet")
    place = {"connection": house.connection, "environment": house.environment}
    columns = queries.describe(**place, wanted=wish)
    assert [(each.name, each.type) for each in columns] == [
        ("month", "BIGINT"), ("carrier", "VARCHAR"),
    ]  # fmt: skip
    assert queries.sample(**place, wanted=wish, rows=2).rows == ((1, "C0"), (2, "C1"))
    assert queries.browse(**place).offers[0].name == "flights.parquet"


def test_a_file_that_is_no_data_is_told_in_words(house: House) -> None:
    (house.folder / "sources/broken.parquet").write_text("no")
    place = {"connection": house.connection, "environment": house.environment}
    with pytest.raises(Refused, match="The input x cannot be read"):
        queries.describe(**place, wanted=Wanted("x", path="broken.parquet"))


def test_looking_around_where_nothing_is_bound_names_who_can_help(
    house: House, now: datetime
) -> None:
    operations.unbind(
        thing=house.connection, environment=house.environment, by=house.owner, now=now
    )
    with pytest.raises(Refused, match=r"no binding in staging\. .*can bind it"):
        queries.browse(connection=house.connection, environment=house.environment)
