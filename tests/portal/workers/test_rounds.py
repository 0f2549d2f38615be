"""Ticks that travel together: each has its turn, whatever becomes of the others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from celery import current_app
from django.conf import settings

from portal.celery import app
from portal.upper_floors import ROUNDS
from portal.workers.tasks import go_round

turns: list[str] = []


def first() -> None:
    turns.append("first")


def second() -> None:
    turns.append("second")
    raise ValueError("no row")


def third() -> None:
    turns.append("third")


TURNS = (first, second, third)


@pytest.fixture
def ticks() -> Iterator[list[str]]:
    """Three of them, of which the second breaks."""

    turns.clear()
    names = [current_app.task(name=f"tests.{one.__name__}")(one).name for one in TURNS]
    yield names
    for name in names:
        current_app.tasks.unregister(name)


def test_what_breaks_in_one_keeps_none_of_the_others_and_is_told(ticks: list[str]) -> None:
    with pytest.raises(ExceptionGroup) as told:
        go_round(ticks=ticks)
    assert turns == ["first", "second", "third"]
    assert [type(error) for error in told.value.exceptions] == [ValueError]
    assert told.value.exceptions[0].__notes__ == ["in tests.second"]


def test_a_round_is_made_of_ticks_that_control_knows() -> None:
    app.loader.import_default_modules()
    going = [tick for ticks in ROUNDS.values() for tick in ticks]
    assert len(set(going)) == len(going)
    assert set(going) <= app.tasks.keys() - settings.CELERY_TASK_ROUTES.keys()
