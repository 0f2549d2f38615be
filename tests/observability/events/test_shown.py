"""What sources told of, where people look first: home, and the page of a component."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from observability.changes import incidents
from observability.changes.models import Change
from observability.events import operations
from observability.events.kinds.base import Envelope
from portal import navigation
from portal.accounts.models import User
from portal.catalog.models import Component
from portal.home import mine
from tests.observability.events.conftest import status

Browser = Callable[[str], Client]
Tell = Callable[[str, float], None]
NOW_PANEL = "/components/checkout/panels/now"


@pytest.fixture
def tell(made: Callable, checkout: Component) -> Tell:
    """`tell("detected", 9)`: of an incident, nine minutes ago, however late it comes."""
    source, _ = made("cdevents", "night-events")

    def of_incident(verb: str, minutes: float) -> None:
        now = timezone.now()
        body: dict[str, Any] = {
            "context": {
                "id": f"{verb} {minutes}",
                "source": "/pager",
                "type": f"dev.cdevents.incident.{verb}.0.3.0",
                "timestamp": (now - timedelta(minutes=minutes)).isoformat(),
            },
            "subject": {
                "id": "INC-7",
                "content": {
                    "description": "SEV1: checkout is down",
                    "environment": {"id": "production"},
                    "service": {"id": "checkout"},
                },
            },
        }
        envelope = Envelope(f"{verb} {minutes}", f"dev.cdevents.incident.{verb}.0.3.0", body)
        operations.receive(source=source, envelopes=[envelope], now=now)

    return of_incident


def test_an_open_incident_needs_the_developers_of_its_component(
    tell: Tell, checkout: Component, people: dict[str, User]
) -> None:
    tell("detected", 9)
    now = timezone.now()
    (need,) = navigation.needs(people["mira"], now)[0]
    assert need.title == "checkout: SEV1: checkout is down"
    assert need.text == "An incident in production, told by night-events."
    assert incidents.needs_of(people["hannah"], now) == []
    assert mine.standings_of([checkout], now)[checkout.pk].words == "Incident in production"
    tell("resolved", 5)
    assert navigation.needs(people["mira"], now)[0] == []


def test_an_open_incident_stands_on_the_page_of_its_component(tell: Tell, browser: Browser) -> None:
    tell("detected", 9)
    page = browser("mira").get(NOW_PANEL).content.decode()
    assert "SEV1: checkout is down" in page
    assert "Not well" in page
    tell("resolved", 5)
    assert "SEV1" not in browser("mira").get(NOW_PANEL).content.decode()


def test_an_incident_that_is_detected_again_goes_on(tell: Tell) -> None:
    tell("detected", 9)
    tell("resolved", 7)
    tell("detected", 5)
    change = Change.objects.get(kind="incident")
    assert (change.outcome, change.finished_at) == ("running", None)
    assert change.actor_name == "night-events", "nobody of ours told of it"
    tell("resolved", 3)
    tell("resolved", 1)
    change.refresh_from_db()
    assert change.finished_at
    assert change.outcome == "succeeded"
    assert round((change.finished_at - change.started_at).total_seconds()) == 360
    tell("detected", 8)
    change.refresh_from_db()
    assert change.outcome == "succeeded", "what happened before it was over comes late"


@pytest.fixture
def from_outside(made: Callable, checkout: Component) -> None:
    """Two deployments of checkout to production that GitHub told of."""
    source, _ = made("github", "night-github")
    now: datetime = timezone.now()
    for number, sha in enumerate("ab", 1):
        body = status("success", now - timedelta(hours=3 - number), number=number, sha=sha * 40)
        envelope = Envelope(str(number), "deployment_status", body)
        operations.receive(source=source, envelopes=[envelope], now=now)


@pytest.mark.usefixtures("from_outside")
def test_what_was_deployed_from_outside_is_live_where_nothing_of_ours_is(
    browser: Browser,
) -> None:
    page = browser("mira").get(NOW_PANEL).content.decode()
    assert "bbbbbbb" in page
    assert "aaaaaaa" not in page
    assert "Told by night-github." in page
    assert "Not deployed" not in page
    home = browser("mira").get("/").content.decode()
    assert "bbbbbbb" in home
    assert "Not live yet" not in home


@pytest.mark.usefixtures("from_outside")
def test_the_matrix_knows_what_was_deployed_from_outside(
    browser: Browser, program: Callable[..., APIClient]
) -> None:
    page = browser("mira").get("/deployments/matrix").content.decode()
    assert "bbbbbbb" in page, "it is live somewhere"
    assert "from outside" in page
    assert "aaaaaaa" not in page
    (row,) = program("mira").get("/api/v1/deployments/matrix/?q=checkout").json()["results"]
    told = {one["environment"]: one["outside"] for one in row["places"]}
    assert told["staging"] is None
    assert (told["production"]["release"], told["production"]["told_by"]) == (
        "bbbbbbb",
        "github:night-github",
    )


@pytest.mark.usefixtures("from_outside")
def test_its_place_and_the_graph_know_it(browser: Browser) -> None:
    place = browser("mira").get("/components/checkout/in/production/").content.decode()
    assert "bbbbbbb is live, deployed from outside" in place
    assert "Told by night-github." in place
    assert "aaaaaaa" not in place
    assert "Slipway deployed nothing here" in place
    assert "/changes/?component=checkout" in place
    other = browser("mira").get("/components/checkout/in/staging/").content.decode()
    assert "Nothing is live in staging" in other
    graph = browser("mira").get("/catalog/graph/data?from=component:checkout").json()
    (thing,) = graph["things"]
    assert (thing["state"], thing["tone"]) == ("live", "good")


def test_a_service_is_shown_no_panels_about_runs(checkout: Component, browser: Browser) -> None:
    page = browser("mira").get("/components/checkout/").content.decode()
    for panel in ("strip", "schedule", "clients"):
        assert f"/components/checkout/panels/{panel}" not in page
    assert NOW_PANEL in page
