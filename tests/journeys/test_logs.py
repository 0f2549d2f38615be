"""The explorer of logs in a browser: typed, brushed, opened, followed, kept; axe finds nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from observability.logs.models import LogRecord
from observability.logs.stores.postgres import PostgresLogs
from observability.partitions.batches import nanoseconds
from observability.senders.models import Service
from tests import logged_house
from tests.contracts.test_log_stores import line
from tests.journeys import debugger
from tests.journeys.looking import LOOKS, change, listened, wrong
from tests.journeys.site import Site

pytestmark = pytest.mark.journey


# Whether the histogram is asked for again when its time has come
ASKED_ANEW = """(() => {
    htmx.trigger(".log-chart", "again");
    return document.querySelector(".log-chart").matches(".htmx-request");
})()"""


@pytest.fixture
def page(site: Site, tab: Callable[[str], Page]) -> Page:
    """mira, where a few lines were written a moment ago."""
    now = timezone.now()
    if LogRecord.objects.filter(message="tick 7").exists():
        return tab("mira")
    Service.objects.create(
        name="kiosk", sender=site.people["mira"], first_seen_at=now, last_seen_at=now
    )
    PostgresLogs().write(
        [line(f"tick {n}", now - timedelta(minutes=n), component="kiosk") for n in range(1, 30)]
        + logged_house.lines(now - timedelta(minutes=40), "kiosk")
    )
    return tab("mira")


def judged(page: Page) -> list[str]:
    """What is wrong in any look; afterwards the window is wide again."""
    found = list(wrong(page))
    change(page, LOOKS[0])
    return found


def look(page: Page, site: Site, query: str) -> None:
    page.goto(f"{site.address}/logs/{query}")
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def test_the_explorer(page: Page, site: Site) -> None:
    with listened(page) as said:
        look(page, site, "")
        found = judged(page)

        # The query line offers fields and values
        query = page.get_by_role("combobox", name="Query")
        query.press_sequentially("comp")
        expect(page.get_by_role("option", name="component:")).to_be_visible()
        query.press("ArrowDown")
        query.press("Enter")
        expect(query).to_have_value("component:")
        query.press_sequentially("kio")
        expect(page.get_by_role("option", name="kiosk")).to_be_visible()
        found += judged(page)
        query.press("ArrowDown")
        query.press("Enter")
        query.press("Enter")
        expect(page).to_have_url(re.compile(r"q=component%3Akiosk"))
        expect(page.locator(".log-source").first).to_have_text("kiosk")

        # A facet narrows it down, and takes itself away
        page.get_by_role("link", name=re.compile("^error")).first.click()
        expect(page.locator(".log-level").first).to_have_text("ERROR")
        page.get_by_role("link", name=re.compile("^error.*take it away")).click()
        expect(page.locator(".log-level", has_text="INFO").first).to_be_visible()

        # A row opens to its values, and a value leaves lines out
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        page.get_by_text("went wrong 0 of kiosk").click()
        page.get_by_role("link", name="Without level error").click()
        expect(page.get_by_role("combobox", name="Query")).to_have_value(
            "component:kiosk -level:error"
        )

        # Bars are taken by keys
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        page.locator(".histogram-bar[tabindex='0']").focus()
        page.keyboard.press("End")
        for _ in range(9):
            page.keyboard.press("Shift+ArrowLeft")
        expect(page.locator("[data-taken]")).to_have_count(10)
        assert not debugger.said(page, ASKED_ANEW), "bars that somebody takes are not drawn anew"
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("since=.*until="))
        expect(page.locator(".log-text").first).to_have_text(re.compile("tick"))
        found += judged(page)
    assert not found + said, "\n".join([page.url, *found, *said])


def test_one_line_between_its_neighbours(page: Page, site: Site) -> None:
    with listened(page) as said:
        look(page, site, "?q=component:kiosk")
        page.get_by_text("tick 7", exact=True).click()
        page.get_by_role("link", name="Lines around it").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("One line of kiosk")
        expect(page.locator("[aria-current=true] .log-text")).to_have_text("tick 7")
        expect(page.get_by_text("tick 8", exact=True)).to_be_visible()
        found = judged(page)
    assert not found + said, "\n".join([page.url, *found, *said])


def test_keys_go_from_line_to_line_and_open_one(page: Page, site: Site) -> None:
    look(page, site, "?q=component:kiosk tick")
    lines = page.locator(".log-row")
    page.keyboard.press("j")
    expect(lines.nth(0).locator("summary")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(lines.nth(1).get_by_role("link", name="Lines around it")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(lines.nth(1).locator("summary")).to_be_focused()


STACK = """Traceback (most recent call last):
  File "/srv/kiosk/app.py", line 40, in answer
    return gate.opened(request)
