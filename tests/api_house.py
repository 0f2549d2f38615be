"""A running portal set up over the public API: a team, a source, a client, live transformations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.bench import work
from tests.portal_process import Portal

HEAVY_LIMITS = {"memory_mb": 4096, "threads": 2, "seconds": 600}
ROWS = {"tiny": 10_000, "heavy": 10_000_000}
QUERIES: dict[str, tuple[str, dict[str, int]]] = {
    "tiny": (work.TINY_SQL, {}),
    "heavy": (work.HEAVY_SQL, HEAVY_LIMITS),
}


@dataclass
class House:
    """The portal and a client that is signed in to its API."""

    portal: Portal
    api: httpx.Client

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        answer = self.api.post(path, json=body)
        if answer.is_error:
            raise SystemExit(f"POST {path} {body}\n{answer.status_code} {answer.text}")
        return answer.json() if answer.content else {}

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        return self.api.get(path, params=query).raise_for_status().json()

    @property
    def drop(self) -> Path:
        return self.portal.data_dir / "drop"


def build(portal: Portal, *, names: tuple[str, ...] = ("tiny",)) -> House:
    """Teams, names, bindings, grants; the transformations `names` live in staging."""
    said = portal.manage(
        "create_platform_admin", "bench", "--full-name", "Bench", "--token", "bench"
    )
    token = re.search(r"slw_\S+", said)
    assert token, said
    house = House(
        portal,
        httpx.Client(
            base_url=f"{portal.address}/api/v1",
            headers={"Authorization": f"Bearer {token.group()}"},
            timeout=30,
        ),
    )
    sources = portal.data_dir / "sources"
    house.drop.mkdir()
    for name in names:
        work.make_flights(sources / f"{name}.parquet", ROWS[name])
    house.post("/teams/", name="bench", title="Bench")
    house.post("/environments/", name="staging", title="Staging", order=10, approvals=0)
    house.post("/connections/", name="bench-files", kind="directory", team="bench")
    house.post("/clients/", name="bench-client", title="Client", team="bench")
    house.post(
        "/destinations/",
        name="bench-drop",
        kind="directory",
        client="bench-client",
        team="bench",
    )
    for kind, name, folder in (
        ("connection", "bench-files", sources),
        ("destination", "bench-drop", house.drop),
    ):
        house.post("/bindings/", environment="staging", address=str(folder), **{kind: name})
    for kind, name in (
        ("connection", "bench-files"),
        ("client", "bench-client"),
        ("destination", "bench-drop"),
    ):
        house.post("/grants/", team="bench", kind=kind, name=name, use="use")
    for name in names:
        go_live(house, name, *QUERIES[name])
    return house


def go_live(house: House, name: str, sql: str, limits: dict[str, int]) -> None:
    """Register a transformation and deploy it to staging."""
    house.post(
        "/transformations/",
        **work.transformation(
            name=name, team="bench", sql=sql, path=f"{name}.parquet", limits=limits
        ),
    )
    release = house.get("/releases/", component=name)["results"][0]["id"]
    asked = house.post("/deployments/", component=name, release=release, environment="staging")
    wait_until_deployed(house, asked)


def roll_back(house: House, name: str, reason: str = "Back to the good one.") -> None:
    """Leave what is live in staging for what was before; the next run gets that."""
    wait_until_deployed(house, ask_back(house, name, reason))


def ask_back(house: House, name: str, reason: str = "Back to the good one.") -> dict[str, Any]:
    """Ask for the newest way back by name, whether it ran here or not; it is done later."""
    path = f"/components/{name}/rollback/"
    ways = house.get(path, environment="staging")
    possible = [each for each in ways if each["is_possible"]]
    named = {"release": possible[0]["release_id"]} if possible else {}
    return house.post(path, environment="staging", reason=reason, **named)


def wait_until_deployed(house: House, deployment: dict[str, Any], seconds: float = 60) -> None:
    """A deployment or rollback is asked for at once and done later: until then the old is live."""
    is_done = "SELECT state = 'succeeded' FROM deployments_deployment WHERE id = %s"
    house.portal.wait_until(is_done, deployment["id"], seconds=seconds)
    assert house.get(f"/deployments/{deployment['id']}/")["state"] == "succeeded"
