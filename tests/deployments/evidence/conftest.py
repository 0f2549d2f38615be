"""A release that did well for an hour, and the next one, under which runs fail."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoDbBlocker, Settings

from deployments.rollouts.models import Deployment
from observability.logs.stores.base import LogLine
from observability.logs.stores.postgres import PostgresLogs
from observability.partitions.batches import nanoseconds
from observability.patterns import operations as patterns
from observability.traces.stores.base import SpanLine
from observability.traces.stores.postgres import PostgresTraces
from pipelines.deliveries.models import Delivery
from pipelines.runs.models import Attempt, Run
from pipelines.transformations.models import Version
from portal.accounts.models import Team, User
from portal.catalog.models import Component
from portal.ids import first_at, uuid7
from tests.conftest import zygote
from tests.pipelines.factories import House, build, file
from tests.worlds import Kept, keep

__all__ = ["zygote"]  # the fixture

NAME = "compared-flights"
MINUTE = timedelta(minutes=1)
OTHER = "SELECT carrier, count(*) AS flights FROM flights WHERE month = $month GROUP BY 1"
GOOD, FAILED = 40, 12


@dataclass
class Compared:
    """v1 from 130 minutes ago, v2 since 50; runs once a minute or so."""

    house: House
    good: Deployment
    bad: Deployment

    @property
    def component(self) -> Component:
        return self.bad.component

    @property
    def switched_at(self) -> datetime:
        assert self.bad.live_at is not None
        return self.bad.live_at


@pytest.fixture(scope="session")
def kept_comparison(
    cast: Kept,
    zygote: str,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: DjangoDbBlocker,
) -> Kept:
    def make(people: dict[str, User], folder: Path) -> Compared:
        began = timezone.now() - MINUTE * 130
        house = build(people, Team.objects.get(name="airline-data"), folder, now=began)
        good = _deployed(house, file(), began)
        bad = _deployed(house, file(OTHER), began + MINUTE * 80)
        _ran(house, good, began + MINUTE * 35, good=GOOD, failed=0)
        _ran(house, bad, began + MINUTE * 81, good=GOOD - FAILED, failed=FAILED)
        return Compared(house, good, bad)

    with django_db_blocker.unblock():
        return keep(make, upon=cast, folder=tmp_path_factory.mktemp("compared"))


@pytest.fixture
def bad_release(people: dict[str, User], kept_comparison: Kept, settings: Settings) -> Compared:
    """With what its runs said and did in both times."""
    found: Compared = kept_comparison.put_back(people)
    settings.DIRECTORY_ROOTS = [found.house.folder]
    settings.ARTIFACTS_DIR = found.house.folder / "artifacts"
    patterns.unlearn()
    at = found.switched_at
    log("read 7 rows", at - MINUTE * 40, 40)
    log("read 9 rows", at + MINUTE, 28)
    log("no flight counted twice: 4 rows", at + MINUTE, FAILED, severity=17)
    spans("query", at - MINUTE * 40, 30, seconds=0.5)
    spans("query", at + MINUTE, 30, seconds=2.0)
    return found


def log(message: str, at: datetime, times: int, severity: int = 9, **given: Any) -> None:
    """The same line so many times, a second apart."""
    known = {"component": NAME, "environment": "staging", **given}
    PostgresLogs().write(
        [
            LogLine(
                nanoseconds(at + timedelta(seconds=n)),
                known["component"],
                known["environment"],
                "1",
                severity,
                message,
                "{}",
                *("", "", "", ""),
            )
            for n in range(times)
        ]
    )


def spans(
    name: str,
    at: datetime,
    times: int,
    *,
    seconds: float,
    failed: int = 0,
    of: str = NAME,
    every: float = 1,
    inside: str = "",
) -> None:
    """So many spans of an operation, a second apart, each in a trace of its own; or in a span."""
    PostgresTraces().write(
        [
            SpanLine(
                nanoseconds(at + timedelta(seconds=n * every)),
                int((seconds + n / 1000) * 1e9),
                uuid7().hex,
                f"{n + 1:016x}",
                inside,
                of,
                "staging",
                "1",
                name,
                1,
                n < failed,
                *("", "{}", "[]", "[]", "", ""),
            )
            for n in range(times)
        ]
    )


def _deployed(house: House, content: dict[str, Any], at: datetime) -> Deployment:
    content["metadata"]["name"] = NAME
    deployment = house.deploy(house.register(content, now=at), now=at)
    assert deployment.state == Deployment.State.SUCCEEDED, deployment.message
    return Deployment.objects.select_related("component__team", "release").get(pk=deployment.pk)


def _ran(house: House, on: Deployment, at: datetime, *, good: int, failed: int) -> None:
    """Runs of a deployment, a second apart, the failed ones first; each good one is delivered."""
    version = Version.objects.get(transformation__component=on.component, number=on.release.number)
    begun = [(at + timedelta(seconds=n), n < failed, n) for n in range(good + failed)]
    rows = [_run(house, on, version, began, is_bad, n) for began, is_bad, n in begun]
    Run.objects.bulk_create(rows)
    Attempt.objects.bulk_create(_attempt(run, on, version) for run in rows)
    Delivery.objects.bulk_create(
        _delivery(house, run, on, version) for run in rows if run.state == Run.State.SUCCEEDED
    )


def _run(
    house: House, on: Deployment, version: Version, at: datetime, is_bad: bool, number: int
) -> Run:
    return Run(
        id=type(first_at(at))(int=first_at(at).int + number),
        transformation=version.transformation,
        environment=on.environment,
        request_key=f"{on.pk}-{number}",
        parameters_digest=hashlib.sha256(b"{}").hexdigest(),
        state=Run.State.FAILED if is_bad else Run.State.SUCCEEDED,
        message="no flight counted twice: 4 rows" if is_bad else "",
        attempt=1,
        version=version,
        release=on.release,
        configuration=on.configuration,
        deployment=on,
        team=house.team,
        trace_id=uuid7().hex,
        requested_at=at,
        queued_at=at,
        started_at=at,
        finished_at=at + timedelta(seconds=2),
        revision=0 if is_bad else 1,
        rows=None if is_bad else 7,
    )


def _attempt(run: Run, on: Deployment, version: Version) -> Attempt:
    return Attempt(
        run=run,
        number=1,
        state=run.state,
        version=version,
        deployment=on,
        worker="vm:1",
        started_at=run.started_at,
        finished_at=run.finished_at,
        failure="check" if run.state == Run.State.FAILED else "",
        message=run.message,
        rows_out=run.rows,
        waited_for=0.1,
        ran_for=2.0,
    )


def _delivery(house: House, run: Run, on: Deployment, version: Version) -> Delivery:
    return Delivery(
        run=run,
        transformation=run.transformation,
        name="acme-travel/acme-drop",
        revision=1,
        client=house.client,
        destination=house.destination,
        environment=run.environment,
        format="parquet",
        result_path="",
        result_checksum="",
        state=Delivery.State.DELIVERED,
        version=version,
        release=on.release,
        deployment=on,
        team=house.team,
        trace_id=run.trace_id,
        created_at=run.finished_at,
        delivered_at=run.finished_at,
        rows=run.rows,
    )
