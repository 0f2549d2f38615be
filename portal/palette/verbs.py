"""What can be done, as a row of the palette: the floors above bring theirs. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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
    key: str = ""  # its shortcut on the page, or letters one after the other: "g c"
    is_dialog: bool = False
    act: str = ""  # a thing that the browser does by itself: "shortcuts", "scheme:dark"

    def fits(self, words: Sequence[str]) -> bool:
        """Whether every word begins one of its own."""
        own = parts(f"{self.label} {self.also} {self.thing} {self.note}")
        return bool(words or self.is_quick) and all(
            any(mine.startswith(word) for mine in own) for word in words
        )


# How people begin a sentence about a component: "roll back carrier", "logs carrier"
DEEDS = {
    *("deploy", "ship", "promote", "release", "roll", "rollback", "back", "revert", "pause"),
    *("hold", "resume", "run", "start", "configure", "schedule", "edit", "change", "hand"),
    "reject",
}
PAGES = {
    *("runs", "deployments", "health", "logs", "calls", "versions", "dependencies", "audit"),
    *("changes", "log", "deploys"),
}
SAID = DEEDS | PAGES


@dataclass(frozen=True, slots=True)
class Sentence:
    """The words that say what to do, to what, and in which environment."""

    said: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    where: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Something is to be done, and no word says to what."""
        return not self.about and any(_begins_deed(word) for word in self.said)


def sentence(
    words: Sequence[str], environments: Callable[[], Iterable[str]], *, is_begun: bool = False
) -> Sentence:
    """Sort the words; without any that says what to do it is no sentence, and all is empty.

    `environments` are their names, asked for where some word may be one; where `is_begun`, the
    beginning of a deed is enough.
    """
    said = tuple(word for word in words if word in SAID or (is_begun and _begins_deed(word)))
    if not said:
        return Sentence()
    rest = [word for word in words if word not in said]
    known = [part for name in environments() for part in parts(name)] if rest else []
    where = tuple(word for word in rest if any(part.startswith(word) for part in known))
    return Sentence(said, tuple(word for word in rest if word not in where), where)


def _begins_deed(word: str) -> bool:
    return any(deed.startswith(word) for deed in DEEDS)
