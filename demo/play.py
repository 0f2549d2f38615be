"""Plays the demonstration: data, people, acts, and what is left in the hand at the end."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from demo import cast, data, record, setting, story
from demo.client import Api
from demo.record import Record
from demo.setting import Say
from demo.story import PUNCTUALITY, Story

DEMO = "demo.json"


def play(*, address: str, folder: Path, kept: Record, say: Say) -> None:
    """Play what was not played yet, with `kept` holding a way in for the first person.

    `folder` is Slipway's data folder: sources and deliveries lie in `demo/` there, and
    `demo.json` is written into it. A Surprise stops it; playing again goes on from there.
    """
    begun = time.monotonic()
    first = setting.way_in(address, cast.FIRST, kept=kept)
    try:
        if story.is_over(kept):
            say("The demonstration has been played here already. Nothing was changed.")
        else:
            _perform(first, folder, kept, say)
            say(f"Played in {time.monotonic() - begun:.1f} s.")
    finally:
        first.close()
    account = told(address, folder, kept)
    record.write(folder / DEMO, account)


def told(address: str, folder: Path, kept: Record) -> dict[str, Any]:
    """What people and programs need to go on from here: the content of `demo.json`."""
    facts = kept.facts
    stage = folder / "demo"
    return {
        "address": address,
        "played_at": facts["played_at"],
        "people": [
            {
                "username": person.username,
                "password": kept.passwords[person.username],
                "full_name": person.full_name,
                "role": person.note,
                "teams": [{"team": team, "role": role} for team, role in person.teams],
                "is_platform": person.is_platform,
                "token": kept.tokens[person.username],
                "scopes": person.scopes,
            }
            for person in cast.PEOPLE
        ],
        "tokens": {person.username: kept.tokens[person.username] for person in cast.PEOPLE},
        "links": _links(address, facts),
        "names": {
            "teams": [team["name"] for team in cast.TEAMS],
            "environments": [environment["name"] for environment in cast.ENVIRONMENTS],
            "components": [PUNCTUALITY, story.WEATHER, story.FLEET],
            "connections": [cast.CONNECTION["name"]],
            "clients": [client["name"] for client in cast.CLIENTS],
            "destinations": [destination["name"] for destination in cast.DESTINATIONS],
        },
        "facts": facts,
        "folders": {
            "sources": str(setting.source_folder(stage)),
            "deliveries": {
                environment: {
                    drop: str(setting.delivery_folder(stage, environment, drop)) for drop in drops
                }
                for environment, drops in cast.BOUND.items()
            },
        },
    }


def _perform(first: Api, folder: Path, kept: Record, say: Say) -> None:
    stage = folder / "demo"
    with ThreadPoolExecutor(max_workers=1) as beside:
        making = beside.submit(data.make, setting.source_folder(stage))
        people = setting.people_and_teams(first, kept)
        rows = making.result()
    say(f"{rows['flights.parquet']:,} flights of 2013 lie ready, with weather, planes, airlines")
    setting.places(first, stage)
    say("Teams, people, environments, clients and grants are there")
    story.play(Story(people, kept, say))
    kept.facts.setdefault("played_at", datetime.now(UTC).isoformat(timespec="seconds"))
    kept.keep()
    for api in people.values():
        api.close()


def _links(address: str, facts: dict[str, Any]) -> list[dict[str, str]]:
    pages = {
        PUNCTUALITY: f"/components/{PUNCTUALITY}/",
        "the bad deployment": f"/deployments/{facts['bad_deployment']}/",
        "its rollback": f"/deployments/{facts['rollback']}/",
        "the run that was delivered twice": f"/runs/{facts['wrong_run_number']}/",
        "the run that its check stopped": f"/runs/{facts['stopped_run']}/",
        "what v3 did beside v1": f"/deployments/{facts['bad_deployment']}/#comparison",
        "the logs of it": f"/components/{PUNCTUALITY}/logs/",
        "all changes on one axis": f"/changes/?component={PUNCTUALITY}&days=1",
        "DORA in production": f"/dora/?component={PUNCTUALITY}&environment=production&days=7",
        "its runs by due time": f"/components/{PUNCTUALITY}/grid?environment=production",
        "what calls what in this portal": "/service-map/",
        "the audit": f"/audit/?component={PUNCTUALITY}",
    }
    if traced := facts.get("traced"):
        pages["one trace, from the question to the delivery"] = f"/traces/{traced['trace_id']}/"
    return [{"title": title, "url": address + path} for title, path in pages.items()]
