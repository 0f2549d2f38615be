"""Whatever the book refuses, it says who can: people who may, by name, or the platform role."""

from __future__ import annotations

import pytest

from deployments.policies.queries import approvers
from portal.accounts import access
from portal.accounts.models import Membership, Role, Team, User
from portal.catalog.models import Component

pytestmark = pytest.mark.django_db
PLATFORM = "Someone with the platform role can."
OF_TEAMS = sorted(verb for verb, rule in access.BOOK.items() if rule.role in list(Role))
OF_THE_PLATFORM = sorted(verb for verb, rule in access.BOOK.items() if rule.role == "platform")


@pytest.fixture
def team(people: dict[str, User]) -> Team:
    return Team.objects.get(name="airline-data")


@pytest.mark.parametrize("verb", OF_TEAMS)
def test_who_is_named_may_really_do_it(people: dict[str, User], team: Team, verb: str) -> None:
    said = access.refusal(people["hannah"], verb, team)
    named = [one for one in User.objects.all() if one.full_name in said]
    assert named, said
    assert all(access.may(one, verb, team) for one in named)
    assert said.endswith(" of airline-data can; so can Priya Raman of the platform.")


@pytest.mark.parametrize("verb", OF_THE_PLATFORM)
def test_what_is_the_platforms_says_so(people: dict[str, User], team: Team, verb: str) -> None:
    assert access.refusal(people["ines"], verb, team).endswith(PLATFORM)


@pytest.mark.parametrize("verb", OF_TEAMS)
def test_in_a_team_where_nobody_may_the_platform_role_is_named(
    people: dict[str, User], team: Team, verb: str
) -> None:
    User.objects.filter(memberships__team=team).update(is_active=False)
    said = access.refusal(people["hannah"], verb, team)
    assert "Nobody in airline-data can, but Priya Raman of the platform can." in said
    Membership.objects.filter(team=team).delete()
    assert access.refusal(people["hannah"], verb, team) == said
    User.objects.filter(is_platform=True).update(is_active=False)
    said = access.refusal(people["hannah"], verb, team)
    assert "Nobody in airline-data can, but someone with the platform role can." in said


def test_a_refusal_and_what_waits_for_a_yes_name_the_same_people(
    people: dict[str, User], team: Team
) -> None:
    component = Component(name="carrier-punctuality", team=team)
    said = access.refusal(people["mira"], "deployment.approve", component)
    names = approvers(component, but=None)
    assert names == ("Ines Costa", "Tomas Novak", "Priya Raman")
    assert all(name in said for name in names)
