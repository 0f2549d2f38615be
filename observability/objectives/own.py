"""Promises that this floor and the one below keep: pages, the API, telemetry, messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db import connection
from django.db.models import F, Q
from django.urls import reverse

from observability.logs.spans import written
from observability.objectives.base import MOST, Counted, Missed
from observability.objectives.newest import counted
from observability.traces import durations
from observability.traces.stores.base import LOOKS, OURS, Measured, Scope
from observability.traces.stores.registry import store
from portal.ids import MADE_AT, first_at
from portal.notifications.models import Message

MOST_MISSED = 3  # names of requests that the page tells
STEP = 21_600  # seconds: the widest in which spans are counted
METHODS = ("GET ", "POST ", "PUT ", "PATCH ", "DELETE ")
DOORS = ("/api/", "/events/", "/v1/")  # of programs
NANOSECONDS = 1_000_000_000
LAGS = f"""
SELECT count(*) FILTER (
    WHERE {MADE_AT.format("id")} <= at + duration / 1000 * interval '1 us' + %(within)s
), count(*)
FROM (
    SELECT id, at, duration FROM observability_span
    WHERE id >= %(first)s AND id < %(last)s ORDER BY id DESC LIMIT %(most)s
) newest
"""  # noqa: S608 - a constant of ours


def is_api(name: str) -> bool:
    return name.startswith(METHODS) and " /api/" in name


def is_page(name: str) -> bool:
    """What people open: other programs have the API and the doors for events and telemetry."""
    return name.startswith(METHODS) and not name.partition(" ")[2].startswith(DOORS)


class _Asked:
    """Requests that were answered: those that left a span, and quick looks, which leave none.

    A longer time back than quick looks were counted is as good as that: the rest of it would be
    judged by what was slow or failed.
    """

    source = "the portal’s own requests, counted as their spans are written; quick looks, too"
    # How the search for traces shows those that were not as promised
    shown_by: ClassVar[Mapping[str, str]] = {"error": "1"}

    def count(self, since: datetime, until: datetime) -> Counted:
        found = self._measured(since, until)
        missed: Counter[str] = Counter()
        for name, one in found:
            missed[name] += self.bad(one)
        total = sum(one.spans for _, one in found)
        return Counted(total - missed.total(), total, missed=tuple(self._worst(missed, since)))

    def bad(self, one: Measured) -> int:
        """How many of these were not as promised."""
        return one.errors

    def fits(self, name: str) -> bool:
        return is_page(name)

    def _worst(self, missed: Counter[str], since: datetime) -> Iterator[Missed]:
        for name, times in missed.most_common(MOST_MISSED):
            if times:
                asked = {"component": OURS, "operation": name, "since": written(since)}
                query = urlencode({**asked, **self.shown_by})
                yield Missed(name, times, f"{reverse('observability:trace-list')}?{query}")

    def _measured(self, since: datetime, until: datetime) -> list[tuple[str, Measured]]:
        scope = Scope(LOOKS, "", _on_step(since), _on_step(until))
        looks = store().volumes(scope, wide=STEP)
        first = min(looks.steps, default=scope.since)
        others = store().volumes(replace(scope, component=OURS, since=first), wide=STEP)
        found = [*looks.operations.items(), *others.operations.items()]
        return [(name, one) for name, one in found if self.fits(name)]


class Pages(_Asked):
    """Pages are there."""

    key = "pages"
    title = "Pages are there"
    promise = "99.5 % of requests of pages are answered without an error of ours"
    target = 0.995


class Api(_Asked):
    """The API is there."""

    key = "api"
    title = "The API is there"
    promise = "99.9 % of requests of the API are answered without an error of ours"
    target = 0.999

    def fits(self, name: str) -> bool:
        return is_api(name)


class QuickPages(_Asked):
    """Pages are quick."""

    key = "quick_pages"
    title = "Pages are quick"
    promise = "95 % of pages are answered within a second"
    target = 0.95
    shown_by: ClassVar[Mapping[str, str]] = {"least": "1s"}

    def bad(self, one: Measured) -> int:
        within = durations.bucket(NANOSECONDS)
        return sum(number for bucket, number in one.buckets.items() if bucket > within)


class Telemetry:
    """What happened can be looked at soon."""

    key = "telemetry"
    title = "Telemetry is fresh"
    promise = "99 % of spans are stored within 30 s of their end"
    target = 0.99
    source = "the newest stored spans: when they ended, and when they came in"
    within = timedelta(seconds=30)

    def count(self, since: datetime, until: datetime) -> Counted:
        asked: dict[str, Any] = {"first": first_at(since), "last": first_at(until), "most": MOST}
        with connection.cursor() as cursor:
            cursor.execute(LAGS, asked | {"within": self.within})
            good, total = cursor.fetchone()
        return Counted(good, total, is_cut=total == MOST)


class Messages:
    """People are told soon."""

    key = "messages"
    title = "Notifications leave at once"
    promise = "95 % of single messages leave within a minute"
    target = 0.95
    source = "the outbox: when a message was written, and when it was sent or given up"
    within = timedelta(minutes=1)

    def count(self, since: datetime, until: datetime) -> Counted:
        ended = (Message.State.SENT, Message.State.DEAD)
        rows = Message.objects.filter(
            pk__gte=first_at(since),
            pk__lt=first_at(until),
            state__in=ended,
            purpose=Message.Purpose.NOTICE,
        )
        return counted(rows, Q(sent_at__lte=F("created_at") + self.within))


def _on_step(at: datetime) -> datetime:
    """The end of the widest step that holds it."""
    seconds = ceil(at.timestamp() / STEP) * STEP
    return datetime.fromtimestamp(seconds, tz=at.tzinfo)
