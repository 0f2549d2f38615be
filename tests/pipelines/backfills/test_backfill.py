"""Over a range of due times: a plan first, one after the other, paused, resumed, cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from deployments.rollouts import operations as rollouts
from pipelines.backfills import operations, queries
from pipelines.backfills.models import Backfill, Part
from pipelines.backfills.plan import Sent, left_as_they_are
from pipelines.deliveries.models import Delivery
from pipelines.engines.base import EngineError
from pipelines.execution import operations as execution
from pipelines.runs import operations as runs
from pipelines.runs.models import Run
from portal.accounts.models import User
from portal.errors import Moved, NotAllowed, Refused
from tests.pipelines.factories import SQL, House, file, staged

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FIRST = datetime(2026, 11, 10, 6, tzinfo=UTC)


@pytest.fixture
def live(house: House, now: datetime) -> House:
    house.live(now=now)
    return house


def wanted(house: House, days: int = 4, **more: Any) -> dict[str, Any]:
    return {
        "transformation": house.component().transformation,
        "environment": house.environment,
        "start_at": FIRST,
        "end_at": FIRST + (days - 1) * DAY,
        "cron": "0 6 * * *",
        "timezone": "UTC",
        "parameters": {"month": "{logical_month}"},
        **more,
    }


def start(house: House, now: datetime, days: int = 4, **more: Any) -> Backfill:
    return operations.start(
        **wanted(house, days, **more), by=house.developer, now=now, reason="It was wrong."
    )


def planned(house: House, days: int = 4, **more: Any) -> Mapping[str, Any]:
    return queries.plan(**{**DEFAULTS, **wanted(house, days, **more)}).as_json()


DEFAULTS = {
    "which": "failed",
    "is_newest_first": False,
    "is_delivering": True,
    "concurrency": 1,
}


def run_of(house: House, at: datetime, now: datetime, *, good: bool | None = True) -> Run:
    """A run of that due time; not even begun where `good` is None."""
    run = runs.start(
        transformation=house.component().transformation,
        environment=house.environment,
        parameters={"month": at.month},
        logical_at=at,
        by=None,
        now=now,
    )
    return run if good is None else end(run, now, good=good)


def end(run: Run, now: datetime, *, good: bool = True) -> Run:
    claim = execution.claim(run_id=str(run.pk), worker="test", now=now)
    assert claim is not None
    if good:
        assert execution.succeed(claim=claim, outcome=staged(claim), now=now + DAY / 86_400)
    else:
        error = EngineError("No.", permanent=True, kind="sql")
        execution.fail(claim=claim, error=error, now=now)
    run.refresh_from_db()
    return run


def under_way(backfill: Backfill) -> list[Run]:
    parts = backfill.parts.filter(state=Part.State.STARTED).order_by("logical_at")
    return [part.run for part in parts.select_related("run") if part.run]


def worked_off(backfill: Backfill, now: datetime, *, good: bool = True) -> list[datetime]:
    """Tick and end what was started until nothing more is; the due times in their order."""
    order = []
    while operations.tick(now=now):
        for run in under_way(backfill):
            assert run.logical_at
            order.append(run.logical_at)
            end(run, now, good=good)
    backfill.refresh_from_db()
    return order


def test_the_plan_says_how_many_how_long_and_where(live: House, now: datetime) -> None:
    run_of(live, FIRST, now)
    run_of(live, FIRST + DAY, now, good=False)
    run_of(live, FIRST + 2 * DAY, now, good=None)
    plan = planned(live, days=5)
    figures = {name: plan[name] for name in ("due", "good", "failed", "unfinished", "missing")}
    assert figures == {"due": 5, "good": 1, "failed": 1, "unfinished": 1, "missing": 2}
    assert (plan["to_do"], plan["left_alone"]) == (3, 2)
    assert plan["seconds_each"] == 1.0
    assert plan["summary"].startswith("3 runs of v1 in staging, one after the other, about 3.")
    assert plan["deliveries"] == [
        {
            "client": "acme-travel",
            "destination": "acme-drop",
            "first": "punctuality/11.parquet",
            "last": "punctuality/11.parquet",
        }
    ]
    assert "All of these runs go to one place" in plan["findings"][0]


def test_the_plan_says_which_rows_an_upsert_does_not_mend() -> None:
    same = ("reports.flights", "reports.flights")
    upserted = Sent("acme-travel", "warehouse", *same, is_upsert=True)
    replaced = Sent("acme-travel", "acme-drop", *same, is_upsert=False)
    both = left_as_they_are([upserted, replaced], is_in_order=True)
    assert "Where a newer run has written to warehouse" in both
    assert "the newest first" not in both
    assert "the newest first and one at a time" in left_as_they_are([upserted], is_in_order=False)
    assert left_as_they_are([replaced], is_in_order=False) == ""


def test_which_due_times(live: House, now: datetime) -> None:
    run_of(live, FIRST, now)
    run_of(live, FIRST + DAY, now, good=False)
    for which, to_do in {"missing": 3, "failed": 4, "all": 5}.items():
        assert planned(live, days=5, which=which)["to_do"] == to_do


def test_each_due_time_once_and_in_order(live: House, now: datetime) -> None:
    backfill = start(live, now)
    assert worked_off(backfill, now) == [FIRST + number * DAY for number in range(4)]
    assert (backfill.state, backfill.good, backfill.left) == ("done", 4, 0)
    assert backfill.message == "4 of 4 runs ended well."
    assert Run.objects.filter(backfill=backfill, requested_by=live.developer).count() == 4
    assert Delivery.objects.count() == 4


def test_newest_first(live: House, now: datetime) -> None:
    backfill = start(live, now, is_newest_first=True)
    assert worked_off(backfill, now)[0] == FIRST + 3 * DAY


def test_staged_only_delivers_nothing_until_it_is_run_again(live: House, now: datetime) -> None:
    backfill = start(live, now, days=1, is_delivering=False)
    worked_off(backfill, now)
    assert (backfill.state, Delivery.objects.count()) == ("done", 0)
    run = Run.objects.get()
    runs.again(run=run, with_version="live", by=live.developer, now=now, reason="Looks right.")
    end(run, now)
    assert Delivery.objects.count() == 1


def test_good_ones_again_with_what_is_live(live: House, now: datetime) -> None:
    old = run_of(live, FIRST, now)
    newer = live.live(file(SQL + " HAVING count(*) > 0"), now=now)
    backfill = start(live, now, days=1, which="all")
    worked_off(backfill, now)
    old.refresh_from_db()
    assert (old.version, old.revision, old.backfill) == (newer, 2, backfill)


def test_its_own_limit_and_that_of_all_backfills(
    live: House, now: datetime, settings: Settings
) -> None:
    settings.BACKFILL_SLOTS = 3
    first, second = start(live, now, concurrency=2), start(live, now, cron="0 12 * * *")
    assert operations.tick(now=now) == 3
    assert (len(under_way(first)), len(under_way(second))) == (2, 1)
    assert operations.tick(now=now) == 0


def test_what_is_scheduled_never_waits_for_it(live: House, now: datetime) -> None:
    backfill = start(live, now)
    waiting = run_of(live, FIRST + 20 * DAY, now, good=None)
    assert operations.tick(now=now) == 0
    end(waiting, now)
    assert operations.tick(now=now) == 1
    assert len(under_way(backfill)) == 1


def test_paused_it_starts_nothing_and_resumed_it_goes_on(live: House, now: datetime) -> None:
    backfill = start(live, now)
    operations.tick(now=now)
    operations.pause(backfill=backfill, by=live.developer, now=now, reason="Wait.")
    end(under_way(backfill)[0], now)
    assert operations.tick(now=now) == 0
    assert backfill.message == "Paused by Mira Okafor: “Wait.”"
    operations.resume(backfill=backfill, by=live.developer, now=now)
    worked_off(backfill, now)
    assert (backfill.state, backfill.good) == ("done", 4)


@pytest.mark.parametrize("verb", ["pause", "cancel"])
def test_what_it_had_started_is_counted_and_keeps_no_other_waiting(
    live: House, now: datetime, verb: str, settings: Settings
) -> None:
    settings.BACKFILL_SLOTS = 1
    first = start(live, now)
    operations.tick(now=now)
    getattr(operations, verb)(backfill=first, by=live.developer, now=now)
    second = start(live, now, start_at=FIRST + 9 * DAY, end_at=FIRST + 9 * DAY)
    assert operations.tick(now=now) == 0, "its run is still under way"
    end(under_way(first)[0], now)
    assert operations.tick(now=now) == 1
    first.refresh_from_db()
    assert (first.good, under_way(first)) == (1, [])
    assert len(under_way(second)) == 1


def test_cancelled_it_leaves_the_rest(live: House, now: datetime) -> None:
    backfill = start(live, now)
    operations.tick(now=now)
    operations.cancel(backfill=backfill, by=live.developer, now=now)
    assert backfill.parts.filter(state=Part.State.CANCELLED).count() == 3
    with pytest.raises(Moved, match="cancelled"):
        operations.resume(backfill=backfill, by=live.developer, now=now)


def test_three_failures_in_a_row_pause_it(live: House, now: datetime) -> None:
    backfill = start(live, now, days=9)
    assert len(worked_off(backfill, now, good=False)) == 3
    assert (backfill.state, backfill.bad) == ("paused", 3)
    assert backfill.message == "Paused by itself: Three runs in a row failed."
    operations.resume(backfill=backfill, by=live.developer, now=now)
    assert len(worked_off(backfill, now)) == 6
    assert backfill.message == "6 of 9 runs ended well."


def test_it_waits_while_the_component_is_paused(live: House, now: datetime) -> None:
    backfill = start(live, now)
    place = {"component": live.component(), "environment": live.environment}
    rollouts.pause(**place, reason="Loading.", by=live.developer, now=now)
    assert operations.tick(now=now) == 0
    backfill.refresh_from_db()
    assert backfill.message == "Waits: carrier-punctuality is paused in staging."
    rollouts.resume(**place, by=live.developer, now=now)
    worked_off(backfill, now)
    assert backfill.state == "done"


def test_who_may_no_longer_run_it_stops_it_in_words(
    live: House, now: datetime, people: dict[str, User]
) -> None:
    backfill = start(live, now)
    live.developer.memberships.all().delete()
    assert operations.tick(now=now) == 0
    backfill.refresh_from_db()
    assert backfill.state == "paused"
    assert backfill.message.startswith("Paused by itself: You may not run it.")


def test_a_plan_that_no_longer_holds_is_refused(live: House, now: datetime) -> None:
    digest = str(planned(live)["digest"])
    run_of(live, FIRST, now)
    with pytest.raises(Moved, match="another one by now"):
        start(live, now, **DEFAULTS, plan_digest=digest)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"cron": "0 6 * * 9"}, "Monday is 1"),
    ({"timezone": "Mars"}, "no time zone"),
    ({"end_at": FIRST - DAY}, "ends before it begins"),
    ({"cron": "* * * * *"}, "More than 2,000 due times"),
    ({"cron": "0 6 1 1 *"}, "No due time lies in this range"),
    ({"parameters": {"mont": 1}}, r"Did you mean month\?"),
    ({"parameters": {"month": "{logical_day}"}, "end_at": FIRST + 9 * DAY}, "at most 12"),
    ({"concurrency": 17}, "Between 1 and 16"),
]


def test_what_can_not_be_done_is_refused(live: House, now: datetime) -> None:
    for more, said in REFUSED:
        with pytest.raises(Refused, match=said):
            start(live, now, **more)


def test_nothing_to_do_and_no_reason_are_refused(live: House, now: datetime) -> None:
    run_of(live, FIRST, now)
    with pytest.raises(Refused, match="Nothing to do"):
        start(live, now, days=1)
    with pytest.raises(Refused, match="Say why"):
        operations.start(**wanted(live), by=live.developer, now=now, reason=" ")


def test_a_viewer_may_not(live: House, now: datetime, people: dict[str, User]) -> None:
    with pytest.raises(NotAllowed, match="run it over a range"):
        operations.start(**wanted(live), by=people["jonas"], now=now, reason="Why not.")
    backfill = start(live, now)
    for verb in (operations.pause, operations.resume, operations.cancel):
        with pytest.raises(NotAllowed):
            verb(backfill=backfill, by=people["jonas"], now=now)
