"""What pictures need and the demonstration does not leave, put there while they are taken.

A draft with a preview, a golden path half-way, and a change that waits for a second person. Nothing
of it is registered, started or deployed, and none of it is left behind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

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


WEATHER, PLACE = "airport-weather", "production"
REASON = "A year at once takes a minute longer."
# Who sees what is begun and not ended, and where
BEGUN = (
    ("mira", "drafts/", "open"),
    ("ines", "golden-path-runs/", "draft"),
    ("mira", "deployments/", "awaiting_approval"),
)


@contextmanager
def posed(people: Mapping[str, Api], passwords: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The numbers of what is put there, for as long as it stays: it is taken back in the end."""
    try:
        _change(people["mira"])
        yield {"draft": _draft(people["mira"]), "path_run": _path_run(people["ines"])}
    finally:
        _take_back(people, passwords)


def begun(people: Mapping[str, Api]) -> dict[str, int]:
    """How much of each kind is begun and waits for somebody to go on."""
    return {
        path: sum(1 for _ in people[name].every(path, state=state)) for name, path, state in BEGUN
    }


def _take_back(people: Mapping[str, Api], passwords: Mapping[str, str]) -> None:
    """By what anybody would do; history keeps a change that was called off, and who did it."""
    mira, ines = people["mira"], people["ines"]
    for change in _waiting(mira):
        mira.post(f"deployments/{change['id']}/abort/", reason="The pictures are taken.")
    for draft in _named(mira, "open"):
        mira.post(f"drafts/{draft['id']}/discard/")
    for run in _fillings(ines):
        _throw_away(ines, passwords["ines"], run["number"])


def _throw_away(who: Api, password: str, number: int) -> None:
    """Only the page has a button for that."""
    with httpx.Client(base_url=who.address, trust_env=False, follow_redirects=True) as browser:

        def press(address: str, form: str, **given: str) -> None:
            browser.get(address).raise_for_status()
            token = browser.cookies["csrftoken"]
            browser.post(form, data={**given, "csrfmiddlewaretoken": token}).raise_for_status()

        press("/sign-in", "/sign-in", username=who.username, password=password)
        review = f"/golden-paths/runs/{number}"
        press(f"{review}/review", f"{review}/discard")


def _waiting(mira: Api) -> list[dict[str, Any]]:
    """Not what was called off earlier: history keeps that."""
    asked = mira.every("deployments/", component=WEATHER, environment=PLACE)
    return [one for one in asked if one["reason"] == REASON and one["state"] in verbs.OPEN]


def _change(mira: Api) -> None:
    if not _waiting(mira):
        wanted = {"component": WEATHER, "environment": PLACE, "reason": REASON}
        mira.post("configurations/", values={"limits": {"seconds": 120}}, **wanted)


def _named(mira: Api, state: str) -> list[dict[str, Any]]:
    return [found for found in mira.every("drafts/", state=state) if found["name"] == DRAFT]


def _draft(mira: Api) -> int:
    """The same one each time: what was put away is brought back."""
    for found in _named(mira, "open"):
        return int(found["number"])
    for found in _named(mira, "discarded"):
        made = mira.post(f"drafts/{found['id']}/bring-back/")
        break
    else:
        made = mira.post("drafts/", team="airline-data", file=FILE)
    asked = mira.post("previews/", draft=made["id"])
    path = f"previews/{asked['id']}/"
    mira.until(path, lambda seen: seen["state"] not in {"queued", "running"}, "The preview")
    return int(made["number"])


def _fillings(ines: Api) -> list[dict[str, Any]]:
    drafts = ines.every("golden-path-runs/", state="draft")
    return [found for found in drafts if found["subject"] == ANSWERS["client"]]


def _path_run(ines: Api) -> int:
    for found in _fillings(ines):
        return int(found["number"])
    made = ines.post("golden-path-runs/", path="new-client-and-delivery", answers=ANSWERS)
    return int(made["number"])
