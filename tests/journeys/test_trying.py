"""Trying the API from its reference: what is filled in is sent, and the answer stands beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from portal import schema
from portal.accounts.models import Token
from portal.catalog.models import Component
from tests.journeys import axe
from tests.journeys.looking import LOOKS, listened, wrong
from tests.journeys.site import Site

pytestmark = pytest.mark.journey

Window = Callable[..., BrowserContext]
Open = Callable[..., Page]


@pytest.fixture
def trying(site: Site, window: Window) -> Open:
    """`trying("components_list")`: its form, with Ines before it."""
    schema.document()  # it takes its time once a process, and no page load is for that

    def opened(operation: str, who: str = "ines") -> Page:
        page = window(who).new_page()
        page.goto(f"/api/docs/{operation}/")
        expect(page.get_by_role("button", name=re.compile("^Send"))).to_be_enabled()
        return page

    return opened


def answer(page: Page) -> Any:
    return json.loads(page.get_by_role("region", name="Body of the answer").inner_text())


def status(page: Page) -> Locator:
    return page.get_by_role("status")


def test_a_question_is_sent_and_its_answer_is_shown(trying: Open) -> None:
    page = trying("components_list")
    page.locator("#query-team").fill("airline-data")
    page.locator("#query-limit").fill("1")
    page.locator("#query-kind").select_option("transformation")
    with listened(page) as said:
        page.get_by_role("button", name="Send").click()
        expect(status(page)).to_have_text(re.compile(r"^200 OK, done, \d+ ms$"))
    assert said == []
    assert len(answer(page)["results"]) == 1
    asked = "GET /api/v1/components/?kind=transformation&limit=1&team=airline-data"
    told = page.locator("[data-asked]").inner_text()
    assert sorted(re.split("[?&]", told)) == sorted(re.split("[?&]", asked))
    expect(page.get_by_text("application/json", exact=True)).to_be_visible()
    expect(page.locator("[data-headers] dt", has_text="X-Request-Id")).to_be_visible()


def test_several_words_of_one_question_are_sent_each(trying: Open) -> None:
    page = trying("runs_list")
    page.locator("#query-state").select_option(["failed", "queued"])
    page.get_by_role("button", name="Send").click()
    expect(page.locator("[data-asked]")).to_have_text("GET /api/v1/runs/?state=failed&state=queued")
    expect(status(page)).to_contain_text("200")


def test_what_changes_something_is_asked_about_and_then_done(site: Site, trying: Open) -> None:
    page = trying("components_partial_update")
    page.locator("#path-name").fill("carrier-punctuality")
    page.locator("#body-title").fill("Who is on time")
    page.locator("#body-tier").fill("2")
    page.get_by_role("button", name="Send…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("PATCH /api/v1/components/carrier-punctuality/")
    expect(dialog).to_contain_text('"title": "Who is on time"')
    expect(dialog).to_contain_text("as Ines Costa")
    before = Component.objects.get(name="carrier-punctuality").title
    dialog.get_by_role("button", name="Not now").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(status(page)).to_have_text("Nothing was sent yet.")
    assert Component.objects.get(name="carrier-punctuality").title == before

    page.get_by_role("button", name="Send…").click()
    dialog.get_by_role("button", name="Send it").click()
    expect(status(page)).to_contain_text("200 OK, done")
    assert answer(page)["title"] == "Who is on time"
    changed = Component.objects.get(name="carrier-punctuality")
    assert (changed.title, changed.tier) == ("Who is on time", 2)


def test_what_no_field_can_say_is_said_as_json(trying: Open) -> None:
    page = trying("components_partial_update")
    page.locator("#path-name").fill("carrier-punctuality")
    page.locator("#body-title").fill("Never sent")
    page.get_by_role("heading", name="As JSON").click()
    more = page.locator("#more")
    more.fill('{"title": ""')
    page.get_by_role("button", name="Send…").click()
    assert "This is no JSON" in more.evaluate("field => field.validationMessage")
    expect(page.get_by_role("dialog")).to_have_count(0)
    more.fill('{"title": ""}')
    page.get_by_role("button", name="Send…").click()
    page.get_by_role("button", name="Send it").click()
    expect(status(page)).to_contain_text("200")
    assert answer(page)["title"] == ""


def test_a_refusal_says_why_and_who_asked_is_told_apart(trying: Open) -> None:
    page = trying("components_partial_update", "jonas")
    page.locator("#path-name").fill("carrier-punctuality")
    page.locator("#body-title").fill("Mine")
    page.get_by_role("button", name="Send…").click()
    page.get_by_role("button", name="Send it").click()
    expect(status(page)).to_contain_text("403 Forbidden, not done")
    assert answer(page)["type"] == "urn:slipway:problem:not-allowed"


def test_an_address_can_not_be_left_by_what_is_filled_in(trying: Open) -> None:
    page = trying("components_retrieve")
    name = page.locator("#path-name")
    for way, said in (("..", "another address"), ("", "")):
        name.fill(way)
        page.get_by_role("button", name="Send").click()
        assert said in name.evaluate("field => field.validationMessage")
        expect(status(page)).to_have_text("Nothing was sent yet.")
    name.fill("a/../../x?y#z")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("[data-asked]")).to_have_text(
        "GET /api/v1/components/a%2F..%2F..%2Fx%3Fy%23z/"
    )
    expect(status(page)).to_contain_text("404")


def test_what_is_secret_is_not_shown_before_it_is_sent(trying: Open) -> None:
    page = trying("users_create", "priya")
    page.locator("#body-username").fill("noor")
    page.locator("#body-password").fill("a long way up again")
    page.get_by_role("button", name="Send…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text('"password": "•••"')
    assert "a long way up again" not in dialog.inner_text()


def test_who_is_signed_out_meanwhile_is_led_back(trying: Open) -> None:
    page = trying("components_list")
    page.context.clear_cookies()
    page.get_by_role("button", name="Send").click()
    expect(status(page)).to_contain_text("401 Unauthorized, not done")
    sign_in = page.get_by_text("You are signed out.").get_by_role("link", name="Sign in")
    expect(sign_in).to_have_attribute("href", "/sign-in?next=/api/docs/components_list/")


def test_it_is_tried_with_the_keyboard_alone(site: Site, trying: Open) -> None:
    page = trying("tokens_create")
    page.locator("#body-name").focus()
    page.keyboard.type("from the keyboard")
    page.keyboard.press("Tab")
    expect(page.locator("#body-scopes")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.locator("#body-name").press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(status(page)).to_have_text("Nothing was sent yet.")
    page.locator("#body-name").press("Enter")
    expect(dialog).to_be_visible()
    while not dialog.get_by_role("button", name="Send it").evaluate(
        "button => button === document.activeElement"
    ):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(status(page)).to_contain_text("201 Created, done")
    assert Token.objects.filter(name="from the keyboard", user=site.people["ines"]).exists()


def test_nothing_is_wrong_with_an_answer_and_a_question_in_any_look(trying: Open) -> None:
    page = trying("components_partial_update")
    page.locator("#path-name").fill("carrier-punctuality")
    page.get_by_role("button", name="Send…").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert axe.violations(page) == []
    page.get_by_role("button", name="Send it").click()
    expect(status(page)).to_contain_text("200")
    assert list(wrong(page)) == [], LOOKS
