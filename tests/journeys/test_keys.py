"""Every key of the sheet under “?” does what it says, on the pages that have what it is about."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.site import Site

pytestmark = pytest.mark.journey

Window = Callable[..., BrowserContext]
COMPONENT = "/components/carrier-punctuality/"


@pytest.fixture
def page(window: Window) -> Page:
    page = window("ines").new_page()
    page.goto(COMPONENT)
    return page


def test_command_k_searches_on_a_mac(site: Site, window: Window) -> None:
    context = window("mira")
    context.add_init_script("Object.defineProperty(navigator, 'platform', {get: () => 'MacIntel'})")
    page = context.new_page()
    page.goto("/")
    expect(page.locator(".seek")).to_contain_text("⌘")
    page.keyboard.press("Meta+k")
    expect(page.get_by_role("combobox", name="Search or do")).to_be_focused()
    page.keyboard.press("Meta+k")
    expect(page.get_by_role("combobox", name="Search or do")).to_have_count(0)


def test_e_edits(page: Page) -> None:
    page.keyboard.press("e")
    expect(page).to_have_url(re.compile(f"{COMPONENT}edit$"))


def test_p_plans_a_deployment(page: Page) -> None:
    page.keyboard.press("p")
    expect(page).to_have_url(re.compile(f"{COMPONENT}plan$"))


def test_s_asks_how_to_run(page: Page) -> None:
    page.keyboard.press("s")
    expect(page.get_by_role("dialog")).to_contain_text("Run carrier-punctuality")


def test_m_shows_more_and_escape_leads_back(page: Page) -> None:
    page.keyboard.press("m")
    more = page.get_by_label("More for carrier-punctuality")
    expect(page.get_by_role("link", name=re.compile("Hand it over"))).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name=re.compile("Hand it over"))).to_be_hidden()
    expect(more).to_be_focused()


def test_i_opens_the_handbook_on_this_page(page: Page) -> None:
    page.keyboard.press("i")
    expect(page).to_have_url(re.compile("/handbook/"))


def test_n_shows_what_is_older(site: Site, window: Window) -> None:
    page = window("mira").new_page()
    page.goto("/audit/")
    page.keyboard.press("n")
    expect(page).to_have_url(re.compile(r"/audit/\?.*before="))


def test_enter_opens_what_the_row_is_about_not_its_first_link(site: Site, window: Window) -> None:
    page = window("mira").new_page()
    page.goto("/clients/acme-travel/deliveries")
    page.keyboard.press("j")
    expect(page.locator("tbody tr").first.locator("[data-main]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/deliveries/\d+/$"))


def test_keys_are_letters_where_someone_types(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("emps")
    expect(page.get_by_role("combobox", name="Search or do")).to_have_value("emps")
    expect(page).to_have_url(re.compile(f"{COMPONENT}$"))
