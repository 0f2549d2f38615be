"""How pages are looked at: in both schemes, wide and narrow, with an ear on the console."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from playwright.sync_api import ConsoleMessage, Error, Page, Response

from tests.journeys import axe


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

    In the second look what may differ there; the colours of the frame, and what only narrow pages
    show, are looked at on some of the pages (test_pages.py).
    """
    for look in LOOKS:
        change(page, look)
        if look is LOOKS[0]:
            found = axe.violations(page, within, colours_of="" if within else CONTENT)
        else:
            found = axe.violations(page, within or CONTENT, axe.OF_A_LOOK)
        for broken in found:
            yield f"{look}: {broken}"
        if over := beyond(page, within):
            yield f"{look}: scrolls sideways by {over} px"


def beyond(page: Page, within: str = "") -> int:
    """How far the page itself, or a part of it, scrolls sideways."""
    return int(page.locator(within or "html").evaluate("box => box.scrollWidth - box.clientWidth"))


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
