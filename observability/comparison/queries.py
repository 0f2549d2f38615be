"""Reading both times of a deployment: from the axis, the stores of logs and spans, and above."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from observability.changes.models import IS_DEPLOYMENT, REACHED, Change
from observability.changes.operations import SOURCE
from observability.comparison import comparing, windows
from observability.comparison.base import Contributor, Half, Seen, Work
from observability.comparison.comparing import Comparison
from observability.comparison.judging import Counted
from observability.comparison.windows import Side, Sides, Switch
from observability.patterns import queries as patterns
from observability.traces import queries as traces
from observability.traces.stores.base import Wanted
from portal.errors import Refused
from portal.rows import found

MOST_SPANS = 4_000  # of each time, those nearest to the switch
NANO = 1e-9
COLUMNS = ("reached", "release", "kind", "source", "external_id")


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
    lines = _lines(component.name, environment, sides)
    return comparing.compared(
        component.name,
        environment,
        sides,
        _work(component.name, sides),
        _spans(component.name, environment, sides),
        _counted(lines),
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
    """By the index of what was live when; two queries."""
    rows = _reached().filter(component=change.component, environment=change.environment)
    others = rows.exclude(pk=change.pk)
    earlier = others.filter(reached__lte=at).order_by("-reached").values_list(*COLUMNS)
    later = others.filter(reached__gt=at).order_by("reached").values_list(*COLUMNS)
    return windows.sides(
        _switch(at, change.release, change.kind, change.source, change.external_id),
        [_switch(*row) for row in earlier[: windows.MOST]],
        [_switch(*row) for row in later[: windows.MOST]],
        now,
    )


def _switch(at: datetime, release: str, kind: str, source: str, name: str) -> Switch:
    """Only what we deployed ourselves has a name that upper floors know."""
    return Switch(at, release, kind, name if source == SOURCE else "")


def _work(component: str, sides: Sides) -> Work | None:
    """The first that upper floors know of."""
    for name in settings.COMPARED:
        contributor: Contributor = import_string(name)
        work = contributor(component, sides.before, sides.after)
        if work is not None:
            return work
    return None


def _spans(component: str, environment: str, sides: Sides) -> Work:
    before = _half(component, environment, sides.before, is_before=True) if sides.before else Half()
    return Work(before, _half(component, environment, sides.after, is_before=False))


def _half(component: str, environment: str, side: Side, *, is_before: bool) -> Half:
    wanted = Wanted(side.since, side.until, component=component, environment=environment)
    spans = traces.ended(wanted, newest_first=is_before, most=MOST_SPANS)
    seen = [
        Seen(span.at, span.name, span.duration * NANO, span.is_error, span.trace_id)
        for span in spans
    ]
    return Half(seen, is_cut=len(spans) == MOST_SPANS)


def _lines(component: str, environment: str, sides: Sides) -> patterns.Both:
    after = sides.after
    before = sides.before or Side(after.since, after.since, "", ())
    first, second = (patterns.Window(side.since, side.until) for side in (before, after))
    return patterns.counted(component, environment, first, second)


def _counted(lines: patterns.Both) -> list[Counted]:
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
    ]
