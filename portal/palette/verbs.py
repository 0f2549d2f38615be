"""What can be done, as a row of the palette: the floors above bring theirs. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.search.words import parts


@dataclass(frozen=True, slots=True)
class Verb:
    """Something that this person may do: its words, and the page or dialog where it is done.

    `thing` is what it is done to; `note` says more ("v1 is live"); `also` are other words that
    people say for it. What is not `is_quick` waits until someone types a word of it.
    """

    label: str
    url: str
    icon: str
    thing: str = ""
    note: str = ""
    also: str = ""
    is_quick: bool = True
    key: str = ""  # the shortcut that the page itself has for it
    is_dialog: bool = False
    act: str = ""  # a thing that the browser does by itself: "shortcuts", "scheme:dark"

    def fits(self, words: Sequence[str]) -> bool:
        """Whether every word begins one of its own."""
        own = parts(f"{self.label} {self.also} {self.thing} {self.note}")
        return bool(words or self.is_quick) and all(
            any(mine.startswith(word) for mine in own) for word in words
        )


# How people begin a sentence about a component: "roll back carrier"
SAID = {
    *("deploy", "ship", "promote", "release", "roll", "rollback", "back", "revert", "pause"),
    *("hold", "resume", "run", "start", "configure", "schedule", "edit", "change", "hand"),
}


def split(words: Iterable[str]) -> tuple[list[str], list[str]]:
    """The words that say what to do, and those that say to what; empty where it is no sentence."""
    given = list(words)
    said = [word for word in given if word in SAID]
    rest = [word for word in given if word not in SAID]
    return (said, rest) if said and rest else ([], [])
