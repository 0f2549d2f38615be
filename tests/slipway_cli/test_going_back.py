"""What `slipway rollback` says that it leaves, and how it names where to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from slipway_cli import waiting
from slipway_cli.__main__ import main
from slipway_cli.commands import shipping
from slipway_cli.endings import Code
from tests.deployments.world import World
from tests.slipway_cli.conftest import SignedIn
from tests.slipway_cli.served import Front

ROLLBACK = ("rollback", "carrier-punctuality", "--env", "staging", "--reason", "Wrong.")
SAID = {"environment": "staging", "reason": "Wrong.", "release": ""}


@pytest.fixture
def second(world: World) -> int:
    """v1 was live in staging and v2 is: the number of its deployment."""
    world.deploy(1, world.staging)
    return world.deploy(2, world.staging).number


@pytest.fixture
def sent(slipway: Front, signed_in: SignedIn) -> Callable[..., Any]:
    """`sent("--release", "1")`: what Slipway was asked for, and agreed to."""

    def typed(*options: str, scopes: tuple[str, ...] = ()) -> Any:
        signed_in("mira", *scopes)
        assert main([*ROLLBACK, *options]) == Code.DONE
        return slipway.heard[-1].body

    return typed


def test_it_says_what_it_saw_live(second: int, sent: Callable[..., Any]) -> None:
    assert sent() == SAID | {"leaves": second}


def test_under_a_key_the_same_command_asks_for_the_same(
    second: int, sent: Callable[..., Any]
) -> None:
    assert sent("--key", "job-1") == SAID


def test_who_may_not_read_goes_back_all_the_same(second: int, sent: Callable[..., Any]) -> None:
    assert sent(scopes=("deploy",)) == SAID


def test_a_configuration_can_be_named(world: World, second: int, sent: Callable[..., Any]) -> None:
    world.configure(world.staging, seconds=3)
    said = sent("--release", "2", "--configuration", "1", "--key", "job-1")
    assert said == SAID | {"release": "2", "configuration": 1}


def test_what_may_be_named_is_written_as_it_is_typed() -> None:
    ways = [
        {"release": release, "configuration": configuration, "is_possible": is_possible}
        for release, configuration, is_possible in ((3, 2, 1), (3, 1, 1), (2, 1, 1), (1, 1, 0))
    ]
    assert shipping._by_name(ways) == (
        "--release 3 --configuration 2 or --release 3 --configuration 1 or --release 2 "
        "goes there all the same."
    )


def test_what_waits_and_is_live_already_is_left_by_rolling_back() -> None:
    seen = {"number": 51, "component": "punctuality", "environment": "staging", "live_at": None}
    assert waiting._or_else(seen) == "slipway abort 51"
    live = seen | {"live_at": "2026-12-03T06:00:00Z"}
    assert waiting._or_else(live) == "slipway rollback punctuality --env staging --reason WHY"
