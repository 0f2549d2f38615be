"""Changes by day, each with its looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from observability.changes import timeline
from observability.changes.models import Change
from tests.conftest import NOW


@dataclass
class Happened:
    started_at: datetime
    kind: str = "deployment"
    outcome: str = "succeeded"


def test_days_are_named_as_people_name_them() -> None:
    today = date(2026, 11, 20)
    names = [
        timeline.name_of(day, today)
        for day in (today, today - timedelta(1), date(2026, 11, 18), date(2025, 11, 18))
    ]
    assert names == ["Today", "Yesterday", "Wednesday 18 November", "Tuesday 18 November 2025"]


def test_changes_keep_their_order_within_days() -> None:
    rows = [Happened(NOW), Happened(NOW - timedelta(hours=1)), Happened(NOW - timedelta(days=1))]
    days = timeline.days(rows, NOW.date())
    assert [(day.title, len(day.lines)) for day in days] == [("Today", 2), ("Yesterday", 1)]
    assert [line.change for day in days for line in day.lines] == rows


def test_every_kind_has_an_icon_and_a_tone_and_trouble_comes_first() -> None:
    assert set(timeline.ICONS) == set(timeline.CALM) == set(Change.Kind.values)
    assert timeline.tone("deployment", "succeeded") == "good"
    assert timeline.tone("deployment", "failed") == "bad"
    assert timeline.tone("rollback", "succeeded") == "warn"
