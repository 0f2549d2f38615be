"""Agreeing that something goes live."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from deployments.environments import operations as environments
from deployments.environments.models import Environment
from deployments.rollouts.models import Deployment
from deployments.rollouts.queries.waiting import needs_of
from deployments.targets.base import Finding, Observation
from portal.errors import Moved, NotAllowed, Refused
from tests.deployments.crate import Crates
from tests.deployments.world import World


@pytest.fixture
def waiting(world: World) -> Deployment:
    """v1 waits for production's approval."""
    world.deploy(1, world.staging)
    return world.ask(1, world.production)


def test_another_maintainer_lets_it_go_on(world: World, waiting: Deployment) -> None:
    approved = world.approve(waiting, note="Diff read.")
    assert approved.state == Deployment.State.RUNNING
    assert world.work(approved).state == Deployment.State.SUCCEEDED
    assert world.serving(world.production) == ("v1", "c1")
    step = world.again(waiting).steps.get(name="approval")
    assert (step.state, step.message) == ("done", "Ines Costa: “Diff read.”")


def test_the_platform_may_approve_too(world: World, waiting: Deployment) -> None:
    assert world.approve(waiting, by="priya").state == Deployment.State.RUNNING


def test_whoever_asked_never_approves_it(world: World) -> None:
    world.deploy(1, world.staging)
    asked = world.ask(1, world.production, by="ines")
    with pytest.raises(NotAllowed, match="someone else approves it: Tomas Novak or Priya Raman"):
        world.approve(asked, by="ines")
    refused = world.entries("deployment.approve")[-1]
    assert (refused.outcome, refused.team) == ("refused", "airline-data")
    assert refused.thing == f"{asked.component.name} #{asked.number}"  # as the granted ones are
    assert world.again(asked).state == Deployment.State.AWAITING_APPROVAL


@pytest.mark.parametrize("name", ["mira", "jonas", "hannah"])
def test_it_refuses_who_does_not_maintain_the_team(
    world: World, waiting: Deployment, name: str
) -> None:
    with pytest.raises(NotAllowed, match="You may not approve its deployments"):
        world.approve(waiting, by=name)
    (entry,) = world.entries("deployment.approve")
    assert (entry.outcome, entry.component) == ("refused", "carrier-punctuality")


def test_what_runs_already_needs_no_approval(world: World, waiting: Deployment) -> None:
    world.approve(waiting)
    with pytest.raises(Moved, match=r"is being deployed. There is nothing to approve."):
        world.approve(waiting, by="tomas")


def test_it_goes_on_when_as_many_agreed_as_the_environment_asks_for(world: World) -> None:
    strict = _strict(world)
    deployment = world.ask(1, strict)
    first = world.approve(deployment, by="ines")
    assert first.state == Deployment.State.AWAITING_APPROVAL
    assert first.message == "1 of 2 agreed. Ines Costa."
    assert world.approve(deployment, by="tomas").state == Deployment.State.RUNNING


def test_a_person_decides_once(world: World) -> None:
    deployment = world.ask(1, _strict(world))
    world.approve(deployment)
    with pytest.raises(Moved, match="You have decided about this deployment already"):
        world.approve(deployment)


def test_it_is_written_down_with_its_note(world: World, waiting: Deployment) -> None:
    world.approve(waiting, note="Diff read.")
    (entry,) = world.entries("deployment.approve")
    assert (entry.outcome, entry.actor, entry.reason, entry.after) == (
        "done",
        world.people["ines"],
        "Diff read.",
        {"approvals": 1, "of": 1, "plan": waiting.plan_digest},
    )


BOUND = {"name": "Globex", "gets": "rows", "where": "globex-drop"}


def test_who_approves_agrees_to_what_would_happen_now(
    world: World, waiting: Deployment, crates: type[Crates]
) -> None:
    crates.parties.append(BOUND)  # someone bound it meanwhile
    with pytest.raises(Moved, match="Globex is new: rows, globex-drop") as moved:
        world.approve(waiting)
    kept = world.again(waiting)
    assert kept.state == Deployment.State.AWAITING_APPROVAL
    assert kept.approvals.count() == 0
    assert kept.plan["sections"][0]["rows"] == [BOUND]  # the next look shows it
    assert moved.value.details[0]["plan"]["digest"] == kept.plan_digest
    assert world.approve(waiting).state == Deployment.State.RUNNING


def test_who_read_the_old_plan_does_not_agree_to_one_that_someone_else_was_shown(
    world: World, waiting: Deployment, crates: type[Crates]
) -> None:
    crates.parties.append(BOUND)
    with pytest.raises(Moved):
        world.approve(waiting, by="tomas")
    with pytest.raises(Moved, match="The plan changed"):
        world.approve(waiting, plan_digest=waiting.plan_digest)
    read = world.again(waiting).plan_digest
    assert world.approve(waiting, plan_digest=read).state == Deployment.State.RUNNING


def test_a_warning_that_nobody_read_is_read_first_and_other_figures_are_not(
    world: World, crates: type[Crates]
) -> None:
    crates.health[1, "staging"] = Observation("healthy", "12 runs succeeded.")
    world.deploy(1, world.staging)
    asked = world.ask(1, world.production)
    crates.health[1, "staging"] = Observation("degraded", "The last run failed.")
    with pytest.raises(Moved, match="Not well in staging: The last run failed"):
        world.approve(asked)
    crates.health[1, "staging"] = Observation("degraded", "The last 2 runs failed.")
    assert world.approve(asked).state == Deployment.State.RUNNING


