"""What a topic tells the search about one of its things, and what the search answers. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing to be found. `labels` are (relation, value) pairs: ("column", "carrier").

    `labels` None leaves those that an upper floor has added; `weight` puts it before (or, below
    zero, behind) others that fit as well.
    """

    kind: str
    name: str
    url: str
    icon: str
    title: str = ""
    text: str = ""
    team: str = ""
    note: str = ""
    labels: Sequence[tuple[str, str]] | None = ()
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found. `why` says what of it fits where the name does not."""

    kind: str
    kind_label: str
    name: str
    title: str
    text: str
    note: str
    team: str
    url: str
    icon: str
    why: str = ""

    @property
    def shown(self) -> str:
        """What to call it: pages and people have titles, everything else is known by its name."""
        return self.title if self.kind in {"page", "path", "person", "entity"} else self.name


@dataclass(frozen=True, slots=True)
class Count:
    """How many of the found things have this value; `value` narrows down to them."""

    value: str
    label: str
    number: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question found. `mended` is what was searched for instead, "" where nothing was.

    `is_cut`: more fit than were looked at, so the counts are "at least". `is_loose`: nothing has
    all of the words, these have some of them.
    """

    hits: Sequence[Hit] = ()
    kinds: Sequence[Count] = ()
    teams: Sequence[Count] = ()
    total: int = 0
    is_cut: bool = False
    mended: str = ""
    is_loose: bool = False
    more: int = field(default=0)  # where the next page begins, 0 on the last one
