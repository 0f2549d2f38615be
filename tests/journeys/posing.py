"""What pictures need and the demonstration does not leave, put there once over the API.

A draft with a preview, a golden path half-way, and a change that waits for a second person. They
are found again the next time. Nothing of it is registered, started or deployed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from demo import verbs
from demo.client import Api

DRAFT = "hours-of-delay"
FILE = f"""\
apiVersion: slipway/v1
kind: Transformation
metadata:
  name: {DRAFT}
  team: airline-data
  title: Hours of delay
  description: How late flights leave each airport of New York, hour by hour.
spec:
  engine: duckdb
  inputs:
    flights: {{connection: nyc-files, path: flights.parquet}}
  parameters:
    month: {{type: integer, default: 1, minimum: 1, maximum: 12, description: The month of 2013.}}
  sql: |
    -- Flights that never left have no delay: they are counted apart.
    SELECT
      origin,
      hour,
      count(*) AS flights,
      count(*) FILTER (WHERE dep_time IS NULL) AS cancelled,
      round(avg(dep_delay), 1) AS mean_delay,
      quantile_cont(dep_delay, 0.9) AS nine_in_ten
    FROM flights
    WHERE month = $month
    GROUP BY origin, hour
    ORDER BY origin, hour
  contract:
    key: [origin, hour]
    columns:
      - {{name: origin, type: varchar, required: true, description: The airport.}}
      - {{name: hour, type: integer, required: true, description: The hour that was planned.}}
      - {{name: flights, type: bigint, required: true}}
      - {{name: cancelled, type: bigint, required: true}}
      - {{name: mean_delay, type: double}}
      - {{name: nine_in_ten, type: double}}
  checks:
    - name: every hour has flights
      sql: SELECT origin, hour FROM result WHERE flights = 0
  deliveries:
    - client: acme-travel
      destination: acme-drop
      format: parquet
      path: "hours/{{month}}.parquet"
  defaults:
    schedule: {{cron: "30 6 2 * *", timezone: America/New_York, catch_up: latest}}
"""
ANSWERS = {
    "client": "wayne-tours",
    "title": "Wayne Tours",
    "team": "airline-data",
    "contact": "data@wayne.example",
    "destination": "wayne-hook",
    "kind": "webhook",
    "environments": ["staging", "production"],
    "transformation": "carrier-punctuality",
    "format": "jsonl",
    "path": "punctuality/{month}.jsonl",
}


def pose(people: Mapping[str, Api]) -> dict[str, Any]:
    """The numbers of what is put there."""
    verbs.configure(
        people["mira"],
        "airport-weather",
        "production",
        {"limits": {"seconds": 120}},
        "A year at once takes a minute longer.",
    )
    return {"draft": _draft(people["mira"]), "path_run": _path_run(people["ines"])}


def _draft(mira: Api) -> int:
    for found in mira.every("drafts/", state="open"):
        if found["name"] == DRAFT:
            return int(found["number"])
    made = mira.post("drafts/", team="airline-data", file=FILE)
    asked = mira.post("previews/", draft=made["id"])
    path = f"previews/{asked['id']}/"
    mira.until(path, lambda seen: seen["state"] not in {"queued", "running"}, "The preview")
    return int(made["number"])


def _path_run(ines: Api) -> int:
    for found in ines.every("golden-path-runs/", state="draft"):
        if found["subject"] == ANSWERS["client"]:
            return int(found["number"])
    made = ines.post("golden-path-runs/", path="new-client-and-delivery", answers=ANSWERS)
    return int(made["number"])