RuntimeError: the gate did not open"""


def test_a_stack_trace_keeps_its_lines(page: Page, site: Site) -> None:
    attributes = json.dumps({"exception.stacktrace": STACK, "user": 7})
    PostgresLogs().write(
        [line("it broke", timezone.now(), component="kiosk", attributes=attributes)]
    )
    with listened(page) as said:
        look(page, site, "?q=component:kiosk broke")
        page.locator(".log-text", has_text="it broke").click()
        trace = page.get_by_role("region", name="exception.stacktrace")
        expect(trace).to_have_text(STACK, use_inner_text=True)
        expect(trace).to_have_css("white-space-collapse", "preserve")
        key = page.locator("dt", has_text="exception.stacktrace")
        above, below = key.bounding_box(), trace.bounding_box()
        assert above
        assert below
        assert above["y"] + above["height"] <= below["y"], "the key stands above it"
        found = judged(page)
    assert not found + said, "\n".join([page.url, *found, *said])


def test_what_comes_in_moves_nothing_that_is_read(page: Page, site: Site) -> None:
    with listened(page) as said:
        look(page, site, "?q=component:kiosk&live=1")
        PostgresLogs().write([line("just now", timezone.now(), component="kiosk")])
        expect(page.locator(".log-text").first).to_have_text("just now", timeout=15_000)
        page.get_by_text("tick 3", exact=True).click()
        top = page.get_by_text("tick 3", exact=True).bounding_box()
        at = nanoseconds(timezone.now())
        PostgresLogs().write(
            [line("later", component="kiosk")._replace(at=at + n) for n in range(3)]
        )
        expect(page.get_by_role("button", name="3 new")).to_be_visible(timeout=15_000)
        assert page.get_by_text("tick 3", exact=True).bounding_box() == top
        found = judged(page)
        page.get_by_role("button", name="3 new").click()
        expect(page.locator(".log-text").first).to_have_text("later")
    assert not found + said, "\n".join([page.url, *found, *said])


def test_what_a_component_writes_appears_on_its_own_page(page: Page, site: Site) -> None:
    with listened(page) as said:
        page.goto(f"{site.address}/components/carrier-punctuality/logs/")
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        PostgresLogs().write([line("seen here", timezone.now(), component="carrier-punctuality")])
        expect(page.locator(".log-text").first).to_have_text("seen here", timeout=15_000)
    assert not said, "\n".join([page.url, *said])


def test_patterns_and_what_is_refused(page: Page, site: Site) -> None:
    with listened(page) as said:
        look(page, site, "?view=patterns")
        expect(page.get_by_role("link", name="tick <*>", exact=True)).to_be_visible()
        found = judged(page)
        page.get_by_role("link", name="tick <*>", exact=True).click()
        expect(page.locator(".log-text").first).to_have_text(re.compile("tick"))
    look(page, site, "?q=anything")
    expect(page.locator("main")).to_contain_text("Choose a component and at most a day")
    expect(page.get_by_role("link", name="Among warnings and worse")).to_be_visible()
    found += judged(page)
    look(page, site, "?q=level:loud")
    expect(page.get_by_role("alert")).to_contain_text("At character 7")
    found += judged(page)
    assert not found + said, "\n".join([page.url, *found, *said])


def test_offers_that_come_late_are_taken_for_the_word_as_it_is_by_then(
    page: Page, site: Site
) -> None:
    look(page, site, "")
    query = page.get_by_role("combobox", name="Query")
    query.press_sequentially("c")
    expect(page.get_by_role("option", name="component:")).to_be_visible()
    page.route("**/logs/panels/offers**", lambda _: None)  # no newer offers
    query.press_sequentially("omp")
    query.press("ArrowDown")
    query.press("Enter")
    expect(query).to_have_value("component:")
    page.unroute_all(behavior="ignoreErrors")
