"""What building the whole house does over and over, each by its ordinary operation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from deployments.environments import operations as environments
from deployments.environments.models import Environment
from deployments.releases.models import Release
from deployments.rollouts import operations as rollouts
from deployments.rollouts.models import Deployment
from pipelines.backfills import operations as backfills
from pipelines.backfills.models import Backfill
from pipelines.connections import operations as connections
from pipelines.runs import operations as runs
from pipelines.runs.models import Run
from portal.accounts.models import User
from portal.catalog.models import Component
from tests.pipelines.factories import SQL, House, file


def content(number: int) -> dict[str, Any]:
    every_day = {"cron": "0 6 * * *", "timezone": "Europe/Berlin"}
    return file(SQL + f" HAVING count(*) >= {number}", defaults={"schedule": every_day})


def environment(
    people: Mapping[str, User], house: House, name: str, order: int, approvals: int, now: datetime
) -> Environment:
    """With the source of staging; nothing is delivered there."""
    environment = environments.create(
        name=name,
        title=name.title(),
        order=order,
        approvals=approvals,
        is_production=approvals > 0,
        by=people["priya"],
        now=now,
    )
    connections.bind(
        thing=house.connection,
        environment=environment,
        address=str(house.folder / "sources"),
        by=house.owner,
        now=now,
    )
    return environment


def request(
    house: House, component: Component, release: Release, environment: Environment, now: datetime
) -> Deployment:
    return rollouts.request(
        component=component,
        release=release,
        environment=environment,
        by=house.developer,
        now=now,
        reason="Next.",
    )


def work(deployment: Deployment, now: datetime) -> None:
    rollouts.work(deployment_id=str(deployment.pk), worker="test", now=now)


def deploy(
    house: House, component: Component, release: Release, environment: Environment, now: datetime
) -> None:
    """All the way, with the other maintainer's approval where one is needed."""
    deployment = request(house, component, release, environment, now)
    work(deployment, now)
    deployment.refresh_from_db()
    if deployment.state == Deployment.State.AWAITING_APPROVAL:
        rollouts.approve(deployment=deployment, by=house.approver, now=now)
        work(deployment, now)
        deployment.refresh_from_db()
    assert deployment.state == Deployment.State.SUCCEEDED, deployment.message


def configure(
    house: House,
    component: Component,
    environment: Environment,
    values: dict[str, Any],
    now: datetime,
) -> None:
    deployment = rollouts.configure(
        component=component, environment=environment, values=values, by=house.developer, now=now
    )
    work(deployment, now)


def started(house: House, component: Component, key: str, now: datetime) -> Run:
    return runs.start(
        transformation=component.transformation,
        environment=house.environment,
        parameters={},
        by=house.developer,
        now=now,
        request_key=key,
    )


def cancelled(house: House, component: Component, key: str, now: datetime) -> Run:
    run = started(house, component, key, now)
    return runs.cancel(run=run, by=house.developer, now=now)


def backfill(
    house: House, component: Component, environment: Environment, days: int, now: datetime
) -> Backfill:
    return backfills.start(
        transformation=component.transformation,
        environment=environment,
        start_at=now - timedelta(days=days),
        end_at=now,
        by=house.developer,
        now=now,
        reason="The days before it was deployed.",
    )
