"""Where a rollback may go, and the words for where it may not."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from deployments.rollouts import queries
from deployments.rollouts.models import Deployment
from deployments.rollouts.steps import Request
from deployments.targets.base import Observation
from portal.errors import Refused
from tests.deployments.crate import Crates
from tests.deployments.world import World


@pytest.fixture
def three(world: World) -> Deployment:
    """v1, v2 and v3 were live in staging, one after the other."""
    return [world.deploy(number, world.staging) for number in (1, 2, 3)][-1]


def test_what_was_never_live_here_is_no_way_back(world: World, three: Deployment) -> None:
    world.deploy(4, world.development)
    with pytest.raises(
        Refused,
        match=r"Can't roll back to v4: it was never live in staging. "
        r"Possible: v2 with c1 or v1 with c1.",
    ) as refused:
        world.roll_back(world.staging, to=world.release(4))
    assert refused.value.field == "release"


def test_what_is_rejected_is_no_way_back_even_when_named(world: World, three: Deployment) -> None:
    world.reject(2)
    with pytest.raises(
        Refused, match=r"it was rejected by Ines Costa: “It doubles rows.”. Possible: v1 with c1."
    ):
        world.roll_back(world.staging, to=world.release(2))


def test_what_is_live_is_no_way_back(world: World, three: Deployment) -> None:
    with pytest.raises(Refused, match="v3 is what is live in staging"):
        world.roll_back(world.staging, to=world.release(3))


def test_without_a_way_back_it_says_why_and_what_else(world: World) -> None:
    world.deploy(1, world.staging)
    world.deploy(2, world.staging)
    world.reject(1)
    with pytest.raises(
        Refused,
        match=r"no way back from v2 with c1 in staging: "
        r"v1 with c1 was rejected by Ines Costa.*Pause it, or",
    ):
        world.roll_back(world.staging)


def test_the_first_release_has_no_way_back(world: World) -> None:
    world.deploy(1, world.staging)
    with pytest.raises(Refused, match="nothing else was live here before"):
        world.roll_back(world.staging)


def test_where_nothing_is_live_there_is_nothing_to_leave(world: World) -> None:
    with pytest.raises(Refused, match="there is nothing to leave"):
        world.roll_back(world.staging)


def test_rolling_back_twice_does_not_return_to_the_bad_one(world: World, three: Deployment) -> None:
    world.work(world.roll_back(world.staging))
    world.work(world.roll_back(world.staging, seconds=90))
    assert world.serving(world.staging) == ("v1", "c1")
    with pytest.raises(
        Refused, match=r"v2 with c1 was rolled back from here; v3 with c1 was rolled back from"
    ):
        world.roll_back(world.staging)


def test_what_was_rolled_back_from_is_a_way_back_for_who_names_it(
    world: World, three: Deployment
) -> None:
    world.work(world.roll_back(world.staging, to=world.release(1)))
    world.reject(1)
    assert [(str(each.release), each.warning) for each in ways_back(world)] == [
        ("v3", "was rolled back from here"),
        ("v2", ""),
    ]
    world.work(world.roll_back(world.staging, to=world.release(3)))
    assert world.serving(world.staging) == ("v3", "c1")


def test_undoing_a_path_brings_nobody_back_to_it(world: World, three: Deployment) -> None:
    world.work(world.roll_back(world.staging, to=world.release(1)))
    made = world.deploy(4, world.staging)
    for number in (1, 2):
        world.reject(number)
    done = Request().undo(
        given={},
        outputs={"deployment": made.number},
        by=world.people["mira"],
        now=world.now(),
        key="",
        reason="Not needed.",
    )
    assert done.words.startswith("Paused in staging")


def test_a_name_means_first_what_was_not_rolled_back_from(world: World) -> None:
    world.deploy(1, world.staging)
    world.deploy(2, world.staging)
    world.configure(world.staging, seconds=60)
    world.work(world.roll_back(world.staging, to=world.release(1)))
    assert str(world.roll_back(world.staging, to=world.release(2)).configuration) == "c1"


def test_what_was_deployed_again_after_a_rollback_is_a_way_back_again(
    world: World, three: Deployment
) -> None:
    world.work(world.roll_back(world.staging))
    world.deploy(3, world.staging)
    world.deploy(4, world.staging)
    assert world.roll_back(world.staging).release == world.release(3)


def ways_back(world: World) -> list[queries.Candidate]:
    return queries.rollback_candidates(world.component, world.staging)


NEVER = Observation("unknown", "It has not run in staging yet.", never_ran=True)


def test_what_never_ran_here_did_not_do_well(
    world: World, three: Deployment, crates: type[Crates]
) -> None:
    crates.health[2, "staging"] = NEVER
    assert world.roll_back(world.staging).release == world.release(1)


def test_where_nothing_ran_it_says_so_and_goes_there_by_name(
    world: World, three: Deployment, crates: type[Crates], client: Client
) -> None:
    crates.health |= {(1, "staging"): NEVER, (2, "staging"): NEVER}
    with pytest.raises(
        Refused,
        match=r"from v3 with c1 in staging: v2 with c1 was live here and never ran; v1 with c1 "
        r"was live here and never ran. Name v2 with c1 or v1 with c1 to go there all the same,",
    ) as refused:
        world.roll_back(world.staging)
    assert refused.value.field == "release"
    client.force_login(world.people["mira"])
    dialog = client.get(f"/components/{world.component.name}/in/staging/roll-back")
    assertContains(dialog, "Was live here and never ran", count=2)
    assertNotContains(dialog, "checked")
    assert world.roll_back(world.staging, to=world.release(1)).release == world.release(1)


def test_settings_of_what_never_ran_are_left_all_the_same(
    world: World, crates: type[Crates]
) -> None:
    world.deploy(1, world.staging)
    world.configure(world.staging, seconds=60)
    crates.health[1, "staging"] = NEVER
    assert str(world.roll_back(world.staging).configuration) == "c1"


def test_pairs_that_are_left_out_of_a_sentence_are_not_people(world: World) -> None:
    for number in range(1, 7):
        world.deploy(number, world.staging)
    world.deploy(7, world.development)
    with pytest.raises(
        Refused, match=r"Possible: v5 with c1, v4 with c1, v3 with c1 or an earlier one."
    ):
        world.roll_back(world.staging, to=world.release(7))


def test_its_own_page_lists_where_it_could_go(
    world: World, three: Deployment, crates: type[Crates]
) -> None:
    crates.health[2, "staging"] = Observation("healthy", "Its last 12 runs went well.")
    world.reject(1)
    found = ways_back(world)
    assert [(str(each.release), each.is_possible, each.obstacle) for each in found] == [
        ("v2", True, ""),
        ("v1", False, "was rejected by Ines Costa: “It doubles rows.”"),
    ]
    assert found[0].message == "Its last 12 runs went well."


def test_for_what_somebody_chose_and_can_not_have_nothing_else_is_chosen(
    world: World, three: Deployment, client: Client
) -> None:
    world.reject(2)
    client.force_login(world.people["mira"])
    address = f"/components/{world.component.name}/in/staging/roll-back"
    dialog = client.get(address, {"to": "v2 with c1"})
    assertContains(
        dialog, "v2 with c1 is no way back: it was rejected by Ines Costa: “It doubles rows.”."
    )
    assertContains(dialog, "Choose another one, or close this.")
    assertNotContains(dialog, " checked")
    assertContains(dialog, "<span data-named>Roll staging back</span>")
    assertContains(client.get(address, {"to": "v9 with c1"}), "v9 with c1 is none of the last")
    assertContains(client.get(address, {"to": "v3 with c1"}), "v3 with c1 is what is live here.")
    assertContains(client.get(address, {"to": "v1 with c1"}), 'value="v1 with c1" checked')
