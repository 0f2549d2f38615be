"""Other values where something is live: numbered revisions, deployed like releases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from deployments.environments.models import Environment
from deployments.rollouts import operations, queries
from deployments.rollouts.forms import ConfigureForm
from deployments.rollouts.models import Configuration, Deployment
from observability.changes.models import Change
from portal.errors import Moved, NotAllowed, Refused
from tests.deployments.world import World

VALUES = {"schedule": {"cron": "0 6 * * *", "timezone": "Europe/Berlin"}}


def _configure(
    world: World,
    environment: Environment,
    values: Mapping[str, Any] = VALUES,
    *,
    by: str = "mira",
) -> Deployment:
    return operations.configure(
        component=world.component,
        environment=environment,
        values=values,
        by=world.people[by],
        now=world.now(),
        reason="Before breakfast",
    )


def test_it_makes_a_revision_and_puts_it_live_with_the_same_release(world: World) -> None:
    world.deploy(1, world.staging)
    deployment = world.work(_configure(world, world.staging))
    assert deployment.state == Deployment.State.SUCCEEDED
    assert world.serving(world.staging) == ("v1", "c2")
    assert [(row.number, row.values) for row in Configuration.objects.order_by("number")] == [
        (1, {}),
        (2, VALUES),
    ]
    assert deployment.kind == Deployment.Kind.CONFIGURATION


def test_the_next_release_runs_with_it(world: World) -> None:
    world.deploy(1, world.staging)
    world.work(_configure(world, world.staging))
    world.deploy(2, world.staging)
    assert world.serving(world.staging) == ("v2", "c2")


def test_each_environment_counts_its_own(world: World) -> None:
    world.through(1)
    world.work(_configure(world, world.staging))
    assert world.serving(world.production) == ("v1", "c1")


def test_production_asks_for_approval_here_too(world: World) -> None:
    world.through(1)
    deployment = _configure(world, world.production)
    assert deployment.state == Deployment.State.AWAITING_APPROVAL
    world.approve(deployment)
    world.work(deployment)
    assert world.serving(world.production) == ("v1", "c2")


def test_the_plan_says_which_values_differ(world: World) -> None:
    world.deploy(1, world.staging)
    plan = queries.plan(
        world.component,
        world.release(1),
        world.staging,
        world.people["mira"],
        world.now(),
        configuration=VALUES,
    )
    (section,) = [section for section in plan.sections if section["kind"] == "configuration"]
    assert section["rows"][0] == {
        "name": "schedule.cron",
        "old": "",
        "new": "0 6 * * *",
        "effect": "Set here",
        "tone": "info",
    }
    assert plan.title == "Change the configuration of carrier-punctuality in staging"
    assert _configure(world, world.staging).plan_digest == plan.digest


def test_the_same_values_would_change_nothing(world: World) -> None:
    world.deploy(1, world.staging)
    with pytest.raises(Refused, match="nothing would change"):
        _configure(world, world.staging, {})


def test_values_that_make_no_sense_are_refused_by_the_target(world: World) -> None:
    world.deploy(1, world.staging)
    with pytest.raises(Refused, match="A crate knows no “colour”") as refused:
        _configure(world, world.staging, {"colour": "red"})
    assert refused.value.field == "colour"
    assert Configuration.objects.count() == 1


def test_where_nothing_is_live_there_is_nothing_to_set(world: World) -> None:
    with pytest.raises(Refused, match=r"is live in staging yet. Deploy a release there first"):
        _configure(world, world.staging)


def test_one_deployment_at_a_time_counts_here_too(world: World) -> None:
    world.deploy(1, world.staging)
    world.ask(2, world.staging)
    with pytest.raises(Moved, match="v2 → staging"):
        _configure(world, world.staging)


def test_it_is_a_change_of_its_own_kind(world: World) -> None:
    world.deploy(1, world.staging)
    _configure(world, world.staging)
    change = Change.objects.get(kind="configuration")
    assert (change.title, change.reason, change.outcome) == (
        "Configuration c2 → staging",
        "Before breakfast",
        "running",
    )
    assert world.entries("deployment.configure")[0].reason == "Before breakfast"


def test_it_refuses_strangers(world: World) -> None:
    world.deploy(1, world.staging)
    with pytest.raises(NotAllowed):
        _configure(world, world.staging, by="hannah")


def test_what_a_colleague_set_meanwhile_is_not_lost_without_a_word(
    world: World, browser: Callable[[str], Client]
) -> None:
    world.deploy(1, world.staging)
    mira, address = browser("mira"), "/components/carrier-punctuality/in/staging/configure"
    typed = {"values": "limits: {memory_mb: 600}"}
    looked = mira.post(address, {**typed, "look": "1"})
    read = {**typed, "plan_digest": looked.context["plan"].digest}
    world.work(_configure(world, world.staging, by="tomas"))
    told = mira.post(address, read)
    assert told.status_code == 409
    shown = told.content.decode()
    assert "The plan changed: staging moved since you looked" in shown
    assert "As in the file again" in shown  # what saving would take away
    assert "memory_mb: 600" in shown
    assert world.live(world.staging).configuration.values == VALUES
    read["plan_digest"] = told.context["plan"].digest
    assert mira.post(address, read).status_code == 302


def test_a_program_may_name_the_plan_that_it_read(
    world: World, program: Callable[[str], APIClient]
) -> None:
    world.deploy(1, world.staging)
    asked = {
        "component": "carrier-punctuality",
        "environment": "staging",
        "values": VALUES,
        "plan_digest": "0" * 64,
    }
    told = program("mira").post("/api/v1/configurations/", asked)
    assert (told.status_code, told.json()["field"]) == (409, "plan_digest")


def test_dates_stay_as_written_and_a_name_stands_once() -> None:
    written = ConfigureForm({"values": "parameters: {month: 2024-01-01}"})
    assert written.is_valid()
    assert written.cleaned_data["values"] == {"parameters": {"month": "2024-01-01"}}
    twice = ConfigureForm({"values": "limits:\n  seconds: 1\n  seconds: 2\n"})
    assert twice.errors["values"] == [
        "Line 3, column 3: “seconds” stands twice here. Keep one of them."
    ]
    assert ConfigureForm({"values": " \n"}).is_valid()
