"""The plan before the button, and the digest that notices when the world moved."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains

from deployments.releases import operations as releases
from deployments.rollouts import operations, queries
from deployments.rollouts.plan import Plan
from deployments.targets.base import Finding
from portal.errors import Moved
from tests.deployments.crate import Crates
from tests.deployments.world import World


def _plan(world: World, number: int, place: str = "staging", by: str = "mira") -> Plan:
    return queries.plan(
        world.component,
        world.release(number),
        getattr(world, place),
        world.people[by],
        world.now(),
    )


def test_it_says_from_where_to_where_and_how(world: World) -> None:
    world.through(1)
    world.deploy(2, world.staging)
    plan = _plan(world, 2, "production")
    assert plan.title == "Deploy v2 of carrier-punctuality to production"
    assert plan.summary == "Crate 2 instead of 1."
    assert (plan.move["from"]["version"], plan.move["to"]["version"]) == ("v1", "v2")
    assert [step.name for step in plan.steps] == [
        "rules",
        "approval",
        "prepare",
        "switch",
        "confirm",
    ]
    assert plan.approvers == ("Ines Costa", "Tomas Novak", "Priya Raman")
    assert plan.can_deploy
    assert plan.way_back == "v1 stays ready. Rolling back to it waits for no approval."
    assert plan.tally == "3 pass, 1 warns, 1 asks for a second person"


def test_what_warns_is_read_before_all_else_and_again_by_whoever_approves(
    world: World, client: Client
) -> None:
    world.through(1)
    world.deploy(2, world.staging)
    client.force_login(world.people["mira"])
    page = client.get(
        "/components/carrier-punctuality/plan", {"release": 2, "environment": "production"}
    ).content.decode()
    assert "1 warning" in page
    assert re.search(
        r'<div class="blocks">\s*<section class="block" aria-labelledby="rules">', page
    )
    waiting = world.ask(2, world.production)
    client.force_login(world.people["ines"])
    warning = "<strong>Not proven in staging.</strong> Live in staging."
    assert warning in client.get(f"{waiting.path}approve").content.decode()
    before, _, after = client.get(waiting.path).content.decode().partition('class="steps"')
    assert warning in before
    assert "What is asked for" in after


def test_where_nothing_is_live_there_is_no_way_back(world: World) -> None:
    plan = _plan(world, 1)
    assert plan.move["from"] is None
    assert plan.way_back.startswith("Nothing is live in staging yet")


def test_it_promises_no_way_back_to_what_is_rejected(world: World) -> None:
    for number in (1, 2):
        world.deploy(number, world.staging)
    world.reject(2)
    said = "v2 is rejected: there is no way back to it."
    assert _plan(world, 3).way_back == f"{said} Rolling back would lead to v1 with c1."
    assert _plan(world, 1).way_back == (
        f"{said} Nothing else is possible either: pausing stops its work."
    )


def test_it_lists_the_commits_since_what_is_live(world: World) -> None:
    for number in (1, 2, 3):
        world.release(number)
    world.deploy(1, world.staging)
    commits = _plan(world, 3).commits
    assert [(row["release"], row["message"], row["by"]) for row in commits] == [
        (3, "Pack crate 3", "Mira Okafor"),
        (2, "Pack crate 2", "Mira Okafor"),
    ]


def test_who_may_not_deploy_still_sees_it(world: World) -> None:
    assert not _plan(world, 1, by="jonas").can_deploy


def test_a_failing_rule_is_shown_and_stops_the_button(world: World) -> None:
    world.reject(1)
    plan = _plan(world, 1)
    assert not plan.can_deploy
    assert [finding.name for finding in plan.failing] == ["Rejected"]


def test_its_page_leads_to_the_plan_for_where_it_has_to_be_first(
    world: World, browser: Callable[[str], Client]
) -> None:
    world.release(1)
    address = "/components/carrier-punctuality/plan"
    page = browser("mira").get(address, {"release": 1, "environment": "production"})
    text = page.content.decode()
    assert "Not possible now" in text
    assert f'<a class="link" href="{address}?release=1&amp;environment=staging">' in text
    assert 'class="button button-wide" href="?release=1&amp;environment=staging"' in text


def test_without_a_release_it_is_of_the_newest_that_nobody_rejected(
    world: World, client: Client
) -> None:
    for number in (1, 2, 3):
        world.release(number)
    client.force_login(world.people["mira"])
    address = "/components/carrier-punctuality/plan"
    world.reject(3)
    assert client.get(address).context["release"] == world.release(2)
    world.reject(2)
    world.reject(1)
    shown = client.get(address)
    assert shown.context["release"] == world.release(3)
    assertContains(shown, "Not possible now")


def test_a_rejected_release_that_was_rolled_back_is_not_offered_again(
    world: World, client: Client
) -> None:
    world.deploy(1, world.staging)
    left = world.deploy(2, world.staging)
    world.work(world.roll_back(world.staging))
    client.force_login(world.people["mira"])
    assertContains(client.get(left.path), "Plan v2 again")
    world.reject(2)
    assertNotContains(client.get(left.path), "Plan v2 again")


def test_it_is_plain_json_and_kept_with_the_deployment(world: World) -> None:
    plan = _plan(world, 1)
    deployment = world.ask(1, world.staging)
    assert deployment.plan_digest == plan.digest
    kept = json.loads(json.dumps(plan.as_json()))
    assert {**kept, "made_at": ""} == {**world.again(deployment).plan, "made_at": ""}
    assert {finding["tone"] for finding in kept["findings"]} == {"good", "warn"}


def test_looking_twice_gives_the_same_digest(world: World) -> None:
    assert _plan(world, 1).digest == _plan(world, 1, by="tomas").digest


def _live_moves(world: World, crates: type[Crates]) -> None:
    world.deploy(2, world.staging)


def _values_move(world: World, crates: type[Crates]) -> None:
    deployment = operations.configure(
        component=world.component,
        environment=world.staging,
        values={"limits": {"seconds": 5}},
        by=world.people["tomas"],
        now=world.now(),
    )
    world.work(deployment)


def _rejection_moves(world: World, crates: type[Crates]) -> None:
    world.reject(3)


def _pause_moves(world: World, crates: type[Crates]) -> None:
    operations.pause(
        component=world.component,
        environment=world.staging,
        reason="Source broken.",
        by=world.people["tomas"],
        now=world.now(),
    )


def _finding_moves(world: World, crates: type[Crates]) -> None:
    crates.findings = (Finding("Contract stays compatible", "warn", "One column less."),)


def _parties_move(world: World, crates: type[Crates]) -> None:
    crates.parties.append({"name": "Acme", "gets": "Parquet", "where": "acme-drop"})


@pytest.mark.parametrize(
    "something_moves",
    [
        _live_moves,
        _values_move,
        _rejection_moves,
        _pause_moves,
        _finding_moves,
        _parties_move,
    ],
)
def test_it_notices_that_the_world_moved(
    world: World, crates: type[Crates], something_moves: Any
) -> None:
    world.deploy(1, world.staging)
    seen = _plan(world, 3)
    something_moves(world, crates)
    now = _plan(world, 3)
    assert now.digest != seen.digest
    with pytest.raises(Moved, match="The plan changed: staging moved since you looked") as moved:
        _ask_as_seen(world, seen)
    (detail,) = moved.value.details
    assert detail["plan"]["digest"] == now.digest


def test_as_long_as_it_holds_it_is_carried_out(world: World) -> None:
    world.deploy(1, world.staging)
    assert _ask_as_seen(world, _plan(world, 3)).release == world.release(3)


def test_a_rejection_that_was_lifted_is_as_if_it_never_was(world: World) -> None:
    seen = _plan(world, 3)
    world.reject(3)
    releases.lift(
        release=world.release(3), reason="Right.", by=world.people["ines"], now=world.now()
    )
    assert _plan(world, 3).digest == seen.digest


def test_its_queries_do_not_grow_with_history(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(1, 6):
        world.deploy(number, world.staging)
    world.release(6)
    with django_assert_max_num_queries(16):
        _plan(world, 6)


def _ask_as_seen(world: World, seen: Plan) -> Any:
    return operations.request(
        component=world.component,
        release=world.release(3),
        environment=world.staging,
        by=world.people["mira"],
        now=world.now(),
        plan_digest=seen.digest,
    )
