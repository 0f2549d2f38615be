"""Promises that this floor and the one below keep: pages, the API, telemetry, messages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.db import connection
from django.db.models import F

from observability.objectives.base import MOST, Counted
from observability.traces import durations
from observability.traces.stores.base import Measured, Scope
from observability.traces.stores.registry import store
from portal.ids import first_at
from portal.notifications.models import Message

OURS = "slipway"  # the component of what is nobody's component
STEP = 21_600  # seconds: the widest in which spans are counted
METHODS = ("GET ", "POST ", "PUT ", "PATCH ", "DELETE ")
NANOSECONDS = 1_000_000_000
LAGS = """
SELECT id, at, duration FROM observability_span
WHERE id >= %(first)s AND id < %(last)s ORDER BY id DESC LIMIT %(most)s
"""


def is_api(name: str) -> bool:
    return name.startswith(METHODS) and " /api/" in name


def is_page(name: str) -> bool:
    return name.startswith(METHODS) and " /api/" not in name and not name.endswith((" /v1/logs",))


class _Asked:
    """Requests that were answered, out of the counted spans of the web process."""

    source = "spans of the portal’s own requests, counted as they are written"

    def _measured(self, since: datetime, until: datetime) -> list[Measured]:
        scope = Scope(OURS, "", _on_step(since), _on_step(until))
        found = store().volumes(scope, wide=STEP).operations
        return [one for name, one in found.items() if self.fits(name)]

    def fits(self, name: str) -> bool:
        return is_page(name)

    def count(self, since: datetime, until: datetime) -> Counted:
        found = self._measured(since, until)
        total = sum(one.spans for one in found)
        return Counted(total - sum(one.errors for one in found), total)


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

    def count(self, since: datetime, until: datetime) -> Counted:
        found = self._measured(since, until)
        within = durations.bucket(NANOSECONDS)
        good = sum(
            number for one in found for bucket, number in one.buckets.items() if bucket <= within
        )
        return Counted(good, sum(one.spans for one in found))


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
            cursor.execute(LAGS, asked)
            rows = cursor.fetchall()
        good = sum(_lag(*row) <= self.within.total_seconds() for row in rows)
        return Counted(good, len(rows), is_cut=len(rows) == MOST)


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
        rows = (
            Message.objects.filter(pk__gte=first_at(since), pk__lt=first_at(until))
            .filter(state__in=ended, purpose=Message.Purpose.NOTICE)
            .order_by("-pk")
            .values_list(F("sent_at") - F("created_at"), flat=True)[:MOST]
        )
        return within(rows, self.within)


def within(waits: Iterable[timedelta | None], most: timedelta) -> Counted:
    """Of waits, where None has not ended well."""
    found = list(waits)
    good = sum(wait is not None and wait <= most for wait in found)
    return Counted(good, len(found), is_cut=len(found) == MOST)


def _lag(identity: object, began: datetime, duration: int) -> float:
    """Seconds between the end of a span and when its row was made, as its identity says."""
    made = (int(str(identity).replace("-", ""), 16) >> 80) / 1000
    return made - (began.timestamp() + duration / NANOSECONDS)


def _on_step(at: datetime) -> datetime:
    """The end of the widest step that holds it."""
    seconds = ceil(at.timestamp() / STEP) * STEP
    return datetime.fromtimestamp(seconds, tz=at.tzinfo)
