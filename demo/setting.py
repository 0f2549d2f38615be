"""Makes what the story needs before it begins, each thing once, by asking whether it is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from demo import cast
from demo.client import Api, Surprise, new_token
from demo.record import Record

Say = Callable[[str], None]


def people_and_teams(platform: Api, record: Record) -> dict[str, Api]:
    """Teams, people in them, and a way in for each person with a token of their own."""
    for team in cast.TEAMS:
        _ensure(platform, "teams/", team)
    for person in cast.PEOPLE:
        if platform.find(f"users/{person.username}/") is None:
            platform.post(
                "users/",
                username=person.username,
                full_name=person.full_name,
                email=person.email,
                password=record.password(person.username),
                is_platform=person.is_platform,
            )
        _join(platform, person)
    return {person.username: way_in(platform.address, person, record) for person in cast.PEOPLE}


def way_in(address: str, person: cast.Person, record: Record) -> Api:
    """The person's token of an earlier play, or a new one by their name and password."""
    token = record.tokens.get(person.username)
    if token is None:
        if person.username not in record.passwords:
            raise Surprise(
                f"{person.full_name} is there already, and nobody has kept a password for "
                f"{person.username} in {record.path}: the story needs a Slipway of its own."
            )
        password = record.password(person.username)
        token = new_token(address, person.username, password, "demonstration", person.scopes)
        record.keep_token(person.username, token)
    return Api(address, person.username, token)


def places(platform: Api, data: Path) -> None:
    """Environments, the source, clients and their destinations, and where each of them is."""
    for environment in cast.ENVIRONMENTS:
        _ensure(platform, "environments/", environment)
    _ensure(platform, "connections/", cast.CONNECTION)
    for client in cast.CLIENTS:
        _ensure(platform, "clients/", client)
    for destination in cast.DESTINATIONS:
        _ensure(platform, "destinations/", destination)
    _bind(platform, data)
    _grant(platform)


def delivery_folder(data: Path, environment: str, destination: str) -> Path:
    """Where a destination of the story lies in an environment."""
    return data / "deliveries" / environment / destination


def source_folder(data: Path) -> Path:
    return data / "sources"


def _ensure(api: Api, path: str, thing: dict[str, Any]) -> None:
    if api.find(f"{path}{thing['name']}/") is None:
        api.post(path, **thing)


def _join(platform: Api, person: cast.Person) -> None:
    known = platform.get(f"users/{person.username}/")
    held = {(team["team"], team["role"]) for team in known["teams"]}
    for team, role in person.teams:
        if (team, role) not in held:
            platform.post(f"teams/{team}/members/", user=person.username, role=role)


def _bind(platform: Api, data: Path) -> None:
    bound = {
        (binding["connection"] or binding["destination"], binding["environment"])
        for binding in platform.every("bindings/")
    }
    for environment in cast.ENVIRONMENTS:
        name = environment["name"]
        if ("nyc-files", name) not in bound:
            address = str(source_folder(data))
            platform.post("bindings/", connection="nyc-files", environment=name, address=address)
    for environment_name in cast.BOUND:
        for destination in cast.DESTINATIONS:
            drop = str(destination["name"])
            if (drop, environment_name) not in bound:
                folder = delivery_folder(data, environment_name, drop)
                folder.mkdir(parents=True, exist_ok=True)
                platform.post(
                    "bindings/",
                    destination=drop,
                    environment=environment_name,
                    address=str(folder),
                )


def _grant(platform: Api) -> None:
    given = {
        (grant["team"], grant["kind"], grant["name"], grant["use"])
        for grant in platform.every("grants/")
    }
    for team, kind, name, use, reason in cast.GRANTS:
        if (team, kind, name, use) not in given:
            platform.post("grants/", team=team, kind=kind, name=name, use=use, reason=reason)
