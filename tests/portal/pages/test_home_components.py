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
from portal import navigation
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
    late = house.component()
    Component.objects.filter(pk=late.pk).update(tier=3)
    for n in range(8):
        Component.objects.create(
            name=f"a-{n}", kind="service", team=house.team, tier=1, created_at=now
        )
    first = mine.of(house.developer, now, 8)
    assert late not in first.components
    assert first.has_more

    def broken(_: object, __: datetime) -> dict[UUID, Standing]:
        return {late.pk: Standing("bad", "bad", "Last run failed in staging")}

    monkeypatch.setattr(f"{__name__}.told", broken)
    monkeypatch.setitem(mine.TROUBLES, "Runs", f"{__name__}.told")
    found = mine.of(house.developer, now, 8)
    assert found.components[0] == late
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


@pytest.mark.parametrize(
    ("asked", "name"), [(mine.TROUBLES, "Runs"), (navigation.FACTS, "live")], ids=["runs", "live"]
)
def test_how_it_does_is_not_known_where_a_floor_does_not_answer(
    house: House,
    browser: Browser,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    asked: dict[str, str],
    name: str,
) -> None:
    """Neither well nor not live: what is pinned says the same, and no headline says all is well."""
    house.live(now=now)
    monkeypatch.setitem(asked, name, "nowhere.at_all")
    assert words(house.developer, now) == "Not known now"
    component = house.component()
    assert mine.standings_of([component], now)[component.pk] == mine.UNKNOWN
    page = browser("mira").get("/").content.decode()
    assert "Not everything answered, Mira" in page
    assert "All is well" not in page
    assert "all-well" not in page
    assert ("not known now" in page) is (name == "live")


def test_a_trouble_that_is_known_stands_though_another_floor_is_silent(
    house: House, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.live(now=now)
    troubled(house, monkeypatch)
    monkeypatch.setitem(mine.TROUBLES, "Deployments", "nowhere.at_all")
    assert words(house.developer, now) == "Last run failed in staging"


def test_nobody_says_on_demand_where_schedules_do_not_answer(
    house: House, browser: Browser, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.live(now=now)
    monkeypatch.setattr(mine, "NEXT_RUNS", "nowhere.at_all")
    assert words(house.developer, now) == "Well"
    page = browser("mira").get("/").content.decode()
    assert "not known now" in page
    assert "on demand" not in page


def test_nobody_reads_that_all_is_well_above_a_component_in_trouble(
    house: House, browser: Browser, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pause needs nobody, and whoever only looks has no needs."""
    house.live(now=now)
    client = browser("mira")
    page = client.get("/").content.decode()
    assert "All is well with what your teams answer for" in page
    assert "all-well" in page
    troubled(house, monkeypatch)
    page = client.get("/").content.decode()
    assert "Nothing needs you, Mira" in page
    assert "One of your components is in trouble" in page
    assert "All is well" not in page
    assert "all-well" not in page


def test_all_that_are_in_trouble_are_counted_beyond_those_shown(
    house: House, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        Component.objects.create(
            name=f"a-{n}", kind="service", team=house.team, tier=1, created_at=now
        )
    troubled(house, monkeypatch)
    assert mine.of(house.developer, now, 1).troubled == 3
    assert mine.of(house.developer, now, 8).troubled == 3


def troubled(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every component of the team; no failure that anybody is asked to mend."""
    one = Standing("bad", "bad", "Last run failed in staging")
    found = dict.fromkeys(house.team.components.values_list("pk", flat=True), one)
    monkeypatch.setattr(f"{__name__}.told", lambda *_: found)
    monkeypatch.setitem(mine.TROUBLES, "Runs", f"{__name__}.told")


def test_the_next_run_is_of_the_most_important_place(house: House, now: datetime) -> None:
    row = scheduled(house, now=now)
    found = mine.of(house.developer, now, 8)
    coming = found.next_runs[house.component().pk]
    assert (coming.at, coming.environment) == (row.next_at, "staging")


def test_an_open_home_is_told_of_title_headline_counts_and_components(
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
    assert "Your components" in page
    seen = answer.headers["X-Seen"]
    assert client.get(f"/?seen={seen}", headers=HTMX).status_code == 204


def test_an_open_home_is_told_which_component_came_into_trouble(
    house: House, browser: Browser, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.live(now=now)
    client = browser("mira")
    seen = client.get("/", headers=HTMX).headers["X-Seen"]
    troubled(house, monkeypatch)
    answer = client.get(f"/?seen={seen}", headers=HTMX)
    assert answer.status_code == 200
    assert "Last run failed in staging" in answer.content.decode()
