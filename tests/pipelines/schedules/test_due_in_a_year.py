"""A year of due times in twelve zones, whatever the expression, against a clock on the wall."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as some

from pipelines.schedules import catch_up, due
from pipelines.transformations.schedules import cron_problems
from tests.pipelines.schedules import oracle
from tests.pipelines.schedules.oracle import BOUNDS, NAMES, YEARS, begin, end

YEAR_IN_MINUTES = 365 * 24 * 60
MOST = 1500  # due times that are compared: a year of four a day
AT_MOST = 500  # … that are looked after one by one
# More of it: SLIPWAY_TEST_EXAMPLES=500 make test ARGS="-k test_due_in_a_year"
EXAMPLES = int(os.environ.get("SLIPWAY_TEST_EXAMPLES", "4"))


def part(place: int) -> some.SearchStrategy[str]:
    """A number or a name, a range, a range with a step."""
    low, high = BOUNDS[place]
    names = [name for name in NAMES.get(place, ()) if name]
    numbers = some.integers(low, high)
    spans = some.tuples(numbers, numbers).map(sorted)
    kinds = [
        numbers.map(str),
        spans.map(lambda ends: f"{ends[0]}-{ends[1]}"),
        some.builds(
            lambda ends, step: f"{ends[0]}-{ends[1]}/{step}", spans, some.integers(1, high)
        ),
    ]
    return some.one_of(*kinds, some.sampled_from(names)) if names else some.one_of(*kinds)


def field(place: int, *, star: int = 1) -> some.SearchStrategy[str]:
    """One of the five: a star, a star with a step, a part or several."""
    _, high = BOUNDS[place]
    stars = [some.just("*")] * star
    steps = some.integers(1, high).map(lambda step: f"*/{step}")
    parts = some.lists(part(place), min_size=1, max_size=3).map(",".join)
    return some.one_of(*stars, steps, part(place), parts)


def can_be(expression: str) -> bool:
    """Not one that is refused when it is written: 30 February, say."""
    return not list(cron_problems(expression))


# Days mostly any, so that there is something to compare
EXPRESSIONS = (
    some.tuples(
        field(0, star=0), field(1, star=2), field(2, star=3), field(3, star=4), field(4, star=3)
    )
    .map(" ".join)
    .filter(can_be)
)


def moments(zone: str) -> some.SearchStrategy[datetime]:
    """Anywhere in the year, and more often in the hours before a change of the clock."""
    anywhere = some.integers(0, YEAR_IN_MINUTES).map(lambda n: begin(zone) + n * oracle.MINUTE)
    changes = [at for at in oracle.changes(zone) if at > begin(zone)]
    if not changes:
        return anywhere
    before = some.builds(
        lambda at, minutes: at - minutes * oracle.MINUTE,
        some.sampled_from(changes),
        some.integers(-200, 2000),
    )
    return anywhere | before | before


@pytest.mark.parametrize("zone", YEARS)
@given(data=some.data(), expression=EXPRESSIONS)
@example(data=None, expression="*/7 1-3 */2 * 1-5/2")
@example(data=None, expression="0,30 0,2 13 * FRI")
@example(data=None, expression="30 2 29 2 *")
@settings(max_examples=EXAMPLES, deadline=None)
def test_each_due_time_of_a_year_is_where_the_clock_shows_it(
    zone: str, data: some.DataObject | None, expression: str
) -> None:
    after = data.draw(moments(zone)) if data else begin(zone)
    wanted = list(islice(oracle.due(expression, zone, after=after), MOST))
    until = wanted[-1] if len(wanted) == MOST else end(zone) - oracle.MINUTE
    assert list(due.between(expression, zone, after=after, until=until)) == wanted
    span = {"after": after, "until": until}
    assert due.count(expression, zone, most=MOST + 1, **span) == len(wanted)
    assert due.newest(expression, zone, most=3, **span) == wanted[-3:]


@pytest.mark.parametrize("zone", YEARS)
@given(
    expression=some.tuples(
        some.integers(0, 59).map(str), field(1), field(2, star=3), field(3, star=3), field(4)
    )
    .map(" ".join)
    .filter(can_be),
    policy=some.sampled_from(["latest", "all", "none"]),
    gaps=some.lists(some.tuples(some.integers(0, 500), some.integers(1, 400)), max_size=4),
)
@example(expression="5 * * * *", policy="all", gaps=[(100, 90), (50, 500)])
@settings(max_examples=EXAMPLES // 2, deadline=None)
def test_after_outages_each_due_time_is_run_or_left_out_as_its_policy_says(
    zone: str, expression: str, policy: str, gaps: list[tuple[int, int]]
) -> None:
    dues = list(islice(oracle.due(expression, zone, after=begin(zone)), AT_MOST))
    assume(dues)
    outages, at, whole = [], begin(zone), dues[-1] - begin(zone)
    for pause, length in gaps:  # in thousandths, one after the other, each over before the end
        start, at = at + pause * whole / 1000, at + (pause + length) * whole / 1000
        if at < dues[-1]:
            outages.append((start, at))
    product = looked_after(expression, zone, policy, outages, last=dues[-1])
    assert product == foreseen(dues, policy, outages)


Fates = tuple[list[datetime], list[tuple[datetime, datetime, int]]]


def awake(moment: datetime, outages: Sequence[tuple[datetime, datetime]]) -> datetime:
    """When somebody looks at what is due then."""
    return next((over for start, over in outages if start <= moment < over), moment)


def foreseen(
    dues: list[datetime], policy: str, outages: Sequence[tuple[datetime, datetime]]
) -> Fates:
    """What runs, and what is left out, in stretches: by the words of the policies alone."""
    runs: list[datetime] = []
    left: list[tuple[datetime, datetime, int]] = []
    seen = 0
    while seen < len(dues):
        now = awake(dues[seen], outages)
        waiting = dues[seen : bisect_right(dues, now)]
        seen += len(waiting)
        most = {"latest": 1, "all": 100, "none": 1}[policy]
        kept = waiting[-most:]
        if policy == "none" and now - kept[-1] > timedelta(minutes=5):
            kept = []
        missed = waiting[: len(waiting) - len(kept)]
        runs += kept
        left += [(missed[0], missed[-1], len(missed))] if missed else []
    return runs, left


def looked_after(
    expression: str,
    zone: str,
    policy: str,
    outages: Sequence[tuple[datetime, datetime]],
    *,
    last: datetime,
) -> Fates:
    """The same by the product, as a worker asks it: again while something is due."""
    runs: list[datetime] = []
    left: list[tuple[datetime, datetime, int]] = []
    now = begin(zone)
    next_at = next(due.instants(expression, zone, after=now), None)
    while next_at and next_at <= last:
        now = max(now, awake(next_at, outages))
        decided = catch_up.decide(
            cron=expression, timezone=zone, policy=policy, first=next_at, until=now, now=now
        )
        assert len(decided.runs) <= 20
        runs += decided.runs
        if out := decided.left_out:
            left.append((out.first, out.last, out.count))
        next_at = decided.next_at
    return runs, left
