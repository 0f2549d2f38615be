"""A delivery is said by form, wherever it goes: its fields follow the destination."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Locator, expect

from pipelines.connections import operations as connections
from pipelines.drafts import operations as drafts
from pipelines.drafts.models import Draft
from portal.files import document
from portal.files.writing import written
from tests.journeys.site import Site
from tests.pipelines.factories import file

pytestmark = pytest.mark.journey

Window = Callable[..., BrowserContext]


@pytest.fixture(scope="module")
def destinations(site: Site) -> None:
    """Beside the folder a webhook and a database, where the team may deliver."""
    house, now = site.whole.house, timezone.now()
    for name, kind in (("acme-hook", "webhook"), ("acme-reports", "postgres")):
        made = connections.create_destination(
            name=name, kind=kind, client=house.client, team=house.team, by=house.owner, now=now
        )
        connections.give(thing=made, team=house.team, use="use", by=house.owner, now=now)


@pytest.fixture
def draft(site: Site, destinations: None) -> Draft:
    house = site.whole.house
    return drafts.begin(
        team=house.team, text=written(file()), by=house.developer, now=timezone.now()
    )


def delivery(draft: Draft) -> dict[str, str]:
    draft.refresh_from_db()
    [found] = document.read(draft.text).data["spec"]["deliveries"]
    return dict(found)


def choose(fields: Locator, label: str, value: str) -> None:
    """As a person does: with the field in hand."""
    field = fields.get_by_role("combobox", name=label)
    field.focus()
    field.select_option(value)


def test_the_fields_of_a_delivery_follow_where_it_goes(draft: Draft, window: Window) -> None:
    page = window("mira").new_page()
    page.goto(draft.url)
    fields, code = page.locator(".delivery-fields"), page.locator("#draft-code")
    choose(fields, "To", "acme-reports")
    expect(fields.get_by_label("Into")).to_have_value("public.carrier_punctuality")
    expect(fields.get_by_label("At")).to_have_count(0)
    fields.get_by_label("Into").fill("reports.carriers")
    choose(fields, "Rows", "upsert")
    expect(code).to_contain_text("mode: upsert")
    to = {"client": "acme-travel", "destination": "acme-reports"}
    assert delivery(draft) == {**to, "table": "reports.carriers", "mode": "upsert"}
    choose(fields, "To", "acme-hook")
    expect(fields.get_by_label("As")).to_have_value("jsonl")
    expect(fields.get_by_label("Into")).to_have_count(0)
    assert delivery(draft) == {**to, "destination": "acme-hook", "format": "jsonl"}
    choose(fields, "As", "csv")
    expect(code).to_contain_text("format: csv")
    choose(fields, "To", "acme-drop")
    expect(fields.get_by_label("At")).to_have_value("")
    assert delivery(draft) == {**to, "destination": "acme-drop", "format": "csv"}


def test_a_golden_path_asks_what_the_kind_of_destination_needs(
    site: Site, destinations: None, window: Window
) -> None:
    page = window("ines").new_page()
    page.goto("/golden-paths/new-client-and-delivery/start")
    page.get_by_label("Name", exact=True).fill("globex")
    page.get_by_label("What people call them").fill("Globex Travel")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name of the destination").fill("globex-reports")
    folder = page.get_by_role("textbox", name="Folder")
    expect(folder).to_be_visible()
    page.get_by_label("A table of PostgreSQL").check()
    expect(folder).to_have_count(0)
    page.get_by_label("A folder").check()
    folder.fill("/nowhere/{environment}")
    page.get_by_label("staging").check()
    expect(page.get_by_text("is outside of the folders")).to_be_visible()
    page.get_by_label("A table of PostgreSQL").check()
    expect(page.get_by_text("Waits until someone has bound globex-reports")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("textbox", name="Path")).to_have_count(0)
    page.get_by_label("Transformation").select_option("carrier-punctuality")
    expect(page.get_by_text("Needs the table, as schema.name")).to_be_visible()
    page.get_by_role("textbox", name="Table").fill("reports.flights")
    page.get_by_role("button", name="See what it would do").click()
    expect(page.get_by_text("Ready")).to_be_visible()
    expect(page.get_by_text("table: reports.flights")).to_be_visible()
