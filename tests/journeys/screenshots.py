"""`make screenshots`: every kind of page of the running portal, in both schemes, wide and narrow.

Follows the links of the pages from the front door, as ines (who sees most), and photographs one
page of each kind: /runs/7/ and /runs/8/ are of one kind. Writes into `screenshots` of the checkout.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import CHROMIUM, FLAGS

FOLDER = Path("screenshots")
WINDOWS = {"wide": 1440, "narrow": 390}
SCHEMES = ("light", "dark")
WHO = "ines"
NOT_PAGES = ("/api/", "/static/", "/metrics", "/sign-out", "/healthz", "/readyz")
# Not `link.href`: of a link in an SVG that is no string.
ADDRESSES = "links => links.map(link => new URL(link.getAttribute('href'), location).href)"
# What makes two pages one kind: a number, or the name of something that looks like its siblings.
IDENTITY = re.compile(r"/(\d+|(?<=/in/)[^/]+|(?<=/clients/)[^/]+|(?<=/teams/)[^/]+)(?=/|$)")


def main() -> None:
    address = os.environ["SLIPWAY_URL"]
    account = Path(os.environ["SLIPWAY_DATA"]) / "demo.json"
    if not account.exists():
        sys.exit("The demonstration has not been played here: make demo.")
    [password] = [
        person["password"]
        for person in json.loads(account.read_text())["people"]
        if person["username"] == WHO
    ]
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        pages = kinds_of_pages(signed_in(browser, address, password))
        for scheme in SCHEMES:
            for name, width in WINDOWS.items():
                page = signed_in(browser, address, password, scheme=scheme, width=width)
                for kind, path in pages.items():
                    page.goto(path, wait_until="load")
                    page.wait_for_timeout(300)  # panels that load by themselves
                    page.screenshot(path=FOLDER / f"{kind}.{scheme}.{name}.png", full_page=True)
        browser.close()
    print(f"{len(pages)} kinds of pages, {len(SCHEMES)} schemes, {len(WINDOWS)} widths: {FOLDER}/")


def signed_in(
    browser: Browser, address: str, password: str, *, scheme: str = "light", width: int = 1440
) -> Page:
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("#username", WHO)
    page.fill("#password", password)
    page.click("button[type=submit]")
    page.wait_for_load_state()
    return page


def kinds_of_pages(page: Page) -> dict[str, str]:
    """Kind -> the first page of that kind that a link led to."""
    found: dict[str, str] = {"home": "/"}
    waiting = ["/"]
    while waiting:
        page.goto(waiting.pop(0), wait_until="load")
        page.wait_for_timeout(300)
        for link in page.eval_on_selector_all("a[href]", ADDRESSES):
            parts = urlsplit(link)
            if parts.netloc != urlsplit(page.url).netloc or parts.path.startswith(NOT_PAGES):
                continue
            kind = IDENTITY.sub("/one", parts.path).strip("/").replace("/", "-") or "home"
            if kind not in found:
                found[kind] = parts.path
                waiting.append(parts.path)
    return found


if __name__ == "__main__":
    main()
