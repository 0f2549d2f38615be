"""Titles are people's own: one long word, without a space to break at, widens no page."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from pipelines.connections.models import Client
from pipelines.drafts import operations
from pipelines.drafts.models import Draft
from portal.accounts.models import Team
from portal.catalog.models import Component
from tests.journeys.looking import LOOKS, beyond, change
from tests.journeys.site import Site

pytestmark = pytest.mark.journey

LONG = "Donaudampfschifffahrtsgesellschaft" * 4
PAGES = (
    *("/", "/drafts/", "/drafts/new", "/components/", "/components/carrier-punctuality/"),
    *("/clients/", "/clients/acme-travel/", "/teams/", "/teams/airline-data/"),
)


@pytest.fixture(scope="module")
def named(site: Site) -> Iterator[Draft]:
    """Everything that has a title has one that is a single word."""
    house = site.whole.house
    draft = operations.begin(
        team=house.team, title=LONG[:120], by=house.developer, now=timezone.now()
    )
    for table in (Team, Component, Client):
        table.objects.update(title=LONG[:120])
    Component.objects.update(description=LONG)
    yield draft
    operations.discard(draft=draft, by=house.developer, now=timezone.now())


def test_a_long_word_widens_no_page(named: Draft, tab: Callable[[str], Page]) -> None:
    page = tab("mira")
    found = {}
    for path in (*PAGES, named.url, f"{named.url}review", f"{named.url}history"):
        answer = page.goto(path)
        assert answer is not None, path
        assert answer.ok, path
        page.wait_for_load_state("networkidle")
        for look in LOOKS:
            change(page, look)
            if over := beyond(page):
                found[f"{path}, {look}"] = over
    assert found == {}


def test_on_the_home_page_it_covers_no_date(named: Draft, tab: Callable[[str], Page]) -> None:
    page = tab("mira")
    page.goto("/")
    for look in LOOKS:
        change(page, look)
        row = page.get_by_role("region", name="Your drafts").get_by_role("listitem").first
        expect(row.get_by_role("link")).to_be_visible()
        title, date = (row.locator(part).bounding_box() for part in (".row-main", ".row-end"))
        assert title is not None
        assert date is not None
        is_beside = title["x"] + title["width"] <= date["x"]
        assert is_beside or title["y"] + title["height"] <= date["y"], look
