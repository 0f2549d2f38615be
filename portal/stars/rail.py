"""What a person has pinned, out of their own row: the rail of every page asks for nothing."""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps
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


def framed(who: User | None) -> list[tuple[Pinned, None]]:
    """As a page comes with it; how each does the rail asks for by itself."""
    return [(one, None) for one in pinned(who)] if who else []


def standing(who: User) -> list[Pinned]:
    """Those that are still there; one query for each kind."""
    found = pinned(who)
    there = {
        (kind, name)
        for kind in {one.kind for one in found}
        for name in apps.get_model(KINDS[kind].model)
        .objects.filter(name__in=[one.name for one in found if one.kind == kind])
        .values_list("name", flat=True)
    }
    return [one for one in found if (one.kind, one.name) in there]
