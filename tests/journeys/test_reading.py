"""What comes in by itself moves nothing of what somebody points at, reads or has opened."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from pipelines.runs import operations as runs
from pipelines.runs.models import Run
from tests.journeys.site import Site

pytestmark = pytest.mark.journey

Window = Callable[..., BrowserContext]


def asked_again(page: Page, part: str) -> None:
    """As its poll would, now."""
    with page.expect_response(lambda answer: answer.request.headers.get("hx-request") == "true"):
        page.evaluate(
            """part => {
                const box = document.querySelector(part);
                const how = {source: box, swap: "morph:innerHTML"};
                htmx.ajax("GET", box.getAttribute("hx-get"), how);
            }""",
            part,
        )
    page.wait_for_function(
        "part => !document.querySelector(part).matches('.htmx-request')", arg=part
    )


def another_run(site: Site) -> Run:
    return runs.start(
        transformation=site.whole.component.transformation,
        environment=site.whole.house.environment,
        parameters={"month": 3},
        by=site.whole.house.developer,
        now=timezone.now(),
    )


def test_a_row_under_the_pointer_stays_where_it_is(site: Site, window: Window) -> None:
    page = window("mira").new_page()
    page.goto("/runs/")
    row = page.locator("[data-row]").first
    row.hover()
    before = row.get_attribute("id")
    run = another_run(site)
    asked_again(page, "#runs")
    expect(page.get_by_role("link", name="1 new")).to_be_visible()
    assert page.locator("[data-row]").first.get_attribute("id") == before
    page.mouse.move(5, 5)
    asked_again(page, "#runs")
    expect(page.locator(f"#run-{Run.objects.get(pk=run.pk).number}")).to_be_visible()


def test_who_reads_further_down_sees_the_same_line(site: Site, window: Window) -> None:
    page = window("mira").new_page()
    page.set_viewport_size({"width": 1440, "height": 420})
    page.goto("/runs/")
    page.mouse.move(5, 5)
    last = page.locator("[data-row]").last
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    name, before = last.get_attribute("id"), last.bounding_box()
    assert page.evaluate("scrollY") > 160
    another_run(site)
    asked_again(page, "#runs")
    expect(page.get_by_role("link", name="1 new")).to_have_count(1)
    after = page.locator(f"#{name}").bounding_box()
    assert before is not None
    assert after is not None
    # only the word of how many are new may come above it, and the page scrolls with that
    assert abs(after["y"] - before["y"]) < 2


def test_what_was_opened_stays_open(site: Site, window: Window) -> None:
    page = window("mira").new_page()
    page.goto("/deployments/")
    menu = page.locator("[data-row] details").first
    menu.locator("summary").click()
    expect(menu).to_have_attribute("open", "")
    asked_again(page, "#deployments")
    expect(menu).to_have_attribute("open", "")
    expect(menu.get_by_role("link").first).to_be_visible()


def test_home_says_in_its_title_what_came_and_shows_it_when_nobody_points_there(
    site: Site, window: Window
) -> None:
    page = window("mira").new_page()
    page.goto("/")
    heading, needs = page.locator("h1"), page.locator("#needs")
    said, rows = heading.inner_text(), needs.locator(".rows > li").count()
    needs.locator(".rows > li").first.hover()
    another = another_run(site)
    Run.objects.filter(pk=another.pk).update(
        state=Run.State.FAILED, message="It lost its source.", finished_at=timezone.now()
    )
    asked_again(page, "#needs")
    expect(needs.locator(".rows > li")).to_have_count(rows)
    page.mouse.move(5, 5)
    asked_again(page, "#needs")
    expect(needs).to_contain_text("It lost its source.")
    assert said
