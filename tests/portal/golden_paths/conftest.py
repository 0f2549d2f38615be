"""A path that puts jars on a shelf, published."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone
from pytest_django import Settings

from portal import failpoints
from portal.accounts.models import User
from tests.portal.golden_paths.shelf import STEPS, Shelf
from tests.portal.golden_paths.world import World


@pytest.fixture(autouse=True)
def shelf(settings: Settings) -> Iterator[type[Shelf]]:
    """Jars can be put; nothing is remembered of the last test."""
    settings.GOLDEN_PATH_STEPS = {**settings.GOLDEN_PATH_STEPS, **STEPS}
    Shelf.forget()
    failpoints.arm("")
    yield Shelf
    failpoints.arm("")


@pytest.fixture
def world(people: dict[str, User]) -> World:
    world = World(people, at=timezone.now())  # pages and programs have the real clock
    world.publish()
    return world
