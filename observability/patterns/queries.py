"""Questions about patterns: what they are, and how many lines of each came in two times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q, Sum
from psycopg import sql

from observability.partitions.days import INFO, WARNING, Keep, oldest
from observability.patterns.models import Pattern, PatternHour

HOUR = timedelta(hours=1)
MOST_COUNTED = 50_000  # lines of a part of an hour that are counted one by one

# What other places say is passed over before the limit: a loud one takes nothing of it
NEAR = sql.SQL(
    "(SELECT {part} AS part, pattern FROM observability_logrecord"
    " WHERE component = {component} AND at >= {since} AND at < {until}"
    " AND ({environment} = '' OR environment = {environment})"
    " ORDER BY {order} LIMIT {most})"
)


@dataclass(frozen=True, slots=True)
class Window:
    """A time, its end excluded."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Counted:
    """How many lines of a pattern came in two times."""

    pattern: Pattern
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Both:
    """Two times. `is_cut`: there was more in a part of an hour than is counted one by one."""

    rows: list[Counted]
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of one time by the id of their pattern."""

    numbers: Counter[UUID]
    is_cut: bool = False


def by_id(ids: Iterable[str]) -> dict[str, Pattern]:
    """Patterns by the id that stands at lines; one that was absorbed is what absorbed it."""
    rows = Pattern.objects.select_related("merged_into").filter(pk__in=list(ids))
    return {str(row.pk): row.merged_into or row for row in rows}


def of_one(identity: UUID | str) -> list[UUID]:
    """All ids under which lines of a pattern stand: its own, and of what it absorbed."""
    rows = Pattern.objects.filter(Q(pk=identity) | Q(merged_into=identity))
    return list(rows.values_list("pk", flat=True))


def counted(
    component: str, environment: str, a: Window, b: Window, *, most: int = MOST_COUNTED
) -> Both:
    """Lines of each pattern of a component in two times, those that were absorbed with it.

    Whole hours are counted as they were written; the ends of a window, which are no whole hours,
    line by line: the `most` of each that are nearest to where `a` ends and `b` begins.
    `environment` "" is all of them. At most five queries.
    """
    before = _counts(component, environment, a, most, is_newest_first=True)
    after = _counts(component, environment, b, most, is_newest_first=False)
    names = dict.fromkeys([*before.numbers, *after.numbers])
    rows = Pattern.objects.filter(pk__in=list(names)).select_related("merged_into")
    found: dict[UUID, Pattern] = {}
    first: Counter[UUID] = Counter()
    second: Counter[UUID] = Counter()
    for row in rows:
        pattern = row.merged_into or row
        found[pattern.pk] = pattern
        first[pattern.pk] += before.numbers[row.pk]
        second[pattern.pk] += after.numbers[row.pk]
    return Both(
        [Counted(pattern, first[pk], second[pk]) for pk, pattern in found.items()],
        is_cut=before.is_cut or after.is_cut,
    )


@dataclass(frozen=True, slots=True)
class Summed:
    """How many lines of each pattern came in a time. `is_cut`: more came in a part of an hour."""

    rows: list[tuple[Pattern, int]]
    is_cut: bool


def summed(
    component: str, environment: str, window: Window, *, now: datetime, most: int = MOST_COUNTED
) -> Summed:
    """Lines of each pattern of a component in a time, those that are kept still; three queries."""
    lines = _counts(component, environment, window, most, is_newest_first=True, kept=_kept(now))
    rows = Pattern.objects.filter(pk__in=list(lines.numbers)).select_related("merged_into")
    found: Counter[Pattern] = Counter()
    for row in rows:
        found[row.merged_into or row] += lines.numbers[row.pk]
    return Summed(list(found.items()), lines.is_cut)


def _kept(now: datetime) -> Q:
    """Hours of which the lines are there still: sums are kept as long as the longest class."""
    days = settings.KEEP_TELEMETRY_DAYS
    brief = Q(pattern__level__gt=0, pattern__level__lt=INFO)
    lasts = settings.KEEP_LONG_ENVIRONMENTS
    long = Q(pattern__level__gte=WARNING, environment__in=lasts)
    classes = {Keep.BRIEF: brief, Keep.USUAL: ~brief & ~long, Keep.LONG: long}
    kept = Q()
    for keep, of in classes.items():
        begins = datetime.combine(oldest(now, keep, days), time.min, UTC)
        kept |= of & Q(hour__gte=begins)
    return kept


def _counts(
    component: str,
    environment: str,
    window: Window,
    most: int,
    *,
    is_newest_first: bool,
    kept: Q | None = None,
) -> Lines:
    """Lines by pattern id: whole hours by their sums, the rest line by line."""
    first, last = _up(window.since), _down(window.until)
    if first >= last:
        return _lines(component, environment, [window], most, is_newest_first=is_newest_first)
    hours = PatternHour.objects.filter(pattern__component=component, hour__gte=first, hour__lt=last)
    if environment:
        hours = hours.filter(environment=environment)
    if kept:
        hours = hours.filter(kept)
    whole: Counter[UUID] = Counter()
    for pattern, number in hours.values_list("pattern_id").annotate(Sum("lines")):
        whole[pattern] += number
    ends = [Window(window.since, first), Window(last, window.until)]
    rest = _lines(component, environment, ends, most, is_newest_first=is_newest_first)
    return Lines(whole + rest.numbers, rest.is_cut)


def _lines(
    component: str, environment: str, times: list[Window], most: int, *, is_newest_first: bool
) -> Lines:
    """One query for all of these times, each read from its one end."""
    parts = [
        NEAR.format(
            part=sql.Literal(number),
            component=sql.Literal(component),
            since=sql.Literal(time.since),
            until=sql.Literal(time.until),
            environment=sql.Literal(environment),
            order=sql.SQL("at DESC, id DESC" if is_newest_first else "at, id"),
            most=sql.Literal(most),
        )
        for number, time in enumerate(times)
        if time.since < time.until
    ]
    if not parts:
        return Lines(Counter())
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("SELECT part, pattern, count(*) FROM ({}) AS found GROUP BY 1, 2").format(
                sql.SQL(" UNION ALL ").join(parts)
            )
        )
        rows = cursor.fetchall()
    read: Counter[int] = Counter()
    numbers: Counter[UUID] = Counter()
    for part, pattern, number in rows:
        read[part] += number
        if pattern is not None:
            numbers[pattern] += number
    return Lines(numbers, is_cut=any(number >= most for number in read.values()))


def _down(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _up(at: datetime) -> datetime:
    whole = _down(at)
    return whole if whole == at else whole + HOUR
