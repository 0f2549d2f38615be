"""Reading what was judged and summed up; what was soiled since is judged on the spot instead.

So a page is right at any moment, also while the worker is away: then it is only slower.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any, cast
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import RawSQL

from observability.changes.models import REACHED, Change
from observability.dora import figures, queries, remembering, reports, totals, windows
from observability.dora.asking import Asked
from observability.dora.figures import Metric, Per
from observability.dora.history import Deployment, Said
from observability.dora.judging import NO_FAILURE, Verdict
from observability.dora.models import JudgedPlace, KeptVerdict, Soiled
from observability.dora.remembering import memory
from observability.dora.reports import Known, Own
from observability.dora.totals import Totals
from portal.catalog.models import Component

DAY = timedelta(days=1)
COUNTS = ", ".join(f"sum(s.{name})::int" for name in totals.COUNTS)
# What a report shows beside lead times by commit, which its weeks always show
SHOWN = {Per.COMMIT: (), Per.SLOWEST: ("slowest",), Per.MIDDLE: ("middle",)}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a report is made of: components by name, and the days of one that is alone."""

    known: dict[str, Known]
    days: list[datetime]


@dataclass(frozen=True, slots=True)
class Opened:
    """Which components are meant, and what was judged just now of those that are not kept."""

    asked: Asked
    components: list[UUID] | None
    fresh: list[UUID]
    verdicts: list[Verdict]
    never_live: dict[str, list[datetime]]


def opened(asked: Asked) -> Opened:
    """Counting configurations, too, nothing that is kept serves: everything is judged."""
    components = queries.scope(asked)
    if asked.has_configuration:
        every = components
        if every is None:
            every = list(Component.objects.values_list("pk", flat=True))
        fresh = every
    else:
        fresh = _soiled(asked.environment, components)
    kinds = queries.ALL if asked.has_configuration else queries.COUNTED
    judged = queries.whole(asked.environment, fresh, kinds) if fresh else queries.NONE
    return Opened(asked, components, fresh, judged.verdicts, judged.never_live)


def nothing(asked: Asked) -> Opened:
    """Where what is asked for is not there."""
    return Opened(asked, [], [], [], {})


def load(scope: Opened) -> Loaded:
    """What a report needs of all that is meant: remembered, summed up, or judged just now."""
    components = _components(scope.components)
    own = {**_kept_own(scope, {pk for pk, _, _ in components}), **_fresh_own(scope, components)}
    known = {name: Known(team, own[pk]) for pk, name, team in components if pk in own}
    return Loaded(known, _days(scope) if len(known) == 1 else [])


def _kept_own(scope: Opened, components: Set[UUID]) -> dict[UUID, Own]:
    """Of places that are kept. Their versions are read first: see `remembering`."""
    places = {
        pk: (first_at, remembering.key(pk, version, scope.asked))
        for pk, first_at, version in _places(scope)
        if pk in components
    }
    found = memory.find(key for _, key in places.values())
    if lacking := [pk for pk in places if pk not in found]:
        window, per = scope.asked.window, scope.asked.per
        sums = sums_of(scope.asked, lacking)
        made = {pk: reports.own(sums[pk], places[pk][0], window, per) for pk in lacking}
        memory.keep({places[pk][1]: each for pk, each in made.items()})
        found |= made
    return found


def _fresh_own(scope: Opened, components: Iterable[tuple[UUID, str, str]]) -> dict[UUID, Own]:
    window, per = scope.asked.window, scope.asked.per
    cuts = windows.cuts(window)
    verdicts, never_live = _by_component(scope.verdicts), scope.never_live
    found = {}
    for pk, name, _ in components:
        own, never = verdicts.get(name, []), never_live.get(name, [])
        if own or never:
            first_at = own[0].at if own else None
            found[pk] = reports.own(totals.cut(own, never, cuts), first_at, window, per)
    return found


def verdicts(scope: Opened) -> list[Verdict]:
    """Everything that was live in the window, newest first."""
    kept = _read(_window(_kept(scope), scope.asked))
    return _newest([*kept, *_fresh(scope, lambda _: True)])


