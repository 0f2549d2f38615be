"""Reading both times of a deployment: from the axis, the stores of logs and spans, and above."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from observability.changes.models import IS_DEPLOYMENT, REACHED, Change
from observability.changes.operations import SOURCE
from observability.comparison import comparing, steps, windows
from observability.comparison.base import Contributor, Half, Seen, Totals, Work
from observability.comparison.comparing import Comparison
from observability.comparison.judging import Counted
from observability.comparison.windows import Side, Sides, Switch
from observability.events import queries as events
from observability.patterns import queries as patterns
from observability.traces import queries as traces
from observability.traces.steps import KEPT, STEPS
from observability.traces.stores.base import Scope, Wanted
from observability.traces.stores.volumes import LONGEST
from portal.errors import Refused
from portal.rows import found

MOST_SPANS = 4_000  # of each time, those nearest to the switch
NANO = 1e-9
COLUMNS = ("pk", "reached", "release", "kind", "source", "external_id")


def deployment(pk: object) -> Change:
    """A deployment on the axis, with its component; NotFound, in words, where there is none."""
    change: Change = found(_reached(), "deployment", pk=pk)
    return change


def compared(change: Change, now: datetime) -> Comparison:
    """This deployment beside what served before it. Refused where it never served.

    It is for whoever may read its lines: `for_others` takes from it what they say. A fixed number
    of queries, however much there is; what is read of either time is bounded.
    """
    component, environment = change.component, change.environment
    if component is None:
        raise Refused("This deployment is of no component: there is nothing to compare.")
    at = _reached_at(change)
    if at is None:
        raise Refused(f"{change.title} never began to serve: nothing can be compared.")
    sides = _sides(change, at, now)
    work = _work(component.name, sides, now)
    requests = None if work else _requests(component.name, environment, sides, now)
    lines = _lines(component.name, environment, sides)
    return comparing.compared(
        component.name,
        environment,
        sides,
        work,
        requests or _spans(component.name, environment, sides),
        _counted(lines, without_steps=work is not None),
        lines_cut=lines.is_cut,
    )


def _reached_at(change: Change) -> datetime | None:
    found: datetime | None
    found = _reached().filter(pk=change.pk).values_list("reached", flat=True).first()
    return found


def _reached() -> QuerySet[Any]:
    rows = Change.objects.select_related("component__team").filter(IS_DEPLOYMENT)
    return rows.annotate(reached=REACHED)


def _sides(change: Change, at: datetime, now: datetime) -> Sides:
    """By the index of what was live when; three queries."""
    rows = _reached().filter(component=change.component, environment=change.environment)
    others = rows.exclude(pk=change.pk)
    earlier = others.filter(reached__lte=at).order_by("-reached").values_list(*COLUMNS)
    later = others.filter(reached__gt=at).order_by("reached").values_list(*COLUMNS)
    before, after = list(earlier[: windows.MOST]), list(later[: windows.MOST])
    contents = events.contents([change.pk, *(row[0] for row in (*before, *after))])
    this = (change.pk, at, change.release, change.kind, change.source, change.external_id)
    return windows.sides(
        _switch(this, contents),
        [_switch(row, contents) for row in before],
        [_switch(row, contents) for row in after],
        now,
    )


def _switch(row: tuple[Any, ...], contents: Mapping[UUID, str]) -> Switch:
    """Only what we deployed ourselves has a name that upper floors know."""
    pk, at, release, kind, source, name = row
    return Switch(at, release, kind, name if source == SOURCE else "", contents.get(pk, ""))


def _work(component: str, sides: Sides, now: datetime) -> Work | None:
    """The first that upper floors know of."""
    for name in settings.COMPARED:
        contributor: Contributor = import_string(name)
        work = contributor(component, sides.before, sides.after, now)
        if work is not None:
            return work
    return None


def _requests(component: str, environment: str, sides: Sides, now: datetime) -> Work:
    """Where work of a service begins, as its health counts it; its numbers of all where cut."""
    read = _spans(component, environment, sides, only_entries=True)
    if sides.before is None or not (read.before.is_cut or read.after.is_cut):
        return read
    age = now - sides.before.since
    step = next(step for step in STEPS if step not in KEPT or age <= KEPT[step])
    before = _totals(component, environment, sides.before, step)
    after = _totals(component, environment, sides.after, step)
    if before is None or after is None:
        return read
    return Work(replace(read.before, totals=before), replace(read.after, totals=after))


def _totals(component: str, environment: str, side: Side, step: int) -> Totals | None:
    """In whole steps of so many seconds inside of this time; None where there is none."""
    since, until = (
        datetime.fromtimestamp(number * step, UTC)
        for number in (-(-side.since.timestamp() // step), side.until.timestamp() // step)
    )
    if since >= until:
        return None
    found = traces.volumes(Scope(component, environment, since, until), wide=step)
    return Totals(
        {name: (one.spans, one.errors) for name, one in found.operations.items()},
        (until - since) / (side.until - side.since),
    )


def _spans(component: str, environment: str, sides: Sides, *, only_entries: bool = False) -> Work:
    wanted = Wanted(
        sides.after.since,
        sides.after.until,
        component=component,
        environment=environment,
        only_entries=only_entries,
    )
    after = _half(wanted, is_before=False)
    if sides.before is None:
        return Work(Half(), after)
    earlier = replace(wanted, since=sides.before.since, until=sides.before.until)
    return Work(_half(earlier, is_before=True), after)


def _half(wanted: Wanted, *, is_before: bool) -> Half:
    spans = traces.ended(wanted, newest_first=is_before, most=MOST_SPANS)
    seen = [
        Seen(span.at, span.name[:LONGEST], span.duration * NANO, span.is_error, span.trace_id)
        for span in spans
    ]
    return Half(seen, is_cut=len(spans) == MOST_SPANS)


def _lines(component: str, environment: str, sides: Sides) -> patterns.Both:
    after = sides.after
    before = sides.before or Side(after.since, after.since, "", ())
    first, second = (patterns.Window(side.since, side.until) for side in (before, after))
    return patterns.counted(component, environment, first, second)


def _counted(lines: patterns.Both, *, without_steps: bool) -> list[Counted]:
    """Of what the portal runs itself, its lines about deploying it are left out."""
    return [
        Counted(
            str(row.pattern.pk),
            row.pattern.template,
            row.pattern.level,
            row.pattern.first_seen_at,
            row.before,
            row.after,
        )
        for row in lines.rows
        if not (without_steps and steps.are_ours(row.pattern.template))
    ]
