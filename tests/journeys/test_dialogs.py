"""Every dialog, opened on a page that has it: nothing axe finds, nothing in the console."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.urls import resolve
from playwright.sync_api import Page, expect

from launch.places import ROOT
from pipelines.runs.models import Run
from tests import console_house, kept_house
from tests.journeys.looking import LOOKS, change, listened, settle, wrong
from tests.journeys.site import Site

pytestmark = pytest.mark.journey

COMPONENT = "/components/{name}/"
# Page, who looks, and what is opened there
PAGES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        COMPONENT,
        "ines",
        (
            "deployments:place-pause",
            "deployments:place-resume",
            "deployments:place-roll-back",
            "portal:manifest-let-go",
        ),
    ),
    (
        COMPONENT,
        "tomas",
        (
            "pipelines:run-start",
            "portal:component-hand-over",
            "portal:subscription-add",
        ),
    ),
    ("/components/turnstile/", "ines", ("portal:component-claim",)),
    ("/components/parking/", "ines", ("portal:component-let-go",)),
    (
        "/components/parking/service-map",
        "ines",
        ("portal:component-declare", "portal:component-undeclare"),
    ),
    (f"{COMPONENT}versions/", "ines", ("deployments:release-reject", "deployments:release-lift")),
    (
        "/deployments/{number}/",
        "ines",
        ("deployments:deployment-approve", "deployments:deployment-refuse"),
    ),
    ("/deployments/{number}/", "mira", ("deployments:deployment-abort",)),
    ("/runs/{number}/", "mira", ("pipelines:run-again", "pipelines:delivery-again")),
    ("/runs/{number}/cancel", "mira", ("pipelines:run-cancel",)),
    ("/runs/{failed}/", "mira", ("pipelines:run-accept",)),
    ("/runs/{number}/unaccept", "mira", ("pipelines:run-unaccept",)),
    (
        "/backfills/{number}/pause",
        "mira",
        ("pipelines:backfill-pause", "pipelines:backfill-cancel"),
    ),
    ("/backfills/{number}/resume", "mira", ("pipelines:backfill-resume",)),
    ("/connections/", "ines", ("pipelines:connection-new",)),
    (
        "/event-sources/{name}/",
        "ines",
        ("observability:event-source-switch", "observability:event-source-mean"),
    ),
    (
        "/catalog/sources/{name}/",
        "ines",
        ("portal:catalog-source-switch", "portal:catalog-source-remove"),
    ),
    ("/drafts/{number}/", "mira", ("pipelines:draft-discard",)),
    (
        "/notifications/settings/",
        "ines",
        ("portal:channel-add", "portal:channel-remove", "portal:subscription-add"),
    ),
    (
        "/logs/",
        "mira",
        (
            "observability:log-search-save",
            "observability:log-search-rename",
            "observability:log-search-remove",
        ),
    ),
    (
        f"{COMPONENT}health/",
        "mira",
        (
            "observability:component-pin-new",
            "observability:component-pin-edit",
            "observability:component-pin-remove",
        ),
    ),
    ("/feedback/", "priya", ("portal:feedback-handle",)),
    ("/account/tokens/", "mira", ("portal:token-revoke",)),
    ("/account/sessions/", "mira", ("portal:session-end", "portal:session-end-others")),
    ("/account/second-factor/", "mira", ("portal:factor-remove",)),
    ("/golden-paths/{name}/", "priya", ("portal:golden-path-offer",)),
    ("/golden-paths/runs/{number}/cancel", "ines", ("portal:golden-path-run-cancel",)),
    (
        "/golden-paths/runs/{number}/steps/{step}/retry",
        "ines",
        ("portal:golden-path-run-retry",),
    ),
    ("/golden-paths/runs/{number}/undo", "ines", ("portal:golden-path-run-undo",)),
    *console_house.DIALOGS,
    *kept_house.DIALOGS,
)
IDS = [f"{path} {person}" for path, person, _ in PAGES]
OPENED = {name for _, _, names in PAGES for name in names}
# On pages whose state the house has not; test_pages.py has it as a page of its own.
NOT_HERE = {
    "portal:oidc-disconnect",
    "portal:person-disconnect",
    "deployments:deployment-advance",
    "pipelines:delivery-cancel",
    "observability:dora-reclassify",
    "observability:dora-take-back",
}
LINK = re.compile(r"<a\b[^>]*\bdata-dialog\b")
NAME = re.compile(r"{% url '([\w:-]+)'")
VERB = re.compile(r"(?<=/)(cancel|unaccept|pause|resume|undo|steps/[^/]+/retry)$")


def test_every_dialog_of_the_templates_is_opened_somewhere() -> None:
    assert set(named()) == OPENED | NOT_HERE


def named() -> Iterator[str]:
    """What links with data-dialog lead to, out of the templates."""
    for template in (ROOT / "templates").rglob("*.html"):
        for link in LINK.findall(template.read_text()):
            yield from NAME.findall(link)


@pytest.mark.parametrize(("path", "person", "names"), PAGES, ids=IDS)
def test_its_dialogs(
    path: str, person: str, names: tuple[str, ...], site: Site, tab: Callable[[str], Page]
) -> None:
    page = tab(person)
    change(page, LOOKS[0])
    site.beat()
    found: list[str] = []
    with listened(page) as said:
        page.goto(address(site, path))
        settle(page)
        for name in names:
            opened(page, name)
            found += [f"{name}, {broken}" for broken in wrong(page, "#dialog")]
            page.keyboard.press("Escape")
            expect(page.get_by_role("dialog")).to_have_count(0)
            change(page, LOOKS[0])
    assert not found + said, "\n".join([page.url, *found, *said])


def address(site: Site, path: str) -> str:
    """Of the row that a verb is tried on: what can be done to one can't to the other."""
    if "{failed}" in path:
        failed = Run.objects.filter(state=Run.State.FAILED).earliest("number")
        return path.format(failed=failed.number)
    return VERB.sub("", site.whole.address(path))


def opened(page: Page, name: str) -> None:
    """The first link to a dialog of this name, in a menu or not."""
    links = page.locator("a[data-dialog]")
    for number in range(links.count()):
        link = links.nth(number)
        if resolve(urlsplit(link.get_attribute("href") or "").path).view_name == name:
            menu = link.locator("xpath=ancestor::details[contains(@class, 'menu')]/summary")
            if menu.count():
                menu.click()
            link.click()
            expect(page.get_by_role("dialog")).to_be_visible()
            return
    raise AssertionError(f"{page.url} has no link to {name}.")


def test_a_dialog_that_is_a_page_says_what_is_missing_there(tab: Callable[[str], Page]) -> None:
    """Opened in a window of its own, or by a link that somebody sent."""
    page = tab("tomas")
    page.goto("/components/carrier-punctuality/versions/1/reject")
    reason = page.get_by_label("What is wrong with it?")
    reason.evaluate("field => field.required = false")
    page.get_by_role("button", name=re.compile("^Reject")).click()
    expect(page.get_by_role("main").get_by_text("Say why")).to_be_visible()
    expect(reason).to_have_count(1)
