"""Going back from a configuration, and by name to what did badly."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django.asserts import assertContains

from deployments.rollouts import configuration, queries
from deployments.rollouts.models import Deployment
from deployments.targets.base import Observation
from observability.changes.models import Change
from portal.errors import Moved, Refused
from tests.deployments.crate import Crates
from tests.deployments.world import World

BADLY = Observation("degraded", "Its last run failed its check.")


@pytest.fixture
def bad(world: World) -> Deployment:
    """v1 with c1, v2 with c1 and v2 with c2 were live in staging; c2 is bad."""
    world.deploy(1, world.staging)
    world.deploy(2, world.staging)
    return world.configure(world.staging, seconds=60)


def test_a_line_begins_with_a_capital_and_no_name_is_spelled_otherwise(
    world: World, bad: Deployment, browser: Callable[[str], Client]
) -> None:
    back = world.roll_back(world.staging)
    assert Change.objects.get(kind="rollback").title == "Back to v2, c2 → c1 in staging"
    client = browser("mira")
    shown = client.get("/changes/").content.decode()
    for line in ("Back to v2, c2 → c1", "Configuration c2 → staging", "v2 → staging"):
        assert f"<b>{line}" in shown, line
    shown = client.get("/components/carrier-punctuality/in/staging/").content.decode()
    assert f'<a href="{back.path}">Back to v2, c2 → c1 in staging</a>' in shown
    shown = client.get("/deployments/").content.decode()
    assert ">carrier-punctuality back to v2, c2 → c1 in staging</a>" in shown


def test_a_bad_configuration_is_left_for_the_one_before_it(world: World, bad: Deployment) -> None:
    deployment = world.roll_back(world.staging)
    assert deployment.reverses == bad
    assert deployment.title == "back to v2, c2 → c1 in staging"
    world.work(deployment)
    assert world.serving(world.staging) == ("v2", "c1")


def test_of_the_first_release_too_and_without_approval(world: World) -> None:
    world.through(1)
    world.configure(world.production, seconds=60)
    deployment = world.work(world.roll_back(world.production))
    assert deployment.state == Deployment.State.SUCCEEDED
    assert world.serving(world.production) == ("v1", "c1")


def test_a_second_time_it_leaves_the_release(world: World, bad: Deployment) -> None:
    world.work(world.roll_back(world.staging))
    world.work(world.roll_back(world.staging, seconds=90))
    assert world.serving(world.staging) == ("v1", "c1")
    with pytest.raises(Refused, match=r"v2 with c1 was rolled back from here; v2 with c2 was"):
        world.roll_back(world.staging)


def test_naming_the_live_release_goes_to_its_configuration_before(
    world: World, bad: Deployment
) -> None:
    world.work(world.roll_back(world.staging, to=world.release(2)))
    assert world.serving(world.staging) == ("v2", "c1")


def test_a_named_release_is_its_newest_pair(world: World, bad: Deployment) -> None:
    world.deploy(3, world.staging)
    assert str(world.roll_back(world.staging, to=world.release(2)).configuration) == "c2"


def test_a_configuration_may_be_named_with_it(world: World, bad: Deployment) -> None:
    world.deploy(3, world.staging)
    first = world.roll_back(world.staging, to=world.release(2), configuration=1)
    with pytest.raises(Moved, match="A rollback to v2 with c1 is under way"):
        world.roll_back(world.staging, to=world.release(2))
    world.work(world.roll_back(world.staging, to=world.release(2), configuration=2))
    assert world.again(first).state == Deployment.State.ABORTED
    assert world.serving(world.staging) == ("v2", "c2")


def test_the_live_pair_is_no_way_back(world: World, bad: Deployment) -> None:
    with pytest.raises(Refused, match="v2 with c2 is what is live in staging"):
        world.roll_back(world.staging, to=world.release(2), configuration=2)
    with pytest.raises(Refused, match=r"to v2 with c9: it was never live in staging"):
        world.roll_back(world.staging, to=world.release(2), configuration=9)


def test_settings_that_are_live_under_another_number_are_no_way_back(world: World) -> None:
    world.deploy(1, world.staging)
    for seconds in (60, 90, 60):
        world.configure(world.staging, seconds=seconds)
    found = queries.rollback_candidates(world.component, world.staging)
    assert [(str(each), each.obstacle) for each in found] == [
        ("v1 with c3", ""),
        ("v1 with c2", "has the same content and settings as v1 with c4, which is live"),
        ("v1 with c1", ""),
    ]


def test_content_that_does_badly_is_left_before_its_configuration(
    world: World, bad: Deployment, crates: type[Crates], browser: Callable[[str], Client]
) -> None:
    crates.health[2, "staging"] = BADLY
    address = "/components/carrier-punctuality/in/staging/roll-back"
    assert 'value="v1 with c1" checked' in browser("mira").get(address).content.decode()
    world.work(world.roll_back(world.staging))
    assert world.serving(world.staging) == ("v1", "c1")


def test_a_word_about_the_content_is_none_against_the_configuration_before(
    world: World, bad: Deployment, crates: type[Crates]
) -> None:
    world.reject(1)
    crates.health[2, "staging"] = BADLY
    first, *_ = queries.rollback_candidates(world.component, world.staging)
    assert (first.is_advisable, first.health) == (True, "unknown")
    assert "any configuration of it alike: Its last run failed" in first.message
    world.work(world.roll_back(world.staging))
    assert world.serving(world.staging) == ("v2", "c1")


def test_content_that_does_badly_is_gone_back_to_by_name(
    world: World, bad: Deployment, crates: type[Crates]
) -> None:
    crates.health[2, "staging"] = BADLY
    world.work(world.roll_back(world.staging, to=world.release(2)))
    assert world.serving(world.staging) == ("v2", "c1")


def test_what_did_badly_is_a_way_back_for_who_names_it(world: World, crates: type[Crates]) -> None:
    world.deploy(1, world.staging)
    world.deploy(2, world.staging)
    crates.health[1, "staging"] = BADLY
    with pytest.raises(Refused, match=r"v1 with c1 did badly here: .* Name v1 with c1 to go there"):
        world.roll_back(world.staging)
    (only,) = queries.rollback_candidates(world.component, world.staging)
    assert (only.is_possible, only.is_advisable) == (True, False)
    assert only.warning == "did badly here: Its last run failed its check."
    world.work(world.roll_back(world.staging, to=world.release(1)))
    assert world.serving(world.staging) == ("v1", "c1")


def test_the_dialog_offers_every_pair_and_goes_to_the_chosen_one(
    world: World, bad: Deployment, client: Client, crates: type[Crates]
) -> None:
    world.deploy(3, world.staging)
    crates.health[2, "staging"] = BADLY
    client.force_login(world.people["mira"])
    address = "/components/carrier-punctuality/in/staging/roll-back"
    text = client.get(address).content.decode()
    assert "leaves v3 with c2" in text
    assert 'value="v1 with c1" checked' in text
    assert 'value="v2 with c2"><' in text
    assert text.count("Did badly here: Its last run failed its check.") == 2
    client.post(address, {"release": "v2 with c1", "reason": "The lesser evil."})
    rollback = Deployment.objects.latest("number")
    assert (str(rollback.release), str(rollback.configuration)) == ("v2", "c1")


def test_the_dialog_says_what_goes_back_and_the_button_names_it(
    world: World, bad: Deployment, client: Client
) -> None:
    client.force_login(world.people["mira"])
    shown = client.get(f"/components/{world.component.name}/in/staging/roll-back")
    assertContains(shown, "Same version; one value changes: limits.seconds.", count=1)
    assertContains(shown, ">One value changes: limits.seconds.", count=1)
    assertContains(shown, "<span data-named>Roll back to v2 with c1</span>")
    assertContains(shown, 'data-names="Roll back to v1 with c1"')


def test_its_page_says_which_configuration_was_left_for_which(
    world: World, bad: Deployment, client: Client
) -> None:
    rollback = world.work(world.roll_back(world.staging))
    client.force_login(world.people["mira"])
    shown = client.get(rollback.path)
    move = (
        '<span class="chip"><span class="version">v2</span></span><span class="chip">c2</span>',
        '<span class="chip" data-tone="good">c1</span>',
    )
    for part in move:
        assertContains(shown, part)
    beside = client.get(f"{rollback.path}panels/comparison")
    assertContains(beside, "v2 with c1 beside v2 with c2", status_code=286)
    listed = client.get("/deployments/")
    assertContains(listed, "back to v2, c2 → c1 in staging")
    assert Change.objects.get(url=rollback.path).title == rollback.line


def test_what_changes_is_counted_and_named() -> None:
    rows = configuration.difference({}, {"limits": {"seconds": 1, "memory_mb": 64}})
    assert configuration.counted(rows) == "2 values change: limits.memory_mb, limits.seconds"
    more = configuration.difference(dict.fromkeys("abcde", 1), {})
    assert configuration.counted(more) == "5 values change: a, b, c and 2 more"
    assert configuration.counted([]) == ""