def page(scope: Opened, metric: Metric, *, before: str, size: int) -> tuple[list[Verdict], str]:
    """A page of the deployments behind a figure, newest first, and where the next one begins."""
    last = _place_of(before)
    rows = _window(_kept(scope), scope.asked).filter(_behind(metric))
    if last:
        at, pk = last
        rows = rows.filter(Q(at__lt=at) | Q(at=at, change__lt=pk))
    kept = _read(rows.order_by("-at", "-change")[: size + 1])
    fresh = _fresh(
        scope,
        lambda each: (
            figures.is_behind(each, metric)
            and (last is None or (each.at, each.deployment.id) < (last[0], str(last[1])))
        ),
    )
    found = _newest([*kept, *fresh])
    return found[:size], found[size - 1].deployment.id if len(found) > size else ""


def of(changes: Iterable[Change]) -> dict[str, Verdict]:
    """What became of these deployments, by identity; of what never was live nothing."""
    rows = list(changes)
    environments = {row.environment for row in rows}
    found: dict[str, Verdict] = {}
    for environment in environments:
        own = [row for row in rows if row.environment == environment and row.component_id]
        components = list({cast(UUID, row.component_id) for row in own})
        soiled = _soiled(environment, components)
        odd = {cast(UUID, r.component_id) for r in own if r.kind not in queries.COUNTED}
        kept = KeptVerdict.objects.filter(change__in=[r.pk for r in own])
        kept = kept.exclude(component__in=soiled)
        # A configuration is told by what is judged with all of them only
        judged = queries.whole(environment, odd, queries.ALL).verdicts if odd else []
        judged += queries.whole(environment, soiled).verdicts if soiled else []
        found |= {each.deployment.id: each for each in (*judged, *_read(kept))}
    wanted = {str(row.pk) for row in rows}
    return {pk: each for pk, each in found.items() if pk in wanted}


def _soiled(environment: str, components: list[UUID] | None) -> list[UUID]:
    rows = Soiled.objects.filter(environment=environment, **queries.within(components))
    return list(rows.order_by().values_list("component", flat=True).distinct())


def _components(components: list[UUID] | None) -> list[tuple[UUID, str, str]]:
    rows = Component.objects.all()
    rows = rows if components is None else rows.filter(pk__in=components)
    return list(rows.values_list("pk", "name", "team__name"))


def _kept(scope: Opened) -> QuerySet[KeptVerdict]:
    rows = KeptVerdict.objects.filter(
        environment=scope.asked.environment, **queries.within(scope.components)
    )
    return rows.exclude(component__in=scope.fresh) if scope.fresh else rows


def _window(rows: QuerySet[KeptVerdict], asked: Asked) -> QuerySet[KeptVerdict]:
    return rows.filter(at__gte=asked.window.since, at__lt=asked.window.end)


def _fresh(scope: Opened, is_wanted: Callable[[Verdict], bool]) -> list[Verdict]:
    window = scope.asked.window
    return [
        each for each in scope.verdicts if window.since <= each.at < window.end and is_wanted(each)
    ]


def _newest(found: Iterable[Verdict]) -> list[Verdict]:
    return sorted(found, key=lambda each: (each.at, each.deployment.id), reverse=True)


def _by_component(found: Iterable[Verdict]) -> dict[str, list[Verdict]]:
    by: dict[str, list[Verdict]] = {}
    for each in found:
        by.setdefault(each.deployment.component, []).append(each)
    return by


def _places(scope: Opened) -> Iterable[tuple[UUID, datetime | None, int]]:
    rows = JudgedPlace.objects.filter(
        environment=scope.asked.environment, **queries.within(scope.components)
    )
    rows = rows.exclude(component__in=scope.fresh) if scope.fresh else rows
    version = RawSQL("xmin::text::bigint", [])
    return rows.values_list("component", "first_at", version)


def _days(scope: Opened) -> list[datetime]:
    """When something was live in the window: any instant of each day will do."""
    rows = _window(_kept(scope), scope.asked).values_list("at", flat=True)
    return [*rows, *(each.at for each in _fresh(scope, lambda _: True))]


def _place_of(pk: str) -> tuple[datetime, UUID] | None:
    """Where a page ended: when that deployment was live."""
    try:
        wanted = UUID(pk)
    except ValueError:
        return None
    rows = Change.objects.annotate(reached=REACHED).filter(pk=wanted)
    at = rows.values_list("reached", flat=True).first()
    return (at, wanted) if at else None


