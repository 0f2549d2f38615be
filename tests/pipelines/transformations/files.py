"""A file as people write it, and ways to change one thing in it."""

from __future__ import annotations

GOOD = """\
apiVersion: slipway/v1
kind: Transformation
metadata:
  name: carrier-punctuality
  team: airline-data
  description: How punctual each carrier was, by month.
spec:
  engine: duckdb
  inputs:
    flights:  {connection: nyc-files, path: flights.parquet}
    carriers: {connection: nyc-files, path: airlines.csv}
  parameters:
    month: {type: integer, default: 1, minimum: 1, maximum: 12}
  sql: |
    SELECT c.name AS carrier, count(*) AS flights,
      avg(f.arr_delay) AS mean_delay_minutes
    FROM flights f JOIN carriers c USING (carrier)
    WHERE f.month = $month GROUP BY 1
  contract:
    key: [carrier]
    columns:
      - {name: carrier, type: varchar, required: true}
      - {name: flights, type: bigint, required: true}
      - {name: mean_delay_minutes, type: double}
  checks:
    - {name: every carrier flew, sql: "SELECT * FROM result WHERE flights <= 0"}
    - name: no flight counted twice
      sql: SELECT 1 WHERE (SELECT sum(flights) FROM result) <> (SELECT count(*) FROM flights)
  deliveries:
    - {client: acme-travel, destination: acme-drop, format: parquet, path: "p/{month}.parquet"}
  defaults:
    schedule: {cron: "0 6 * * *", timezone: Europe/Berlin, catch_up: latest}
    objectives: {freshness: 26h, success: 99.5}
    limits: {memory_mb: 256, seconds: 60}
source:
  repository: https://git.example/air/punctuality
  commit: 3f9c2ab
  path: carrier.yaml
  committed_at: 2026-11-20T09:30:00Z
"""


def changed(old: str, new: str) -> str:
    """The good file with one thing changed; what is to be changed must stand there once."""
    assert GOOD.count(old) == 1, f"{old!r} stands {GOOD.count(old)} times in the file"
    return GOOD.replace(old, new)
