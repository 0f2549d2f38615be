"""The grid of runs by keyboard and with a reason; a backfill from its plan to its end."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from pipelines.backfills import operations as backfills
from pipelines.backfills.models import Backfill, Part
from pipelines.execution import operations as execution
from pipelines.runs.models import Run
from tests.journeys.site import Site
from tests.pipelines.factories import staged

pytestmark = pytest.mark.journey

Window = Callable[..., BrowserContext]
COMPONENT = "/components/carrier-punctuality/"
GRID = f"{COMPONENT}grid?environment=preview"
SOON = 8_000  # milliseconds: a few polls


def glance(page: Page, text: str) -> None:
    expect(page.locator(".glance:visible")).to_contain_text(text)


def test_the_grid_is_walked_by_keyboard_and_a_failure_accepted(site: Site, window: Window) -> None:
    page = window("mira").new_page()
    page.goto(COMPONENT)
    page.get_by_role("link", name="Runs", exact=True).last.click()
    page.get_by_role("link", name="Grid").click()
    page.get_by_role("navigation", name="Environment").get_by_role("link", name="preview").click()
    squares = page.locator("tr[data-kind=run] a.square")
    expect(squares).to_have_count(4)
    glance(page, "Queued")
    squares.last.focus()
    page.keyboard.press("ArrowLeft")
    glance(page, "Failed, accepted")
    page.keyboard.press("ArrowLeft")
    glance(page, "no flight counted twice")
    expect(squares.nth(1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(
        page.get_by_label(re.compile("no flight counted twice, not passed")).first
    ).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowUp")
    glance(page, "Succeeded")
    squares.nth(1).hover()
    page.locator(".glance:visible").get_by_role("link", name="Accept…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Why may it stand?").fill("The source was late that day.")
    dialog.get_by_role("button", name=re.compile("Accept run")).click()
    expect(page.get_by_text("It may stand as it is.")).to_be_visible()
    page.goto(GRID)
    expect(page.get_by_label(re.compile(r": run \d+, failed, accepted$"))).to_have_count(2)
    squares.nth(1).focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Take acceptance back…").click()
    page.get_by_role("dialog").get_by_role("button", name="Take the acceptance back").click()
    expect(page.get_by_role("link", name="Accept…")).to_be_visible()


def test_a_backfill_from_its_plan_to_its_end(site: Site, window: Window) -> None:
    nothing_else_waits(site)
    page = window("mira").new_page()
    page.goto(GRID)
    page.get_by_role("link", name="Backfill", exact=True).click()
    expect(page.get_by_role("button", name="Start 8 runs")).to_be_visible()
    page.get_by_text("All of them, good ones again too").click()
    start = page.get_by_role("button", name="Start 10 runs")
    expect(start).to_be_visible()
    page.get_by_label("Why").fill("The source was corrected.")
    start.click()
    expect(page.get_by_text("0 of 10 runs good")).to_be_visible()
    backfill = Backfill.objects.latest("number")
    one_more(backfill)
    expect(page.get_by_text("1 of 10 runs good")).to_be_visible(timeout=SOON)
    page.get_by_role("link", name="Pause…").click()
    page.get_by_role("dialog").get_by_label("Reason").fill("Is it right?")
    page.get_by_role("button", name=re.compile("Pause backfill")).click()
    expect(page.get_by_text("Paused by Mira Okafor: “Is it right?”")).to_be_visible()
    page.get_by_role("link", name="Resume…").click()
    page.get_by_role("button", name=re.compile("Resume backfill")).click()
    expect(page.get_by_role("link", name="Pause…")).to_be_visible()
    while Backfill.objects.get(pk=backfill.pk).state == Backfill.State.RUNNING:
        one_more(backfill)
    expect(page.get_by_text("10 of 10 runs ended well.")).to_be_visible(timeout=SOON)
    expect(page.get_by_role("link", name="Pause…")).to_have_count(0)


def nothing_else_waits(site: Site) -> None:
    """Else no backfill would start anything."""
    now = timezone.now()
    backfills.cancel(backfill=site.whole.backfill, by=site.people["mira"], now=now)
    for run in Run.objects.filter(state=Run.State.QUEUED):
        end(run)


def one_more(backfill: Backfill) -> None:
    """What the workers do: start the next run, end it, see that it has ended."""
    backfills.tick(now=timezone.now())
    for part in Part.objects.filter(backfill=backfill, state=Part.State.STARTED):
        assert part.run
        end(part.run)
    backfills.tick(now=timezone.now())


def end(run: Run) -> None:
    claim = execution.claim(run_id=str(run.pk), worker="runs@test", now=timezone.now())
    if claim:
        execution.succeed(claim=claim, outcome=staged(claim), now=timezone.now())
