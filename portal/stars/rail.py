"""What a person has pinned, out of their own row: the rail of every page asks for nothing."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from portal.accounts.models import User
from portal.stars.kinds import KINDS


@dataclass(frozen=True, slots=True)
class Pinned:
    """A thing in the rail."""

    kind: str
    name: str
    url: str
    icon: str


def pinned(who: User) -> list[Pinned]:
    """In the order in which they were pinned."""
    return [
        Pinned(kind, name, reverse(known.page, args=[name]), known.icon)
        for kind, name in who.pinned
        if (known := KINDS.get(kind))
    ]
