"""`make screenshots`: the eight main pages of the running Slipway, light and dark, into docs/img.

After its demonstration, as NAME-SCHEME.png. `ARGS=--all`: every page, at both widths, as
NAME-WIDTH-SCHEME.png into `screenshots/`. With words: only those whose names begin so.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from demo.client import Api
from launch.places import ROOT, Places, data_folder
from tests.journeys.album import Shot, shots
from tests.journeys.chromium import launched
from tests.journeys.pngs import small
from tests.journeys.posing import begun, posed

SHOWN, ALL = ROOT / "docs" / "img", ROOT / "screenshots"
HEIGHTS = {1440: 900, 390: 844}
SCHEMES = ("light", "dark")
PATIENCE = 30_000  # milliseconds
# Where this checkout lies says nothing to anyone else.
ELSEWHERE = """root => {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const text = walk.currentNode;
        text.data = text.data.replaceAll(root, "/srv/slipway");
    }
}"""


def main() -> int:
    told = json.loads(Places(data_folder(os.environ)).demo.read_text())
    people = {
        name: Api(os.environ["SLIPWAY_URL"], name, token) for name, token in told["tokens"].items()
    }
    passwords = {one["username"]: one["password"] for one in told["people"]}
    before = begun(people)
    with posed(people, passwords) as numbers:
        _take(shots(told["facts"], numbers), passwords)
    if (after := begun(people)) != before:
        print(f"Something was left behind: {before} became {after}.", file=sys.stderr)
        return 1
    return 0


def _take(album: list[Shot], passwords: dict[str, str]) -> None:
    is_all = "--all" in sys.argv
    beginnings = tuple(word for word in sys.argv[1:] if word != "--all") or ("",)
    offered = [shot for shot in album if is_all or shot.is_main]
    wanted = [shot for shot in offered if shot.name.startswith(beginnings)]
    folder = ALL if is_all else SHOWN
    folder.mkdir(exist_ok=True)
    with sync_playwright() as playwright, closing(launched(playwright)) as browser:
        studio = Studio(browser, passwords)
        for width in HEIGHTS if is_all else (1440,):
            for scheme in SCHEMES:
                end = f"{width}-{scheme}" if is_all else scheme
                for shot, picture in studio.taken(wanted, width, scheme):
                    path = folder / f"{shot.name}-{end}.png"
                    path.write_bytes(picture if is_all else small(picture))
    print(f"They lie in {folder.relative_to(Path.cwd())}.")


class Studio:
    """A browser, and everyone's password."""

    def __init__(self, browser: Browser, passwords: dict[str, str]) -> None:
        self.browser = browser
        self.passwords = passwords

    def taken(
        self, wanted: Iterable[Shot], width: int, scheme: str
    ) -> Iterator[tuple[Shot, bytes]]:
        """Each of them at this width, in this scheme."""
        pages: dict[str, Page] = {}
        with self._window(width, scheme) as new:
            for shot in wanted:
                if shot.person not in pages:
                    pages[shot.person] = self._page(new(), shot.person)
                yield shot, _picture(pages[shot.person], shot)

    @contextmanager
    def _window(self, width: int, scheme: str) -> Iterator[Any]:
        """Makes browsers of their own for as many people as are asked for."""
        contexts: list[BrowserContext] = []

        def new() -> BrowserContext:
            context = self.browser.new_context(
                base_url=os.environ["SLIPWAY_URL"],
                viewport={"width": width, "height": HEIGHTS[width]},
                color_scheme=scheme,  # type: ignore[arg-type]
                device_scale_factor=1 if width > 600 else 2,
                reduced_motion="reduce",
            )
            contexts.append(context)
            context.set_default_timeout(PATIENCE)
            return context

        yield new
        for context in contexts:
            context.close()

    def _page(self, context: BrowserContext, person: str) -> Page:
        """Signed in, but for nobody: ""."""
        page = context.new_page()
        if person:
            page.goto("/sign-in")
            page.get_by_label("Name").fill(person)
            page.get_by_label("Password").fill(self.passwords[person])
            page.get_by_role("button", name="Sign in").click()
            expect(page.locator("#rail")).to_be_attached()  # signed in: the frame is there
        return page


def _picture(page: Page, shot: Shot) -> bytes:
    page.goto(shot.address)
    expect(page.locator("[aria-busy=true]")).to_have_count(0, timeout=PATIENCE)
    shot.does(page)
    page.evaluate(ELSEWHERE, str(ROOT))
    return page.screenshot()


if __name__ == "__main__":
    sys.exit(main())
