"""Where nothing else was live there is no way back: the page says so before anybody presses."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from deployments.rollouts import operations
from tests.deployments.world import World

REASON = "Nothing else was live in staging, so there is no way back"


@pytest.fixture
def shown(world: World, browser: Callable[[str], Client]) -> Callable[..., str]:
    """`shown(deployment.path)`: the page as ines sees it, who may do all of it."""

    def page(path: str, by: str = "ines") -> str:
        return browser(by).get(path).content.decode()

    return page


def test_the_button_is_off_and_says_why_beside_what_helps(
    world: World, shown: Callable[..., str]
) -> None:
    deployment = world.deploy(1, world.staging)
    page = shown(deployment.path)
    assert f'disabled title="{REASON}"' in page
    assert "/in/staging/roll-back" not in page
    assert "/in/staging/pause" in page
    place = shown(f"/components/{world.component.name}/in/staging/")
    assert f'disabled title="{REASON}"' in place
    assert place.count("/in/staging/pause") == 1


def test_what_is_paused_is_not_offered_to_be_paused(
    world: World, shown: Callable[..., str]
) -> None:
    deployment = world.deploy(1, world.staging)
    operations.pause(
        component=world.component,
        environment=world.staging,
        reason="Acme asked.",
        by=world.people["ines"],
        now=world.now(),
    )
    page = shown(deployment.path)
    assert REASON in page
    assert "/in/staging/pause" not in page


def test_who_may_not_roll_back_is_shown_neither(world: World, shown: Callable[..., str]) -> None:
    deployment = world.deploy(1, world.staging)
    page = shown(deployment.path, by="hannah")
    assert "Roll back…" not in page
    assert "/in/staging/pause" not in page


def test_with_a_way_back_it_is_offered(world: World, shown: Callable[..., str]) -> None:
    world.deploy(1, world.staging)
    deployment = world.deploy(2, world.staging)
    page = shown(deployment.path)
    assert "/in/staging/roll-back" in page
    assert "no way back" not in page
