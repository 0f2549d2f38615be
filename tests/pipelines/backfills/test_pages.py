"""Backfills in the browser and over the API: plan beside the form, start, watch, steer."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.utils.html import strip_tags
from rest_framework.test import APIClient

from pipelines.backfills import operations
from pipelines.backfills.models import Backfill
from pipelines.runs.models import Run
from tests.pipelines.factories import House, file
from tests.pipelines.schedules.conftest import scheduled

pytestmark = pytest.mark.django_db
FORM = "/components/carrier-punctuality/backfill"
WEEK = {
    "environment": "staging",
    "start": "2026-11-02T00:00",
    "end": "2026-11-08T23:59",
    "which": "failed",
}
IS_PART = {"HX-Request": "true"}


@pytest.fixture
def berlin(house: House, now: datetime) -> House:
    scheduled(house, now=now, timezone="Europe/Berlin", parameters={"month": "{logical_month}"})
    return house


def digest(text: str) -> str:
    found = re.search(r'name="plan_digest" value="(\w+)"', text)
    assert found, text
    return found[1]


def shown(client: Client, address: str) -> str:
    """What a person reads there: without the tags and what stands in them."""
    return " ".join(strip_tags(client.get(address).content.decode()).split())


def test_the_plan_is_looked_at_and_then_done(
    berlin: House, browser: Callable[[str], Client], now: datetime
) -> None:
    client = browser("mira")
    text = client.get(FORM, WEEK, headers=IS_PART).content.decode()
    assert "7 runs of v1 in staging, one after the other" in text
    assert "Start 7 runs" in text
    assert "Mon 2 Nov 2026 06:00" in text
    sent = {**WEEK, "reason": "It was wrong.", "plan_digest": digest(text)}
    answer = client.post(FORM, sent)
    backfill = Backfill.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, backfill.path)
    assert [part.logical_at.hour for part in backfill.parts.order_by("logical_at")] == [5] * 7
    operations.tick(now=now)
    text = client.get(backfill.path).content.decode()
    assert "0 of 7 runs good" in text
    assert f"/runs/{Run.objects.get().number}/" in text
    assert "Pause…" in text
    assert "Pause…" not in browser("jonas").get(backfill.path).content.decode()


def test_times_are_those_of_the_clock_by_which_it_is_due(
    berlin: House, browser: Callable[[str], Client], now: datetime
) -> None:
    client = browser("mira")
    plan = client.get(FORM, WEEK, headers=IS_PART).content.decode()
    client.post(FORM, {**WEEK, "reason": "It was wrong.", "plan_digest": digest(plan)})
    operations.tick(now=now)
    page = shown(client, Backfill.objects.get().path)
    assert "2 Nov 2026 00:00 to 8 Nov 2026 23:59 Europe/Berlin" in page
    assert "due 2 Nov 06:00 Europe/Berlin" in page
    assert "3 Nov 06:00 Europe/Berlin" in page  # one that has no run yet
    assert "05:00" not in page
    for lists in ("/backfills/", "/components/carrier-punctuality/grid?environment=staging"):
        assert "staging, 2 Nov 2026 00:00 to 8 Nov 2026 23:59 Europe/Berlin" in shown(client, lists)


def test_a_component_without_backfills_is_told_where_one_begins(
    berlin: House, browser: Callable[[str], Client]
) -> None:
    page = shown(browser("mira"), "/backfills/?component=carrier-punctuality")
    assert "Backfills of carrier-punctuality" in page
    assert "No backfill of this component" in page
    assert "No backfills yet" in shown(browser("mira"), "/backfills/")


def test_what_is_refused_stands_beside_the_form(
    berlin: House, browser: Callable[[str], Client]
) -> None:
    client = browser("mira")
    answer = client.post(FORM, WEEK)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert page.count("Say why") == 1
    assert "Start 7 runs" in page, "the plan stays, and what is pressed once it is said"
    answer = client.post(FORM, {**WEEK, "reason": "Wrong.", "plan_digest": "of-another-day"})
    assert answer.status_code == 409
    assert "The plan is another one by now" in answer.content.decode()
    wrong = {**WEEK, "end": "2026-11-01T00:00"}
    assert "ends before it begins" in client.get(FORM, wrong, headers=IS_PART).content.decode()
    wrong = {**WEEK, "parameters": "month: ["}
    assert "Write names with values" in client.get(FORM, wrong, headers=IS_PART).content.decode()
    assert not Backfill.objects.exists()


def test_nowhere_live_is_said(house: House, now: datetime, browser: Callable) -> None:
    house.register(file(), now=now)
    answer = browser("mira").get(FORM)
    assert "is live nowhere" in answer.content.decode()


def test_over_the_api(berlin: House, program: Callable[..., APIClient]) -> None:
    api = program("mira")
    asked = {
        "transformation": "carrier-punctuality",
        "environment": "staging",
        "start_at": "2026-11-01T23:00:00Z",
        "end_at": "2026-11-08T23:00:00Z",
    }
    plan = api.post("/api/v1/backfills/plan/", asked).json()
    assert (plan["to_do"], plan["parameters"]["Mon 2 Nov 2026 06:00"]) == (7, {"month": 11})
    answer = api.post(
        "/api/v1/backfills/", {**asked, "reason": "Wrong.", "plan_digest": plan["digest"]}
    )
    assert answer.status_code == 201
    path = f"/api/v1/backfills/{answer.json()['id']}/"
    assert api.post(f"{path}pause/", {"reason": "Wait."}).json()["state"] == "paused"
    assert api.post(f"{path}pause/").status_code == 409
    assert api.post(f"{path}resume/").json()["state"] == "running"
    assert api.post(f"{path}cancel/").json()["state"] == "cancelled"
    refused = api.post(
        "/api/v1/backfills/", {**asked, "reason": "x", "end_at": "2026-11-01T23:30Z"}
    )
    assert (refused.status_code, refused.json()["field"]) == (422, "end_at")
    [found] = api.get("/api/v1/backfills/?transformation=carrier-punctuality").json()["results"]
    assert (found["left"], found["total"]) == (7, 7)
