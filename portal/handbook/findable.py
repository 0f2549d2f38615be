"""The pages of the handbook as the search knows them: one entry a section."""

from __future__ import annotations

from collections.abc import Iterator

from portal.handbook import library
from portal.handbook.library import Page
from portal.search.things import Thing

LONGEST = 4000
WEIGHTS = {"Decisions": -4, "Explanation": -2}


def every() -> Iterator[Thing]:
    """All sections of all pages, for the command that builds the search anew."""
    for page in library.pages().values():
        yield from _sections(page)


def _sections(page: Page) -> Iterator[Thing]:
    weight = WEIGHTS.get(page.part, 1)
    yield _thing(page, page.name, page.title, _before(page) or page.summary, weight + 1)
    for section in page.sections:
        if section.anchor:
            name = f"{page.name}#{section.anchor}"[:200]
            yield _thing(page, name, section.title, section.text, weight)


def _before(page: Page) -> str:
    return next((section.text for section in page.sections if not section.anchor), "")


def _thing(page: Page, name: str, title: str, text: str, weight: int) -> Thing:
    _, mark, place = name.partition("#")
    return Thing(
        kind="page",
        name=name,
        url=f"{page.url}{mark}{place}",
        icon="book",
        title=title,
        text=text[:LONGEST],
        note=f"Handbook: {page.title}" if mark else f"Handbook: {page.part}",
        weight=weight,
    )
