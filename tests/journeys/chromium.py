"""Debian's chromium, as tests and photographs start it; one for all tests of a worker."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from launch.chromium import PATH

# Playwright runs an event loop in the thread of the tests, where Django would see one.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    # A page lives for a second or two here: what compilers spend on its scripts is never earned.
    "--js-flags=--no-turbofan --no-maglev",
]

SOON = 20_000  # milliseconds: what comes true does so at once, unless others want the processors
# Pages poll every two seconds, as they do for people in test_behaviour.py. Here clocks go faster.
HASTE = """{
    const wait = window.setTimeout;
    window.setTimeout = (act, time, ...rest) => wait(act, time >= 1000 ? time / 5 : time, ...rest);
}"""


def launched(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=str(PATH), args=FLAGS)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser. Named once, in tests/conftest.py: a second one in a process is refused."""
    expect.set_options(timeout=SOON)
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


def intercepted(context: BrowserContext) -> Page:
    """A page whose requests a test may answer, from its first one on.

    Chromium tells a page that is there already some moments later: what it asks for until then
    goes out all the same.
    """
    page = context.new_page()
    page.route("**/nowhere", lambda route: route.abort())
    return page
