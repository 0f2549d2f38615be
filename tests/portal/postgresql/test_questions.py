"""A question that is put together once answers what its query set would, for any values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import CharField, Count, DateTimeField, Exists, OuterRef, QuerySet, UUIDField
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import Membership, Team, Token, User
from portal.arrays import UUIDS, InArray
from portal.postgresql.questions import Given, Question
from tests.conftest import TEAMS


def memberships(of: Any) -> QuerySet[Membership]:
    """With what query sets bring along: related objects, counts, whether something is there."""
    return (
        Membership.objects.filter(user=of)
        .select_related("team", "user")
        .annotate(
            members=Count("team__memberships"),
            has_tokens=Exists(Token.objects.filter(user=OuterRef("user"))),
        )
        .order_by("team__name")
    )


def all_of(rows: Iterable[Any]) -> list[tuple[Any, ...]]:
    return [(row, row.team.title, row.user.full_name, row.members, row.has_tokens) for row in rows]


@pytest.mark.parametrize("name", ["ines", "jonas", "priya"])
def test_objects_come_with_all_that_the_query_set_brings(
    name: str, people: dict[str, User]
) -> None:
    person = people[name]
    question = Question(memberships, of=UUIDField())
    with CaptureQueriesContext(connection) as asked:
        found = all_of(question.rows(of=person.pk))
    assert len(asked) == 1
    assert found == all_of(memberships(person))


def test_it_is_put_together_once_whatever_is_asked(people: dict[str, User]) -> None:
    built: list[Given] = []

    def build(of: Given) -> QuerySet[Membership]:
        built.append(of)
        return memberships(of)

    question = Question(build, of=UUIDField())
    answers = {
        name: {row.team.name for row in question.rows(of=person.pk)}
        for name, person in people.items()
    }
    assert answers == {
        name: {team for team, members in TEAMS.items() if name in members} for name in people
    }
    assert len(built) == 1


def test_values_come_as_tuples_in_the_order_that_was_asked_for(people: dict[str, User]) -> None:
    question: Question[tuple[str, bool]] = Question(
        lambda name: User.objects.filter(username=name).values_list("full_name", "is_platform"),
        name=CharField(),
    )
    assert question.first(name="priya") == (people["priya"].full_name, True)
    assert question.first(name="nobody-of-this-name") is None


def test_a_value_is_a_value_whatever_it_says(people: dict[str, User]) -> None:
    question = Question(lambda name: Team.objects.filter(name=name), name=CharField())
    assert question.first(name="' OR '1' = '1") is None
    assert question.first(name="%s") is None


def test_a_value_of_another_kind_is_turned_into_the_fields_own(people: dict[str, User]) -> None:
    question = Question(lambda pk: User.objects.filter(pk=pk), pk=UUIDField())
    assert question.first(pk=str(people["ines"].pk)) == people["ines"]


def test_a_list_is_one_value_however_long_it_is(people: dict[str, User]) -> None:
    question: Question[tuple[str]] = Question(
        lambda among: (
            User.objects.filter(InArray("pk", among, UUIDS))
            .order_by("username")
            .values_list("username")
        ),
        among=UUIDS,
    )
    for names in ([], ["ines"], ["ines", "jonas", "priya"]):
        found = question.rows(among=[people[name].pk for name in names])
        assert [name for (name,) in found] == names


def test_without_a_value_the_query_set_is_another_and_is_put_together_once_too(
    people: dict[str, User],
) -> None:
    built: list[Given | None] = []

    def build(name: Given | None) -> QuerySet[Team]:
        built.append(name)
        teams = Team.objects.filter(name__in=TEAMS)
        return teams if name is None else teams.filter(name=name)

    question = Question(build, name=CharField())
    first = next(iter(TEAMS))
    for _ in range(2):
        assert {team.name for team in question.rows(name=None)} == set(TEAMS)
        assert [team.name for team in question.rows(name=first)] == [first]
    assert len(built) == 2


def test_what_is_reckoned_with_a_value_is_reckoned_by_the_database(
    people: dict[str, User],
) -> None:
    now = datetime(2031, 5, 4, tzinfo=UTC)
    User.objects.filter(pk=people["ines"].pk).update(last_login=now - timedelta(hours=2))
    since: Question[User] = Question(
        lambda now: User.objects.filter(last_login__gt=now - timedelta(hours=3)),
        now=DateTimeField(),
    )
    assert since.first(now=now) == people["ines"]
    assert since.first(now=now + timedelta(hours=2)) is None


def test_a_value_that_is_not_given_is_a_mistake_of_whoever_asks(people: dict[str, User]) -> None:
    question = Question(lambda pk: User.objects.filter(pk=pk), pk=UUIDField())
    with pytest.raises(KeyError):
        question.first(user=people["ines"].pk)


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_in_a_transaction_or_not_at_all() -> None:
    question = Question(
        lambda name: User.objects.filter(username=name).select_for_update(), name=CharField()
    )
    with transaction.atomic():
        assert question.first(name="nobody-of-this-name") is None
    with pytest.raises(TransactionManagementError):
        question.first(name="nobody-of-this-name")
