"""Which pages are photographed, by whom they are opened, and what is done before the picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

COMPONENT = "/components/carrier-punctuality"
CLIENT = "/clients/acme-travel"


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture: its name, the page, the person who looks, what they do, whether docs/ has it."""

    name: str
    address: str
    person: str = "mira"
    does: Callable[[Page], None] = lambda _: None
    is_main: bool = False


def shots(facts: Mapping[str, Any], posed: Mapping[str, Any]) -> list[Shot]:
    """All of them. `facts`: numbers of the demonstration's story; `posed`: what was put there."""
    return [*_main(facts, posed), *_things(facts), *_beginnings(posed), *_people(), *_reading()]


def _main(facts: Mapping[str, Any], posed: Mapping[str, Any]) -> list[Shot]:
    """The eight that README and docs show."""
    found = [
        Shot("home", "/", "ines"),
        Shot("catalog", "/components/"),
        Shot("component", f"{COMPONENT}/"),
        Shot("editor", f"/drafts/{posed['draft']}/", does=_looked),
        Shot("deployment", f"/deployments/{facts['bad_deployment']}/"),
        Shot("grid", f"{COMPONENT}/grid?environment=production"),
        Shot("run", f"/runs/{facts['wrong_run_number']}/"),
        Shot("client", f"{CLIENT}/"),
    ]
    return [Shot(one.name, one.address, one.person, one.does, is_main=True) for one in found]


def _things(facts: Mapping[str, Any]) -> list[Shot]:
    addresses = {
        "component-runs": f"{COMPONENT}/runs/",
        "component-deployments": f"{COMPONENT}/deployments/",
        "component-health": f"{COMPONENT}/health/",
        "component-versions": f"{COMPONENT}/versions/",
        "component-audit": f"{COMPONENT}/audit/",
        "version": f"{COMPONENT}/versions/3/",
        "compare": f"{COMPONENT}/versions/compare?from=1&to=3",
        "plan": f"{COMPONENT}/plan?release=2&environment=production",
        "plan-refused": f"{COMPONENT}/plan?release=3&environment=production",
        "place": f"{COMPONENT}/in/production/",
        "configure": f"{COMPONENT}/in/production/configure",
        "roll-back": f"{COMPONENT}/in/production/roll-back",
        "deployments": "/deployments/",
        "matrix": "/deployments/matrix",
        "report": "/deployments/report?environment=all",
        "rollback": f"/deployments/{facts['rollback']}/",
        "runs": "/runs/",
        "run-stopped": f"/runs/{facts['stopped_run']}/",
        "backfill-plan": f"{COMPONENT}/backfill?environment=production",
        "backfills": "/backfills/",
        "backfill": f"/backfills/{facts['backfill']}/",
        "changes": "/changes/",
        "clients": "/clients/",
        "client-deliveries": f"{CLIENT}/deliveries",
        "client-contracts": f"{CLIENT}/contracts",
        "client-ahead": f"{CLIENT}/ahead",
        "connections": "/connections/",
        "connection": "/connections/nyc-files/",
        "destination": "/destinations/acme-drop/",
        "environments": "/environments/",
        "workers": "/workers/",
        "bottlenecks": "/bottlenecks/",
        "services": "/services/",
    }
    drawn = [
        Shot("dependencies", f"{COMPONENT}/dependencies", does=_drawn),
        Shot("graph", "/catalog/graph", does=_drawn),
        Shot("service-map", "/service-map/", does=_drawn),
    ]
    return [*drawn, *(Shot(name, address) for name, address in addresses.items())]


def _beginnings(posed: Mapping[str, Any]) -> list[Shot]:
    """Golden paths and drafts."""
    return [
        Shot("golden-paths", "/golden-paths/", "ines"),
        Shot("golden-path", "/golden-paths/new-client-and-delivery/", "ines"),
        Shot("golden-path-fill", f"/golden-paths/runs/{posed['path_run']}/pages/2", "ines"),
        Shot("golden-path-review", f"/golden-paths/runs/{posed['path_run']}/review", "ines"),
        Shot("golden-path-runs", "/golden-paths/runs/", "ines"),
        Shot("drafts", "/drafts/"),
        Shot("draft-new", "/drafts/new"),
        Shot("draft-file", f"/drafts/{posed['draft']}/file"),
        Shot("draft-review", f"/drafts/{posed['draft']}/review"),
    ]


def _people() -> list[Shot]:
    return [
        Shot("sign-in", "/sign-in", ""),
        Shot("teams", "/teams/"),
        Shot("team", "/teams/airline-data/"),
        Shot("account", "/account/"),
        Shot("tokens", "/account/tokens/"),
        Shot("notifications", "/notifications/"),
        Shot("notification-settings", "/notifications/settings/"),
        Shot("bell", "/components/", does=_bell),
        Shot("outbox", "/notifications/outbox/", "priya"),
        Shot("feedback", "/feedback/", "priya"),
        Shot("audit", "/audit/"),
    ]


def _reading() -> list[Shot]:
    return [
        Shot("palette", f"{COMPONENT}/", does=_palette),
        Shot("search", "/search?q=carrier"),
        Shot("search-nothing", "/search?q=nothing-like-this"),
        Shot("handbook", "/handbook/"),
        Shot("handbook-page", "/handbook/how-to/see-clients/"),
        Shot("shortcuts", "/components/", does=lambda page: page.keyboard.press("?")),
        Shot("reject", f"{COMPONENT}/versions/2/", "ines", _reject),
        Shot("api", "/api/docs/"),
        Shot("api-try", "/api/docs/deployments_list/", does=_tried),
        Shot("not-found", "/components/nothing-like-this/"),
    ]


def _tried(page: Page) -> None:
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status")).to_contain_text("200")


def _looked(page: Page) -> None:
    """The editor is there, the inputs were looked at; the query and its rows are in sight."""
    expect(page.locator(".cm-content")).to_be_visible()
    expect(page.get_by_text("Looking what is there").filter(visible=True)).to_have_count(0)
    query = page.get_by_role("heading", name="Query")
    query.evaluate("heading => heading.closest('.block').scrollIntoView()")


def _drawn(page: Page) -> None:
    """Where there is room for it, the picture is there."""
    if page.viewport_size and page.viewport_size["width"] > 600:
        expect(page.locator("[data-graph-picture] canvas").first).to_be_visible()


def _palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    expect(page.get_by_role("option").first).to_be_visible()


def _bell(page: Page) -> None:
    page.locator("summary.bell-button").click()
    expect(page.locator("#told a").first).to_be_visible()


def _reject(page: Page) -> None:
    page.get_by_role("link", name="Reject").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
