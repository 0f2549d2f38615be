"""A component's health: what its spans say, what its runs were like, and where it leads."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from observability.partitions.batches import nanoseconds
from observability.traces.models import SpanVolume
from observability.traces.stores.postgres import PostgresTraces
from pipelines.runs.models import Attempt
from portal.accounts.models import Team, User
from portal.catalog import operations as catalog
from portal.catalog.models import Component
from tests.contracts.test_trace_stores import span
from tests.whole_house import Whole

pytestmark = pytest.mark.django_db
Program = Callable[..., APIClient]
Browser = Callable[[str], Client]
NAME = "basket-of-health"
PAGE = f"/components/{NAME}/health/"
API = f"/api/v1/health/?component={NAME}"


@pytest.fixture
def service(people: dict[str, User], airline_data: Team) -> Component:
    now = timezone.now()
    return catalog.register(
        name=NAME,
        kind=Component.Kind.SERVICE,
        team=airline_data,
        title="Basket",
        by=people["mira"],
        now=now,
    )


def tell(ago: timedelta, took: float, number: int = 1, **given: object) -> None:
    """Requests that took so many milliseconds."""
    at = nanoseconds(timezone.now() - ago)
    told = {"component": NAME, "name": "GET /basket", "duration": int(took * 1e6), **given}
    PostgresTraces().write([span(2, at=at, **told) for _ in range(number)])


@pytest.fixture
def told(service: Component) -> None:
    """An hour of a hundred requests, of which ten failed slowly, and a quiet hour before."""
    tell(timedelta(minutes=20), 10, 90)
    tell(timedelta(minutes=10), 400, 10, is_error=True)
    tell(timedelta(minutes=90), 20, 50)
    tell(timedelta(minutes=15), 700, 3, environment="staging", name="POST /pay")


def test_rate_errors_and_duration_beside_the_time_before(told: None, program: Program) -> None:
    found = program("jonas").get(f"{API}&environment=production&span=1h").json()
    now, before = found["now"], found["before"]
    assert (now["n"], now["failed"], now["error_share"]) == (100, 10, 0.1)
    assert (now["p50"], now["p95"], now["is_exact"], now["error"]) == (0.01, 0.4, True, 0.0)
    assert now["rate"] == pytest.approx(100 / 3600, rel=0.05)
    assert (before["n"], before["error_share"]) == (50, 0.0)
    assert before["p50"] == pytest.approx(0.02, rel=0.09)
    assert [one["name"] for one in found["operations"]] == ["GET /basket"]
    assert sum(step["red"]["n"] for step in found["steps"]) == 100
    assert found["work"] is None


def test_longer_windows_say_the_same_of_what_lies_in_them(told: None, program: Program) -> None:
    for span_ in ("6h", "24h", "7d", "30d"):
        found = program("jonas").get(f"{API}&environment=production&span={span_}").json()
        assert found["now"]["n"] == 150, span_
        assert sum(step["red"]["n"] for step in found["steps"]) == 150, span_


def test_every_environment_together_and_each_by_itself(told: None, program: Program) -> None:
    mira = program("mira")
    assert mira.get(f"{API}&environment=&span=1h").json()["now"]["n"] == 103
    refused = mira.get(f"{API}&span=9y")
    assert refused.status_code == 422


def test_no_data_is_never_zero(service: Component, program: Program, browser: Browser) -> None:
    found = program("jonas").get(f"{API}&environment=").json()
    assert found["now"]["n"] == 0
    assert found["now"]["p95"] is found["now"]["error_share"] is None
    page = browser("jonas").get(f"{PAGE}?environment=").content.decode()
    assert "No span in this time" in page
    assert f"OTEL_SERVICE_NAME={NAME}" in page
    assert "0 %" not in page


def test_a_time_that_reaches_back_to_before_the_counting_says_so(
    told: None, program: Program, browser: Browser
) -> None:
    """Spans that are stored from before the counting are no proof that nothing happened."""
    SpanVolume.objects.filter(at__lt=timezone.now() - timedelta(days=2)).delete()
    oldest = SpanVolume.objects.filter(step=21_600).earliest("at").at
    since = program("jonas").get(f"{API}&span=7d").json()["counted_since"]
    assert datetime.fromisoformat(since) == oldest
    page = browser("jonas").get(f"{PAGE}?environment=&span=7d").content.decode()
    assert "Spans are counted since" in page
    tell(timedelta(days=15), 10)
    page = browser("jonas").get(f"{PAGE}?environment=&span=7d").content.decode()
    assert "Spans are counted since" not in page


def test_the_page_leads_to_the_same_time_elsewhere(told: None, browser: Browser) -> None:
    page = browser("jonas").get(f"{PAGE}?environment=&span=6h").content.decode()
    assert "153 requests" in page
    assert f"/traces/?component={NAME}&amp;time=6h&amp;operation=GET+%2Fbasket" in page
    assert "&amp;error=1" in page
    assert f"/changes/?component={NAME}&amp;since=" in page
    assert f"/logs/?q=component%3A{NAME}" in page
    assert "within 9 %" in page


def test_a_transformation_shows_what_each_run_was_like(
    whole: Whole, browser: Browser, program: Program
) -> None:
    name = whole.component.name
    Attempt.objects.filter(run=whole.ended_run).update(
        ran_for=4.2, waited_for=0.5, cpu_seconds=3.5, peak_memory=70_000_000, rows_out=16
    )
    since = whole.ended_run.requested_at - timedelta(minutes=30)
    asked = f"environment=staging&since={since.isoformat()}".replace("+00:00", "Z")
    until = (since + timedelta(hours=2)).isoformat().replace("+00:00", "Z")
    asked = f"{asked}&until={until}"
    found = program("jonas").get(f"/api/v1/health/?component={name}&{asked}").json()["work"]
    assert (found["n"], found["failed"], found["is_cut"]) == (1, 0, False)
    measured = {one["name"]: (one["n"], one["p50"]) for one in found["measures"]}
    assert measured["seconds"] == (1, 4.2)
    assert measured["waited"] == (1, 0.5)
    assert measured["cpu"] == (1, 3.5)
    assert measured["memory"] == (1, 70_000_000)
    assert measured["rows"] == (1, 16)
    page = browser("jonas").get(f"/components/{name}/health/?{asked}").content.decode()
    assert f'href="/runs/{whole.ended_run.number}/" aria-label="Run' in page
    assert "v1 → staging" in page, "what was deployed stands on the charts"


def test_its_times_are_refused_in_words(service: Component, browser: Browser) -> None:
    assert browser("jonas").get(f"{PAGE}?since=soon").status_code == 422
    assert Client().get(PAGE).status_code == 302


def test_a_time_that_stays_is_the_same_among_traces(told: None, browser: Browser) -> None:
    now = timezone.now()
    since, until = (now - timedelta(minutes=minutes) for minutes in (30, 15))
    asked = f"since={since:%Y-%m-%dT%H:%M:%SZ}&until={until:%Y-%m-%dT%H:%M:%SZ}"
    client = browser("jonas")
    page = client.get(f"{PAGE}?environment=production&{asked}").content.decode()
    (link,) = set(re.findall(r'href="(/traces/\?[^"]*operation=GET[^"]*)"', page))
    traces = client.get(unescape(link)).content.decode()
    assert "GET /basket" in traces
    assert "Back to the last day" in traces
    other = unescape(link).replace("since=2", "since=1")
    refused = client.get(other)
    assert refused.status_code == 422
    assert "Write a time from 1970 to 2199" in refused.content.decode()


def test_where_no_run_was_a_longer_time_is_offered(whole: Whole, browser: Browser) -> None:
    page = f"/components/{whole.component.name}/health/?environment=production"
    words = 'href="?environment=production&amp;span=30d">Look at 30 days'
    assert words in browser("jonas").get(page).content.decode()
    assert words not in browser("jonas").get(f"{page}&span=30d").content.decode()
