"""Spans of before the counting are counted afterwards, a day at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from observability.partitions.batches import nanoseconds
from observability.traces.models import SpanVolume
from observability.traces.stores import recounting
from observability.traces.stores.registry import store
from tests.contracts.test_trace_stores import span

pytestmark = pytest.mark.django_db
TODAY = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)


def ago(days: int, hours: float = 1) -> datetime:
    return TODAY - timedelta(days=days) + timedelta(hours=hours)


@pytest.fixture
def told() -> None:
    """A few spans on each of twelve days; some begin no work and count nowhere."""
    for days in range(12):
        store().write(
            [
                span(
                    number,
                    at=nanoseconds(ago(days, number)),
                    duration=number * 10**7,
                    name=f"GET /{number % 3}",
                    kind=1 if number == 5 else 2,
                    is_error=number == 4,
                )
                for number in range(1, 8 + days)
            ]
        )


def counted() -> list[tuple[Any, ...]]:
    rows = SpanVolume.objects.order_by("component", "step", "at", "environment", "name")
    return [
        (row.step, row.at, row.name, row.spans, row.errors, row.nanoseconds, sorted(row.buckets))
        for row in rows
    ]


def test_days_of_before_the_counting_say_afterwards_what_they_would_have_said(told: None) -> None:
    before = counted()
    SpanVolume.objects.filter(at__lt=ago(6, 4)).delete()  # it began in the middle of that day
    assert counted() != before
    said = StringIO()
    call_command("count_spans", stdout=said)
    assert counted() == before
    assert f"{ago(6).date()}: 13 spans" in said.getvalue()
    assert "6 days counted." in said.getvalue()


def test_it_goes_on_where_it_was_stopped_and_a_day_counted_twice_says_the_same(told: None) -> None:
    before = counted()
    SpanVolume.objects.filter(at__lt=ago(6, 4)).delete()
    now = timezone.now()
    first, second, *_ = recounting.days(now=now)
    assert (first, second) == (ago(6).date(), ago(7).date())
    recounting.count(day=first)
    recounting.count(day=second)
    assert recounting.days(now=now)[0] == ago(8).date()
    call_command("count_spans", stdout=StringIO())
    assert counted() == before
    said = StringIO()
    call_command("count_spans", stdout=said)
    assert said.getvalue() == "No day is left to count.\n"


def test_a_day_into_which_spans_may_still_come_is_left_alone(told: None) -> None:
    SpanVolume.objects.all().delete()
    newest = recounting.days(now=timezone.now())[0]
    assert newest == (datetime.now(UTC) - recounting.SETTLED).date()


def test_a_day_of_which_only_trouble_is_kept_keeps_what_was_counted_of_it(
    told: None, settings: Settings
) -> None:
    settings.KEEP_TELEMETRY_DAYS = {0: 1, 1: 5, 2: 90}
    SpanVolume.objects.filter(at__lt=ago(6, 4)).delete()
    before = counted()
    assert recounting.days(now=timezone.now()) == []
    call_command("count_spans", stdout=StringIO())
    assert counted() == before
