"""What catching up starts and leaves out, over a year with outages: nothing lost, nothing twice."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from pipelines.schedules import catch_up, due
from pipelines.schedules.catch_up import MOST, ON_TIME, Decision, decide
from tests.pipelines.schedules.clock import ZONES, utc

BEGIN, END = utc(2026, 1, 1), utc(2027, 1, 1)
HOUR = timedelta(hours=1)
CRONS = ["0 6 * * *", "30 2 * * *", "0 1-3 * * 0", "0,30 8 * * 1-5", "0 0 1 * *", "15 0 * * 1"]


@pytest.mark.parametrize("zone", ZONES)
@given(
    cron=some.sampled_from(CRONS),
    policy=some.sampled_from(["latest", "all", "none"]),
    outages=some.lists(some.tuples(some.integers(0, 8700), some.integers(1, 400)), max_size=6),
)
@settings(max_examples=3, deadline=None)
def test_each_due_time_of_a_year_is_run_or_left_out_once(
    zone: str, cron: str, policy: str, outages: list[tuple[int, int]]
) -> None:
    everything = list(due.between(cron, zone, after=BEGIN, until=END))
    runs, left_out, seen = [], [], []
    for now, decision in decisions(cron, zone, policy, outages):
        runs += decision.runs
        seen += [(now, at) for at in decision.runs]
        if left := decision.left_out:
            missed = list(
                due.between(cron, zone, after=left.first - catch_up.SECOND, until=left.last)
            )
            assert left.count == len(missed)
            left_out += missed
    assert sorted(runs + left_out) == everything
    if policy == "all":
        assert runs == sorted(runs)
    if policy == "none":
        assert all(now - at <= ON_TIME for now, at in seen)


def decisions(
    cron: str, zone: str, policy: str, outages: list[tuple[int, int]]
) -> list[tuple[datetime, Decision]]:
    """What is decided by a worker that looks the moment something is due, but not in an outage."""
    found = []
    next_at = due.next_times(cron, zone, BEGIN, 1)[0]
    now = next_at
    while next_at <= END:
        now = max(now, next_at)
        for start, hours in outages:
            if BEGIN + start * HOUR <= now < BEGIN + (start + hours) * HOUR:
                now = BEGIN + (start + hours) * HOUR
        until = min(now, END)
        decision = decide(
            cron=cron, timezone=zone, policy=policy, first=next_at, until=until, now=now
        )
        found.append((now, decision))
        assert decision.next_at is not None
        assert decision.next_at > decision.last >= next_at
        next_at = decision.next_at
    return found


@pytest.mark.parametrize(
    ("policy", "runs", "left"),
    [("latest", 1, 2), ("all", 3, 0), ("none", 0, 3), ("nothing", 0, 3)],
)
def test_after_three_days(policy: str, runs: int, left: int) -> None:
    first = utc(2026, 11, 18, 6)
    decision = after(policy, first, first + timedelta(days=2, hours=8))
    assert len(decision.runs) == runs
    assert (decision.left_out.count if decision.left_out else 0) == left
    assert decision.next_at == utc(2026, 11, 21, 6)


def test_what_is_on_time_is_run_whatever_it_says_about_the_rest() -> None:
    first = utc(2026, 11, 18, 6)
    decision = after("none", first, first + timedelta(days=2, minutes=4))
    assert decision.runs == (utc(2026, 11, 20, 6),)
    assert decision.left_out
    assert decision.left_out.count == 2


def test_all_means_the_last_hundred_twenty_at_a_time() -> None:
    first = utc(2026, 1, 1)
    now = first + timedelta(days=120, hours=1)
    runs: list[datetime] = []
    left = 0
    next_at: datetime | None = first
    while next_at and next_at <= now:
        decision = after("all", next_at, now, cron="0 0 * * *")
        assert len(decision.runs) <= catch_up.AT_ONCE
        runs += decision.runs
        left += decision.left_out.count if decision.left_out else 0
        next_at = decision.next_at
    assert len(runs) == MOST
    assert left == 121 - MOST
    assert runs[-1] == utc(2026, 5, 1)


def after(policy: str, first: datetime, now: datetime, cron: str = "0 6 * * *") -> Decision:
    return decide(cron=cron, timezone="UTC", policy=policy, first=first, until=now, now=now)
