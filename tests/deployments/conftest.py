"""The world of this floor's tests: one component, three environments, crates for artifacts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker, Settings

from deployments.targets.registry import target_for
from portal import failpoints
from portal.accounts.models import Team, User
from portal.errors import Refused
from tests.deployments.crate import KIND, Crates
from tests.deployments.world import NOW, World, build
from tests.worlds import Kept, keep


@pytest.fixture(autouse=True)
def crates(settings: Settings) -> Iterator[type[Crates]]:
    """Crates can be deployed; they remember nothing of the last test."""
    settings.DEPLOYMENT_TARGETS = {
        **settings.DEPLOYMENT_TARGETS,
        KIND: "tests.deployments.crate.Crates",
    }
    target_for.cache_clear()
    Crates.forget()
    failpoints.arm("")
    yield Crates
    failpoints.arm("")
    target_for.cache_clear()


@pytest.fixture(scope="session")
def kept_world(cast: Kept, django_db_blocker: DjangoDbBlocker) -> Kept:
    """The world, made once."""

    def make(people: dict[str, User], _: None) -> World:
        return build(people, Team.objects.get(name="airline-data"), now=NOW)

    with django_db_blocker.unblock():
        return keep(make, upon=cast)


@pytest.fixture
def world(people: dict[str, User], kept_world: Kept) -> World:
    return kept_world.put_back(people)


@pytest.fixture
def at_once() -> Iterator[Callable[..., list[Any]]]:
    """Call functions at the same moment, each with a connection of its own; what they answered."""
    with ThreadPoolExecutor(8) as pool:

        def call(*functions: Callable[[], Any]) -> list[Any]:
            barrier = Barrier(len(functions))
            return list(pool.map(lambda each: _call(each, barrier), functions))

        yield call


def _call(function: Callable[[], Any], barrier: Barrier) -> Any:
    barrier.wait()
    try:
        return function()
    except Refused as refused:
        return refused
    finally:
        connection.close()
