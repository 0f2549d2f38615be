"""Schedules follow what is live, paused and rejected, and need nobody to tell them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from deployments.releases import operations as releases
from deployments.releases.models import Release
from deployments.rollouts import operations as rollouts
from deployments.rollouts.models import Live
from pipelines.runs.models import Run
from pipelines.schedules import operations, queries
from pipelines.schedules.models import Omission, Schedule
from tests.pipelines.factories import SQL, House, file, later
from tests.pipelines.schedules.conftest import configure, due_times, scheduled

pytestmark = pytest.mark.django_db
SIX = datetime(2026, 11, 21, 6, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
OTHER = SQL + " HAVING count(*) > 0"


def fresh(schedule: Schedule) -> Schedule:
    schedule.refresh_from_db()
    return schedule


def test_the_files_schedule_holds_in_production_only(house: House, now: datetime) -> None:
    every_day = {"schedule": {"cron": "0 6 * * *", "timezone": "Europe/Berlin"}}
    house.live(file(defaults=every_day), now=now)
    operations.follow(now=now)
    row = Schedule.objects.get()
    assert (row.state, row.next_at) == ("none", None)
    house.environment.is_production = True
    house.environment.save()
    house.live(file(OTHER, defaults=every_day), now=later(now, 1))
    operations.follow(now=later(now, 1))
    row = fresh(row)
    assert (row.state, row.cron, row.next_at) == ("active", "0 6 * * *", SIX - HOUR)


def test_the_files_schedule_begins_and_ends_with_what_the_environment_is_for(
    house: House, now: datetime
) -> None:
    house.live(file(defaults={"schedule": {"cron": "0 6 * * *"}}), now=now)
    operations.follow(now=now)
    row = Schedule.objects.get()
    serve_clients(house, True)
    operations.follow(now=SIX + HOUR)
    assert (fresh(row).state, row.next_at) == ("active", SIX + DAY)  # nothing of before is due
    assert operations.tick(now=SIX + DAY) == 1
    serve_clients(house, False)
    assert operations.tick(now=SIX + 2 * DAY) == 1  # was due while it served them
    operations.follow(now=SIX + 2 * DAY)
    assert (fresh(row).state, row.next_at) == ("none", None)
    assert operations.follow(now=SIX + 2 * DAY) == 0


def test_what_is_configured_does_not_ask_what_the_environment_is_for(
    schedule: Schedule, house: House
) -> None:
    for is_production in (True, False):
        serve_clients(house, is_production)
        assert operations.follow(now=SIX - HOUR) == 0
    assert fresh(schedule).next_at == SIX


def serve_clients(house: House, is_production: bool) -> None:
    house.environment.is_production = is_production
    house.environment.save()


def test_null_in_a_configuration_is_no_schedule(schedule: Schedule, house: House) -> None:
    at = SIX - HOUR
    configure(house, {"schedule": None}, now=at)
    operations.follow(now=at)
    assert fresh(schedule).state == "none"
    assert operations.tick(now=SIX) == 0


def test_a_deployment_that_leaves_the_clock_alone_loses_no_due_time(
    schedule: Schedule, house: House
) -> None:
    house.live(file(OTHER), now=SIX + HOUR)  # and nobody looked at six
    operations.follow(now=SIX + HOUR)
    assert fresh(schedule).next_at == SIX
    assert operations.tick(now=SIX + HOUR) == 1
    assert due_times() == [SIX]


def test_another_clock_begins_when_it_went_live(schedule: Schedule, house: House) -> None:
    """The old one is seen to until then: six by the old clock, seven and eight by the new one."""
    configure(
        house,
        {"schedule": {"cron": "0 7,8 * * *", "catch_up": "all"}},
        now=SIX + timedelta(minutes=30),
    )
    operations.follow(now=SIX + 3 * HOUR)
    operations.tick(now=SIX + 3 * HOUR)
    assert due_times() == [SIX, SIX + HOUR, SIX + 2 * HOUR]


def test_a_claim_looks_once_more_at_what_is_live(schedule: Schedule, house: House) -> None:
    """Without the row having followed: the old clock's seven o'clock must not come any more."""
    configure(house, {"schedule": {"cron": "30 6 * * *"}}, now=SIX - HOUR)
    operations.tick(now=SIX)
    assert due_times() == []
    assert fresh(schedule).next_at == SIX + timedelta(minutes=30)


def test_a_rollback_brings_the_old_clock_back(schedule: Schedule, house: House) -> None:
    configure(house, {"schedule": {"cron": "0 12 * * *"}}, now=SIX - 2 * HOUR)
    operations.follow(now=SIX - 2 * HOUR)
    deployment = rollouts.roll_back(
        component=house.component(),
        environment=house.environment,
        reason="Too late in the day.",
        by=house.owner,
        now=SIX - HOUR,
        release=Release.objects.get(),
        configuration=2,
    )
    rollouts.work(deployment_id=str(deployment.pk), worker="test", now=SIX - HOUR)
    operations.follow(now=SIX - HOUR)
    assert (fresh(schedule).cron, schedule.next_at) == ("0 6 * * *", SIX)


def pause(house: House, now: datetime) -> None:
    rollouts.pause(
        component=house.component(),
        environment=house.environment,
        reason="Loading.",
        by=house.developer,
        now=now,
    )


def resume(house: House, now: datetime) -> None:
    rollouts.resume(
        component=house.component(), environment=house.environment, by=house.developer, now=now
    )


@pytest.mark.parametrize(("catch_up", "started"), [("latest", 1), ("all", 2), ("none", 0)])
def test_a_pause_stops_it_and_resuming_catches_up(
    house: House, now: datetime, catch_up: str, started: int
) -> None:
    row = scheduled(house, now=now, catch_up=catch_up)
    pause(house, SIX - HOUR)
    assert operations.tick(now=SIX) == 0
    operations.follow(now=SIX)
    assert fresh(row).state == "held"
    operations.tick(now=SIX + DAY)
    resume(house, SIX + DAY + HOUR)
    operations.follow(now=SIX + DAY + HOUR)
    operations.tick(now=SIX + DAY + HOUR)
    assert len(due_times()) == started
    assert fresh(row).next_at == SIX + 2 * DAY
    assert {left.cause for left in Omission.objects.all()} <= {"held"}
    assert all(run.reason.endswith("It was paused then.") for run in Run.objects.all())


def test_what_is_live_and_rejected_runs_no_more(schedule: Schedule, house: House) -> None:
    live = Live.objects.get()
    releases.reject(release=live.release, reason="Wrong.", by=house.owner, now=SIX - HOUR)
    assert operations.tick(now=SIX) == 0
    assert fresh(schedule).state == "stopped"
    house.live(file(OTHER), now=SIX + HOUR)
    operations.follow(now=SIX + HOUR)
    assert operations.tick(now=SIX + HOUR) == 1
    run = Run.objects.get()
    assert run.logical_at == SIX
    assert run.reason.endswith("What was live then was rejected.")


def test_lifting_the_rejection_lets_it_go_on(schedule: Schedule, house: House) -> None:
    release = Live.objects.get().release
    releases.reject(release=release, reason="Wrong.", by=house.owner, now=SIX - HOUR)
    operations.follow(now=SIX - HOUR)
    assert fresh(schedule).state == "stopped"
    releases.lift(release=release, reason="Right.", by=house.owner, now=SIX - HOUR)
    operations.follow(now=SIX - HOUR)
    assert operations.tick(now=SIX) == 1


def test_a_run_that_would_be_refused_is_left_out_and_said(house: House, now: datetime) -> None:
    row = scheduled(house, now=now, parameters={"month": "{logical_day}"})
    assert operations.tick(now=SIX) == 0
    left = Omission.objects.get()
    assert (left.cause, left.message) == ("refused", "month is 21, but must be at most 12.")
    assert fresh(row).message == left.message
    assert row.next_at == SIX + DAY


def test_parameters_come_from_the_due_time(house: House, now: datetime) -> None:
    scheduled(house, now=now, timezone="Pacific/Apia", parameters={"month": "{logical_month}"})
    operations.tick(now=datetime(2026, 11, 30, 17, tzinfo=UTC))  # 1 December on Samoa
    assert Run.objects.get().parameters == {"month": 12}


def test_what_nobody_starts_is_late(schedule: Schedule, house: House) -> None:
    assert queries.late(now=SIX + timedelta(minutes=9)) == []
    [late] = queries.late(now=SIX + timedelta(minutes=11))
    assert (late.due_at, late.number, late.environment) == (SIX, None, "staging")
    operations.tick(now=SIX)
    [late] = queries.late(now=SIX + timedelta(minutes=11))
    assert late.url == f"/runs/{Run.objects.get().number}/"
    assert queries.late(now=SIX + timedelta(minutes=11), teams=[]) == []


def test_looking_changes_nothing_where_nothing_changed(schedule: Schedule) -> None:
    assert operations.follow(now=SIX) == 0
    assert operations.follow(now=SIX, newest=None) == 0
