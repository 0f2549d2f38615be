"""A preview by the real worker, watched in the page: how far it is, a cancel, and rows at last."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.demo.conftest import SOON, Open, Played
from tests.demo.test_preview import written
from tests.journeys.axe import violations

pytestmark = pytest.mark.journey

ENDLESS = "SELECT count(*) AS n FROM flights a, flights b, flights c WHERE a.day + b.day <> c.hour"
QUICK = "SELECT dest, count(*) AS flights FROM flights GROUP BY dest"


def test_a_preview_is_watched_cancelled_and_asked_for_anew(
    played: Played, browser_of: Open
) -> None:
    draft = played.person("mira").post("drafts/", team="airline-data", file=written(ENDLESS))
    page = browser_of("mira")
    page.goto(f"/drafts/{draft['number']}/")
    preview = page.locator("#part-preview")
    expect(preview).to_contain_text("Nothing ran yet", timeout=SOON)
    page.get_by_role("button", name="Preview").click()
    expect(preview.get_by_text("Running", exact=True)).to_be_visible(timeout=SOON)
    expect(preview.get_by_text("Running the query")).to_be_visible(timeout=SOON)
    clock = preview.locator("[data-since]")
    before = clock.text_content()
    expect(clock).not_to_have_text(f"{before}", timeout=SOON)  # it goes on
    assert violations(page) == []
    preview.get_by_role("button", name="Cancel").click()
    expect(preview).to_contain_text("Cancelled by Mira Lindqvist.", timeout=SOON)
    expect(preview.get_by_role("button", name="Cancel")).to_have_count(0)
    assert violations(page) == []
    write_anew(page, QUICK)
    expect(preview).to_contain_text("the first 100,000 rows of flights", timeout=SOON)
    table = preview.get_by_role("group", name=re.compile("^First rows of the result"))
    expect(table.get_by_role("columnheader", name=re.compile("^dest"))).to_be_visible()
    expect(table.get_by_role("row")).to_have_count(1 + 100)
    expect(page.locator("#contract")).to_contain_text("proposed from the preview")
    assert violations(page) == []


def write_anew(page: Page, sql: str) -> None:
    """Over the whole query, and look at once: by the keyboard."""
    page.locator("#query .cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(sql)
    page.keyboard.press("Control+Enter")
