"""From events to the axis of changes: one deployment is what all of its events say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q

from observability.changes import operations as changes
from observability.changes.models import IS_DEPLOYMENT, Change, Link
from observability.events import commits, matching, weaving
from observability.events.models import EventSource, OutsideEvent
from observability.events.operations import causes
from observability.events.reports import (
    Course,
    Heard,
    Incident,
    Pushed,
    Read,
    Report,
    Said,
    again,
    clock,
    course,
    incident,
)
from observability.events.weaving import Thread
from portal.catalog.models import Component

OUTCOMES = {
    Said.QUEUED: Change.Outcome.RUNNING,
    Said.RUNNING: Change.Outcome.RUNNING,
    Said.SUCCEEDED: Change.Outcome.SUCCEEDED,
    Said.FAILED: Change.Outcome.FAILED,
    Said.ABORTED: Change.Outcome.ABORTED,
}
MOST_EVENTS = 200  # of one deployment
MOST_WOVEN = 1000  # deployments of one place that are looked at again


class Place(NamedTuple):
    """Where deployments follow one another."""

    component: Component
    environment: str


Fitting = tuple[OutsideEvent, Report | Incident, Place]
Unfit = tuple[OutsideEvent, Report | Incident, str]  # and what is lacking


def apply(told: Iterable[tuple[OutsideEvent, Read]]) -> None:
    """Let events of one source that were kept have their effect, and say what that was.

    Every place is held before anything is written, and woven once everything is.
    """
    rows = list(told)
    fitting, unfit = _matched(rows)
    _hold({place for *_, place in fitting})
    pushes = [(event, read) for event, read in rows if isinstance(read, Pushed)]
    for event, pushed in sorted(pushes, key=_commits):
        _know(event, pushed)
    for event, read, lacks in unfit:
        _leave(event, read, lacks)
    _write(fitting)


def retry(events: Iterable[OutsideEvent]) -> int:
    """Apply events of one source that fitted nothing; how many fit now."""
    rows = list(events)
    apply((event, _again(event)) for event in rows)
    return sum(event.state == OutsideEvent.State.APPLIED for event in rows)


def _again(event: OutsideEvent) -> Report | Incident:
    is_incident = event.key.startswith("incident:")
    return incident(event.report) if is_incident else again(event.report)


def _matched(rows: Iterable[tuple[OutsideEvent, Read]]) -> tuple[list[Fitting], list[Unfit]]:
    """What has a place here, and what lacks one."""
    match = cache(matching.match)  # a name means the same for all of them
    fitting: list[Fitting] = []
    unfit: list[Unfit] = []
    for event, read in rows:
        if not isinstance(read, Report | Incident):
            continue
        found = match(event.source, read.subject, read.place, is_guess=_is_guess(read))
        if found.lacks or found.component is None:
            unfit.append((event, read, found.lacks))
        else:
            fitting.append((event, read, Place(found.component, found.environment)))
    return fitting, unfit


def _is_guess(read: Report | Incident) -> bool:
    return isinstance(read, Report) and read.is_guess


def _hold(places: Iterable[Place]) -> None:
    """One at a time in a place: what is told at once is folded one after the other.

    Always in the same order: of two that want the same places, none waits for the other's.
    """
    with connection.cursor() as cursor:
        for name in sorted(f"{place.component.pk} {place.environment}" for place in places):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 11))", [name])


def _commits(told: tuple[OutsideEvent, Pushed]) -> tuple[str, list[str]]:
    """In this order, for rows are waited for, too."""
    _, read = told
    return read.repository, [each.sha for each in read.commits]


def _know(event: OutsideEvent, read: Pushed) -> None:
    commits.know(read.repository, read.commits)
    event.state = OutsideEvent.State.APPLIED
    event.words = f"{len(read.commits)} commits are known."
    event.save(update_fields=["state", "words"])


def _leave(event: OutsideEvent, read: Report | Incident, lacks: str) -> None:
    """It fits nothing; where that was said before, there is nothing to write."""
    state, words = OutsideEvent.State.WAITING, lacks[:400]
    if _is_guess(read):
        state = OutsideEvent.State.NOTED
        words = f"“{read.place}” is no environment. Say which one it deploys to, if it does."
    if (event.state, event.words) != (state, words):
        event.state, event.words = state, words
        event.save(update_fields=["state", "words"])


def _write(fitting: Iterable[Fitting]) -> None:
    """Each deployment is folded once, however many tell of it, and before what it caused."""
    folded: dict[tuple[str, Place], Change] = {}
    for event, read, place in sorted(fitting, key=lambda each: isinstance(each[1], Incident)):
        which = (event.key, place)
        if which not in folded:
            write = _deployment if isinstance(read, Report) else _incident
            folded[which] = write(event, *place)
        change = folded[which]
        odd = clock(event.said_at, event.received_at).words
        event.change, event.state = change, OutsideEvent.State.APPLIED
        event.words = f"{change}. {odd}" if odd else str(change)
        event.save(update_fields=["state", "words", "change"])
    told = [change for change in folded.values() if change.kind != Change.Kind.INCIDENT]
    for component, environment in sorted({(row.component_id, row.environment) for row in told}):
        weave(component, environment)
    for place in {place for (_, place), change in folded.items() if change in told}:
        causes.find(*place)


def _heard(event: OutsideEvent) -> list[OutsideEvent]:
    """All events of the same deployment, whatever state they are in: they fit or not as one."""
    rows = OutsideEvent.objects.filter(source=event.source, key=event.key).order_by("-id")
    return list(rows.only("report", "received_at", "said_at")[:MOST_EVENTS])


def _deployment(event: OutsideEvent, component: Component, environment: str) -> Change:
    told = course(Heard(again(row.report), row.received_at) for row in _heard(event))
    last = told.last
    outcome = OUTCOMES[told.said]
    change = changes.record(
        kind=Change.Kind.ROLLBACK if told.is_rollback else Change.Kind.DEPLOYMENT,
        source=source_of(event.source),
        external_id=event.key,
        component=component,
        environment=environment,
        release=last.release or last.sha[:7],
        title=_title(last, environment),
        by=None,
        started_at=told.started_at,
        finished_at=told.finished_at,
        outcome=outcome,
        reason=last.reason,
        url=safe(last.url),
    )
    _correct(change, told, event.source)
    commits.bring(change, last.repository, last.sha, told.commits)
    _belong(event, change)
    return change


def _belong(event: OutsideEvent, change: Change) -> None:
    """All that tell of it belong to it, also those that fitted nothing when they came."""
    rows = OutsideEvent.objects.filter(source=event.source, key=event.key, change=None)
    rows.update(change=change, state=OutsideEvent.State.APPLIED, words=str(change)[:400])


def _title(report: Report, environment: str) -> str:
    what = report.release or report.sha[:7] or report.title or report.subject
    return f"{what} → {environment}"[:200]


def _correct(change: Change, told: Course, source: EventSource) -> None:
    """What an earlier event did not know, or told otherwise, follows all of them, too."""
    last = told.last
    Change.objects.filter(pk=change.pk).update(
        started_at=told.started_at,
        live_at=told.live_at,
        release=(last.release or last.sha[:7])[:60],
        actor_name=last.actor or source.name,
        reason=last.reason,
        url=safe(last.url),
    )


def source_of(source: EventSource) -> str:
    """How the axis of changes calls it."""
    return f"{source.kind}:{source.name}"


def safe(url: str) -> str:
    """Only what a browser opens without running it."""
    return url if url.startswith(("https://", "http://")) else ""


def weave(component: UUID | None, environment: str) -> None:
    """Say anew which deployments from outside mend which, after some of them have changed."""
    place = {"component": component, "environment": environment}
    rows = list(
        Change.objects.filter(IS_DEPLOYMENT, **place)
        .exclude(kind=Change.Kind.CONFIGURATION)
        .order_by("-started_at")[:MOST_WOVEN]
    )
    said = _said([row.pk for row in rows])
    threads = [_thread(row, said) for row in rows]
    ties = weaving.woven(threads)
    _tie(threads, ties)
    back = weaving.rolled_back(threads, ties)
    mending = back | {tie.id for tie in ties}
    outside = Q(pk__in=[each.id for each in threads if each.is_outside])
    Change.objects.filter(outside, pk__in=back).exclude(kind=Change.Kind.ROLLBACK).update(
        kind=Change.Kind.ROLLBACK
    )
    Change.objects.filter(outside, kind=Change.Kind.ROLLBACK).exclude(pk__in=back).update(
        kind=Change.Kind.DEPLOYMENT
    )
    Change.objects.filter(outside, pk__in=mending, is_planned=True).update(is_planned=False)
    Change.objects.filter(outside, is_planned=False).exclude(pk__in=mending).update(is_planned=True)


def _said(changes_: list[UUID]) -> dict[UUID, Course]:
    """What those from outside say of themselves, by change."""
    heard: dict[UUID, list[Heard]] = {}
    rows = OutsideEvent.objects.filter(change__in=changes_).exclude(key__startswith="incident:")
    for change, report, received_at in rows.values_list("change", "report", "received_at"):
        assert change, "asked for by it"
        heard.setdefault(change, []).append(Heard(again(report), received_at))
    return {change: course(found) for change, found in heard.items()}


def _thread(row: Change, said: dict[UUID, Course]) -> Thread:
    told = said.get(row.pk)
    live = row.live_at or (row.finished_at if row.outcome == "succeeded" else None)
    return Thread(
        id=str(row.pk),
        key=row.external_id,
        started_at=row.started_at,
        live_at=live,
        content=(told.last.sha or told.last.release) if told else row.release,
        release=row.release,
        is_outside=told is not None,
        is_rollback=told.is_rollback if told else False,
        mends=told.mends if told else "",
    )


def _tie(threads: list[Thread], ties: list[weaving.Tie]) -> None:
    outside = [UUID(each.id) for each in threads if each.is_outside]
    kinds = (Link.Kind.REVERSES, Link.Kind.FIXES)
    held = {
        (str(row.change_id), str(row.other_id), row.kind): row.pk
        for row in Link.objects.filter(change__in=outside, kind__in=kinds)
    }
    wanted = {(tie.id, tie.other, tie.kind) for tie in ties}
    Link.objects.filter(pk__in=[pk for tie, pk in held.items() if tie not in wanted]).delete()
    Link.objects.bulk_create(
        [
            Link(change_id=change, other_id=other, kind=kind)
            for change, other, kind in sorted(wanted - held.keys())
        ],
        ignore_conflicts=True,
    )


# --- Incidents --------------------------------------------------------------------------------


def _incident(event: OutsideEvent, component: Component, environment: str) -> Change:
    heard = [incident(row.report) for row in _heard(event)]
    ordered = sorted(heard, key=lambda each: (each.said_at, each.is_over))
    begun = clock(ordered[0].said_at, event.received_at).at
    ended = _over_since(ordered)
    over = max(clock(ended, event.received_at).at, begun) if ended else None
    last = ordered[-1]
    change = changes.record(
        kind=Change.Kind.INCIDENT,
        source=source_of(event.source),
        external_id=event.key,
        component=component,
        environment=environment,
        title=last.title,
        by=None,
        started_at=begun,
        finished_at=over,
        outcome=Change.Outcome.SUCCEEDED if over else Change.Outcome.RUNNING,
        url=safe(last.url),
        is_planned=False,
    )
    Change.objects.filter(pk=change.pk).update(started_at=begun, actor_name=event.source.name)
    _belong(event, change)
    because = next((each.because for each in ordered if each.because), "")
    if because and (cause := causes.of(event.source, because, component, environment, begun)):
        changes.link(change=change, other=cause, kind=Link.Kind.CAUSED_BY)
    return change


def _over_since(ordered: Iterable[Incident]) -> datetime | None:
    """When it ended, if nothing was said of it since: what is detected again goes on."""
    ended: datetime | None = None
    for each in ordered:
        ended = (ended or each.said_at) if each.is_over else None
    return ended
