"""What a start says at the end: where to go, how to sign in, what to look at."""

from __future__ import annotations

import json
from pathlib import Path


def lines(url: str, demo: Path) -> list[str]:
    """`demo` is the demonstration's own account of itself, where it has been played."""
    said = ["", f"  Slipway runs at {url}", ""]
    if demo.exists():
        story = json.loads(demo.read_text())
        said += _people(story.get("people", []))
        said += _links(story.get("links", []), story.get("address", url), url)
    return [*said, "  Ctrl-C stops it; `make up` goes on with the same data.", ""]


def _people(people: list[dict[str, str]]) -> list[str]:
    if not people:
        return []
    width = max(len(person["username"]) for person in people)
    rows = [
        f"    {person['username']:<{width}}  {person['password']}   {person.get('role', '')}"
        for person in people
    ]
    return ["  Sign in as", *rows, ""]


def _links(links: list[dict[str, str]], before: str, now: str) -> list[str]:
    """It was written when the demonstration was played, perhaps on another port."""
    if not links:
        return []
    return [
        "  Look at",
        *[f"    {link['title']}: {link['url'].replace(before, now)}" for link in links],
        "",
    ]
