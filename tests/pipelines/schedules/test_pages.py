"""Schedules on the page of their component, on home, and over the API."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from deployments.rollouts import operations as rollouts
from pipelines.runs import operations as runs
from pipelines.schedules import metrics, operations
from pipelines.schedules.models import Schedule
from tests.pipelines.factories import House
from tests.pipelines.schedules.conftest import scheduled

pytestmark = pytest.mark.django_db
PANEL = "/components/carrier-punctuality/panels/schedule"


@pytest.fixture
def since_yesterday(house: House) -> Schedule:
    return scheduled(house, now=timezone.now() - timedelta(days=1), timezone="Europe/Berlin")


def test_the_panel_says_when_in_words_and_next_times(
    since_yesterday: Schedule, browser: Callable[[str], Client]
) -> None:
    text = browser("mira").get(PANEL).content.decode()
    assert "every day at 06:00" in text
    assert "Europe/Berlin" in text
    assert text.count("06:00</span>") == 5
    assert "Pause…" in text
    assert "Pause…" not in browser("jonas").get(PANEL).content.decode()


def test_a_place_says_when_it_runs_next(
    since_yesterday: Schedule, browser: Callable[[str], Client]
) -> None:
    now = "/components/carrier-punctuality/panels/now"
    Schedule.objects.update(next_at=timezone.now() + timedelta(hours=3))
    page = browser("mira").get(now).content.decode()
    assert re.search(r"next run \w{3} \d+ \w{3} \d\d:\d\d UTC", page), "as all of that page"
    Schedule.objects.update(state="none")
    assert "on demand" in browser("mira").get(now).content.decode()


def test_a_place_that_is_paused_runs_nothing_next(
    house: House, since_yesterday: Schedule, browser: Callable[[str], Client], now: datetime
) -> None:
    Schedule.objects.update(next_at=timezone.now() + timedelta(hours=3))
    rollouts.pause(
        component=house.component(),
        environment=house.environment,
        reason="Looking.",
        by=house.developer,
        now=now,
    )
    page = browser("mira").get("/components/carrier-punctuality/panels/now").content.decode()
    assert "schedule paused" in page
    assert "next run" not in page


def test_the_page_of_a_run_says_how_long_ago_it_was_due_as_of_other_times(
    house: House, browser: Callable[[str], Client], now: datetime
) -> None:
    """Relative, with the absolute time on hover: no time of that page names a zone by itself."""
    at = now - timedelta(hours=3)
    version = house.live(now=at)
    run = runs.start(
        transformation=version.transformation, environment=house.environment, parameters={},
        by=None, now=now, logical_at=at,
    )  # fmt: skip
    page = " ".join(browser("mira").get(f"/runs/{run.number}/").content.decode().split())
    assert f'<dt>Due</dt><dd><relative-time datetime="{at.isoformat(timespec="seconds")}"' in page
    assert not re.search(r"</(time|relative-time)> UTC", page)


def test_late_ones_wait_for_the_team(
    since_yesterday: Schedule, browser: Callable[[str], Client]
) -> None:
    Schedule.objects.update(next_at=timezone.now() - timedelta(hours=3))
    assert "carrier-punctuality is late in staging" in browser("mira").get("/").content.decode()
    assert "is late in staging" not in browser("hannah").get("/").content.decode()


def test_operators_see_that_nobody_looks(since_yesterday: Schedule) -> None:
    now = timezone.now()
    Schedule.objects.update(next_at=now + timedelta(hours=3))
    [figure] = metrics.figures(now=now)
    assert (figure.value, figure.labels) == (0, {"queue": "schedules"})
    Schedule.objects.update(next_at=now - timedelta(hours=3))
    [figure] = metrics.figures(now=now)
    assert figure.value == 3 * 3600


def test_over_the_api_it_is_held_and_resumed(
    since_yesterday: Schedule, program: Callable[..., APIClient]
) -> None:
    api = program("mira")
    [found] = api.get("/api/v1/schedules/?environment=staging&state=active").json()["results"]
    assert found["words"] == "every day at 06:00, Europe/Berlin"
    assert len(found["next_times"]) == 5
    path = f"/api/v1/schedules/{found['id']}/"
    assert api.post(f"{path}hold/", {"reason": "Loading."}).status_code == 200
    operations.follow(now=timezone.now())
    assert api.get(path).json()["state"] == "held"
    assert api.post(f"{path}hold/", {"reason": "Again."}).status_code == 409
    assert api.post(f"{path}resume/").status_code == 200
    operations.follow(now=timezone.now())
    assert api.get(path).json()["state"] == "active"


def test_over_the_api_it_says_what_was_left_out(
    house: House, program: Callable[..., APIClient]
) -> None:
    row = scheduled(house, now=datetime.fromisoformat("2026-11-01T12:00:00Z"), catch_up="none")
    operations.tick(now=datetime.fromisoformat("2026-11-04T12:00:00Z"))
    [left] = program("jonas").get(f"/api/v1/schedules/{row.pk}/").json()["omissions"]
    assert (left["count"], left["cause"]) == (3, "down")
    assert left["first_at"] == "2026-11-02T06:00:00Z"
