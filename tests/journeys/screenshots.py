"""`make screenshots`: every page of the running Slipway, after its demonstration, as pictures.

They go into `screenshots/`, as NAME-WIDTH-SCHEME.png. With arguments: only names that begin so.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from launch.places import ROOT, Places, data_folder
from tests.journeys.chromium import launched

FOLDER = ROOT / "screenshots"
COMPONENT = "/components/carrier-punctuality"
PERSON = "mira"
WIDTHS = {1440: 900, 390: 844}


def pages(facts: dict[str, Any]) -> dict[str, str]:
    """The pages by name; `facts` has the numbers of the demonstration's story."""
    return {
        "home": "/",
        "catalog": "/components/",
        "component": f"{COMPONENT}/",
        "component-runs": f"{COMPONENT}/runs/",
        "component-deployments": f"{COMPONENT}/deployments/",
        "component-versions": f"{COMPONENT}/versions/",
        "component-audit": f"{COMPONENT}/audit/",
        "version": f"{COMPONENT}/versions/3/",
        "plan": f"{COMPONENT}/plan?release=2&environment=production",
        "plan-refused": f"{COMPONENT}/plan?release=3&environment=production",
        "configure": f"{COMPONENT}/in/production/configure",
        "roll-back": f"{COMPONENT}/in/production/roll-back",
        "deployments": "/deployments/",
        "matrix": "/deployments/matrix",
        "place": f"{COMPONENT}/in/production/",
        "compare": f"{COMPONENT}/versions/compare?from=1&to=3",
        "graph": "/catalog/graph",
        "dependencies": f"{COMPONENT}/dependencies",
        "workers": "/workers/",
        "deployment": f"/deployments/{facts['bad_deployment']}/",
        "rollback": f"/deployments/{facts['rollback']}/",
        "runs": "/runs/",
        "run": f"/runs/{facts['wrong_run_number']}/",
        "run-stopped": f"/runs/{facts['stopped_run']}/",
        "changes": "/changes/",
        "audit": "/audit/",
        "clients": "/clients/",
        "client": "/clients/acme-travel/",
        "client-deliveries": "/clients/acme-travel/deliveries",
        "client-contracts": "/clients/acme-travel/contracts",
        "client-ahead": "/clients/acme-travel/ahead",
        "connections": "/connections/",
        "environments": "/environments/",
        "teams": "/teams/",
        "team": "/teams/airline-data/",
        "account": "/account/",
        "tokens": "/account/tokens/",
        "not-found": "/components/nothing-like-this/",
    }


def main() -> int:
    told = json.loads(Places(data_folder(os.environ)).demo.read_text())
    password = {one["username"]: one["password"] for one in told["people"]}[PERSON]
    wanted = tuple(sys.argv[1:]) or ("",)
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = launched(playwright)
        for width in WIDTHS:
            for scheme in ("light", "dark"):
                with _signed_in(browser, width, scheme, password) as context:
                    _photograph(context, pages(told["facts"]), wanted, f"{width}-{scheme}")
    print(f"They lie in {FOLDER.relative_to(Path.cwd())}.")
    return 0


def _signed_in(browser: Browser, width: int, scheme: str, password: str) -> BrowserContext:
    context = browser.new_context(
        base_url=os.environ["SLIPWAY_URL"],
        viewport={"width": width, "height": WIDTHS[width]},
        color_scheme=scheme,  # type: ignore[arg-type]
        device_scale_factor=1 if width > 600 else 2,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto("/sign-in")
    page.screenshot(path=FOLDER / f"sign-in-{width}-{scheme}.png")
    page.get_by_label("Name").fill(PERSON)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#rail")).to_be_attached()  # signed in: the frame is there
    return context


def _photograph(
    context: BrowserContext, addresses: dict[str, str], wanted: tuple[str, ...], suffix: str
) -> None:
    page = context.pages[0]
    for name, address in addresses.items():
        if name.startswith(wanted):
            page.goto(address)
            expect(page.locator("[aria-busy=true]")).to_have_count(0)
            page.screenshot(path=FOLDER / f"{name}-{suffix}.png")


if __name__ == "__main__":
    sys.exit(main())
