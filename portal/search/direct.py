"""What a number names: "#12" all that has it, "run 12" that run, "carrier v3" a version."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.module_loading import import_string

from portal import navigation
from portal.accounts import access
from portal.accounts.models import User
from portal.search import queries
from portal.search.things import Answer, Hit
from portal.search.words import Asked

COMPONENTS = 5
Found = tuple[list[Hit], Answer]


def find(asked: Asked, by: User, *, start: int = 0, size: int = queries.PAGE) -> Found:
    """What a number names, and what fits the words; for the number of a request, that alone.

    A query for each floor that knows numbers, none where nothing was asked by number.
    """
    if request := requested(asked, by):
        return request, Answer()
    answer = queries.find(asked, by, start=start, size=size)
    return ([] if start else _hits(asked, answer.hits, by)), answer


def requested(asked: Asked, by: User) -> list[Hit]:
    """What the text names that is nothing but the number of a request."""
    if not access.may(by, "look"):
        return []
    return list(import_string(navigation.REQUESTED)(asked.text))


def _hits(asked: Asked, found: Sequence[Hit], by: User) -> list[Hit]:
    if not access.may(by, "look"):
        return []
    named: list[Hit] = []
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
