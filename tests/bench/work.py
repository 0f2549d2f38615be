"""The data and the queries that everything is measured with."""

from __future__ import annotations

from pathlib import Path

import duckdb

TINY_SQL = (
    "SELECT carrier, count(*) AS flights, avg(delay) AS mean_delay, max(delay) AS worst "
    "FROM flights GROUP BY carrier"
)
HEAVY_SQL = (
    "SELECT carrier, origin, day, count(*) AS flights, avg(delay) AS mean_delay, "
    "quantile_cont(delay, 0.9) AS p90, count(DISTINCT tail) AS planes "
    "FROM flights GROUP BY carrier, origin, day"
)
COLUMNS = (
    "SELECT 'C' || (i % 16) AS carrier, 'O' || (hash(i) % 3) AS origin, (i % 365) AS day, "
    "hash(i, 7) % 4000 AS tail, ((hash(i, 3) % 2000)::INTEGER - 600) / 10.0 AS delay "
)


def make_flights(path: Path, rows: int) -> Path:
    """A Parquet file of that many made-up flights, the same every time."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        duckdb.sql(f"COPY ({COLUMNS} FROM range({rows}) t(i)) TO '{path}' (FORMAT parquet)")
    return path


def transformation(*, name: str, team: str, sql: str, path: str, limits: dict[str, int]) -> dict:
    """A transformation's file, with one delivery to a directory."""
    return {
        "apiVersion": "slipway/v1",
        "kind": "Transformation",
        "metadata": {"name": name, "team": team, "description": "Measured."},
        "spec": {
            "engine": "duckdb",
            "inputs": {"flights": {"connection": "bench-files", "path": path}},
            "parameters": {"number": {"type": "integer", "default": 0}},
            "sql": sql.replace("FROM flights", "FROM flights WHERE $number >= 0"),
            "contract": {
                "key": ["carrier"] if "origin" not in sql else ["carrier", "origin", "day"],
                "columns": [
                    {"name": "carrier", "type": "varchar", "required": True},
                    {"name": "flights", "type": "bigint", "required": True},
                    {"name": "mean_delay", "type": "double"},
                ]
                + (
                    [{"name": "worst", "type": "double"}]
                    if "worst" in sql
                    else [
                        {"name": "origin", "type": "varchar"},
                        {"name": "day", "type": "bigint"},
                        {"name": "p90", "type": "double"},
                        {"name": "planes", "type": "bigint"},
                    ]
                ),
            },
            "checks": [
                {"name": "every carrier flew", "sql": "SELECT * FROM result WHERE flights <= 0"}
            ],
            "deliveries": [
                {
                    "client": "bench-client",
                    "destination": "bench-drop",
                    "format": "parquet",
                    "path": name + "-{number}.parquet",
                }
            ],
            "defaults": {"limits": limits},
        },
    }
