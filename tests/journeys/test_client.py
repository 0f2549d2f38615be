"""A client's page: what they get, how fresh, what failed, what they rely on, what would come."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from pipelines.connections import operations as connections
from pipelines.deliveries.models import Delivery
from pipelines.dispatch import operations as dispatching
from pipelines.dispatch import work as dispatch
from pipelines.execution import operations as execution
from pipelines.runs import operations as runs
from pipelines.runs.models import Run
from tests.journeys import axe
from tests.journeys.looking import beyond, listened, settle
from tests.journeys.site import Site
from tests.pipelines.factories import SQL, file, staged

pytestmark = pytest.mark.journey

Window = Callable[..., BrowserContext]
ONE_COLUMN_LESS = {
    "key": ["carrier"],
    "columns": [{"name": "carrier", "type": "varchar", "required": True}],
}


@pytest.fixture
def undelivered(site: Site) -> Delivery:
    """What v1 made last in staging did not get there; v4, which is not live, lacks a column.

    In preview they have an address, and nothing was sent yet.
    """
    house, now = site.whole.house, timezone.now()
    folder = house.folder / "preview"
    folder.mkdir(exist_ok=True)
    connections.bind(
        thing=house.destination,
        environment=site.whole.backfill.environment,
        address=str(folder),
        by=house.owner,
        now=now,
    )
    less = SQL.replace(", count(*) AS flights", "")
    house.register(file(less, contract=ONE_COLUMN_LESS, checks=[]), now=now)
    run = runs.start(
        transformation=site.whole.component.transformation,
        environment=house.environment,
        parameters={"month": 3},
        by=house.developer,
        now=now,
    )
    claim = execution.claim(run_id=str(run.pk), worker="runs@test", now=now)
    assert claim
    assert execution.succeed(claim=claim, outcome=staged(claim), now=now)
    delivery = Delivery.objects.get(run=run)
    sending = dispatching.claim(delivery_id=str(delivery.pk), worker="deliveries@test", now=now)
    assert sending
    dispatching.fail(claim=sending, message="The disk is full.", permanent=True, now=now)
    return delivery


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_a_client_from_what_it_gets_to_what_would_reach_it(
    site: Site, window: Window, undelivered: Delivery, width: int, scheme: str
) -> None:
    page = window("mira", width=width, scheme=scheme).new_page()
    with listened(page) as said:
        gets(page, undelivered.run)
        deliveries(page)
        again(page, undelivered)
        contracts(page)
        ahead(page)
    assert said == []


def is_well_made(page: Page) -> None:
    settle(page)
    assert axe.violations(page) == []
    assert beyond(page) == 0


def go(page: Page, tab: str) -> None:
    page.get_by_role("navigation", name="Client").get_by_role("link", name=tab).click()
    expect(page.get_by_role("heading", name=tab, exact=True)).to_be_attached()


def gets(page: Page, failed: Run) -> None:
    """What, from which version, how fresh; and what failed, since when, with the way there."""
    page.goto("/clients/")
    page.get_by_role("link", name="Acme Travel").click()
    expect(page.get_by_role("heading", name="Acme Travel")).to_be_visible()
    expect(page.get_by_text("Nothing sent yet").first).to_be_visible()
    places = page.get_by_role("navigation", name="Environment")
    places.get_by_role("link", name="staging").click()
    expect(places.get_by_role("link", name="staging")).to_have_attribute("aria-current", "true")
    product = page.get_by_role("listitem").filter(has_text="carrier-punctuality").first
    expect(product.get_by_role("link", name="v1", exact=True)).to_be_visible()
    expect(product.locator(".product-state")).to_contain_text(re.compile("ago|moment"))
    expect(product.get_by_role("img", name=re.compile("day"))).to_be_visible()
    trouble = product.locator(".notice")
    expect(trouble).to_contain_text(re.compile("Not delivered since .+ The disk is full."))
    is_well_made(page)
    trouble.get_by_role("link", name="Look").click()
    expect(page.get_by_role("heading", name=f"Run {failed.number}")).to_be_visible()
    expect(page.get_by_text("The disk is full.").first).to_be_visible()
    page.go_back()


def deliveries(page: Page) -> None:
    """The history, and only what went wrong in it."""
    go(page, "Deliveries")
    rows = page.locator("tbody > tr")
    expect(rows.filter(has_text="Delivered again").first).to_be_visible()
    expect(rows.filter(has_text="Replaced").first).to_be_visible()
    is_well_made(page)
    page.get_by_label("What became of it").select_option("wrong")
    expect(page).to_have_url(re.compile("show=wrong"))
    expect(rows.filter(has_text="The disk is full.").first).to_be_visible()
    expect(rows.filter(has_text="Delivered again")).to_have_count(0)
    is_well_made(page)


def again(page: Page, failed: Delivery) -> None:
    """Sent once more, with a reason that stays; the client's page is good again."""
    page.get_by_role("link", name="Again…", exact=True).first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Deliver to Acme Travel again?")).to_be_visible()
    expect(dialog.get_by_label("Why")).to_be_focused()
    is_well_made(page)
    dialog.get_by_label("Why").fill("There is room again.")
    dialog.get_by_role("button", name="Deliver to Acme Travel again").click()
    expect(page.get_by_role("heading", name=f"Run {failed.run.number}")).to_be_visible()
    next_one = Delivery.objects.get(run=failed.run, revision=2)
    dispatch.deliver(delivery_id=str(next_one.pk), worker="deliveries@test", clock=timezone.now)
    page.goto("/clients/acme-travel/deliveries?in=staging")
    newest = page.locator("tbody > tr").first
    expect(newest).to_contain_text("Delivered again")
    expect(newest).to_contain_text("“There is room again.”")
    page.goto("/clients/acme-travel/?environment=staging")
    expect(page.locator(".product-state")).to_contain_text("Delivered")
    expect(page.locator(".product-trouble")).to_have_count(0)


def contracts(page: Page) -> None:
    """What they may rely on, and when that changed for them."""
    go(page, "Contracts")
    agreement = page.get_by_role("region", name="carrier-punctuality")
    expect(agreement).to_contain_text("as v1 promises it, one row for each carrier")
    expect(agreement.get_by_role("row", name=re.compile("flights.*bigint"))).to_be_visible()
    is_well_made(page)


def ahead(page: Page) -> None:
    """The newest version would break them, another one would not; from there to its plan."""
    go(page, "Ahead")
    prospect = page.get_by_role("listitem").filter(has_text="carrier-punctuality").last
    expect(prospect).to_contain_text("May break")
    expect(prospect).to_contain_text("flights: removed")
    is_well_made(page)
    versions = page.get_by_role("navigation", name="Version of carrier-punctuality")
    versions.get_by_role("link", name="v2").click()
    expect(versions.get_by_role("link", name="v2")).to_have_attribute("aria-current", "true")
    expect(prospect).to_contain_text("Same columns")
    is_well_made(page)
    prospect.get_by_role("link", name="Plan").click()
    expect(page.get_by_role("heading", name="Rules")).to_be_visible()
