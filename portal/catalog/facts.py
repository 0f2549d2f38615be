"""What people write about a component: its links, and what of it is missing or can't be. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal import page_addresses

LINK_KINDS = {"repository": "Repository", "runbook": "Runbook", "dashboard": "Dashboard"}
OTHER = "other"
MOST_LINKS, LONGEST_LINK = 12, 400
ICONS = {"repository": "commit", "runbook": "book", "dashboard": "run"}


@dataclass(frozen=True, slots=True)
class Link:
    """Where else to look: a page with a word for it, and what it is."""

    title: str
    url: str
    kind: str = OTHER

    @property
    def icon(self) -> str:
        return ICONS.get(self.kind, "link")

    def kept(self) -> dict[str, str]:
        """As the table keeps it."""
        return {"title": self.title, "url": self.url, "kind": self.kind}


def links(kept: Iterable[Mapping[str, Any]]) -> list[Link]:
    """The links of a component, those that have a kind of their own first."""
    every = [
        Link(
            str(one.get("title") or one.get("url", "")),
            str(one.get("url", "")),
            str(one.get("kind", OTHER)),
        )
        for one in kept
    ]
    order = [*LINK_KINDS, OTHER]
    return sorted(every, key=lambda link: order.index(link.kind) if link.kind in order else 9)


def link_of(kept: Iterable[Mapping[str, Any]], kind: str) -> str:
    """The address of the link of this kind, "" where there is none."""
    return next((link.url for link in links(kept) if link.kind == kind), "")


def problems(given: Iterable[Link]) -> Iterator[str]:
    """What is wrong with these links, in words."""
    every = list(given)
    if len(every) > MOST_LINKS:
        yield f"At most {MOST_LINKS} links: keep those that someone needs at night."
    for link in every:
        parts = page_addresses.read(link.url)
        if parts is None:
            yield f"“{link.url}” is no address of a page: it begins with https://."
        elif len(link.url) > LONGEST_LINK:
            yield f"The address of “{link.title}” is longer than {LONGEST_LINK} characters."
        elif parts.username or parts.password:
            yield f"The address of “{link.title}” holds a password. Leave it out."


def lines(given: Iterable[Link]) -> str:
    """The links that have no field of their own, a line each: "Title https://…"."""
    return "\n".join(f"{link.title} {link.url}" for link in given if link.kind not in LINK_KINDS)


def read_lines(text: str) -> list[Link]:
    """The same the other way round; a line with an address alone is called by its host."""
    found = []
    for line in text.splitlines():
        title, _, url = line.strip().rpartition(" ")
        if url:
            page = page_addresses.read(url)
            found.append(Link(title.strip() or (page and page.hostname) or url, url))
    return found
