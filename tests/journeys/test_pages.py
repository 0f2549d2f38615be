"""Every page, in both schemes, wide and narrow: nothing axe finds, nothing in the console."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import pytest
from playwright.sync_api import ConsoleMessage, Error, Page, Response, expect

from tests import paved_house
from tests.doors import all_doors
from tests.journeys import axe
from tests.journeys.site import Site

pytestmark = pytest.mark.journey

OPEN_TO_ALL = ("/sign-in",)
READERS = {"/notifications/outbox/": "priya", "/feedback/": "priya"}  # the others: mira
READERS |= {"/components/{name}/edit": "ines"}
READERS |= paved_house.READERS
NO_PAGES = (
    *("/api/v1/", "/api/schema/", "/healthz", "/readyz", "/metrics"),
    *("/counts", "/panels/", "/mine", "/rows", "/palette", "/graph/", "/lacking"),
    *("/notifications/panel", "/notifications/bell", "/tests/", ".csv"),
    *paved_house.NO_PAGES,
)
# Another state of a page that the house has, or none of it
MORE = (
    "/components/airport-weather/",
    "/components/carrier-punctuality/plan?release=3&environment=production",
    "/components/carrier-punctuality/run?environment=staging",
    "/components/?q=nothing-like-this",
    "/components/carrier-punctuality/grid?environment=preview",
    "/components/carrier-punctuality/grid?environment=staging",
    "/components/carrier-punctuality/backfill?environment=preview&cron=nonsense",
    "/search?q=carrier",
    "/search?q=nothing-like-this",
    "/handbook/reference/states/",
    "/handbook/first-steps/find/",
    "/audit/?outcome=refused",
    "/catalog/graph?from=client:acme-travel&destinations=1",
    "/clients/acme-travel/deliveries?show=wrong",
    "/components/carrier-punctuality/versions/compare?from=1&to=2&view=unified",
    "/deployments/matrix?show=everything&kind=library",
    "/runs/?state=failed",
    "/no-such-page",
    "/components/no-such-component/",
)
REFUSED = (
    "/no-such-page",
    "/components/no-such-component/",
    "/notifications/settings/confirm",  # without what the mail brings
)


def pages() -> list[str]:
    """Each address that leads to a page, out of the doors of the house."""
    reading = [door.removeprefix("GET ") for door in sorted(all_doors()) if door.startswith("GET ")]
    return [path for path in reading if not any(part in path for part in NO_PAGES)]


@pytest.mark.parametrize("path", [*pages(), *MORE])
def test_page(path: str, site: Site, tab: Callable[[str], Page]) -> None:
    address = path if path in MORE else site.whole.address(path)
    page = tab("" if path in OPEN_TO_ALL else READERS.get(path, "mira"))
    with listened(page) as said:
        look(page, width=1440, height=900, scheme="light")
        page.goto(address)
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        found = [f"light, wide: {broken}" for broken in axe.violations(page)]
        look(page, width=390, height=844, scheme="dark")
        found += [f"dark, narrow: {broken}" for broken in axe.violations(page)]
        found += [f"narrow: scrolls sideways by {beyond(page)} px"] if beyond(page) else []
    if path not in REFUSED:
        found += said
    assert not found, "\n".join([address, *found])


def look(page: Page, *, width: int, height: int, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": height})


@contextmanager
def listened(page: Page) -> Iterator[list[str]]:
    """What the console says meanwhile, and what was not answered well."""
    said: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            said.append(f"console: {message.text}")

    def on_response(response: Response) -> None:
        if response.status >= 400:
            said.append(f"{response.status}: {response.url}")

    def on_error(error: Error) -> None:
        said.append(f"script: {error}")

    heard: tuple[tuple[Any, Callable[[Any], None]], ...] = (
        ("console", on_console),
        ("response", on_response),
        ("pageerror", on_error),
    )
    for event, listener in heard:
        page.on(event, listener)
    try:
        yield said
    finally:
        for event, listener in heard:
            page.remove_listener(event, listener)


def beyond(page: Page) -> int:
    """How far the page itself scrolls sideways."""
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )
