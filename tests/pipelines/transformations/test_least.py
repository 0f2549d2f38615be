"""A file that names only what it must: no parameter, check or delivery. Its pages open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import duckdb
import pytest
from django.test import Client

from deployments.rollouts.models import Deployment
from pipelines.execution import work
from pipelines.runs import operations as runs
from pipelines.runs.models import Run
from portal.catalog.models import Component
from tests.doors import all_doors
from tests.pipelines.factories import House

pytestmark = pytest.mark.django_db
NAME = "plain-rows"
LEAST = {
    "apiVersion": "slipway/v1",
    "kind": "Transformation",
    "metadata": {"name": NAME, "team": "airline-data"},
    "spec": {
        "engine": "duckdb",
        "inputs": {"flights": {"connection": "nyc-files", "path": "flights.parquet"}},
        "sql": "SELECT carrier FROM flights",
    },
}
# Of what there is one, by what stands before it in an address
ITS_OWN = {
    "components": "{name}",
    "transformations": "{name}",
    "runs": "{number}",
    "deployments": "{number}",
}

NOT_HERS = {f"/components/{NAME}/edit"}
PIN = f"/components/{NAME}/health/pins/1/"
NO_PINS = {f"{PIN}edit", f"{PIN}remove", f"{PIN}panels/chart"}


def addresses(run: Run, deployment: Deployment) -> list[str]:
    """Each page and answer about this component, its version, run and deployment."""
    numbers = {"runs": run, "deployments": deployment}
    found = []
    for door in sorted(all_doors()):
        verb, path = door.split(" ")
        parts = path.removeprefix("/api/v1").strip("/").split("/")
        if verb != "GET" or parts[0] not in ITS_OWN or "{" not in path:
            continue
        own = numbers.get(parts[0])
        values = {"name": NAME, "environment": "staging", "against": "1"}
        values |= {"number": str(own.number) if own else "1", "pk": str(own.pk) if own else "1"}
        try:
            found.append(path.format(**values))
        except KeyError:  # of a thing that it has not
            continue
    return found


@pytest.fixture
def run(house: House, zygote: str, now: datetime) -> Run:
    source = house.folder / "sources" / "flights.parquet"
    duckdb.sql(f"COPY (SELECT 'C1' AS carrier) TO '{source}' (FORMAT parquet)")
    house.live(LEAST, now=now)
    run = runs.start(
        transformation=Component.objects.get(name=NAME).transformation,
        environment=house.environment,
        parameters={},
        by=house.developer,
        now=now,
    )
    work.execute(run_id=str(run.pk), worker="test", clock=lambda: now)
    run.refresh_from_db()
    return run


def test_it_runs(run: Run) -> None:
    assert run.state == Run.State.SUCCEEDED, run.message


def test_every_page_about_it_opens(run: Run, browser: Callable[[str], Client]) -> None:
    mira = browser("mira")
    asked = addresses(run, Deployment.objects.get())
    assert len(asked) > 60
    codes = {path: mira.get(path).status_code for path in asked}  # what breaks raises
    pages = {path: code for path, code in codes.items() if not path.startswith("/api/")}
    assert {path for path, code in pages.items() if code >= 400} == NOT_HERS | NO_PINS