def _behind(metric: Metric) -> Q:
    """As figures.is_behind, for what is kept."""
    if metric == Metric.LEAD_TIME:
        return ~Q(leads=[])
    if metric == Metric.DELIVERY:
        return ~Q(deliveries=[]) | Q(undelivered__gt=0)
    if metric in {Metric.FAIL_RATE, Metric.RECOVERY}:
        return ~Q(failed="") | Q(said__in=NO_FAILURE)
    return Q(is_rework=True) | Q(said=Said.PLANNED) if metric == Metric.REWORK_RATE else Q()


# --- Sums ---------------------------------------------------------------------------------------


def sums_of(asked: Asked, components: Sequence[UUID]) -> dict[UUID, list[Totals]]:
    """What was kept of each, added up by the database between two cuts each: whole months, else
    days."""
    cuts = windows.cuts(asked.window)
    spans = [
        (number, *span)
        for number, (since, until) in enumerate(pairwise(cuts))
        for span in _spans(since.astimezone(UTC).date(), until.astimezone(UTC).date())
    ]
    places = ", ".join(["(%s, %s, %s::date, %s::date)"] * len(spans))
    given: list[Any] = [value for span in spans for value in span]
    nothing = Totals()  # one for all: nobody adds to what was read
    found = {pk: [nothing] * (len(cuts) - 1) for pk in components}
    durations = ("leads", "recoveries", "deliveries", *SHOWN[asked.per])
    parts = ", ".join(f"string_agg(s.{name}, ''::bytea)" for name in durations)
    # OFFSET 0: each span enters the index for itself; joined, all sums would be read for all spans
    query = (
        f"SELECT s.component_id, c.number, {COUNTS}, {parts} "  # noqa: S608 - names of ours
        f"FROM (VALUES {places}) AS c (number, span, since, until) CROSS JOIN LATERAL ("
        "SELECT * FROM observability_figuresum k WHERE k.environment = %s AND k.span = c.span "
        "AND k.begins_on >= c.since AND k.begins_on < c.until AND k.component_id = ANY(%s) "
        "OFFSET 0) s GROUP BY 1, 2"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [*given, asked.environment, list(components)])
        for component, number, *values in cursor.fetchall():
            found[component][number] = _totals(values, durations)
    return found


def _spans(since: date, until: date) -> list[tuple[str, date, date]]:
    """Days up to the first whole month, whole months, and the days that are left."""
    first = since if since.day == 1 else _next_month(since)
    last = until.replace(day=1)
    if first >= last:
        return [("day", since, until)]
    spans = [("day", since, first), ("month", first, last), ("day", last, until)]
    return [span for span in spans if span[1] < span[2]]


def _next_month(day: date) -> date:
    return (day.replace(day=1) + DAY * 32).replace(day=1)


def _totals(values: Sequence[Any], durations: Sequence[str]) -> Totals:
    """Durations come sorted, so that sorting them again, or with others, takes no time."""
    numbers = len(totals.COUNTS)
    found = Totals(*values[:numbers])
    for name, held in zip(durations, values[numbers:], strict=True):
        if held:
            of = array("d")
            of.frombytes(held)
            setattr(found, name, sorted(of))
    return found


# --- Verdicts -----------------------------------------------------------------------------------

COLUMNS = (
    *("at", "failed", "is_rework", "is_baseline", "brought", "leads", "deliveries"),
    *("undelivered", "undated", "skewed", "recovery", "restored_by"),
)


def _read(rows: QuerySet[KeptVerdict]) -> list[Verdict]:
    found = rows.annotate(component_name=F("component__name")).select_related("change")
    return [_verdict(row) for row in found]


def _verdict(row: Any) -> Verdict:
    change = row.change
    deployment = Deployment(
        id=str(change.pk),
        component=row.component_name,
        environment=row.environment,
        kind=change.kind,
        release=change.release,
        outcome=change.outcome,
        is_planned=change.is_planned,
        started_at=change.started_at,
        finished_at=change.finished_at,
        live_at=change.live_at,
        said=row.said,
    )
    return Verdict(deployment, **{name: getattr(row, name) for name in COLUMNS})
