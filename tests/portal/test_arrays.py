"""Names by the thousand, and identities, go to PostgreSQL as one parameter, whatever they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Q

from portal.accounts.models import Membership, User
from portal.arrays import UUIDS, InArray
from portal.ids import uuid7

pytestmark = pytest.mark.django_db


def test_who_is_named_is_found_and_left_out(people: dict[str, User]) -> None:
    named = InArray("username", ["mira", "jonas", "nobody"])
    assert set(User.objects.filter(named).values_list("username", flat=True)) == {"mira", "jonas"}
    left = User.objects.exclude(named).values_list("username", flat=True)
    assert set(left) == people.keys() - {"mira", "jonas"}


def test_nobody_is_any_of_none(people: dict[str, User]) -> None:
    assert not User.objects.filter(InArray("username", [])).exists()
    assert User.objects.exclude(InArray("username", [])).count() == len(people)


@pytest.mark.parametrize("name", ['a"b', "a,b", "{a}", "a\\b", "NULL", "", "%s", "ä'"])
def test_a_name_is_itself(people: dict[str, User], name: str) -> None:
    User.objects.filter(username="mira").update(username=name)
    assert User.objects.filter(InArray("username", ["x", name])).get() == people["mira"]


def test_identities_are_said_to_be_such(people: dict[str, User]) -> None:
    some = {people["mira"].pk, people["ines"].pk, uuid7()}
    found = User.objects.filter(InArray("pk", some, UUIDS))
    assert set(found) == {people["mira"], people["ines"]}
    teams = Membership.objects.filter(InArray("user", some, UUIDS))
    assert {row.user_id for row in teams} == {people["mira"].pk, people["ines"].pk}


def test_nothing_is_asked_for_none(
    people: dict[str, User], django_assert_num_queries: Callable[..., Any]
) -> None:
    with django_assert_num_queries(0):
        assert list(User.objects.filter(InArray("pk", [], UUIDS))) == []
    either = Q(InArray("pk", [], UUIDS)) | Q(username="mira")
    assert list(User.objects.filter(either)) == [people["mira"]]
