"""A run that fails, and a delivery that does not arrive, reach their people once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from deployments.releases import operations as releases
from pipelines.connections.models import Client
from pipelines.deliveries import operations as deliveries_again
from pipelines.deliveries.models import Delivery
from pipelines.dispatch import operations as dispatch
from pipelines.dispatch import work
from pipelines.dispatch.operations.claims import MAX_TRIES
from pipelines.engines.base import EngineError
from pipelines.execution import operations
from pipelines.runs import operations as runs
from pipelines.runs import telling
from pipelines.runs.models import Run
from portal.accounts import operations as accounts
from portal.accounts.models import Team
from portal.models import Grant
from portal.notifications import operations as notifications
from portal.notifications.models import Event, Kind, Matter, Notice
from tests.pipelines.factories import House, deliveries, later, staged

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FOUND = "1 of 1 checks failed: key unique (12 rows against it)."


@pytest.fixture
def six(now: datetime) -> datetime:
    return now.replace(hour=6)


def started(house: House, at: datetime, key: str, **parameters: int) -> Run:
    return runs.start(
        transformation=house.component().transformation, environment=house.environment,
        parameters=parameters, by=None, now=at, request_key=key,
    )  # fmt: skip


def fails(run: Run, at: datetime, *, permanent: bool = True) -> datetime:
    """As often as it is tried; when that was over."""
    while True:
        claim = operations.claim(run_id=str(run.pk), worker="test", now=at)
        assert claim
        error = EngineError(FOUND, permanent=permanent, kind="check")
        operations.fail(claim=claim, error=error, now=at + MINUTE)
        run.refresh_from_db()
        if run.is_finished:
            return at + MINUTE
        assert run.next_at
        at = run.next_at


def told(kind: Kind) -> dict[str, str]:
    """Who was told of this kind, and why."""
    rows = Notice.objects.filter(kind=kind)
    return dict(rows.values_list("user__username", "because"))


def ends_well(run: Run, at: datetime) -> None:
    claim = operations.claim(run_id=str(run.pk), worker="test", now=at)
    assert claim
    assert operations.succeed(claim=claim, outcome=staged(claim), now=at)


def test_a_run_that_fails_at_six_with_retries_is_told_once_with_what_since_when_and_the_link(
    house: House, six: datetime
) -> None:
    house.live(now=six - HOUR)
    run = started(house, six, "morning")
    ended = fails(run, six, permanent=False)
    assert run.attempts.count() == 3
    assert Event.objects.filter(kind=Kind.RUN_FAILED).count() == 1
    for _ in range(3):  # a message twice, a sweep once more
        notifications.sweep(now=ended)
    matter = Matter.objects.get(kind=Kind.RUN_FAILED)
    assert matter.title == "carrier-punctuality fails in staging"
    assert matter.story == f"Since 20 Nov 06:00 UTC, 1 run. {FOUND}"
    assert matter.link == f"/runs/{run.number}/"
    readers = Notice.objects.filter(matter=matter).values_list("user__username", flat=True)
    assert sorted(readers) == ["ines", "jonas", "mira", "tomas"]


def test_ten_failing_runs_are_one_notification_until_one_ends_well(
    house: House, six: datetime
) -> None:
    house.live(now=six - HOUR)
    for number in range(10):
        at = six + number * 5 * MINUTE
        fails(started(house, at, f"{number}"), at)
    notifications.fold(now=six + HOUR)
    matter = Matter.objects.get(kind=Kind.RUN_FAILED)
    assert (matter.times, matter.is_open) == (10, True)
    again = Run.objects.earliest("number")
    runs.again(
        run=again, with_version="live", by=house.developer, now=six + 2 * HOUR, reason="Mended."
    )
    ends_well(again, six + 2 * HOUR)
    notifications.fold(now=six + 2 * HOUR)
    matter.refresh_from_db()
    assert matter.title == "carrier-punctuality works again in staging after 2 h"


def test_what_failed_with_other_parameters_is_named_when_another_run_ends_well(
    house: House, six: datetime
) -> None:
    house.live(now=six - HOUR)
    first = started(house, six, "january", month=1)
    fails(first, six)
    ends_well(started(house, six + HOUR, "february", month=2), six + HOUR)
    notifications.fold(now=six + HOUR)
    matter = Matter.objects.get(kind=Kind.RUN_FAILED)
    assert matter.title == "carrier-punctuality works again in staging after 1 h"
    left = f"Still failed, with other parameters: run {first.number} (month=1)."
    assert matter.story.endswith(f"{FOUND} {left}")
    fails(started(house, six + 2 * HOUR, "march", month=3), six + 2 * HOUR)
    ends_well(started(house, six + 3 * HOUR, "january again", month=1), six + 3 * HOUR)
    ends_well(started(house, six + 4 * HOUR, "march again", month=3), six + 4 * HOUR)
    notifications.fold(now=six + 4 * HOUR)
    assert Matter.objects.filter(text__contains="month=1").get() == matter, "it was made since"


def test_a_run_whose_worker_is_lost_again_and_again_is_told(house: House, six: datetime) -> None:
    house.live(now=six - HOUR)
    run = started(house, six, "lost")
    at = six
    while not run.is_finished:
        assert operations.claim(run_id=str(run.pk), worker="test", now=at)
        at += HOUR
        operations.take_back(now=at)
        run.refresh_from_db()
    notifications.fold(now=at)
    assert "stopped answering" in Matter.objects.get(kind=Kind.RUN_FAILED).text


def test_a_run_that_can_not_begin_is_told(house: House, six: datetime) -> None:
    house.live(now=six - HOUR)
    run = started(house, six, "bare")
    Run.objects.filter(pk=run.pk).update(channel="shadow")  # where nothing is live
    assert operations.claim(run_id=str(run.pk), worker="test", now=six) is None
    notifications.fold(now=six)
    matter = Matter.objects.get(kind=Kind.RUN_FAILED)
    assert matter.text == "Nothing is live in staging any more."


def test_success_costs_one_statement_where_nothing_fails(
    house: House, six: datetime, django_assert_num_queries: Callable[[int], object]
) -> None:
    house.live(now=six - HOUR)
    run = started(house, six, "well")
    run = Run.objects.select_related("transformation__component", "environment").get(pk=run.pk)
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        telling.run_succeeded(run, six)


def test_a_delivery_that_does_not_arrive_is_told_and_that_it_does_again(
    house: House, six: datetime
) -> None:
    house.live(now=six - HOUR)
    run = started(house, six, "sent")
    ends_well(run, six)
    (delivery,) = deliveries(run)
    grant = Grant.objects.get(name="acme-drop", use="use")
    accounts.take_grant(grant=grant, owner=house.team, by=house.owner, now=six)
    work.deliver(delivery_id=str(delivery.pk), worker="test", clock=lambda: six)
    notifications.fold(now=six)
    matter = Matter.objects.get(kind=Kind.DELIVERY_FAILED)
    assert matter.title == "carrier-punctuality does not reach acme-travel in staging"
    assert "may no longer use the destination acme-drop" in matter.story
    assert (matter.client, matter.link) == ("acme-travel", f"/runs/{run.number}/")
    accounts.give_grant(
        team=house.team, kind="destination", name="acme-drop", use="use", owner=house.team,
        by=house.owner, now=six,
    )  # fmt: skip
    delivery.refresh_from_db()
    fresh = deliveries_again.again(
        delivery=delivery, by=house.developer, now=later(six, 1800), reason="The grant is back."
    )
    work.deliver(delivery_id=str(fresh.pk), worker="test", clock=lambda: later(six, 1800))
    notifications.fold(now=later(six, 1800))
    matter.refresh_from_db()
    assert matter.title == "carrier-punctuality reaches acme-travel again in staging after 30 min"


def test_the_team_that_answers_for_a_client_is_told_what_does_not_reach_it(
    house: House, six: datetime, finance_data: Team
) -> None:
    Client.objects.update(team=finance_data)
    house.live(now=six - HOUR)
    run = started(house, six, "sent")
    ends_well(run, six)
    (delivery,) = deliveries(run)
    Delivery.objects.update(tries=MAX_TRIES - 1)
    assert dispatch.claim(delivery_id=str(delivery.pk), worker="test", now=six)
    dispatch.take_back(now=six + HOUR)
    notifications.fold(now=six + HOUR)
    assert told(Kind.DELIVERY_FAILED) == {
        **dict.fromkeys(("ines", "jonas", "mira", "tomas"), "you are in airline-data"),
        "hannah": "you are in finance-data, which answers for acme-travel",
    }


def test_the_team_that_answers_for_a_client_is_told_that_what_it_got_is_rejected(
    house: House, six: datetime, finance_data: Team
) -> None:
    Client.objects.update(team=finance_data)
    bad = house.release_of(house.live(now=six - HOUR))
    run = started(house, six, "sent")
    ends_well(run, six)
    (delivery,) = deliveries(run)
    work.deliver(delivery_id=str(delivery.pk), worker="test", clock=lambda: six)
    releases.reject(release=bad, reason="Doubled.", by=house.approver, now=six + HOUR)
    notifications.fold(now=six + HOUR)
    assert told(Kind.RELEASE_REJECTED)["hannah"].endswith("which answers for acme-travel")
    said = Matter.objects.get(kind=Kind.RELEASE_REJECTED).text
    assert said == "Ines Costa: “Doubled.” It was delivered to acme-travel."


def test_what_was_rejected_before_a_client_got_it_is_told_to_its_own_team_alone(
    house: House, six: datetime, finance_data: Team
) -> None:
    Client.objects.update(team=finance_data)
    bad = house.release_of(house.live(now=six - HOUR))
    ends_well(started(house, six, "held"), six)
    releases.reject(release=bad, reason="Doubled.", by=house.approver, now=six + HOUR)
    notifications.fold(now=six + HOUR)
    assert set(told(Kind.RELEASE_REJECTED)) == {"jonas", "mira", "tomas"}


def test_a_delivery_whose_worker_is_lost_too_often_is_told(house: House, six: datetime) -> None:
    house.live(now=six - HOUR)
    run = started(house, six, "sent")
    ends_well(run, six)
    (delivery,) = deliveries(run)
    Delivery.objects.update(tries=MAX_TRIES - 1)
    assert dispatch.claim(delivery_id=str(delivery.pk), worker="test", now=six)
    dispatch.take_back(now=six + HOUR)
    notifications.fold(now=six + HOUR)
    assert Matter.objects.get(kind=Kind.DELIVERY_FAILED).times == 1
