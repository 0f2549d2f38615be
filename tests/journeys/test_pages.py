"""Every page, light and wide, dark and narrow: nothing axe finds, nothing in the console."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests import console_house, kept_house, paved_house
from tests.doors import all_doors, all_names
from tests.journeys import axe
from tests.journeys.looking import LOOKS, change, listened, settle, wrong
from tests.journeys.site import Site
from tests.journeys.test_dialogs import OPENED

pytestmark = pytest.mark.journey

OPEN_TO_ALL = ("/sign-in",)
READERS = {"/notifications/outbox/": "priya", "/feedback/": "priya"}  # the others: mira
READERS |= {"/components/{name}/edit": "ines"}
READERS |= dict.fromkeys(
    (
        "/people/{username}/disconnect",
        "/people/{username}/end-sessions",
        "/people/{username}/reset-second-factor",
    ),
    "priya",
)
READERS |= paved_house.READERS | console_house.READERS | kept_house.READERS
NO_PAGES = (
    *("/api/v1/", "/api/schema/", "/healthz", "/readyz", "/metrics"),
    *("/counts", "/stars/", "/panels/", "/mine", "/rows", "/palette", "/graph/", "/lacking"),
    *("/service-map/data", "/service-map/thing", "/manifests/drift", "/manifests/schema"),
    "/manifests/let-go",  # wants the name of a thing: test_dialogs.py opens it
    *("/notifications/panel", "/notifications/bell", "/check-rows", "/tests/", ".csv"),
    *("/report/file", "/people/access"),
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
    "/service-map/?way=declared&depth=2&around=parking",
    "/service-map/?around=nothing-like-this",
    "/components/turnstile/",
    "/clients/acme-travel/deliveries?show=wrong",
    "/components/carrier-punctuality/versions/compare?from=1&to=2&view=unified",
    "/components/carrier-punctuality/versions/1/reject",  # a dialog that is a page
    "/deployments/matrix?show=everything&kind=library",
    "/deployments/report?environment=all",
    "/runs/?state=failed",
    *console_house.PAGES,
    "/no-such-page",
    "/components/no-such-component/",
)
# One of each kind of page, for the colours of the frame and what only narrow pages show
WHOLE = (
    *("/", "/sign-in", "/components/", "/components/{name}/", "/components/{name}/plan"),
    *("/runs/", "/runs/{number}/", "/deployments/{number}/", "/drafts/{number}/", "/logs/"),
    *("/changes/", "/service-map/", "/handbook/", "/account/", "/workers/"),
)
# Ten thousand elements, all made by the same few lines: its beginning is looked at.
LONG = {"/api/docs/": ".blocks > .block:nth-of-type(n + 6)"}
REFUSED = (
    "/no-such-page",
    "/components/no-such-component/",
    "/notifications/settings/confirm",  # without what the mail brings
)


def pages() -> list[str]:
    """Each address that leads to a page, out of the doors of the house.

    But for those that test_dialogs.py opens: as pages they are the same form, in the same frame.
    """
    dialogs = {path for path, name in all_names() if name in OPENED}
    reading = [door.removeprefix("GET ") for door in sorted(all_doors()) if door.startswith("GET ")]
    return [
        path
        for path in reading
        if path not in dialogs and not any(part in path for part in NO_PAGES)
    ]


@pytest.mark.parametrize("path", [*pages(), *MORE])
def test_page(path: str, site: Site, tab: Callable[[str], Page]) -> None:
    address = path if path in MORE else site.whole.address(path)
    page = tab("" if path in OPEN_TO_ALL else READERS.get(path, "mira"))
    change(page, LOOKS[0])
    with listened(page) as said:
        page.goto(address)
        settle(page)
        if more := LONG.get(path):
            page.locator(more).evaluate_all("parts => parts.forEach((part) => part.remove())")
        found = list(wrong(page))
    if path not in REFUSED:
        found += said
    assert not found, "\n".join([address, *found])


@pytest.mark.parametrize("path", WHOLE)
def test_all_of_a_page(path: str, site: Site, tab: Callable[[str], Page]) -> None:
    page = tab("" if path in OPEN_TO_ALL else READERS.get(path, "mira"))
    change(page, LOOKS[0])
    page.goto(site.whole.address(path))
    settle(page)
    assert axe.violations(page, rules=axe.OF_A_LOOK) == []
    change(page, LOOKS[1])
    assert axe.violations(page) == []
