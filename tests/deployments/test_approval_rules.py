"""How many have to agree is a rule of the environment: looked at first, then set, and audited."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from deployments.environments import operations
from deployments.environments.models import Environment
from deployments.policies import approvals
from deployments.policies.models import Approval
from deployments.rollouts.models import Deployment
from portal.accounts.models import Membership, Role, User
from portal.audit.models import Entry
from portal.errors import Moved, NotAllowed, Refused
from portal.seen import digest, on_page
from tests.whole_house import Whole

WHY = "Two people look at what clients get."


def tag(approvals: int) -> str:
    """Of the page on which production asked for this many."""
    production = Environment.objects.get(name="production")
    return digest({**operations.facts_of(production), "approvals": approvals})


def change(people: dict[str, User], number: int, *, by: str = "priya", seen: int = 1) -> None:
    operations.change_approvals(
        environment=Environment.objects.get(name="production"),
        approvals=number,
        seen=on_page(tag(seen)),
        reason=WHY,
        by=people[by],
        now=timezone.now(),
    )


def test_it_is_set_and_stands_in_the_audit(whole: Whole, people: dict[str, User]) -> None:
    change(people, 2)
    assert Environment.objects.get(name="production").approvals == 2
    entry = Entry.objects.get(verb="environment.change")
    assert (entry.before, entry.after, entry.reason) == ({"approvals": 1}, {"approvals": 2}, WHY)


def test_who_looked_at_another_number_is_told(whole: Whole, people: dict[str, User]) -> None:
    change(people, 2)
    with pytest.raises(Moved, match="changed production meanwhile"):
        change(people, 3)
    with pytest.raises(Refused, match="asks for 2 approvals already"):
        change(people, 2, seen=2)
    with pytest.raises(Refused, match="From 0 to 10"):
        change(people, 11, seen=2)
    with pytest.raises(NotAllowed, match="platform role"):
        change(people, 3, by="ines", seen=2)


def test_a_preview_says_whom_it_would_stop(whole: Whole) -> None:
    production = Environment.objects.get(name="production")
    found = approvals.preview(environment=production, approvals=2, now=timezone.now())
    waiting = {one.deployment.pk: one.needs for one in found.waiting}
    assert waiting[whole.approval.pk] == 2
    assert found.short == ()
    assert found.past > 0
    assert "Mira Okafor" in found.people
    many = approvals.preview(environment=production, approvals=3, now=timezone.now())
    assert [(one.team, one.can) for one in many.short] == [("airline-data", 3)]


def test_only_what_went_there_with_fewer_is_looked_back_on(whole: Whole) -> None:
    production = Environment.objects.get(name="production")

    def past() -> int:
        return approvals.preview(environment=production, approvals=2, now=timezone.now()).past

    before = past()
    went = Deployment.objects.filter(environment=production, state=Deployment.State.SUCCEEDED)
    one = went.exclude(kind=Deployment.Kind.ROLLBACK).order_by("-pk").first()
    one.approvals.all().delete()
    for name in ("hannah", "ines"):
        Approval.objects.create(
            deployment=one,
            decided_by=User.objects.get(username=name),
            decision=Approval.Decision.APPROVED,
            decided_at=timezone.now(),
        )
    assert past() == before - 1
    one.approvals.all().delete()
    assert past() == before
    Deployment.objects.filter(pk=one.pk).update(state=Deployment.State.REFUSED)
    assert past() == before - 1


def test_no_team_is_too_small_for_no_approval(whole: Whole) -> None:
    User.objects.update(is_platform=False)
    Membership.objects.update(role=Role.DEVELOPER)
    production = Environment.objects.get(name="production")
    for number, is_short in ((0, False), (1, True)):
        found = approvals.preview(environment=production, approvals=number, now=timezone.now())
        assert bool(found.short) == is_short


@pytest.mark.parametrize("number", ["²", "9" * 5000, "-1"])
def test_nonsense_looks_at_the_rule_that_holds(
    whole: Whole, browser: Callable[[str], Client], number: str
) -> None:
    answer = browser("priya").get("/environments/production/rule", {"approvals": number})
    assert answer.context["preview"].approvals == 1


def test_who_may_not_change_it_is_shown_nothing_by_a_form_that_is_wrong(
    whole: Whole, browser: Callable[[str], Client]
) -> None:
    answer = browser("ines").post("/environments/production/rule", {"approvals": "2"})
    assert answer.status_code == 403
    assert b"Teams with too few" not in answer.content


def test_less_stops_nobody(whole: Whole) -> None:
    production = Environment.objects.get(name="production")
    found = approvals.preview(environment=production, approvals=0, now=timezone.now())
    assert (found.past, found.people, found.is_more) == (0, (), False)


def test_the_page_shows_it_before_it_is_set(whole: Whole, people: dict[str, User]) -> None:
    client = Client()
    client.force_login(people["priya"])
    page = client.get("/environments/production/rule", {"approvals": "3"}).content.decode()
    assert "3 people may approve" in page
    sent = {"approvals": "2", "seen": tag(1), "reason": WHY}
    assert client.post("/environments/production/rule", sent).status_code == 302
    assert Environment.objects.get(name="production").approvals == 2
