"""A small house for tests of runs and deliveries: built by the operations, on real folders."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from deployments.environments import operations as environments
from deployments.environments.models import Environment
from deployments.releases.models import Release
from deployments.rollouts import operations as rollouts
from deployments.rollouts.models import Deployment
from pipelines.connections import operations as connections
from pipelines.connections.models import Client, Connection, Destination
from pipelines.deliveries.models import Delivery
from pipelines.engines.base import CheckOutcome, EngineError, Outcome
from pipelines.execution import operations as execution
from pipelines.execution.preparation import Claim
from pipelines.runs import artifacts
from pipelines.runs import operations as runs
from pipelines.runs.models import Run
from pipelines.transformations import operations as transformations
from pipelines.transformations.models import Version
from portal.accounts.models import Team, User
from portal.catalog.models import Component

SQL = "SELECT carrier, count(*) AS flights FROM flights WHERE month = $month GROUP BY carrier"


def file(sql: str = SQL, **spec: Any) -> dict[str, Any]:
    """A transformation's file; `spec` replaces parts of it."""
    return {
        "apiVersion": "slipway/v1",
        "kind": "Transformation",
        "metadata": {
            "name": "carrier-punctuality",
            "team": "airline-data",
            "description": "How many flights each carrier flew.",
        },
        "spec": {
            "engine": "duckdb",
            "inputs": {"flights": {"connection": "nyc-files", "path": "flights.parquet"}},
            "parameters": {"month": {"type": "integer", "default": 1, "minimum": 1, "maximum": 12}},
            "sql": sql,
            "contract": {
                "key": ["carrier"],
                "columns": [
                    {"name": "carrier", "type": "varchar", "required": True},
                    {"name": "flights", "type": "bigint", "required": True},
                ],
            },
            "checks": [
                {
                    "name": "no flight counted twice",
                    "sql": "SELECT 1 WHERE (SELECT sum(flights) FROM result) <> "
                    "(SELECT count(*) FROM flights WHERE month = $month)",
                }
            ],
            "deliveries": [
                {
                    "client": "acme-travel",
                    "destination": "acme-drop",
                    "format": "parquet",
                    "path": "punctuality/{month}.parquet",
                }
            ],
            **spec,
        },
    }


@dataclass
class House:
    """Everything that a run needs, and shortcuts for what tests do over and over."""

    folder: Path
    team: Team
    owner: User  # a maintainer of the team that owns the sources and clients, and of `team`
    developer: User
    approver: User
    environment: Environment
    connection: Connection
    client: Client
    destination: Destination

    @property
    def drop(self) -> Path:
        return self.folder / "drop"

    def register(self, content: Mapping[str, Any], *, now: datetime) -> Version:
        version, _ = transformations.register(file=dict(content), by=self.developer, now=now)
        return version

    def release_of(self, version: Version) -> Release:
        return Release.objects.get(
            component=version.transformation.component, number=version.number
        )

    def component(self) -> Component:
        """The component of the file that tests use."""
        return Component.objects.get(name="carrier-punctuality")

    def deploy(self, version: Version, *, now: datetime) -> Deployment:
        """Ask for it, and let the control worker's function do every step."""
        deployment = rollouts.request(
            component=version.transformation.component,
            release=self.release_of(version),
            environment=self.environment,
            by=self.developer,
            now=now,
        )
        rollouts.work(deployment_id=str(deployment.pk), worker="test", now=now)
        deployment.refresh_from_db()
        return deployment

    def live(self, content: Mapping[str, Any] | None = None, *, now: datetime) -> Version:
        """Register and deploy; the version that is live then."""
        version = self.register(content or file(), now=now)
        deployment = self.deploy(version, now=now)
        assert deployment.state == Deployment.State.SUCCEEDED, deployment.message
        return version

    def shown(self) -> dict[str, bytes]:
        """What the client sees: complete files, by path."""
        return {
            str(path.relative_to(self.drop)): path.read_bytes()
            for path in sorted(self.drop.rglob("*"))
            if path.is_file() and ".slipway" not in path.parts
        }


def build(people: Mapping[str, User], team: Team, folder: Path, *, now: datetime) -> House:
    """Sources, client, destination, bindings and grants of airline-data, in one environment."""
    admin, owner = people["priya"], people["tomas"]
    environment = environments.create(
        name="staging",
        title="Staging",
        order=20,
        approvals=0,
        is_production=False,
        by=admin,
        now=now,
    )
    connection = connections.create_connection(
        name="nyc-files", kind="directory", team=team, by=owner, now=now
    )
    client = connections.create_client(
        name="acme-travel", title="Acme Travel", team=team, by=owner, now=now
    )
    destination = connections.create_destination(
        name="acme-drop", kind="directory", client=client, team=team, by=owner, now=now
    )
    make_flights(folder / "sources" / "flights.parquet")
    (folder / "drop").mkdir(exist_ok=True)
    for thing, place in ((connection, "sources"), (destination, "drop")):
        connections.bind(
            thing=thing, environment=environment, address=str(folder / place), by=owner, now=now
        )
    for thing in (connection, client, destination):
        connections.give(thing=thing, team=team, use="use", by=owner, now=now, reason="")
    return House(
        folder=folder,
        team=team,
        owner=owner,
        developer=people["mira"],
        approver=people["ines"],
        environment=environment,
        connection=connection,
        client=client,
        destination=destination,
    )


def make_flights(path: Path, rows: int = 1200) -> Path:
    """Flights of a year: a Parquet file that is the same every time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    duckdb.sql(
        f"COPY (SELECT i % 12 + 1 AS month, 'C' || (i % 7) AS carrier FROM range({rows}) t(i)) "
        f"TO '{path}' (FORMAT parquet)"
    )
    return path


def staged(claim: Claim, content: bytes = b"PAR1 rows PAR1", *, rows: int = 7) -> Outcome:
    """What an engine answers after it has staged `content` as the claim's result."""
    artifacts.make_room(claim.result_path).write_bytes(content)
    return Outcome(
        rows_in=1200,
        rows_out=rows,
        bytes_in=1000,
        bytes_out=len(content),
        cpu_seconds=0.01,
        ran_for=0.02,
        peak_memory=1 << 20,
        checksum=f"sha256:{hashlib.sha256(content).hexdigest()}",
        checks=(CheckOutcome("no flight counted twice", True, "passed", 0),),
        columns=(),
        log=("2026-11-20T14:00:00Z began",),
    )


def ran(house: House, now: datetime, trouble: str = "", *, rows: int = 7) -> Run:
    """A run of what is live, with so many rows; it fails where there is trouble."""
    run = runs.start(
        transformation=house.component().transformation,
        environment=house.environment,
        parameters={},
        by=house.developer,
        now=now,
        request_key=f"at-{now:%H-%M-%S}",
    )
    claim = execution.claim(run_id=str(run.pk), worker="test", now=now)
    assert claim is not None
    if trouble:
        error = EngineError(trouble, permanent=True, kind="sql")
        execution.fail(claim=claim, error=error, now=later(now, 1))
    else:
        assert execution.succeed(claim=claim, outcome=staged(claim, rows=rows), now=now)
    return Run.objects.select_related("deployment__release", "version").get(pk=run.pk)


def later(now: datetime, seconds: float) -> datetime:
    return now + timedelta(seconds=seconds)


def deliveries(run: Run) -> list[Delivery]:
    return list(Delivery.objects.filter(run=run).order_by("name", "revision"))
