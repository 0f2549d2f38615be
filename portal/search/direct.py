"""What a number names: "#12" all that has it, "run 12" that run, "carrier v3" a version."""

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
    named: list[Hit] = list(import_string(navigation.REQUESTED)(asked.text))
    for noun, number in numbers(asked):
        named += import_string(navigation.NUMBERED[noun])(number)
    components = [hit.name for hit in found if hit.kind == "component"][:COMPONENTS]
    if asked.release is not None and components:
        named += import_string(navigation.VERSIONS)(components, asked.release)
    return named


def numbers(asked: Asked) -> list[tuple[str, int]]:
    """Which numbers of what: where the noun stands beside the number, of nothing else."""
    said = [(noun, number) for noun, number in asked.counted if noun in navigation.NUMBERED]
    if said or asked.number is None:
        return list(dict.fromkeys(said))
    return [(noun, asked.number) for noun in navigation.NUMBERED]