def test_a_yes_to_an_earlier_plan_counts_no_more_and_is_asked_for_again(
    world: World, crates: type[Crates]
) -> None:
    asked = world.ask(1, _strict(world))
    world.approve(asked, by="ines", note="Diff read.")
    crates.parties.append(BOUND)
    with pytest.raises(Moved, match="Globex is new"):
        world.approve(asked, by="tomas")
    assert world.again(asked).message.startswith("Waits until 2 people approve")
    assert [need.url for need in needs_of(world.people["ines"], world.now())] == [asked.path]
    second = world.approve(asked, by="tomas")
    assert (second.state, second.message) == ("awaiting_approval", "1 of 2 agreed. Tomas Novak.")
    (earlier,) = asked.approvals.exclude(superseded="")
    assert earlier.superseded == "Globex is new: rows, globex-drop."
    assert world.approve(asked, by="ines").state == Deployment.State.RUNNING
    done = [entry for entry in world.entries("deployment.approve") if entry.outcome == "done"]
    names = [entry.actor.username for entry in done if entry.actor]
    assert names == ["ines", "tomas", "ines"]  # the audit keeps what was said to the earlier plan


def test_the_page_says_who_agreed_to_an_earlier_plan_and_asks_them_again(
    world: World, crates: type[Crates], browser: Callable[[str], Client]
) -> None:
    asked = world.ask(1, _strict(world))
    world.approve(asked, by="ines")
    crates.parties.append(BOUND)
    with pytest.raises(Moved):
        world.approve(asked, by="tomas")
    page = browser("ines").get(asked.path).content.decode()
    assert "Approved an earlier plan" in page
    assert "Since then: Globex is new: rows, globex-drop." in page
    assert f'href="{asked.path}approve"' in page


def test_nobody_agrees_to_what_a_rule_stops_by_now(
    world: World, waiting: Deployment, crates: type[Crates]
) -> None:
    crates.findings = (Finding("Grants held", "fail", "air has no grant on the drop."),)
    with pytest.raises(Refused, match="air has no grant on the drop"):
        world.approve(waiting)
    crates.findings = ()
    assert world.approve(waiting).state == Deployment.State.RUNNING


def test_the_dialog_shows_the_new_plan_and_then_takes_a_yes(
    world: World, waiting: Deployment, crates: type[Crates], browser: Callable[[str], Client]
) -> None:
    crates.findings = (Finding("Destinations bound", "warn", "Two of three."),)
    ines, address = browser("ines"), f"{waiting.path}approve"
    told = ines.post(address, {"plan_digest": waiting.plan_digest, "note": "Diff read."})
    assert told.status_code == 409
    shown = told.content.decode()
    assert "The plan changed: Destinations bound: Two of three." in shown
    read = world.again(waiting).plan_digest
    assert f'name="plan_digest" value="{read}"' in shown
    assert "Diff read." in shown  # what was typed
    assert ines.post(address, {"plan_digest": read}).status_code == 302


@pytest.mark.parametrize("number", [1, 0])
def test_a_lower_rule_lets_go_on_what_has_enough(world: World, number: int) -> None:
    deployment = world.ask(1, _strict(world))
    world.approve(deployment, note="Read.")
    _rule(world, number)
    went = world.again(deployment)
    assert (went.state, went.approvals_counted) == (Deployment.State.RUNNING, 1)
    assert world.entries("deployment.advance")[0].reason == "strict asks for fewer approvals now."
    assert world.work(went).state == Deployment.State.SUCCEEDED


def test_another_rule_is_said_where_it_still_waits(world: World) -> None:
    deployment = world.ask(1, _strict(world))
    assert "1 asks for 2 others" in deployment.plan["tally"]
    _rule(world, 3)
    assert "Waits until 3 people approve" in world.again(deployment).message
    world.approve(deployment)
    assert world.again(deployment).message == "1 of 3 agreed. Ines Costa."
    _rule(world, 2)
    assert world.again(deployment).message == "1 of 2 agreed. Ines Costa."


def test_a_rule_that_asks_for_nobody_puts_nothing_live_that_nobody_agreed_to(
    world: World,
) -> None:
    deployment = world.ask(1, _strict(world))
    _rule(world, 0)
    waits = world.again(deployment)
    assert waits.state == Deployment.State.AWAITING_APPROVAL
    assert waits.message == "Waits until Ines Costa, Tomas Novak or Priya Raman approves."
    assert world.approve(deployment).state == Deployment.State.RUNNING


def _rule(world: World, approvals: int) -> None:
    environments.change_approvals(
        environment=Environment.objects.get(name="strict"),
        approvals=approvals,
        reason="Fewer look at it.",
        by=world.people["priya"],
        now=world.now(),
    )


def _strict(world: World) -> Environment:
    """Asks for two people; not production, so that nothing has to run elsewhere before."""
    return environments.create(
        name="strict",
        title="Strict",
        order=15,
        approvals=2,
        is_production=False,
        by=world.people["priya"],
        now=world.now(),
    )
