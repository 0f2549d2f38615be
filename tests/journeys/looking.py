"""How pages are looked at: in both schemes, wide and narrow, with an ear on the console."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import ConsoleMessage, Error, Page

from tests.journeys import axe
from tests.journeys.debugger import said
from tests.patience import wait_for


@dataclass(frozen=True, slots=True)
class Look:
    """A scheme and a size; both change without loading the page again."""

    scheme: Literal["light", "dark"]
    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.scheme}, {self.width} px"


# Both schemes and both widths. What is narrow is coloured by the same tokens as what is wide, so
# that four looks find no more than these two.
LOOKS = (Look("light", 1440, 900), Look("dark", 390, 844))
CONTENT = "main"  # without the frame, which is the same on every page


def change(page: Page, look: Look) -> None:
    page.emulate_media(color_scheme=look.scheme)
    page.set_viewport_size({"width": look.width, "height": look.height})


def wrong(page: Page, within: str = "") -> Iterator[str]:
    """What axe finds in each look, and what scrolls sideways; of the page or a part of it.

    In the second look what may differ there; the frame, and what only narrow pages show, are looked
    at on some of the pages (test_pages.py).
    """
    for look in LOOKS:
        change(page, look)
        if look is LOOKS[0]:
            found = axe.violations(page, within, frame=False)
        else:
            found = axe.violations(page, within or CONTENT, axe.OF_A_LOOK)
        for broken in found:
            yield f"{look}: {broken}"
        if over := beyond(page, within):
            yield f"{look}: scrolls sideways by {over} px"


def beyond(page: Page, within: str = "") -> int:
    """How far the page itself, or a part of it, scrolls sideways."""
    box = f"document.querySelector({json.dumps(within or 'html')})"
    return int(said(page, f"{box}.scrollWidth - {box}.clientWidth"))


def settle(page: Page) -> None:
    """Wait until nothing of the page is still coming."""
    wait_for(lambda: said(page, "!document.querySelector('[aria-busy=true]')"))


@contextmanager
def listened(page: Page) -> Iterator[list[str]]:
    """What the console says meanwhile: also what was not answered well, and scripts that failed."""
    heard: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            heard.append(f"console: {message.text} ({message.location['url']})")

    def on_error(error: Error) -> None:
        heard.append(f"script: {error}")

    page.on("console", on_console)
    page.on("pageerror", on_error)
    try:
        yield heard
    finally:
        page.remove_listener("console", on_console)
        page.remove_listener("pageerror", on_error)
