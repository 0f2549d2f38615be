"""The port to things that rights are about: each floor finds its own and names what can be done.

`RIGHTS` in the settings names the kinds, in the order in which the page offers them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from portal.accounts.models import Team


@dataclass(frozen=True, slots=True)
class Limit:
    """What holds beside the book for everyone: "Two others approve in production."."""

    verb: str
    words: str


@dataclass(frozen=True, slots=True)
class Thing:
    """What rights are asked about. `owned` is what the book is asked with; None: no thing at all.

    `grants` is the kind under which teams are given the use of it, "" where that is not so.
    """

    kind: str
    name: str
    title: str
    url: str
    team: Team | None
    owned: Any = None
    grants: str = ""
    has_rows: bool = False
    limits: tuple[Limit, ...] = field(default=())


class Kind(Protocol):
    """A kind of thing."""

    kind: str
    title: str  # "Component"
    verbs: tuple[str, ...]  # out of the book, in the order in which they are shown
    needs_environment: bool
    has_names: bool  # else there is one only

    def find(self, name: str, environment: str) -> Thing:
        """The thing of this name; NotFound in words. One query or two."""
