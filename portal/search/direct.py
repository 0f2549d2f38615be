"""What a number names by itself: "#12" is a run or a deployment, "carrier v3" a version."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.module_loading import import_string

from portal import navigation
from portal.accounts import access
from portal.accounts.models import User
from portal.search.things import Hit
from portal.search.words import Asked

COMPONENTS = 5


def hits(asked: Asked, found: Sequence[Hit], by: User) -> list[Hit]:
    """A query for each floor that knows numbers, none where nothing was asked by number."""
    if not access.may(by, "look"):
        return []
    named: list[Hit] = []
    if asked.number is not None:
        for path in navigation.NUMBERED:
            named += import_string(path)(asked.number)
    components = [hit.name for hit in found if hit.kind == "component"][:COMPONENTS]
    if asked.release is not None and components:
        named += import_string(navigation.VERSIONS)(components, asked.release)
    return named
