"""My components on home: what is in trouble first, in words, and when each runs next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest
from django.test import Client

from deployments.rollouts import operations as rollouts
from pipelines.acceptances import operations as acceptances
from pipelines.engines.base import EngineError
from pipelines.execution import operations as execution
from pipelines.runs import operations as runs
from portal.accounts.models import User
from portal.catalog.models import Component
from portal.home import mine
from portal.home.mine import Standing
from tests.pipelines.conftest import house, now, zygote
from tests.pipelines.factories import House, file
from tests.pipelines.schedules.conftest import scheduled

__all__ = ["house", "now", "zygote"]  # fixtures
pytestmark = pytest.mark.django_db
Browser = Callable[[str], Client]
HTMX = {"HX-Request": "true"}


def words(user: User, now: datetime) -> str:
    found = mine.of(user, now, 8)
    return found.standings[found.components[0].pk].words


def test_what_is_in_trouble_stands_before_what_is_important(
    house: House, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.live(now=now)
    troubled = house.component()
    Component.objects.filter(pk=troubled.pk).update(tier=3)
    for n in range(8):
        Component.objects.create(
            name=f"a-{n}", kind="service", team=house.team, tier=1, created_at=now
        )
    first = mine.of(house.developer, now, 8)
    assert troubled not in first.components
    assert first.has_more

    def broken(_: object, __: datetime) -> dict[UUID, Standing]:
        return {troubled.pk: Standing("bad", "bad", "Last run failed in staging")}

    monkeypatch.setattr(f"{__name__}.told", broken)
    monkeypatch.setitem(mine.TROUBLES, "Runs", f"{__name__}.told")
    found = mine.of(house.developer, now, 8)
    assert found.components[0] == troubled
    assert [one.name for one in found.components[1:3]] == ["a-0", "a-1"]


def told(_: object, __: datetime) -> dict[UUID, Standing]:
    return {}


def test_how_it_does_is_said_in_words(house: House, now: datetime) -> None:
    mira = house.developer
    version = house.register(file(), now=now)
    assert words(mira, now) == "Not live yet"
    house.deploy(version, now=now)
    assert words(mira, now) == "Well"
    rollouts.pause(
        component=house.component(),
        environment=house.environment,
        by=mira,
        now=now,
        reason="The source moves.",
    )
    assert words(mira, now) == "Paused in staging"


def test_a_failed_run_is_trouble_until_somebody_accepts_it(house: House, now: datetime) -> None:
    house.live(now=now)
    run = runs.start(
        transformation=house.component().transformation,
        environment=house.environment,
        parameters={},
        by=house.developer,
        now=now,
    )
    claim = execution.claim(run_id=str(run.pk), worker="test", now=now)
    assert claim is not None
    execution.fail(claim=claim, error=EngineError("No.", permanent=True, kind="sql"), now=now)
    assert words(house.developer, now) == "Last run failed in staging"
    run.refresh_from_db()
    acceptances.accept(run=run, by=house.developer, now=now, reason="A holiday.")
    assert words(house.developer, now) == "Well"


def test_a_floor_that_does_not_answer_costs_its_word_alone(
    house: House, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.live(now=now)
    monkeypatch.setitem(mine.TROUBLES, "Runs", "nowhere.at_all")
    monkeypatch.setattr(mine, "NEXT_RUNS", "nowhere.at_all")
    assert words(house.developer, now) == "Well"


def test_the_next_run_is_of_the_most_important_place(house: House, now: datetime) -> None:
    row = scheduled(house, now=now)
    found = mine.of(house.developer, now, 8)
    coming = found.next_runs[house.component().pk]
    assert (coming.at, coming.environment) == (row.next_at, "staging")


def test_an_open_home_is_told_of_title_headline_and_counts(
    house: House, browser: Browser, now: datetime
) -> None:
    house.live(now=now)
    client = browser("mira")
    answer = client.get("/", headers=HTMX)
    page = answer.content.decode()
    assert "<title>Home · Slipway</title>" in page
    assert 'id="headline"' in page
    assert 'id="rail-needs" hx-swap-oob="innerHTML"' in page
    assert 'id="rail-running" hx-swap-oob="innerHTML"' in page
    assert "My components" not in page
    seen = answer.headers["X-Seen"]
    assert client.get(f"/?seen={seen}", headers=HTMX).status_code == 204
