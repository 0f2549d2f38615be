"""A security key in a real browser: added on the page, then asked for at sign-in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from portal.second_factor.models import Factor
from tests.conftest import PASSWORD
from tests.journeys.axe import violations
from tests.journeys.site import Site

pytestmark = pytest.mark.journey
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasUserVerification": False,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def home(site: Site) -> Iterator[str]:
    """The address by its name: keys know no numbers."""
    before = settings.BASE_URL, settings.ALLOWED_HOSTS
    settings.BASE_URL = site.address.replace("127.0.0.1", "localhost")
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "localhost"]
    yield settings.BASE_URL
    settings.BASE_URL, settings.ALLOWED_HOSTS = before


@pytest.fixture
def page(chromium: Browser, home: str) -> Iterator[Page]:
    context = chromium.new_context(base_url=home, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def with_key(page: Page) -> Callable[[], None]:
    """Plug a key in; calling what comes back pulls it out again."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return lambda: devtools.send("WebAuthn.removeVirtualAuthenticator", made)


def first_step(page: Page, name: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_key_is_added_and_then_lets_in(page: Page, home: str) -> None:
    pull_out = with_key(page)
    first_step(page, "tomas")
    page.goto("/account/second-factor/")
    page.get_by_role("link", name="Security key or passkey").click()
    page.get_by_label("Name of the key").fill("blue key")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="It is added.")).to_be_visible()
    expect(page.get_by_text("blue key")).to_be_visible()

    page.context.clear_cookies()
    first_step(page, "tomas")
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.get_by_role("button", name="Use a security key").click()
    page.wait_for_url(f"{home}/")
    assert Factor.objects.get(user__username="tomas").last_used_at

    page.context.clear_cookies()
    pull_out()
    with_key(page)  # another one, which knows nobody
    first_step(page, "tomas")
    page.get_by_role("button", name="Use a security key").click()
    expect(page.get_by_role("alert")).to_contain_text("No key answered in time, or it was refused")
    assert page.url == f"{home}/sign-in/second"
    assert violations(page) == []


def test_no_key_is_asked_before_the_script_that_asks_is_there(page: Page, home: str) -> None:
    page.route(re.compile(r"/security-key.*\.js"), lambda route: route.abort())
    first_step(page, "jonas")
    page.wait_for_url(f"{home}/")
    page.goto("/account/second-factor/key")
    expect(page.get_by_role("button", name="Add it")).to_be_disabled()
