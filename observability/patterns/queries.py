"""Questions about patterns: what they are, and what changed between two times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import connection
from django.db.models import Q, Sum
from psycopg import sql

from observability.patterns.models import Pattern, PatternHour

HOUR = timedelta(hours=1)
TIMES = 3  # more, or fewer, by volume: risen, or fallen
MOST_COUNTED = 50_000  # lines of a part of an hour that are counted one by one
LEAST = 5  # lines below which nothing is said to have risen or fallen


NEAR = sql.SQL(
    "(SELECT pattern FROM (SELECT pattern, environment, version FROM observability_logrecord"
    " WHERE component = {component} AND at >= {since} AND at < {until}"
    " ORDER BY {order} LIMIT {most}) AS near WHERE pattern IS NOT NULL"
    " AND ({environment} = '' OR environment = {environment})"
    " AND ({version} = '' OR version = {version}))"
)


class Fate(StrEnum):
    """What became of a pattern between a first time and a second one."""

    NEW = "new"
    GONE = "gone"
    RISEN = "risen"
    FALLEN = "fallen"
    STEADY = "steady"


@dataclass(frozen=True, slots=True)
class Window:
    """A time, its end excluded, and only one version where one is given."""

    since: datetime
    until: datetime
    version: str = ""


@dataclass(frozen=True, slots=True)
class Between:
    """A pattern in two times. Shares are of all lines of the component in that time, 0 to 1."""

    pattern: Pattern
    fate: Fate
    before: int
    after: int
    share_before: float
    share_after: float


@dataclass(frozen=True, slots=True)
class Counted:
    """How many lines of a pattern came in two times."""

    pattern: Pattern
    before: int
    after: int


def by_id(ids: Iterable[str]) -> dict[str, Pattern]:
    """Patterns by the id that stands at lines; one that was absorbed is what absorbed it."""
    rows = Pattern.objects.select_related("merged_into").filter(pk__in=list(ids))
    return {str(row.pk): row.merged_into or row for row in rows}


def of_one(identity: UUID | str) -> list[UUID]:
    """All ids under which lines of a pattern stand: its own, and of what it absorbed."""
    rows = Pattern.objects.filter(Q(pk=identity) | Q(merged_into=identity))
    return list(rows.values_list("pk", flat=True))


def patterns_between(
    component: str, environment: str, a: Window, b: Window, *, most: int = 500
) -> list[Between]:
    """What a component says in `b` against what it said in `a`: new, risen, fallen or gone first.

    See `counted`. Rises and falls are by share of all lines: a busier day is no rise.
    """
    rows = counted(component, environment, a, b)
    all_first, all_second = sum(row.before for row in rows), sum(row.after for row in rows)
    judged = [_judged(row, all_first, all_second) for row in rows]
    order = {fate: n for n, fate in enumerate(Fate)}
    judged.sort(key=lambda one: (order[one.fate], -one.pattern.level, -(one.after + one.before)))
    return judged[:most]


def counted(component: str, environment: str, a: Window, b: Window) -> list[Counted]:
    """Lines of each pattern of a component in two times, those that were absorbed with it.

    Whole hours are counted as they were written; the ends of a window, which are no whole hours,
    line by line: the `MOST_COUNTED` of each that are nearest to where `a` ends and `b` begins.
    `environment` "" is all of them. At most five queries.
    """
    before = _counts(component, environment, a, is_newest_first=True)
    after = _counts(component, environment, b, is_newest_first=False)
    names = dict.fromkeys([*before, *after])
    rows = Pattern.objects.filter(pk__in=list(names)).select_related("merged_into")
    found: dict[UUID, Pattern] = {}
    first: Counter[UUID] = Counter()
    second: Counter[UUID] = Counter()
    for row in rows:
        pattern = row.merged_into or row
        found[pattern.pk] = pattern
        first[pattern.pk] += before[row.pk]
        second[pattern.pk] += after[row.pk]
    return [Counted(pattern, first[pk], second[pk]) for pk, pattern in found.items()]


def _judged(row: Counted, whole: int, other: int) -> Between:
    before, after = row.before, row.after
    was = before / whole if whole else 0.0
    now = after / other if other else 0.0
    return Between(row.pattern, fate(before, after, was, now), before, after, was, now)


def fate(before: int, after: int, was: float, now: float) -> Fate:
    """What became of it: by numbers whether it is there at all, by shares how much."""
    if not before:
        return Fate.NEW
    if not after:
        return Fate.GONE
    if after >= LEAST and now >= was * TIMES:
        return Fate.RISEN
    if before >= LEAST and now * TIMES <= was:
        return Fate.FALLEN
    return Fate.STEADY


def _counts(
    component: str, environment: str, window: Window, *, is_newest_first: bool
) -> Counter[UUID]:
    """Lines by pattern id: whole hours by their sums, the rest line by line."""
    first, last = _up(window.since), _down(window.until)
    if first >= last:
        times = [(window.since, window.until)]
        return _lines(component, environment, window, times, is_newest_first=is_newest_first)
    hours = PatternHour.objects.filter(pattern__component=component, hour__gte=first, hour__lt=last)
    if environment:
        hours = hours.filter(environment=environment)
    if window.version:
        hours = hours.filter(version=window.version)
    found: Counter[UUID] = Counter()
    for pattern, number in hours.values_list("pattern_id").annotate(Sum("lines")):
        found[pattern] += number
    ends = [(window.since, first), (last, window.until)]
    return found + _lines(component, environment, window, ends, is_newest_first=is_newest_first)


def _lines(
    component: str,
    environment: str,
    window: Window,
    times: list[tuple[datetime, datetime]],
    *,
    is_newest_first: bool,
) -> Counter[UUID]:
    """One query for all of these times, each read from its one end."""
    parts = [
        NEAR.format(
            component=sql.Literal(component),
            since=sql.Literal(since),
            until=sql.Literal(until),
            environment=sql.Literal(environment),
            version=sql.Literal(window.version),
            order=sql.SQL("at DESC, id DESC" if is_newest_first else "at, id"),
            most=sql.Literal(MOST_COUNTED),
        )
        for since, until in times
        if since < until
    ]
    if not parts:
        return Counter()
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("SELECT pattern, count(*) FROM ({}) AS found GROUP BY pattern").format(
                sql.SQL(" UNION ALL ").join(parts)
            )
        )
        return Counter(dict(cursor.fetchall()))


def _down(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _up(at: datetime) -> datetime:
    whole = _down(at)
    return whole if whole == at else whole + HOUR
