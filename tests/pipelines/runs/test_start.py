"""Starting a run: of what is live, once an occasion, by those who may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Thread

import pytest
from django.db import connection
from rest_framework.test import APIClient

from deployments.releases import operations as releases
from deployments.rollouts import operations as rollouts
from pipelines.runs import operations
from pipelines.runs.api import RunDetail
from pipelines.runs.models import Run
from pipelines.transformations.models import Version
from portal.accounts.models import User
from portal.errors import Moved, NotAllowed, Refused
from portal.models import Entry
from tests.pipelines.factories import House, file

pytestmark = pytest.mark.django_db


def start(house: House, version: Version, now: datetime, **more: object) -> Run:
    given = {"parameters": {}, "by": house.developer, **more}
    return operations.start(
        transformation=version.transformation, environment=house.environment, now=now, **given
    )


def test_it_waits_to_be_claimed_with_its_parameters_filled_in(house: House, now: datetime) -> None:
    run = start(house, house.live(now=now), now)
    assert run.state == Run.State.QUEUED
    assert run.parameters == {"month": 1}
    assert run.version is None  # taken when its first attempt is claimed
    assert run.team == house.team


def test_the_answer_to_a_new_run_has_all_that_its_schema_names(
    house: House, now: datetime, program: Callable[..., APIClient]
) -> None:
    name = house.live(now=now).transformation.component.name
    asked = {"transformation": name, "environment": house.environment.name}
    answer = program("mira").post("/api/v1/runs/", asked, format="json")
    assert (answer.status_code, set(answer.json())) == (201, set(RunDetail().fields))


def test_the_same_occasion_and_parameters_are_the_same_run(house: House, now: datetime) -> None:
    version = house.live(now=now)
    first = start(house, version, now, request_key="monday")
    assert start(house, version, now, request_key="monday").pk == first.pk
    assert start(house, version, now, request_key="tuesday").pk != first.pk
    assert start(house, version, now, request_key="monday", parameters={"month": 2}).pk != first.pk


@pytest.mark.django_db(transaction=True)
def test_two_programs_that_ask_at_once_get_one_run(house: House, now: datetime) -> None:
    version = house.live(now=now)
    found: list[object] = []

    def ask() -> None:
        found.append(start(house, version, now, request_key="monday").pk)
        connection.close()

    programs = [Thread(target=ask) for _ in range(4)]
    for program in programs:
        program.start()
    for program in programs:
        program.join()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_a_configured_value_is_used_where_none_is_given(house: House, now: datetime) -> None:
    version = house.live(now=now)
    deployment = rollouts.configure(
        component=version.transformation.component,
        environment=house.environment,
        values={"parameters": {"month": 7}},
        by=house.developer,
        now=now,
    )
    rollouts.work(deployment_id=str(deployment.pk), worker="test", now=now)
    assert start(house, version, now).parameters == {"month": 7}


def test_a_value_that_does_not_fit_is_refused_at_its_field(house: House, now: datetime) -> None:
    with pytest.raises(Refused, match="at most 12") as refused:
        start(house, house.live(now=now), now, parameters={"month": 13})
    assert refused.value.field == "parameters.month"


def test_where_nothing_is_live_it_says_what_to_do(house: House, now: datetime) -> None:
    version = house.register(file(), now=now)
    with pytest.raises(Refused, match=r"no live version in staging\. Deploy one there first"):
        start(house, version, now)


def test_while_it_is_paused_it_says_by_whom_and_why(house: House, now: datetime) -> None:
    version = house.live(now=now)
    rollouts.pause(
        component=version.transformation.component,
        environment=house.environment,
        reason="The source is being repaired",
        by=house.developer,
        now=now,
    )
    with pytest.raises(Moved, match="paused in staging by Mira Okafor: “The source is being"):
        start(house, version, now)


def test_rejected_content_is_refused_with_the_reason(house: House, now: datetime) -> None:
    version = house.live(now=now)
    releases.reject(
        release=house.release_of(version), reason="Counts twice", by=house.approver, now=now
    )
    with pytest.raises(Refused, match="rejected by Ines Costa: “Counts twice”"):
        start(house, version, now)


@pytest.mark.parametrize("name", ["jonas", "hannah"])
def test_a_viewer_and_a_stranger_may_not(
    house: House, people: dict[str, User], now: datetime, name: str
) -> None:
    version = house.live(now=now)
    with pytest.raises(NotAllowed, match=r"You may not run it.* of airline-data can;"):
        start(house, version, now, by=people[name])


def test_the_audit_says_who_started_what(house: House, now: datetime) -> None:
    run = start(house, house.live(now=now), now)
    entry = Entry.objects.get(verb="run.start")
    assert entry.actor == house.developer
    assert entry.thing_id == str(run.pk)
    assert entry.after == {"parameters": {"month": 1}}
