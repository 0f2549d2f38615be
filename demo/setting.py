"""Makes what the story needs before it begins, each thing once, by asking whether it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from demo import cast
from demo.client import Api, Surprise, new_token
from demo.record import Record

Say = Callable[[str], None]


def people_and_teams(platform: Api, record: Record) -> dict[str, Api]:
    """Teams, people in them, and a way in for each person with a token of their own."""
    _ensure(platform, "teams/", cast.TEAMS)
    there = {user["username"]: user["teams"] for user in platform.every("users/")}
    missing = [person for person in cast.PEOPLE if person.username not in there]
    for person in missing:
        record.password(person.username)  # kept before it is used
    with ThreadPoolExecutor(max_workers=4) as side_by_side:  # hashing a password takes a while
        list(side_by_side.map(partial(_let_in, platform, record), missing))
        for person in cast.PEOPLE:
            _join(platform, person, there.get(person.username, []))
        ways = list(side_by_side.map(partial(way_in, platform.address, kept=record), cast.PEOPLE))
    for way in ways:
        record.keep_token(way.username, way.token)
    return {way.username: way for way in ways}


def way_in(address: str, person: cast.Person, *, kept: Record) -> Api:
    """The person's token of an earlier play, or a new one by their name and password."""
    token = kept.tokens.get(person.username)
    if token is None:
        if person.username not in kept.passwords:
            raise Surprise(
                f"{person.full_name} is there already, and nobody has kept a password for "
                f"{person.username} in {kept.path}: the story needs a Slipway of its own."
            )
        password = kept.passwords[person.username]
        token = new_token(address, person.username, password, "demonstration", person.scopes)
    return Api(address, person.username, token)


def places(platform: Api, stage: Path) -> None:
    """Environments, the source, clients and their destinations, and where each of them is."""
    _ensure(platform, "environments/", cast.ENVIRONMENTS)
    _ensure(platform, "connections/", (cast.CONNECTION,))
    _ensure(platform, "clients/", cast.CLIENTS)
    _ensure(platform, "destinations/", cast.DESTINATIONS)
    _bind(platform, stage)
    _grant(platform)


def delivery_folder(stage: Path, environment: str, destination: str) -> Path:
    """Where a destination of the story lies in an environment."""
    return stage / "deliveries" / environment / destination


def source_folder(stage: Path) -> Path:
    return stage / "sources"


def _ensure(api: Api, path: str, things: Iterable[Mapping[str, Any]]) -> None:
    """Make those that are not there yet."""
    there = {thing["name"] for thing in api.every(path)}
    for thing in things:
        if thing["name"] not in there:
            api.post(path, **thing)


def _let_in(platform: Api, record: Record, person: cast.Person) -> None:
    platform.post(
        "users/",
        username=person.username,
        full_name=person.full_name,
        email=person.email,
        password=record.passwords[person.username],
        is_platform=person.is_platform,
    )


def _join(platform: Api, person: cast.Person, held: list[dict[str, str]]) -> None:
    for team, role in person.teams:
        if {"team": team, "role": role} not in held:
            platform.post(f"teams/{team}/members/", user=person.username, role=role)


def _bind(platform: Api, stage: Path) -> None:
    bound = {
        (binding["connection"] or binding["destination"], binding["environment"])
        for binding in platform.every("bindings/")
    }
    wanted = [
        ("connection", str(cast.CONNECTION["name"]), environment, source_folder(stage))
        for environment in (place["name"] for place in cast.ENVIRONMENTS)
    ]
    wanted += [
        ("destination", drop, environment, delivery_folder(stage, environment, drop))
        for environment, drops in cast.BOUND.items()
        for drop in drops
    ]
    for kind, name, environment, folder in wanted:
        if (name, environment) not in bound:
            folder.mkdir(parents=True, exist_ok=True)
            body = {kind: name, "environment": environment, "address": str(folder)}
            platform.post("bindings/", **body)


def _grant(platform: Api) -> None:
    given = {
        (grant["team"], grant["kind"], grant["name"], grant["use"])
        for grant in platform.every("grants/")
    }
    for team, kind, name, use, reason in cast.GRANTS:
        if (team, kind, name, use) not in given:
            platform.post("grants/", team=team, kind=kind, name=name, use=use, reason=reason)
