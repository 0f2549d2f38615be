"""A page asks the database as often for five rows of everything as for one."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test import Client
from django.utils import timezone

from portal.accounts.models import User
from tests import more_of_it
from tests.conftest import NOW
from tests.doors import all_doors
from tests.portal.pages.query_counts import COUNTS, LEFT_OUT, MORE, READERS, STATUSES
from tests.whole_house import Whole, telling


def test_every_page_has_its_number_or_a_reason() -> None:
    doors = {door.removeprefix("GET ") for door in all_doors() if door.startswith("GET ")}
    assert sorted(doors - COUNTS.keys() - LEFT_OUT.keys()) == [], "How many queries does it make?"
    assert sorted((COUNTS.keys() | LEFT_OUT.keys()) - doors) == [], "The house has no such page."


def test_queries_do_not_grow_with_the_data(whole: Whole, people: dict[str, User]) -> None:
    more_of_it.complete(whole, NOW)
    telling(timezone.now())
    reader = Reader(whole, people)
    before = reader.counted()
    had = more_of_it.amounts()
    more_of_it.add(whole)
    has = more_of_it.amounts()
    assert {name for name, number in has.items() if number == had[name]} == set(more_of_it.UNLISTED)
    known = COUNTS | MORE
    wrong = {
        path: f"{before[path]} queries, then {after}, not {known[path]}"
        for path, after in reader.counted().items()
        if not before[path] == after == known[path]
    }
    assert not wrong, "\n".join(f"{path}: {said}" for path, said in wrong.items())


# Left alone it chooses release and place, others when there are more: then it costs otherwise
ASKED = {"/components/{name}/plan": "?release=2&environment=production"}


class Reader:
    """Opens every page as someone who may, and counts. It stays with the things that were there."""

    def __init__(self, whole: Whole, people: dict[str, User]) -> None:
        self.people = people
        self.addresses = {
            pattern: whole.address(pattern) + ASKED.get(pattern, "") for pattern in COUNTS
        }
        self.further = {asked: _filled(whole, asked) for asked in MORE}
        self.client = Client()
        self.signed_in = ""

    def counted(self) -> dict[str, int]:
        pages = {pattern: self._count(pattern, path) for pattern, path in self.addresses.items()}
        further = {
            asked: self._count(asked.partition("?")[0], path)
            for asked, path in self.further.items()
        }
        return pages | further

    def _count(self, pattern: str, path: str) -> int:
        if (who := READERS.get(pattern, "mira")) != self.signed_in:
            self.client.force_login(self.people[who])
            self.signed_in = who
        asked = Counter()
        with connection.execute_wrapper(asked):
            answer = self.client.get(path)
        with connection.cursor() as cursor:  # what a search in logs sets ends with its transaction
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
        assert answer.status_code == STATUSES.get(pattern, 200), path
        return asked.queries


class Counter:
    """Counts queries without writing them down."""

    def __init__(self) -> None:
        self.queries = 0

    def __call__(self, execute: Any, *query: Any) -> Any:
        self.queries += 1
        return execute(*query)


def _filled(whole: Whole, asked: str) -> str:
    """The address of this house, with what it is asked for."""
    pattern, mark, query = asked.partition("?")
    return whole.address(pattern) + mark + query
