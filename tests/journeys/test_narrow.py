"""What wide tables and pictures say is said on a telephone, too, without moving them sideways."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.template.loader import render_to_string
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from deployments.rollouts.models import Deployment
from tests.journeys import axe
from tests.journeys.looking import beyond
from tests.journeys.site import Site
from tests.pipelines.factories import file

pytestmark = pytest.mark.journey

UNJUDGED = {
    "name": "Rows delivered",
    "before": "32",
    "after": "32",
    "difference": "same",
    "confidence": "not judged, for nobody said which way is better",
}


@pytest.fixture
def page(window: Callable[..., BrowserContext]) -> Page:
    return window("ines", width=390, scheme="dark").new_page()


def test_a_plan_says_what_it_does_to_a_check_beside_its_name(site: Site, page: Page) -> None:
    house = site.whole.house
    content = file(checks=[], sql=f"{file()['spec']['sql']} LIMIT 7")
    version = house.register(content, now=timezone.now())
    page.goto(f"/components/carrier-punctuality/plan?environment=staging&release={version.number}")
    checks = page.get_by_role("region", name="Checks", exact=True)
    expect(checks.get_by_text("Removed")).to_be_in_viewport(ratio=0)
    assert beyond(page, "section[aria-label='Checks'] .scroll") == 0
    box = checks.locator("code.value").first.bounding_box()
    assert box is not None
    assert box["width"] > 250, "the query has the width of the page"
    assert axe.violations(page) == []


def test_a_deployment_begins_with_its_steps_and_shows_each_verdict(site: Site, page: Page) -> None:
    rollback = Deployment.objects.filter(kind=Deployment.Kind.ROLLBACK).latest("number")
    page.goto(rollback.path)
    steps, verdict = (
        page.locator(part).bounding_box() for part in (".columns-rail > .steps", "#verdict")
    )
    assert steps is not None
    assert verdict is not None
    assert steps["y"] < verdict["y"]
    table = page.get_by_role("group", name="Measures, may scroll sideways")
    expect(table).to_be_visible()
    assert beyond(page, ".comparison > .scroll") == 0
    assert axe.violations(page) == []


def test_a_chart_opens_at_its_newest_end(page: Page) -> None:
    page.goto("/dora/?figure=frequency")
    chart = page.locator(".dora-chart").first.bounding_box()
    assert chart is not None
    assert chart["x"] < 0
    assert chart["x"] + chart["width"] <= 390


def test_a_log_line_says_whose_it_is(page: Page) -> None:
    page.goto("/logs/")
    expect(page.locator(".log-source").first).to_be_visible()
    assert beyond(page) == 0


def test_the_map_says_why_there_is_no_picture(page: Page) -> None:
    page.goto("/service-map/")
    said = page.get_by_text("A picture of calls needs a wider window")
    expect(said).to_be_visible()
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(said).to_be_hidden()


@pytest.mark.parametrize(
    ("address", "menus"), [("/logs/", ".log-tools .menu"), ("/dora/", ".dora-more")]
)
def test_what_a_menu_holds_is_on_the_screen(page: Page, address: str, menus: str) -> None:
    page.goto(address)
    for menu in page.locator(menus).all():
        menu.locator("summary").click()
        box = menu.locator(".menu-list").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert beyond(page) == 0
        page.keyboard.press("Escape")


def test_a_long_word_about_a_row_stands_beside_its_name(page: Page) -> None:
    page.goto("/deployments/report")
    row = render_to_string("observability/comparison/_row.html", {"row": UNJUDGED})
    table = f'<table class="table table-cards table-told"><tbody>{row}</tbody></table>'
    page.locator("main").evaluate("(main, table) => (main.innerHTML = table)", table)
    name, word = page.locator("main th").bounding_box(), page.locator("td").last.bounding_box()
    assert name is not None
    assert word is not None
    assert word["y"] < name["y"] + name["height"], "not on a line of its own"
    assert word["x"] > name["x"] + name["width"] / 2


def test_no_verdict_of_a_table_lies_outside_the_screen(site: Site, page: Page) -> None:
    for address in (f"/runs/{site.whole.ended_run.number}/", "/bindings/"):
        page.goto(address)
        tables = page.locator(".scroll:has(> .table-cards)")
        assert tables.count() > 0, address
        for table in tables.all():
            over = table.evaluate("box => box.scrollWidth - box.clientWidth")
            assert over <= 0, f"{address}: {over} px"
