"""The bell, and the thumbs at the foot of every page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from portal.feedback.models import Feedback
from portal.notifications import operations as notifications
from portal.notifications import queries
from portal.notifications.models import Channel, Kind, Message, Notice
from tests.journeys import axe
from tests.journeys.site import Site

pytestmark = pytest.mark.journey

Window = Callable[..., BrowserContext]


def test_the_bell_shows_what_failed_and_opening_it_is_reading_it(
    site: Site, window: Window
) -> None:
    notifications.fold(now=timezone.now())
    mira = site.people["mira"]
    before = queries.unread(mira)
    page = window("mira", width=390).new_page()
    page.goto("/")
    bell = page.locator("summary.bell-button")
    expect(bell).to_contain_text(f"Notifications, {before} unread")
    bell.press("Enter")
    told = page.locator("#told")
    failure = told.get_by_role("link", name="carrier-punctuality fails in staging")
    expect(failure).to_be_visible()
    assert axe.violations(page) == []
    page.keyboard.press("Escape")
    expect(told).to_be_hidden()
    expect(bell).to_be_focused()
    bell.click()
    failure.click()
    page.wait_for_url("**/runs/*/")
    expect(page.locator("summary.bell-button")).to_contain_text(f"{before - 1} unread")
    read = Notice.objects.get(user=mira, matter__environment="staging", kind=Kind.RUN_FAILED)
    assert read.read_at


def test_all_is_read_at_once_and_a_component_is_muted(site: Site, window: Window) -> None:
    notifications.fold(now=timezone.now())
    page = window("tomas").new_page()
    page.goto("/")
    page.keyboard.press("g")
    page.keyboard.press("n")
    page.wait_for_url("**/notifications/")
    page.get_by_role("button", name="Mark all as read").click()
    page.get_by_role("link", name="Unread").click()
    expect(page.get_by_role("heading", name="Nothing here")).to_be_visible()
    page.get_by_role("link", name="Show all").first.click()
    row = page.locator(".told-list > li", has_text="carrier-punctuality fails").first
    row.locator("summary").click()
    row.get_by_role("button", name="Mute carrier-punctuality").click()
    page.goto("/notifications/settings/")
    page.get_by_role("button", name="Unmute carrier-punctuality").click()
    expect(page.get_by_text("A component can be muted from")).to_be_visible()


def test_a_thumb_and_a_sentence_leave_the_page_as_it_is(site: Site, window: Window) -> None:
    page = window("jonas").new_page()
    page.goto("/runs/?state=failed")
    thumb = page.get_by_role("link", name="No, something was in the way")
    thumb.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Got in the way")).to_be_checked()
    dialog.get_by_label("In a sentence").fill("Where are the rows?")
    assert axe.violations(page) == []
    dialog.get_by_role("button", name="Tell the platform team").click()
    expect(page.get_by_text("Thank you.")).to_be_visible()
    expect(dialog).to_be_hidden()
    assert page.url.endswith("/runs/?state=failed")
    said = Feedback.objects.get(author=site.people["jonas"])
    assert (said.page, said.thumb) == ("pipelines:run-list", "down")
    reader = window("priya").new_page()
    reader.goto("/feedback/?state=open")
    reader.get_by_role("link", name="Answer… Jonas Weber").click()
    reader.get_by_role("dialog").get_by_label("Answer").fill("On the run's page, at the top.")
    reader.get_by_role("button", name="Deal with it").click()
    expect(reader.get_by_role("link", name="Answer… Jonas Weber")).to_have_count(0)
    notifications.fold(now=timezone.now())
    page.goto("/notifications/")
    expect(page.get_by_text("Priya Raman answered your feedback")).to_be_visible()


def test_a_test_message_says_in_the_page_what_became_of_it(site: Site, window: Window) -> None:
    page = window("ines").new_page()
    page.goto("/notifications/settings/")
    with page.expect_response("**/test"):
        page.get_by_role("button", name="Send a test message").click()
    expect(page.get_by_text("On its way")).to_be_visible()
    newest = Message.objects.filter(channel=Channel.objects.get()).latest("pk")
    Message.objects.filter(pk=newest.pk).update(state="sent", sent_at=timezone.now())
    expect(page.get_by_text("Arrived")).to_be_visible(timeout=8_000)
