"""Names by the thousand go to PostgreSQL as one parameter, whatever they are made of."""

from __future__ import annotations

import pytest

from portal.accounts.models import User
from portal.arrays import InArray

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
